"""At most one live value for a figure and authority, and one live choice for a figure: the database itself sees to it."""

from __future__ import annotations

from django.db import migrations, models

_LIVE = models.Q(("retired_by", None))
_FIGURE = ("metric", "unit", "first", "months")


class Migration(migrations.Migration):
    dependencies = [("metrics", "0003_sums_beside_the_cells"), ("journal", "0002_waiting"), ("orgs", "0001_initial")]
    operations = [
        migrations.AddConstraint(
            "choice", models.UniqueConstraint(fields=_FIGURE, condition=_LIVE, name="one_live_choice")
        ),
        migrations.AddConstraint(
            "seriesvalue",
            models.UniqueConstraint(fields=(*_FIGURE, "authority"), condition=_LIVE, name="one_live_series_value"),
        ),
    ]
