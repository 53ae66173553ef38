"""Tasks are records of the pack's ledger (decision 0019); nothing ever wrote this table outside tests."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]

    operations = [migrations.DeleteModel(name="Task")]
