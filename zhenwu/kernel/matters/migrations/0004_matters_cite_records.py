"""A matter cites the record that it was opened because of; records never cite matters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0003_counts_lie_in_columns")]

    operations = [migrations.AddField("matter", "record", models.UUIDField(null=True, db_index=True))]
