from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.AddField(model_name="event", name="taken", field=models.BooleanField(default=False)),
        migrations.RunSQL(
            "UPDATE journal_event SET taken = TRUE WHERE id IN (SELECT event_id FROM journal_sequenced)",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(condition=models.Q(("taken", False)), fields=["id"], name="events_waiting"),
        ),
    ]
