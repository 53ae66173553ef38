"""作息时间: the hours of a worked day from a day on."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("definitions", "0002_calendar_days"),
        ("journal", "0003_quick_json"),
    ]

    operations = [
        migrations.CreateModel(
            name="OfficeHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.DateField()),
                ("shifts", models.JSONField()),
                ("event", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.event")),
                ("retired_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.event")),
            ],
            options={
                "constraints": [models.UniqueConstraint(condition=models.Q(("retired_by", None)), fields=("first",), name="one_live_setting_of_hours")],
            },
        ),
    ]
