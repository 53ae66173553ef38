"""Photos and papers of a matter."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("journal", "0003_quick_json"),
        ("matters", "0006_wider_engine"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("step", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=10)),
                ("name", models.CharField(max_length=200)),
                ("digest", models.CharField(db_index=True, max_length=64)),
                ("principal", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("event", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.event")),
                ("matter", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="attachments", to="matters.matter")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("matter", "number"), name="one_attachment_per_number")],
            },
        ),
    ]
