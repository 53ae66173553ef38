"""Days that a county or township sets beside the published calendar."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("definitions", "0001_initial"), ("journal", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("worked", models.BooleanField()),
                ("name", models.CharField(max_length=20)),
                ("notice", models.PositiveIntegerField(null=True)),
                ("event", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.event")),
                ("retired_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.event")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(notice=None, retired_by=None), fields=("day",), name="one_live_calendar_day"),
                    models.UniqueConstraint(
                        condition=models.Q(notice__isnull=False, retired_by=None), fields=("day", "notice"), name="one_live_day_per_notice"
                    ),
                ]
            },
        )
    ]
