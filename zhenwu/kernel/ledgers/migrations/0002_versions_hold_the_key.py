from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import zhenwu.lib.quick_json
from zhenwu.lib.problems import Problem


def refuse_filled(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The journal names digests that were made in another way: such a store could be carried over but no longer proven."""
    if apps.get_model("ledgers", "Version").objects.exists():
        raise Problem("store.too_old", "这里的台账是早期试用版写的，新版不能接着用", "换一个空的数据目录；演示数据用 demo --fresh 重新生成。")


class Migration(migrations.Migration):
    dependencies = [
        ("definitions", "0001_initial"),
        ("journal", "0003_quick_json"),
        ("ledgers", "0001_initial"),
        ("orgs", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(refuse_filled, migrations.RunPython.noop),
        migrations.DeleteModel("BlindIndex"),
        migrations.DeleteModel("Version"),
        migrations.DeleteModel("Record"),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("pk", models.CompositePrimaryKey("record_id", "number", blank=True, editable=False, primary_key=True, serialize=False)),
                ("record_id", models.UUIDField()),
                ("number", models.PositiveIntegerField()),
                ("ledger", models.CharField(max_length=120)),
                ("key", models.CharField(max_length=200)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("data", models.JSONField(encoder=zhenwu.lib.quick_json.Encoder, decoder=zhenwu.lib.quick_json.Decoder)),
                ("authority", models.CharField(max_length=12)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("late", models.BooleanField(default=False)),
                ("removed", models.BooleanField(default=False)),
                ("event", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.event")),
                ("retired_by", models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.event")),
                ("revision", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="definitions.revision")),
                ("unit", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit")),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("retired_by", None)), fields=["ledger", "starts_on", "unit"], name="versions_current"),
                    models.Index(condition=models.Q(("retired_by__isnull", False)), fields=["retired_by"], name="versions_retired"),
                ],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("removed", False), ("retired_by", None)), fields=("ledger", "key"), name="one_live_record_per_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BlindIndex",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("field", models.CharField(max_length=40)),
                ("token", models.CharField(max_length=64)),
                ("subject", models.UUIDField(db_index=True)),
                ("record_id", models.UUIDField(db_index=True)),
            ],
            options={"indexes": [models.Index(fields=["field", "token"], name="blind_lookup")]},
        ),
    ]
