"""Who may enter the drafting room: readers of the line ``report`` read and give opinions, its writers store and issue (who edits: ``leading``)."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from zhenwu.kernel.orgs.api import Actor, reach
from zhenwu.lib.problems import Refused

REPORT: str = settings.REPORT_LINE  # the line of whoever draws up the report: it answers for what no other line does


def may_read(actor: Actor, unit: UUID) -> bool:
    """Whether a township's draft is theirs to read and to comment on."""
    return reach(actor, "figures", REPORT).covers(unit)


def may_write(actor: Actor, unit: UUID) -> bool:
    """Whether they draw up the report: begin its words, store editions, issue; who leads among them is ``leading``."""
    return reach(actor, "write", REPORT).covers(unit)


def require_reader(actor: Actor, unit: UUID) -> None:
    """Raises ``Refused('drafting.refused')`` for anybody else."""
    if not may_read(actor, unit):
        raise Refused("drafting.refused", "这份稿子不在您的权限内", "请联系党政办，由安全管理员开通“年度报告”条线。")


def require_writer(actor: Actor, unit: UUID) -> None:
    """Raises ``Refused('drafting.refused')`` for anybody else."""
    require_reader(actor, unit)
    if not may_write(actor, unit):
        raise Refused("drafting.refused", "这件事由党政办办理", "请联系党政办；您可以对句子提意见。")
