"""Verbs about the people of the staff: enrolment, posts, charges. Each is one event.

System administrators enrol, security administrators appoint: nobody gives rights to an account they made for
themselves, and nobody appoints themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.contrib.auth.hashers import make_password
from django.db.models import Q

from zhenwu.kernel.journal.api import Act, Writer, perform
from zhenwu.kernel.orgs import store
from zhenwu.kernel.orgs.access import require, stands
from zhenwu.kernel.orgs.actors import EVERY_LINE, Actor, post_kinds
from zhenwu.kernel.orgs.models import Charge, Person, Post
from zhenwu.lib.digests import digest
from zhenwu.lib.problems import NotFound, Problem, Refused

_USERNAME = re.compile(r"[a-z0-9][a-z0-9_.-]{1,39}")
_LINE = re.compile(r"\*|[a-z][a-z0-9_]{0,59}")
SHORTEST_PASSWORD = 10


@dataclass(frozen=True)
class FirstPassword:
    """A password that many accounts begin with, hashed once: hashing is slow by design."""

    words: str
    hashed: str

    @classmethod
    def of(cls, words: str) -> FirstPassword:
        return cls(words, make_password(words))


def enrol_person(actor: Actor, op_id: UUID, username: str, name: str, password: str | FirstPassword) -> UUID:
    """Give somebody an account without any post; returns the person's id. Only the password's hash is kept."""
    require(actor, "people")
    _named(username, name)
    words = password.words if isinstance(password, FirstPassword) else password
    if not SHORTEST_PASSWORD <= len(words) <= 256 or username in words.lower() or not words.isprintable():
        remedy = f"密码至少{SHORTEST_PASSWORD}个字符，不要包含登录名。"
        raise Problem("orgs.person.password", "密码太短或太容易猜", remedy)
    # Slow by design, hence before the transaction.
    hashed = password.hashed if isinstance(password, FirstPassword) else make_password(password)
    return _enrol(actor, op_id, username, name, hashed)


def enrol_system(actor: Actor, op_id: UUID, username: str, name: str) -> UUID:
    """Enrol another system: a person like all others to posts and the journal, who has no password and comes in by a token."""
    require(actor, "people")
    _named(username, name)
    return _enrol(actor, op_id, username, name, make_password(None), system=True)


def _named(username: str, name: str) -> None:
    if not _USERNAME.fullmatch(username):
        raise Problem("orgs.person.username", "登录名不合要求", "用2到40个小写字母、数字或 . _ -，以字母或数字开头。")
    if not name.strip() or len(name) > 40 or not name.isprintable():
        raise Problem("orgs.person.name", "姓名不合要求", "写1到40个字，不要换行。")


def _enrol(actor: Actor, op_id: UUID, username: str, name: str, hashed: str, system: bool = False) -> UUID:
    person_id = uuid5(op_id, "person")
    told = {"person": str(person_id)} | ({"system": True} if system else {})

    def write(writer: Writer) -> dict[str, Any]:
        if Person.objects.filter(username=username).exists():
            raise Problem("orgs.person.taken", f"登录名“{username}”已有人使用", "请换一个登录名。")
        writer.event("person.enrolled", f"person:{person_id}", told)
        Person.objects.create(id=person_id, username=username, name=name.strip(), password=hashed)
        return {"person": str(person_id)}

    asked = {"username": username, "name": name} | ({"system": True} if system else {})
    perform(Act(actor.principal, op_id, "person.enrolled", asked), write)
    return person_id


def appoint(
    actor: Actor,
    op_id: UUID,
    person: UUID,
    kind: str,
    unit: UUID,
    lines: Sequence[str],
    valid_from: date,
    valid_until: date | None = None,
) -> UUID:
    """Give a person a post at a unit for lines of work (pack ids, or ``["*"]``); returns the post's id.

    ``valid_until`` is the first day without it. Administrators of different kinds must be different people
    (``Problem('orgs.post.apart')``).
    """
    require(actor, "posts")
    _not_oneself(actor, person)
    _span(valid_from, valid_until)
    if kind not in post_kinds():
        known = "、".join(post.label for post in post_kinds().values())
        raise Problem("orgs.post.kind", f"没有“{kind}”这种岗位", f"可选：{known}。")
    kept = sorted(set(lines))
    if any(not _LINE.fullmatch(line) for line in kept) or (EVERY_LINE in kept and len(kept) > 1):
        raise Problem("orgs.post.lines", "条线写得不对", "写业务模块的编号，或者只写一个 * 表示全部。")
    post_id = uuid5(op_id, "post")
    asked = {
        "person": str(person), "kind": kind, "unit": str(unit), "lines": kept,
        "from": str(valid_from), "until": str(valid_until),
    }  # fmt: skip

    def write(writer: Writer) -> dict[str, Any]:
        _known_person(person)
        _standing_unit(unit, valid_from)
        _refuse_together(person, kind, valid_from, valid_until)
        body = {"post": str(post_id), "person": str(person), "unit": str(unit), "digest": digest(asked)}
        event = writer.event("post.appointed", f"person:{person}", body)
        Post.objects.create(
            id=post_id, person_id=person, kind=kind, unit_id=unit, lines=kept,
            valid_from=valid_from, valid_until=valid_until, event=event,
        )  # fmt: skip
        return {"post": str(post_id)}

    perform(Act(actor.principal, op_id, "post.appointed", asked), write)
    return post_id


def dismiss(actor: Actor, op_id: UUID, post: UUID, on: date) -> None:
    """End a post; ``on`` is the first day without it, and may not lie before its first or after its last."""
    require(actor, "posts")

    def write(writer: Writer) -> dict[str, Any]:
        held = Post.objects.select_for_update().filter(id=post).first()
        if held is None:
            raise NotFound("orgs.post.unknown", "没有这个任职", "请从任职列表里选择。")
        if on < held.valid_from or (held.valid_until is not None and on > held.valid_until):
            raise Problem("orgs.post.day", "免职日期不在任职期间之内", f"任职从{held.valid_from}开始。")
        event = writer.event("post.dismissed", f"person:{held.person_id}", {"post": str(post), "on": str(on)})
        Post.objects.filter(id=post).update(valid_until=on, ended_by=event)
        return {"post": str(post)}

    perform(Act(actor.principal, op_id, "post.dismissed", {"post": str(post), "on": str(on)}), write)


def set_charge(
    actor: Actor,
    op_id: UUID,
    person: UUID,
    unit: UUID,
    duty: str,
    valid_from: date,
    valid_until: date | None = None,
) -> UUID:
    """Make a person answer for a duty at a unit over ``[valid_from, valid_until)``; returns the charge's id.

    It replaces the same person's charge of that duty there beginning on the same day or later: a charge is
    ended by setting it again with its first day and a ``valid_until``. Several people may share a duty.
    """
    require(actor, "charges")
    _span(valid_from, valid_until)
    if not re.fullmatch(r"[a-z][a-z0-9_.]{0,59}", duty):
        raise Problem("orgs.charge.duty", "包干职责的编号不合要求", "用小写字母、数字和下划线。")
    charge_id = uuid5(op_id, "charge")
    asked = {
        "person": str(person), "unit": str(unit), "duty": duty,
        "from": str(valid_from), "until": str(valid_until),
    }  # fmt: skip

    def write(writer: Writer) -> dict[str, Any]:
        _known_person(person)
        _standing_unit(unit, valid_from)
        same = Charge.objects.filter(person_id=person, unit_id=unit, duty=duty, retired_by=None)
        if same.filter(Q(valid_until=None) | Q(valid_until__gt=valid_from), valid_from__lt=valid_from).exists():
            raise Problem("orgs.charge.overlap", "这个人在这里的同一职责还没有到期", "先给原来的包干写上截止日期。")
        event = writer.event("charge.set", f"unit:{unit}", {"charge": str(charge_id), "person": str(person)})
        same.filter(valid_from__gte=valid_from).update(retired_by=event)
        Charge.objects.create(
            id=charge_id, person_id=person, unit_id=unit, duty=duty,
            valid_from=valid_from, valid_until=valid_until, event=event,
        )  # fmt: skip
        return {"charge": str(charge_id)}

    perform(Act(actor.principal, op_id, "charge.set", asked), write)
    return charge_id


def _not_oneself(actor: Actor, person: UUID) -> None:
    if actor.person_id == person:
        raise Refused("orgs.post.oneself", "不能给自己任职", "请由另一位安全管理员办理。")


def _span(valid_from: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until <= valid_from:
        raise Problem("orgs.span", "截止日期要晚于开始日期", "截止日期是不再有效的第一天。")


def _known_person(person: UUID) -> None:
    # The row is locked so that two appointments of one person are judged one after the other.
    if not Person.objects.select_for_update().filter(id=person, is_active=True).exists():
        raise NotFound("orgs.person.unknown", "没有这个人员，或账号已停用", "请从人员列表里选择。")


def _standing_unit(unit: UUID, day: date) -> None:
    store.hold()
    if not stands(unit, day):
        raise Problem("orgs.unit.absent", f"{day}没有这个单位", "它可能尚未设立或已经撤并。")


def _refuse_together(person: UUID, kind: str, valid_from: date, valid_until: date | None) -> None:
    if not post_kinds()[kind].apart:
        return
    others = [key for key, post in post_kinds().items() if post.apart and key != kind]
    held = Post.objects.filter(Q(valid_until=None) | Q(valid_until__gt=valid_from), person_id=person, kind__in=others)
    if valid_until is not None:
        held = held.filter(valid_from__lt=valid_until)
    if held.exists():
        what = "系统管理员、安全管理员、审计员不能由同一个人担任"
        raise Problem("orgs.post.apart", what, "请另选一个人，或先免去他原来的管理岗位。")
