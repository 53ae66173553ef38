"""Whose a running limit is, where it is a party's (decision 0045)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matters", "0011_answers_read")]

    operations = [
        migrations.AddField(model_name="runninglimit", name="binds", field=models.CharField(blank=True, max_length=20)),
    ]
