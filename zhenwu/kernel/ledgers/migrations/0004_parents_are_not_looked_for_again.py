import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Every row that was written looked for its revision and its unit once more; neither is ever deleted."""

    dependencies = [
        ("definitions", "0003_office_hours"),
        ("ledgers", "0003_json_is_not_parsed_again"),
        ("orgs", "0002_tokens"),
    ]

    operations = [
        migrations.AlterField(
            "version",
            name,
            models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=to),
        )
        for name, to in (("revision", "definitions.revision"), ("unit", "orgs.unit"))
    ]
