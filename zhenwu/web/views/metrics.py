"""指标查询: the metrics a person may see, by pack, found by label."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.ledgers.api import years_recorded
from zhenwu.kernel.metrics.api import Figures, reach_of_figure
from zhenwu.lib.clock import today
from zhenwu.lib.periods import Period
from zhenwu.web import doors, sheets
from zhenwu.web.words import KINDS


@doors.page
def metrics(request: HttpRequest) -> HttpResponse:
    """The catalogue; each metric leads to its figure of the last year with records."""
    who, words, chosen = doors.actor(request), doors.typed(request, "q"), doors.typed(request, "pack")
    packs, figures = doors.lines(who, "figures"), Figures()
    years = years_recorded(one.key for one in every("ledger"))
    period = Period.year(years[-1] if years else today().year)
    groups = []
    for pack, label in packs.items():
        found = [one for one in figures.known.metrics.values() if one.pack == pack and not reach_of_figure(who, one).nothing]
        found = [one for one in found if not words or words.lower() in f"{one.label} {one.basis} {one.key} {label}".lower()]
        if found and chosen in ("", pack):
            unit = doors.home_unit(who, pack)
            rows = [(one, KINDS[one.kind], _link(figures, one.key, period, unit)) for one in found]
            groups.append((label, rows))
    count = sum(len(rows) for _, rows in groups)
    told = {"groups": groups, "packs": packs, "q": words, "chosen": chosen, "count": count, "period": period.label}
    return render(request, "web/metrics.html", told)


def _link(figures: Figures, metric: str, period: Period, unit: object) -> str:
    return reverse("figure", args=[sheets.address_of(figures, metric, period, unit)])  # type: ignore[arg-type]
