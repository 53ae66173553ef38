"""What a step of a matter brings into a ledger: the record that its rule names by key is corrected, or made where there is none.

The system writes, on the word that the step gave: its reason names the step. What the record says already is written no second time,
so that a batch that comes again does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from zhenwu.kernel.definitions.api import current
from zhenwu.kernel.ledgers.api import (
    Form,
    RecordInput,
    Until,
    find_record,
    form_of,
    history,
    live_version,
    remove_record,
    save_record,
    save_records,
)
from zhenwu.kernel.matters.api import Stepped, typed
from zhenwu.kernel.orgs.api import SYSTEM, tree
from zhenwu.kernel.rules.rule import Enter, Rule
from zhenwu.lib.problems import Conflict

CITED = "record"  # beside what a step says: the key of the record that its matter is about
BACK = ("withdraw", "jump")  # the steps that take others back
_LONGEST_REASON = 200
_TRIES = 3
OpId = Callable[[str], UUID]


def enter(rule: Rule, step: Stepped, op_id: OpId) -> None:
    """Do what a rule says of a step, if its condition comes to hold; where one that held is taken back (撤回、退到指定环节), the record
    that it made is void, and what it had brought into another is taken out of it again. Raises what the ledger refuses."""
    if rule.enter is None or step.workflow != rule.listens:
        return
    held, holds = step.before is not None and bool(rule.holds(step.before)), bool(rule.holds(step.after))
    if held == holds:
        return
    said = _with_cited(rule.enter, step)
    if said is None:
        return
    thing = f"{step.matter} {step.number}"
    for turn in range(_TRIES):
        try:
            if holds:
                _bring(rule, rule.enter, step, said, op_id(f"{thing} {turn}"))
            elif step.action in BACK:
                _take_back(rule, rule.enter, step, said, op_id(f"{thing} {turn}"))
            return
        except Conflict:
            if turn == _TRIES - 1:
                raise


def _with_cited(entry: Enter, step: Stepped) -> Mapping[str, str] | None:
    """What the step says, with the key of the record that its matter is about; None where a rule asks for that and there is none."""
    asked = CITED in entry.given.values() or any(f"{{{CITED}}}" in words for words in entry.says.values())
    if not asked:
        return step.said
    live = live_version(step.record) if step.record else None
    return None if live is None or live.removed else {**step.said, CITED: live.key}


def _bring(rule: Rule, entry: Enter, step: Stepped, said: Mapping[str, str], op_id: UUID) -> None:
    form = form_of(current("ledger", entry.ledger))
    data = entry.data(said)
    is_new = find_record(entry.ledger, key_of(form, data)) is None
    # What comes to hold again because a later step was taken back happened on its own day, which the record has.
    day, until = (None, None) if step.action in BACK and not is_new else (said.get(entry.day), said.get(entry.until))
    row = RecordInput(data, place_for(form, step.unit) if is_new else None, day or (said["step_on"] if is_new else None), until, reason=_reason(rule, step))
    save_records(SYSTEM, entry.ledger, [row], op_id, correct=True)


def _take_back(rule: Rule, entry: Enter, step: Stepped, said: Mapping[str, str], op_id: UUID) -> None:
    """Take away what the step that is taken back had brought: a record that the rule says all of, and not the one which the matter is about,
    is void; of any other, what it said before is put back where nothing was written over it since."""
    form = form_of(current("ledger", entry.ledger))
    data = entry.data({**said, **step.said_before})
    record = find_record(entry.ledger, key_of(form, data))
    if record is None:
        return
    versions = history(record)
    if record != step.record and all(data.get(one.id) for one in form.fields if one.required):
        remove_record(SYSTEM, entry.ledger, record, versions[-1].number, _taken_back(rule, step), op_id)
    elif (row := _as_before(rule, entry, step, form, versions)) is not None:
        save_record(SYSTEM, entry.ledger, row, op_id, record, versions[-1].number)


def _as_before(rule: Rule, entry: Enter, step: Stepped, form: Form, versions: Sequence[Any]) -> RecordInput | None:
    """What undoes the version that the rule brought last: each field, and the record's own days, that still say what was brought go back to
    what they said before it. None where nothing is left to undo, or where it was the first version (the record itself stays)."""
    live, ours = versions[-1], [one.author == SYSTEM.principal and one.reason.startswith(_brought_by(rule)) for one in versions]
    brought = next((at for at in range(len(versions) - 1, 0, -1) if ours[at]), 0)
    if not brought or live.removed:
        return None
    then, old = versions[brought], versions[brought - 1]
    named = [one for one in form.fields if one.id in {*entry.given, *entry.says} and one.id not in form.key_fields and not one.is_personal]
    undone = [one for one in named if live.data.get(one.id) == then.data.get(one.id) != old.data.get(one.id)]
    data = {one.id: "" if old.data.get(one.id) is None else typed(old.data[one.id], one.scale) for one in undone}
    day = old.starts_on if live.starts_on == then.starts_on != old.starts_on else None
    until = (old.ends_on or Until.OPEN) if live.ends_on == then.ends_on != old.ends_on else None
    return RecordInput(data, day=day, until=until, reason=_taken_back(rule, step)) if data or day or until else None


def _taken_back(rule: Rule, step: Stepped) -> str:
    """Begins otherwise than what was brought, so that no later turn takes it for that."""
    return f"{rule.label}，这一步收回了：事项退到“{step.state}”"[:_LONGEST_REASON]


def _brought_by(rule: Rule) -> str:
    """How the reasons begin that this rule writes."""
    return f"{rule.label}：事项办到"[:_LONGEST_REASON]


def key_of(form: Form, data: Mapping[str, str]) -> str:
    """The key that a record with this data has."""
    return "/".join(data.get(name, "") for name in form.key_fields)


def place_for(form: Form, unit: UUID) -> UUID:
    """Where a record that news of a place makes is entered today: that place, or what lies over it at the ledger's level."""
    now = tree()
    home = now.place(unit).unit_id
    return next((one for one in (home, *now.ancestors(home)) if now.kind(one) == form.unit_level), home)


def _reason(rule: Rule, step: Stepped) -> str:
    return f"{_brought_by(rule)}“{step.state}”"[:_LONGEST_REASON]
