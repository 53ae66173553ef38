"""Sums over all leaves beside the cells: totals by month, key years by key; made here from the cells there are."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

_TOTALS = """
INSERT INTO metrics_total (metric_id, month, value)
SELECT metric_id, month, SUM(value) FROM metrics_cell GROUP BY metric_id, month HAVING SUM(value) <> 0
"""
_KEY_YEARS = """
INSERT INTO metrics_keyyear (metric_id, year, key, value)
SELECT metric_id, month / 12, key, SUM(value) FROM metrics_keycell GROUP BY metric_id, month / 12, key HAVING SUM(value) <> 0
"""


def _kept(name: str, place: dict[str, models.Field], index: str) -> migrations.CreateModel:
    key = models.CompositePrimaryKey("metric_id", *place, blank=True, editable=False, primary_key=True, serialize=False)
    metric = models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="metrics.counted")
    to_drop = models.Index(condition=models.Q(("value", 0)), fields=["value"], name=index)
    fields = [("pk", key), *place.items(), ("value", models.BigIntegerField()), ("metric", metric)]
    return migrations.CreateModel(name=name, fields=fields, options={"indexes": [to_drop]})


class Migration(migrations.Migration):
    dependencies = [("metrics", "0002_cells_lie_in_their_key")]
    operations = [
        _kept("Total", {"month": models.IntegerField()}, "totals_to_drop"),
        _kept("KeyYear", {"year": models.IntegerField(), "key": models.CharField(max_length=200)}, "key_years_to_drop"),
        migrations.RunSQL(_TOTALS, migrations.RunSQL.noop),
        migrations.RunSQL(_KEY_YEARS, migrations.RunSQL.noop),
    ]
