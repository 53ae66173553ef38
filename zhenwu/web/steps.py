"""The steps of a matter on the screen: what each asks for, what was filled in, and how a step that was taken is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict

from zhenwu.kernel.ledgers.api import Field, shown
from zhenwu.kernel.matters.api import (
    BUILT_IN,
    CLOCKS,
    GIVEN,
    KIND,
    LARGEST,
    LEVELS,
    RATINGS,
    Action,
    Step,
    Upload,
    Workflow,
    allowed_actions,
    channels,
    may_override,
    standing_at,
    states_passed,
    workflow_of,
)
from zhenwu.kernel.orgs.api import Actor, names_of, post_kinds, staff
from zhenwu.lib.clock import LOCAL
from zhenwu.lib.problems import Problem
from zhenwu.web.doors import line_labels
from zhenwu.web.entry import Control, control_of
from zhenwu.web.linked import called, chosen_from
from zhenwu.web.matter_kinds import condition_choices, kind_choices, kind_title, leading_office
from zhenwu.web.records import author_name, authors_of, place_name
from zhenwu.web.words import moment

LONGEST = 2000
GOES_BACK = 3  # the rank from which on a step is asked for twice
_WORDS = {"reason": "理由", "result": "处理结果"}


@dataclass(frozen=True)
class Choice:
    """A step that can be taken: its action, the controls of its form; ``overriding``: only by passing a rule (破例). A ``grave`` one is
    asked for twice: ``asking`` says what it does."""

    action: Action
    controls: tuple[Control, ...]
    overriding: bool = False
    op_id: UUID = field(default_factory=uuid4)
    main: bool = False
    open: bool = False
    grave: bool = False
    asking: str = ""

    @property
    def has_files(self) -> bool:
        return any(one.kind in ("photo", "paper") for one in self.controls)

    @property
    def id(self) -> str:
        return f"pass-{self.action.id}" if self.overriding else self.action.id


def choices(who: Actor, step: Step) -> list[Choice]:
    """What this person may do now, what goes on first and what goes back last."""
    able = sorted(allowed_actions(who, step), key=lambda action: _rank(action, step))
    passed = states_passed(step) if any(action.id == "jump" for action in able) else []
    workflow = workflow_of(step.matter)
    return [
        Choice(action, chosen_from(who, workflow, controls_of(action, step)), main=_rank(action, step) == 0, grave=_rank(action, step) >= GOES_BACK)
        for action in able if (action.id != "jump" or passed) and (KIND not in action.needs or kind_choices(step))
    ]  # fmt: skip


def exceptions(who: Actor, step: Step) -> list[Choice]:
    """What they may do only by passing a rule, with a reason."""
    workflow = workflow_of(step.matter)
    return [Choice(action, chosen_from(who, workflow, controls_of(action, step, reason=True)), overriding=True, grave=True) for action in may_override(who, step)]


def whose_turn(step: Step) -> tuple[str, str] | None:
    """What goes on from here and which posts take it, in words; None for what has ended, rests or was merged."""
    if step.columns.get("merged"):
        return None
    moves = [(action, move) for action, move in workflow_of(step.matter).moves_from(step.state) if _rank(action, step) == 0 and move.posts]
    if not moves:
        return None
    action, first = moves[0]
    kinds = post_kinds()
    labels = "、".join(sorted(kinds[post].label for post in first.posts if post in kinds))
    where = f"{place_name(step.assigned_id)}的" if first.at_office and step.assigned_id else ""
    return action.label, f"{where}{labels}"


def _rank(action: Action, step: Step) -> int:
    """Where an action stands among the buttons: 0 goes on, 1 stays, 2 asks or tells something, 3 goes back, 4 ends
    without an answer, or is for few eyes from then on."""
    if action.voids or action.seals or action.id in ("refuse", "decline"):
        return 4
    workflow = workflow_of(step.matter)
    targets = [workflow.state(move.target) for move in action.moves if move.source == step.state]
    if any(state.pauses for state in targets):
        return 2
    if action.returns or action.reworks or action.reopens or action.level or action.id in ("withdraw", "jump"):
        return 3
    if action.id in BUILT_IN or action.id in ("suspend", "transfer"):
        return 2
    return int(any(move.source == step.state == move.target for move in action.moves))


def controls_of(action: Action, step: Step, reason: bool = False) -> tuple[Control, ...]:
    """What a step asks for; one that asks for nothing may still be explained."""
    names = list(dict.fromkeys([*action.needs, *action.takes, *(["reason"] if reason else [])]))
    if not {"reason", "result"} & set(names) and action.id not in ("rate", "grant_extension"):
        names.append("reason")
    must = {*action.needs, *(["reason"] if reason else [])}
    return tuple(one for name in names if (one := _control(name, name in must, step)).kind != "choice" or one.options or one.required)


def uploads(files: Any) -> list[Upload]:
    """The photos and papers that came with a form, read no further than may be kept."""
    return [Upload(kind, one.name, one.read(LARGEST + 1)) for kind in ("photo", "paper") for one in files.getlist(kind)]


def _control(name: str, must: bool, step: Step) -> Control:
    workflow = workflow_of(step.matter)
    label = GIVEN.get(name, name)
    if name in _WORDS:
        return Control(name, label if must else "要说明的", "text", required=must, longest=LONGEST)
    if name in ("unit", "assist"):
        leads = leading_office(step) if name == "unit" else None
        return Control(name, "主办单位" if name == "unit" else "协办单位", "unit" if name == "unit" else "units", str(leads or ""), required=must)
    if name == "barred":
        return barring(must)
    if name in ("photo", "paper"):
        return Control(name, label, name, required=must)
    if name == "to":
        return Control(name, "退到哪个环节", "choice", required=True, options=tuple((one, workflow.state(one).label) for one in states_passed(step)))
    if name == "ending" and workflow.endings:
        return Control(name, label, "choice", required=must, options=workflow.endings)
    if name == "rating":
        return Control(name, "满意不满意", "choice", required=True, options=tuple(RATINGS.items()))
    if name == "limit":
        limits = tuple((one.id, one.called) for one in workflow.limits if one.extend and step.state in one.during)
        return Control(name, "哪个时限", "choice", limits[0][0] if len(limits) == 1 else "", required=True, options=limits)
    if name == "units":
        return Control(name, "延多久", "number", required=True, hint=_longest(workflow, step))
    return _kind(name, must, step) or _own(name, must, step) or Control(name, label, "line", required=must)


def _kind(name: str, must: bool, step: Step) -> Control | None:
    """Of which kind a matter is, and on which condition it is accepted; what stands already is chosen. None for any other field."""
    if name != KIND and name not in _finer(workflow_of(step.matter)):
        return None
    stands, label = str(step.columns.get(name) or ""), _label(workflow_of(step.matter), name)
    if name == KIND:
        return Control(name, label, "choice", stands, required=must, options=kind_choices(step), hint="时限照这个小类算。")
    return Control(name, label, "choice", stands, required=must, options=condition_choices(step), hint="同一小类条件不同、时限不同的才选；选了，时限照它算。")


def _finer(workflow: Workflow) -> set[str]:
    """The fields that hold a condition of acceptance within a kind."""
    return {one.finer for one in workflow.limits if one.finer}


def _label(workflow: Workflow, name: str) -> str:
    return GIVEN.get(name) or next((one.label for one in workflow.form.fields if one.id == name), name) if workflow.form else name


def _own(name: str, must: bool, step: Step) -> Control | None:
    """A field of the workflow's own; a day towards which a limit runs is not typed twice."""
    workflow = workflow_of(step.matter)
    own = next((one for one in workflow.form.fields if one.id == name), None) if workflow.form else None
    if own is None:
        return None
    stands = step.columns.get(name) if any(one.until == name for one in workflow.limits) else None
    return replace(control_of(own, name, must), value=str(stands or ""))


def barring(must: bool) -> Control:
    """Who is to be kept out of a matter: anybody of the staff."""
    hint = "这件事反映的、或者和这件事有利害关系的工作人员。选了以后，他看不到这件事，也不知道有这件事。名单里没有的人本来就看不到。"
    people = tuple((str(one.person_id), f"{one.name}（{'、'.join(sorted({post_kinds()[kind].label for kind in one.post_kinds}))}）") for one in staff())
    return Control("barred", GIVEN["barred"], "people", hint=hint, required=must, options=people)


def _longest(workflow: Workflow, step: Step) -> str:
    able = [one for one in workflow.limits if one.extend and step.state in one.during]
    return "；".join(f"{one.called}最多延 {one.extend.most} 个{CLOCKS[one.clock]}" for one in able if one.extend and one.clock in CLOCKS)


def filled(choice: Choice, sent: QueryDict) -> dict[str, Any]:
    """What was filled in for a step."""
    given: dict[str, Any] = {}
    for one in choice.controls:
        if one.kind in ("photo", "paper"):
            continue
        if one.kind in ("units", "people"):
            given |= {one.name: several} if (several := [told for told in sent.getlist(one.name) if told]) else {}
        elif words := sent.get(one.name, "").strip()[:LONGEST]:
            given[one.name] = words
    return given


def wants_asking(choice: Choice, sent: QueryDict) -> bool:
    """Whether a grave step that was filled in has not yet been asked for twice. What is blank is told first."""
    given = filled(choice, sent)
    complete = all(one.name in given for one in choice.controls if one.required and one.kind not in ("photo", "paper"))
    return choice.grave and complete and not sent.get("sure")


def asked(choice: Choice, sent: QueryDict, step: Step) -> Choice:
    """A grave step as it was filled in, saying what it does before it is taken."""
    return replace(choice, controls=tuple(as_sent(choice.controls, sent)), open=True, asking=_done_by(choice.action, step, sent))


def _done_by(action: Action, step: Step, sent: QueryDict) -> str:
    """What a step does to a matter, in words."""
    workflow, label = workflow_of(step.matter), action.label
    if action.seals:
        return f"“{label}”以后，只有任命里写明“{line_labels().get(action.seals, action.seals)}”的人看得到这件事，别人都看不到，也不知道有这件事。"
    if action.id == "withdraw":
        return "撤回以后，您刚才办的那一步不算，这件事回到那一步以前。"
    target = sent.get("to") if action.id == "jump" else next((move.target for move in action.moves if move.source == step.state), None)
    state = next((one for one in workflow.states if one.id == target), None)
    if state is None:
        return f"“{label}”以后，经过里都留痕。"
    ends = "，不再往下办" if state.end else ""
    return f"“{label}”以后，这件事{'回到' if _rank(action, step) == GOES_BACK else '到'}“{state.label}”{ends}。"


def refilled(choice: Choice, sent: QueryDict, problem: Problem) -> Choice:
    """A step's form as it was sent, to be mended, with what is wrong at each control."""
    return replace(choice, controls=tuple(marked(as_sent(choice.controls, sent), problem)), open=True, op_id=uuid4())


def as_sent(controls: Iterable[Control], sent: QueryDict) -> list[Control]:
    """The controls with what was filled in."""
    return [replace(one, value=" ".join(sent.getlist(one.name))[:LONGEST]) for one in controls]


def marked(controls: Iterable[Control], problem: Problem, prefix: str = "") -> list[Control]:
    """The controls, each with what is wrong with it; ``prefix`` is what their names have before those of what is given."""
    told: dict[str, list[str]] = {}
    for one in problem.all:
        for name in one.fields:
            told.setdefault(f"{prefix}{name}", []).append("还没有填。" if one.code == "matter.missing" else f"{one.message}。")
    return [replace(one, error=" ".join(told.get(one.name, ()))) for one in controls]


def told(who: Actor, steps: Sequence[Step], workflow: Workflow) -> list[dict[str, Any]]:
    """The steps as the page tells them, newest first."""
    names = authors_of(step.principal for step in steps)
    labels = {name: action.label for name, action in BUILT_IN.items()} | {action.id: action.label for action in workflow.actions}
    return [
        {
            "label": labels.get(step.action, step.action), "who": "系统自动" if step.principal == "system" else author_name(step.principal, names),
            "when": moment(step.at), "words": str(step.given.get("reason") or step.given.get("result") or ""),
            "to": place_name(UUID(str(step.given["unit"]))) if step.given.get("unit") else "",
            "assist": "、".join(place_name(UUID(unit)) for unit in step.given.get("assist") or ()),
            "rest": list(_rest(who, step, workflow)), "overruled": step.given.get("overruled") or (),
        }
        for step in reversed(steps)
    ]  # fmt: skip


def _rest(who: Actor, step: Step, workflow: Workflow) -> Iterable[tuple[str, str]]:
    """What else was filled in with a step: (label, words)."""
    fields = {one.id: one for one in workflow.form.fields} if workflow.form else {}
    for name, value in step.given.items():
        if name == KIND or name in _finer(workflow):
            yield GIVEN.get(name) or fields[name].label, kind_title(step, str(value))
        elif name in fields:
            yield fields[name].label, _shown(who, fields[name], step.columns.get(name))
        elif name == "rating":
            yield "评价", RATINGS.get(str(value), str(value))
        elif name == "to" and step.action == "jump":
            yield "退到", workflow.state(str(value)).label
        elif name == "units":
            yield "延期", f"{value}{_unit_of(workflow, str(step.given.get('limit')))}"
        elif name == "seen_at":
            yield "看到的时间", moment(datetime.fromisoformat(value))
        elif name == "paper_no":
            yield GIVEN[name], str(value)
        elif name == "barred":
            yield GIVEN[name], "、".join(names_of(map(UUID, value)).values())


def _shown(who: Actor, field: Field, value: Any) -> str:
    """A value of a field of the workflow's own; of a link, what it names."""
    return called(who, field, str(value)) if field.type == "link" and value else shown(field, value)


def _unit_of(workflow: Workflow, limit: str) -> str:
    """The unit that a limit counts, with its measure word."""
    clock = next((one.clock for one in workflow.limits if one.id == limit), "")
    return f" 个{CLOCKS[clock]}" if clock in CLOCKS else ""


def standing_words(who: Actor, step: Step) -> list[tuple[str, str]]:
    """What a matter says of itself beside its state: where it was sent, who assists, its level, its fields, what it waits for."""
    workflow, standing = workflow_of(step.matter), standing_at(step)
    found = [("来源", channels().get(code, code))] if (code := step.columns.get("channel")) else []
    found += [("主办", place_name(step.assigned_id))] if step.assigned_id else []
    for unit, part in standing.parts.items():
        state = "还没有反馈" if part.answered is None else "已退回" if part.declined else "已反馈"
        found.append(("协办", f"{place_name(UUID(unit))}（{state}）"))
    found += [("现在由哪一级办", LEVELS[standing.level])] if standing.level in LEVELS else []
    found += [(one.label, _shown(who, one, step.columns[one.id])) for one in (workflow.form.fields if workflow.form else ()) if step.columns.get(one.id) is not None and one.id not in _finer(workflow)]
    if standing.request:
        label = next((one.called for one in workflow.limits if one.id == standing.request.limit), "")
        found.append(("等批准", f"申请{label}延 {standing.request.units}{_unit_of(workflow, standing.request.limit)}"))
    counted = (("退回", standing.returned), ("返工", standing.reworked), ("挂账", standing.suspended), ("重开", standing.reopened), ("延期", standing.extended))
    found += [("曾经", "，".join(f"{name} {times} 次" for name, times in counted if times))] if any(times for _, times in counted) else []
    found += [("不让看的人", "、".join(names_of(map(UUID, standing.barred)).values()))] if standing.barred else []
    found += [("只给谁看", "、".join(line_labels().get(line, line) for line in [standing.sealed]))] if standing.sealed else []
    found += [("结案类型", label) for code, label in workflow.endings if code == standing.ending]
    found += [("归档", f"{standing.marks['archived'].astimezone(LOCAL):%Y-%m-%d}")] if "archived" in standing.marks else []
    found += [("评价", RATINGS[standing.rating])] if standing.rating in RATINGS else []
    return found
