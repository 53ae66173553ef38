"""The one way in: who is asking, what their posts open, and the operation a form stands for.

A figure is open to whoever may see figures of its line over its unit; the yearly report, which is one whole, to whoever
may see the line ``report`` over the whole township.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from zhenwu.kernel.definitions.api import packs
from zhenwu.kernel.matters.api import catch_up_limits
from zhenwu.kernel.metrics.api import Metric, catch_up, reach_of_figure
from zhenwu.kernel.orgs.api import Actor, Purpose, actor_of, reach, tree
from zhenwu.kernel.reports.api import REPORT_LINE, Issue, find_issue, seats, unknown_issue
from zhenwu.kernel.rules.api import follow_rules_here
from zhenwu.lib.problems import NotFound, Problem, Refused

REPORT = REPORT_LINE  # the line that may read, export and issue the yearly report
LONGEST_QUERY = 60
View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """A page for people of the staff: logged in, never kept by a cache."""
    return login_required(never_cache(view))


def by_post(view: View) -> View:
    """A page that only takes what a form sends."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **given: object) -> HttpResponse:
        if request.method != "POST":
            raise Problem("web.method", "这个地址只接受提交", "请回到原来的页面，点页面上的按钮。")
        return view(request, *args, **given)

    return guarded


def actor(request: HttpRequest) -> Actor:
    """The person asking, with today's posts (looked up once for a request)."""
    known = getattr(request, "zhenwu_actor", None)
    if known is None:
        known = actor_of(request.user)  # type: ignore[arg-type]
        request.zhenwu_actor = known  # type: ignore[attr-defined]
    return known


def operation(request: HttpRequest) -> UUID:
    """The operation's id that the form carries: a form sent twice is one operation."""
    try:
        return UUID(request.POST.get("op_id", ""))
    except ValueError as error:
        raise Problem("web.op_id", "这次提交缺少操作号", "请重新打开页面再提交。") from error


def numbers(request: HttpRequest, name: str) -> list[int]:
    """The row numbers that a form sends under a name; what is none is passed over."""
    return [int(one) for one in request.POST.getlist(name) if one.isdecimal() and len(one) < 16]


def version(told: str) -> int:
    """The version of something that a form was filled in at; 0, which nothing has, for what is none."""
    return int(told) if told.isdecimal() and len(told) < 7 else 0


def settle() -> None:
    """Let whoever just saved see their figures moved; the clockwork does the same for everybody else."""
    catch_up()


def act_on_news() -> None:
    """Let whoever just saved a record find the matter that it opened; the clockwork does the same for everybody else."""
    follow_rules_here()
    catch_up_limits()


def typed(request: HttpRequest, name: str) -> str:
    """What was typed into a search box: printable, and short."""
    return "".join(sign for sign in request.GET.get(name, "") if sign.isprintable()).strip()[:LONGEST_QUERY]


def lines(who: Actor, purpose: Purpose) -> dict[str, str]:
    """The packs whose data this person may see for a purpose somewhere: id → label."""
    return {pack.key: pack.body["label"] for pack in packs() if not reach(who, purpose, pack.key).nothing}


def line_labels() -> dict[str, str]:
    """The names of all packs: line → label."""
    return {pack.key: pack.body["label"] for pack in packs()}


def report_unit(who: Actor, purpose: Purpose = "figures") -> UUID | None:
    """The township whose yearly report is theirs to see (``export``: to take away, ``write``: to issue); None for none."""
    seen = reach(who, purpose, REPORT)
    return None if seen.nothing else next((unit for unit in seats(tree()) if seen.covers(unit)), None)


def may_read_report(who: Actor, purpose: Purpose = "figures") -> bool:
    """Whether the yearly report of some whole township is theirs to see."""
    return report_unit(who, purpose) is not None


def require_report(who: Actor, purpose: Purpose = "figures") -> UUID:
    """The township of ``report_unit``; raises ``Refused`` where there is none."""
    unit = report_unit(who, purpose)
    if unit is None:
        raise Refused("web.report", "年度报告不在您的权限内", "请联系党政办，由安全管理员开通“年度报告”条线。")
    return unit


def may_open_issue(who: Actor, issue: Issue, purpose: Purpose = "figures") -> bool:
    """Whether an issued report is of a township whose report is theirs to see."""
    return reach(who, purpose, REPORT).covers(UUID(issue.frozen["unit"]))


def require_issue(who: Actor, number: int, purpose: Purpose = "figures") -> Issue:
    """An issued report by its number; ``NotFound`` reads the same for none and for one of another township."""
    require_report(who, purpose)
    found = find_issue(str(number))
    if not may_open_issue(who, found, purpose):
        raise unknown_issue(str(number))
    return found


def may_open(who: Actor, metric: Metric, unit: UUID) -> bool:
    """Whether a figure of this metric over this unit is theirs to see."""
    return reach_of_figure(who, metric).covers(unit)


def may_see_line(who: Actor, line: str, unit: UUID) -> bool:
    """Whether the figures of a line over this unit are theirs to see."""
    return reach(who, "figures", line).covers(unit)


def may_take(who: Actor, line: str, unit: UUID) -> bool:
    """Whether they may take the figures of a line over this unit away."""
    return reach(who, "export", line).covers(unit)


def may_decide(who: Actor, metric: Metric, unit: UUID) -> bool:
    """Whether this person chooses which authority's value is printed for a unit."""
    return answers_for_township(who, metric.pack) and reach(who, "write", metric.pack).covers(unit)


def answers_for_township(who: Actor, line: str) -> bool:
    """Whether this person writes on a line for a whole township."""
    seen = reach(who, "write", line)
    return not seen.nothing and any(seen.covers(unit) for unit in seats(tree()))


def require_open(who: Actor, metric: Metric, unit: UUID) -> None:
    """Raises ``Refused`` where ``may_open`` is false."""
    if not may_open(who, metric, unit):
        raise Refused("web.figure", f"“{metric.label}”在这个范围的数字不在您的权限内", "请在指标查询里查看您负责的地方。")


def home_unit(who: Actor, pack: str) -> UUID:
    """Where a person's figures of a line begin: the whole township, or the first place they answer for."""
    now, seen = tree(), reach(who, "figures", pack)
    found = next((unit for unit in now.order if seen.everywhere or unit in seen.units), None)
    if found is None:
        raise NotFound("web.line", "这个业务模块不在您的权限内", "请联系安全管理员。")
    return found

