import django.db.models.deletion
from django.db import migrations, models

ONE_SOURCE = models.Q(matter__isnull=False, record=None) | models.Q(matter=None, record__isnull=False)


class Migration(migrations.Migration):
    """Documents of records of ledgers, beside those of matters."""

    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.AlterField("made", "matter", models.ForeignKey("matters.Matter", django.db.models.deletion.PROTECT, null=True, related_name="+")),
        migrations.AddField("made", "record", models.UUIDField(null=True)),
        migrations.AlterField("serial", "matter", models.ForeignKey("matters.Matter", django.db.models.deletion.PROTECT, null=True, related_name="+", db_index=False)),
        migrations.AddField("serial", "record", models.UUIDField(null=True)),
        migrations.AddConstraint("made", models.CheckConstraint(condition=ONE_SOURCE, name="made_of_one_thing")),
        migrations.AddIndex("made", models.Index(fields=["record"], condition=models.Q(record__isnull=False), name="made_of_records")),
        migrations.AddConstraint("serial", models.UniqueConstraint(fields=["record", "document"], name="one_serial_per_record")),
        migrations.AddConstraint("serial", models.CheckConstraint(condition=ONE_SOURCE, name="serial_of_one_thing")),
    ]
