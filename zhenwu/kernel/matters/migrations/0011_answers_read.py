"""Answers to reporters: which were seen, and who reported what found by an index."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0003_quick_json"),
        ("matters", "0010_numbers"),
        ("orgs", "0002_tokens"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="step",
            index=models.Index(condition=models.Q(("number", 1)), fields=["principal", "id"], name="steps_by_reporter"),
        ),
        migrations.CreateModel(
            name="AnswerRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.event")),
                ("person", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("step", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="matters.step")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("step", "person"), name="answer_read_once")]},
        ),
    ]
