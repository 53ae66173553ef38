"""What a person may report: the lines, workflows and opening actions that are theirs, and what their posts usually report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.matters.api import SOURCE_NO, STANDARD, Action, Move, Workflow, may_open_here, pinned, told_by
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.lib.expressions import columns_of, decided
from zhenwu.web import doors
from zhenwu.web.entry import Control, control_of
from zhenwu.web.matter_kinds import MatterKind, kinds_of, usual_lines
from zhenwu.web.steps import barring


@dataclass(frozen=True)
class Kind:
    """What may be reported: a line, the workflow it goes by, the action that opens it; ``channel``: whence the reports of this person come
    (those who go round in their grid or village), "" for whoever is told of things and says by what."""

    line: str
    label: str
    key: str
    workflow: Workflow
    action: Action
    label_of_line: str
    channel: str = ""

    @property
    def channels(self) -> list[tuple[str, str]]:
        """What this person chooses among when asked whence a report came."""
        return list(told_by().items()) if self.key == STANDARD and not self.channel else []

    @property
    def id(self) -> str:
        return f"{self.line}:{self.key}:{self.action.id}"

    @property
    def settling(self) -> Action | None:
        """What whoever opens it may do at once if the thing is put right already (小事不出格)."""
        return next((action for action, move in self._after() if action.needs == ("result",) and action.marks == "completed" and self.action.id in move.only_by), None)

    @property
    def settlers(self) -> frozenset[str]:
        """The posts that may."""
        return frozenset(post for action, move in self._after() if action == self.settling for post in move.posts)

    def _after(self) -> Sequence[tuple[Action, Move]]:
        opened = next(move.target for move in self.action.moves if move.source is None)
        return self.workflow.moves_from(opened)

    def controls(self) -> list[Control]:
        """The workflow's own fields that its opening asks for."""
        form, must = self.workflow.form, self.action.needs
        asked = [one for one in (form.fields if form else ()) if one.id in must or one.id in self.action.takes and (one.id != SOURCE_NO or self.channels)]
        people = [replace(barring("barred" in must), name="g_barred")] if "barred" in (*must, *self.action.takes) else []
        return [*(control_of(one, f"g_{one.id}", one.id in must) for one in asked), *people]


@dataclass(frozen=True)
class Shelf:
    """A line that the posts of this person usually report: the kinds that are reported often, the others by cluster."""

    kind: Kind
    label: str
    often: list[MatterKind]
    clusters: dict[str, list[MatterKind]]


def kinds_for(who: Actor) -> Iterator[Kind]:
    """What this person may open, line by line: the packs that count general matters, and the packs' own workflows."""
    labels = doors.lines(who, "list")
    general = {one.pack for one in (*every("metric"), *every("rule")) if STANDARD in (one.body.get("workflow"), (one.body.get("open") or {}).get("workflow"))}
    own = [(one.pack, one.key) for one in every("workflow") if one.pack in labels or not labels.keys().isdisjoint(one.body.get("receives_from", ()))]
    named, channel = doors.line_labels(), _channel_of(who)
    for line, key in [*((line, STANDARD) for line in labels if line in general), *own]:
        workflow = pinned(key)[1]
        for action, move in workflow.moves_from(None):
            if not _by_ledger_alone(move) and any(may_open_here(who, line, workflow, action)):
                words = f"：{workflow.label}" if key != STANDARD else ""
                yield Kind(line, f"{named[line]}{words}（{action.label}）", key, workflow, action, named[line], channel)


def _channel_of(who: Actor) -> str:
    """Whence the reports come of somebody whose posts are in grids or villages; "" for whoever holds one elsewhere."""
    now = tree()
    kinds = {"grid" if now.kind(post.unit_id) in ("grid", "micro_grid") else "village" if now.kind(post.unit_id) in ("village", "community") else "" for post in who.posts if post.unit_id in now}
    return "" if "" in kinds else next(iter(sorted(kinds)), "")


def _by_ledger_alone(move: Move) -> bool:
    """Whether no report on this page can open it, whatever is filled in: what must stand in a ledger first opens it from there."""
    guard = move.when
    return guard is not None and decided(guard.tree, {"channel": ""}, frozenset(columns_of(guard.tree) - {"channel"})) is False


def shelves_for(who: Actor, kinds: list[Kind]) -> list[Shelf]:
    """What the person's own posts usually report; all else is folded."""
    found, usual = [], usual_lines(who)
    for kind in (one for one in kinds if one.line in usual):
        tree_of = kinds_of(kind.line, may_open_here(who, kind.line, kind.workflow, kind.action)) if kind.key == STANDARD else []
        clusters: dict[str, list[MatterKind]] = {}
        for one in tree_of:
            clusters.setdefault(one.cluster or "其他", []).append(one)
        found.append(Shelf(kind, kind.label, [one for one in tree_of if one.often], clusters))
    return sorted(found, key=lambda shelf: not shelf.clusters)
