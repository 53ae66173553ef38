"""A matter stands where one step left it: the law in the database, and the quick way to that step."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("matters", "0004_matters_cite_records")]

    operations = [
        migrations.AlterField(
            "step",
            "retired_by",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", db_index=False, to="journal.event"),
        ),
        migrations.AddIndex("step", models.Index(fields=["retired_by"], condition=Q(retired_by__isnull=False), name="steps_retired")),
        migrations.AddConstraint("step", models.UniqueConstraint(fields=["matter"], condition=Q(retired_by=None), name="one_live_step_per_matter")),
    ]
