"""Opening a matter on the screen, merging several reports of one thing, splitting one into parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.matters.api import (
    PRESS_ACTION,
    PRESSING,
    SOURCE_NO,
    STANDARD,
    Action,
    Move,
    Report,
    Upload,
    Workflow,
    advance_matter,
    allowed_actions,
    attach,
    card_for,
    catch_up_limits,
    check_uploads,
    current,
    may_open_here,
    merge_matters,
    open_matter,
    part_merged,
    pinned,
    split_matter,
    told_by,
)
from zhenwu.kernel.orgs.api import Actor, tree
from zhenwu.lib.expressions import columns_of, decided
from zhenwu.lib.problems import Conflict, NotFound, Problem, Refused
from zhenwu.web import doors, told_before
from zhenwu.web.entry import Control, control_of
from zhenwu.web.matter_kinds import MatterKind, kinds_of, usual_lines
from zhenwu.web.places import grouped
from zhenwu.web.records import place_name
from zhenwu.web.steps import as_sent, barring, marked, uploads
from zhenwu.web.views import kept

MOST_PARTS = 6


@dataclass(frozen=True)
class Shelf:
    """A line that the posts of this person usually report: the kinds that are reported often, the others by cluster."""

    kind: Kind
    label: str
    often: list[MatterKind]
    clusters: dict[str, list[MatterKind]]


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


@doors.page
def new_matter(request: HttpRequest) -> HttpResponse:
    """我要上报: first what kind of thing, then what and where."""
    who = doors.actor(request)
    if kept.is_asked(request):
        return kept.answered(request, lambda: _taken_in(request, who))
    kinds = list(_kinds(who))
    kind = next((one for one in kinds if one.id == (request.POST or request.GET).get("kind")), None)
    shelves = _shelves(who, kinds) if kind is None else []
    kind = kinds[0] if len(kinds) == 1 and not any(shelf.clusters for shelf in shelves) else kind
    if kind is None:
        return render(request, "web/matter_new.html", {"kinds": [one for one in kinds if one not in [shelf.kind for shelf in shelves]], "shelves": shelves, "kept": bool(shelves)})
    fault, before = None, [] if request.method != "POST" else _told_before(who, kind, request)
    if before:
        return told_before.question(request, before, _filled_in(kind, request.POST))
    if request.method == "POST" and told_before.EDIT not in request.POST:
        try:
            return _opened(request, who, kind)
        except (Refused, NotFound, Conflict):
            raise
        except Problem as problem:  # said on the form, where all that was filled in still stands
            fault = problem
    units = list(may_open_here(who, kind.line, kind.workflow, kind.action))
    smalls = kinds_of(kind.line, units) if kind.key == STANDARD else []
    chosen = next((one for one in smalls if one.code == (request.POST or request.GET).get("category")), None)
    settles = bool(kind.settlers & {post.kind for post in who.posts})
    controls = kind.controls() if request.method != "POST" else as_sent(kind.controls(), request.POST)
    controls = controls if fault is None else marked(controls, fault, "g_")
    if request.method != "POST" and chosen and len(units) == 1:
        before = told_before.rows_of(who, kind.line, kind.key, kind.action.id, chosen.code, units[0])
    return render(request, "web/matter_new.html", {
        "kinds": kinds, "kind": kind, "controls": controls, "places": grouped(units, tree()), "only": len(units) == 1, "op_id": uuid4(), "chosen": chosen, "before": before, "others": any(not row["own"] for row in before), "made": kept.moment(), "smalls": smalls if not (request.POST or request.GET).get("category") or fault or request.method == "POST" else [], "settles": settles, "fault": fault, "posted": request.method == "POST",
        "sent": request.POST, "with_files": bool(request.FILES), "kept": kind.line in usual_lines(who) and not any(one.kind == "people" for one in controls),
    }, status=400 if fault else 200)  # fmt: skip


def _opened(request: HttpRequest, who: Actor, kind: Kind) -> HttpResponse:
    """Open what was filled in, and show it to whoever may see it."""
    matter = _written(request, who, kind, uploads(request.FILES))
    messages.success(request, _told(who, kind, matter))
    return redirect("matter", matter) if _sees(who, matter) else redirect("matters")


def _taken_in(request: HttpRequest, who: Actor) -> dict[str, Any]:
    """Open what a phone kept without signal: what to say, where it is seen ("" for whoever may not), and the digests of the photos that
    arrived, without which the phone forgets none. ``at_once``: somebody stands waiting, and sees the next page."""
    kind = next((one for one in _kinds(who) if one.id == request.POST.get("kind")), None)
    if kind is None:
        raise Refused("matter.kind_not_yours", "这一类事项现在不归您报", "请到“我要上报”里换一类再报，或问安全管理员您的岗位是不是变了。")
    files, seen = uploads(request.FILES), kept.seen(request)
    if request.POST.get("at_once") and seen is None and (before := _told_before(who, kind, request)):
        raise told_before.AskFirst(before)
    matter = _written(request, who, kind, files, seen)
    told, link = _told(who, kind, matter), reverse("matter", args=[matter]) if _sees(who, matter) else ""
    if link and request.POST.get("at_once"):
        messages.success(request, told)
    return {"told": told, "matter": str(matter), "link": link, "files": [sha256(one.content).hexdigest() for one in files]}


def _written(request: HttpRequest, who: Actor, kind: Kind, files: Sequence[Upload], seen: datetime | None = None) -> UUID:
    """Open what was filled in, with its photos, looked at first; what was put right on the spot is settled at once."""
    op_id, report, given = doors.operation(request), _report(kind, request.POST), _given(kind, request.POST)
    check_uploads(files)
    matter, joined = told_before.entered(who, op_id, report, request.POST.get(told_before.SAME, ""), workflow=kind.key, action=kind.action.id, given=given, seen=seen)
    if files:
        attach(who, uuid5(op_id, "files"), matter, files)
    if not joined and (result := request.POST.get("result", "").strip()):
        _settle(who, uuid5(op_id, "settled"), matter, kind, result)
    catch_up_limits()
    return matter


def _told_before(who: Actor, kind: Kind, request: HttpRequest) -> list[dict[str, Any]]:
    """What was told lately of what was filled in; nothing where one has answered that already, or has put it right on the spot."""
    sent = request.POST
    if not {told_before.ASKED, told_before.EDIT}.isdisjoint(sent) or sent.get(told_before.SAME) or sent.get("result", "").strip() or kind.key != STANDARD:
        return []
    try:
        unit = _unit(sent.get("unit", ""))
    except Problem:  # said on the form
        return []
    return told_before.rows_of(who, kind.line, kind.key, kind.action.id, sent.get("category", ""), unit, doors.operation(request))


def _filled_in(kind: Kind, sent: QueryDict) -> list[tuple[str, str]]:
    """What was filled in, in words."""
    unit = _unit(sent.get("unit", ""))
    small = next((one.title for one in kinds_of(kind.line, [unit]) if one.code == sent.get("category")), "")
    own = [(one.label, dict(one.options).get(one.value, one.value)) for one in as_sent(kind.controls(), sent)]
    return [
        ("什么事", sent.get("title", "")), ("在哪里", place_name(unit)), ("小类", small), ("从哪里来的", dict(kind.channels).get(sent.get("channel", ""), "")),
        *own, ("说明", sent.get("text", "")),
    ]  # fmt: skip


def _told(who: Actor, kind: Kind, matter: UUID) -> str:
    """What is said of it: others look into what is handed in to them."""
    if _sees(who, matter) and current(who, matter).columns.get("merged"):
        return f"{kind.action.label}了，和先报的一件一起办，结果一起答复您。"
    return f"{kind.action.label}了，已留痕。" if _sees(who, matter) else f"已交给“{kind.label_of_line}”，由他们办；按规定您看不到它的内容和经过。"


def _settle(who: Actor, op_id: UUID, matter: UUID, kind: Kind, result: str) -> None:
    """Settle at once what was put right on the spot, if this person may; else it goes the usual way."""
    step = current(who, matter)
    if kind.settling is not None and kind.settling in allowed_actions(who, step):
        advance_matter(who, op_id, matter, kind.settling.id, step.number, {"result": result})


def _shelves(who: Actor, kinds: list[Kind]) -> list[Shelf]:
    """What the person's own posts usually report; all else is folded."""
    found, usual = [], usual_lines(who)
    for kind in (one for one in kinds if one.line in usual):
        tree_of = kinds_of(kind.line, may_open_here(who, kind.line, kind.workflow, kind.action)) if kind.key == STANDARD else []
        clusters: dict[str, list[MatterKind]] = {}
        for one in tree_of:
            clusters.setdefault(one.cluster or "其他", []).append(one)
        found.append(Shelf(kind, kind.label, [one for one in tree_of if one.often], clusters))
    return sorted(found, key=lambda shelf: not shelf.clusters)


def _sees(who: Actor, matter: UUID) -> bool:
    """Whether what this person opened is theirs to see: others look into what was handed in to them."""
    try:
        current(who, matter)
    except NotFound:
        return False
    return True


def _kinds(who: Actor) -> Iterator[Kind]:
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


def _report(kind: Kind, sent: QueryDict) -> Report:
    category = sent.get("category", "") if kind.key == STANDARD else ""
    told = sent.get("channel", "")
    channel = kind.channel if kind.key == STANDARD else ""
    channel = told if told in dict(kind.channels) else channel
    return Report(kind.line, _unit(sent.get("unit", "")), sent.get("title", "").strip(), sent.get("text", "").strip(), category, channel)


def _given(kind: Kind, sent: QueryDict) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for one in kind.controls():
        told = sent.getlist(one.name) if one.kind == "people" else sent.get(one.name, "").strip()
        given |= {one.name[2:]: told} if told else {}
    return given


def _unit(told: str) -> UUID:
    try:
        return UUID(told)
    except ValueError:
        raise Problem("matter.unit", "没有选在哪里", "选一个网格、村或者本镇。") from None


@doors.page
@doors.by_post
def merge(request: HttpRequest, identity: UUID) -> HttpResponse:
    """Merge the chosen matters into this one."""
    who, op_id = doors.actor(request), doors.operation(request)
    current(who, identity)
    chosen = [_chosen(told) for told in request.POST.getlist("other")]
    merged = merge_matters(who, op_id, identity, chosen, request.POST.get("reason", ""))
    messages.success(request, f"并进来 {merged['merged']} 件，结案时一起答复。")
    return redirect("matter", identity)


def _chosen(told: str) -> tuple[UUID, int]:
    matter, _, version = told.partition(":")
    try:
        return UUID(matter), doors.version(version)
    except ValueError:
        raise NotFound("matter.unknown", "没有这个事项", "刷新这一页再选。") from None


@doors.page
@doors.by_post
def part(request: HttpRequest, identity: UUID) -> HttpResponse:
    """Take a matter that was merged by mistake out again."""
    who, op_id = doors.actor(request), doors.operation(request)
    part_merged(who, op_id, identity, current(who, identity).number, request.POST.get("reason", ""))
    messages.success(request, "已分出来，接着办。")
    return redirect("matter", identity)


@doors.page
@doors.by_post
def press(request: HttpRequest, identity: UUID) -> HttpResponse:
    """提请督办: a leader signs it or says why not; the office answers."""
    who, op_id = doors.actor(request), doors.operation(request)
    stands = current(who, identity)
    report = Report(stands.matter.line, stands.unit_id, f"督办：{stands.matter.title}"[:120], request.POST.get("reason", "").strip(), about=identity)
    sent = {"card": card_for(identity)} | ({"unit": str(stands.assigned_id)} if stands.assigned_id else {})
    opened = open_matter(who, op_id, report, workflow=PRESSING, action=PRESS_ACTION, given=sent)
    messages.success(request, "已提请督办，等分管领导签发。")
    return redirect("matter", opened["matter"])


@doors.page
@doors.by_post
def split(request: HttpRequest, identity: UUID) -> HttpResponse:
    """Split children off this matter."""
    who, op_id, sent = doors.actor(request), doors.operation(request), request.POST
    stands = current(who, identity)
    titles, units = sent.getlist("title")[:MOST_PARTS], sent.getlist("unit")[:MOST_PARTS]
    parts = [Report(stands.matter.line, _unit(unit) if unit else stands.unit_id, title.strip()) for title, unit in zip(titles, units, strict=False) if title.strip()]
    found = split_matter(who, op_id, identity, doors.version(sent.get("base_version", "")), parts, sent.get("reason", ""))
    messages.success(request, f"拆成 {len(found['children'])} 件，都办完了这一件才能结案。")
    return redirect("matter", identity)

