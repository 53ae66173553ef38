from django.db import migrations

from zhenwu.kernel.ledgers.models import Said
from zhenwu.lib.quick_json import Decoder, Encoder


class Migration(migrations.Migration):
    """0002 made the table anew with a plain JSON column: SQLite parsed every row once more to see that it is JSON."""

    dependencies = [("ledgers", "0002_versions_hold_the_key")]

    operations = [migrations.AlterField("version", "data", Said(encoder=Encoder, decoder=Decoder))]
