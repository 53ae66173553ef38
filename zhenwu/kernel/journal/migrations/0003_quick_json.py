from django.db import migrations, models

from zhenwu.lib.quick_json import Decoder, Encoder


def quick() -> models.JSONField:
    return models.JSONField(encoder=Encoder, decoder=Decoder)


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_waiting")]

    # Nothing changes in the database: only who reads and writes the columns.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("event", "body", quick()),
                migrations.AlterField("operation", "result", quick()),
            ]
        )
    ]
