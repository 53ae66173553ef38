"""Kin of matters, offices that assist, and what of a standing has no column of its own."""

import django.db.models.deletion
import zhenwu.lib.quick_json
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("definitions", "0002_calendar_days"),
        ("journal", "0003_quick_json"),
        ("matters", "0005_one_live_step"),
        ("orgs", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assist",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.AddField(
            model_name="matter",
            name="about",
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="pressing", to="matters.matter"),
        ),
        migrations.AddField(
            model_name="matter",
            name="merged_into",
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="merged", to="matters.matter"),
        ),
        migrations.AddField(
            model_name="matter",
            name="parent",
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="children", to="matters.matter"),
        ),
        migrations.AddField(
            model_name="step",
            name="carried",
            field=models.JSONField(decoder=zhenwu.lib.quick_json.Decoder, default=dict, encoder=zhenwu.lib.quick_json.Encoder),
        ),
        migrations.AlterField(
            model_name="step",
            name="columns",
            field=models.JSONField(decoder=zhenwu.lib.quick_json.Decoder, encoder=zhenwu.lib.quick_json.Encoder),
        ),
        migrations.AlterField(
            model_name="step",
            name="given",
            field=models.JSONField(decoder=zhenwu.lib.quick_json.Decoder, encoder=zhenwu.lib.quick_json.Encoder),
        ),
        migrations.AlterField(
            model_name="step",
            name="hands",
            field=models.JSONField(decoder=zhenwu.lib.quick_json.Decoder, encoder=zhenwu.lib.quick_json.Encoder),
        ),
        migrations.AlterField(
            model_name="step",
            name="marks",
            field=models.JSONField(decoder=zhenwu.lib.quick_json.Decoder, encoder=zhenwu.lib.quick_json.Encoder),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(condition=models.Q(("about__isnull", False)), fields=["about"], name="matters_about"),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(condition=models.Q(("parent__isnull", False)), fields=["parent"], name="matters_parent"),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="matters_merged_into"),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(condition=models.Q(("assigned__isnull", False), ("retired_by", None)), fields=["assigned"], name="steps_assigned"),
        ),
        migrations.AddField(
            model_name="assist",
            name="matter",
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="assists", to="matters.matter"),
        ),
        migrations.AddField(
            model_name="assist",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
        ),
        migrations.AddConstraint(
            model_name="assist",
            constraint=models.UniqueConstraint(fields=("matter", "unit"), name="one_assist_per_unit"),
        ),
    ]
