"""The inside of a house: what the processes of ``tests.kernel.house`` do. ``python -m tests.kernel.inside f '[args]'``."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhenwu.site.settings")

if __name__ == "__main__":
    import django

    django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.kernel import yard
from tests.kernel.killing import killed_everywhere, told_in
from tests.orgs.staff import found_town
from zhenwu.jobs.clockwork import Clockwork
from zhenwu.kernel.files import api as files
from zhenwu.kernel.journal import api as journal
from zhenwu.kernel.journal.models import Event, Seal, Sequenced
from zhenwu.kernel.ledgers import api as ledgers
from zhenwu.kernel.ledgers.api import RecordInput
from zhenwu.kernel.ledgers.models import Subject, Version
from zhenwu.kernel.metrics.api import Figures, SeriesInput, catch_up, import_series, rebuild
from zhenwu.kernel.metrics.models import SeriesValue
from zhenwu.kernel.orgs.api import SYSTEM, tree
from zhenwu.lib.periods import Period
from zhenwu.lib.problems import Conflict, Problem

PATIENCE = 60.0  # seconds: whoever else uses the server may have a transaction open
DAY, PHOTO = "2020-03-01", bytes(range(256)) * 40


def prepare() -> str:
    """A township with the yard pack; the id of a grid."""
    call_command("migrate", verbosity=0)
    town = found_town()
    yard.install_yard()
    return str(town["深塘一格"])


def furnish(number: str) -> str:
    """The yard pack, a person in its care and a photo, in a house that has its township already; the photo's hash."""
    yard.install_yard()
    ledgers.save_record(SYSTEM, yard.CARE, RecordInput({"id_number": number, "who": "王小明"}, grid(), DAY), uuid4())
    return files.put_file(SYSTEM, "门前.jpg", "image/jpeg", PHOTO, uuid4())


def show_photo(digest: str) -> bool:
    """Whether the photo is what it was."""
    return files.take_file(digest)[2] == PHOTO


def grid() -> UUID:
    return tree().of_kind("grid")[0]


def save(code: str, area: str, op_id: UUID, record: UUID | None = None, base: int = 0) -> dict[str, Any]:
    data = {"code": code, "area": area, "state": "removed"}
    entry = RecordInput(data, grid(), DAY, reason="复测" if record else "")
    return ledgers.save_record(SYSTEM, yard.HOUSE, entry, op_id, record=record, base_version=base)


def write(seconds: float) -> None:
    """Enter and correct as fast as it goes, telling each write once it is acknowledged."""
    until, n = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        n += 1
        op_id, code = uuid4(), f"{os.getpid()}-{n}"
        answer = save(code, "10", op_id)
        tell({"op": str(op_id), "code": code, "record": answer["record"], "version": 1})
        if n % 3 == 0:
            op_id = uuid4()
            save(code, "20", op_id, UUID(answer["record"]), 1)
            tell({"op": str(op_id), "code": code, "record": answer["record"], "version": 2})


def follow(seconds: float) -> None:
    """Sequence and count without rest."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        catch_up()
        tell(journal.head())


def die_everywhere() -> dict[str, Any]:
    """Enter, correct, sequence and count, killed before every single statement; what had been acknowledged."""
    said = Path(settings.HOME) / "said"
    said.mkdir()

    def act(n: int) -> None:
        with open(said / f"{n:03}", "w", buffering=1) as file, redirect_stdout(file):
            answer = save(f"K{n}", "10", op_id := uuid4())
            tell({"op": str(op_id), "code": f"K{n}", "record": answer["record"], "version": 1})
            catch_up()
            save(f"K{n}", "20", op_id := uuid4(), UUID(answer["record"]), 1)
            tell({"op": str(op_id), "code": f"K{n}", "record": answer["record"], "version": 2})
            catch_up()

    killed = killed_everywhere(act)
    return {"killed": killed, "told": [json.loads(line) for text in told_in(said) for line in text.splitlines()]}


def turn(seconds: float) -> None:
    """Turn the clockwork without rest: it writes the seals outside the database too."""
    work, until = Clockwork(Path(settings.HOME)), time.monotonic() + seconds
    while time.monotonic() < until:
        work.turn()
        tell(journal.head())


def examine(told: list[dict[str, Any]]) -> list[str]:
    """What does not hold after processes were killed; ``told`` are the acknowledged writes."""
    wrong = []
    there = {(str(v.record_id), v.number) for v in Version.objects.all()}
    wrong += [f"lost: {one}" for one in told if (one["record"], one["version"]) not in there]
    named = {
        (str(UUID(record)), number, event.id)
        for event in Event.objects.filter(kind="record.saved")
        for record, number, _ in event.body["versions"]
    }
    kept = {(str(v.record_id), v.number, v.event_id) for v in Version.objects.all()}
    wrong += [f"half a step: {one}" for one in named ^ kept]
    for record in set(Version.objects.values_list("record_id", flat=True)):
        numbers = list(Version.objects.filter(record_id=record).order_by("number").values_list("number", flat=True))
        live = Version.objects.filter(record_id=record, retired_by=None).count()
        if numbers != list(range(1, len(numbers) + 1)) or live != 1:
            wrong.append(f"versions of {record}: {numbers}, live {live}")
    journal.sequence(PATIENCE)
    head = catch_up()
    if Event.objects.filter(sequenced=None).exists() or journal.position_of("cells") != head:
        wrong.append("a follower stays behind")
    wrong += [str(found) for found in journal.verify_chain()] + ledgers.altered() + list(rebuild(write=False).differed)
    for one in told[:3] + told[-3:]:
        again = save(one["code"], "20" if one["version"] == 2 else "10", UUID(one["op"]),
                     UUID(one["record"]) if one["version"] == 2 else None, one["version"] - 1)  # fmt: skip
        if (again["record"], again["version"]) != (one["record"], one["version"]):
            wrong.append(f"another answer: {again}")
    if Version.objects.count() != len(kept):
        wrong.append("a repeated operation wrote again")
    return wrong


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do things in threads of their own, at the same moment; answers, or the problems' codes."""
    start = threading.Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return act()
        except Conflict as conflict:
            return ["conflict", conflict.ours, conflict.theirs]
        except Problem as problem:
            return problem.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def same_operation_twice() -> dict[str, Any]:
    """Two threads send one operation: a new record each time round, then a correction."""
    answers = []
    for n in range(4):
        op_id = uuid4()
        first = at_once(*[lambda op_id=op_id, n=n: save(f"S{n}", "10", op_id)] * 3)
        op_id, record = uuid4(), UUID(first[0]["record"])
        second = at_once(*[lambda op_id=op_id, n=n, record=record: save(f"S{n}", "20", op_id, record, 1)] * 3)
        answers.append([first, second])
    return {"answers": answers, "versions": Version.objects.count()}


def two_correctors() -> list[Any]:
    """Two people correct one record; returns their answers, several times over."""
    found = []
    for n in range(4):
        record = UUID(save(f"C{n}", "10", uuid4())["record"])
        acts = [lambda area=area, n=n, record=record: save(f"C{n}", area, uuid4(), record, 1) for area in ("20", "30")]
        found.append(at_once(*acts))
    return found


def two_sequencers() -> dict[str, Any]:
    """Writers and sequencers side by side."""
    def some(name: str) -> None:
        for n in range(6):
            save(f"{name}{n}", "10", uuid4())

    def sequencing() -> None:
        for _ in range(12):
            journal.sequence()

    at_once(lambda: some("a"), lambda: some("b"), sequencing, sequencing)
    journal.sequence(PATIENCE)
    positions = list(Sequenced.objects.order_by("position").values_list("position", flat=True))
    return {
        "gapless": positions == list(range(1, len(positions) + 1)), "all": len(positions) == Event.objects.count(),
        "breaks": [str(found) for found in journal.verify_chain()],
        "seals": Seal.objects.count() <= len(positions),
    }  # fmt: skip


class Hand:
    """Another connection, in a thread of its own, led step by step through one transaction."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1)
        self.pool.submit(lambda: connection.set_autocommit(False)).result()

    def number(self) -> int:
        """Draw the transaction's number without writing anything."""
        def ask() -> int:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()::text::bigint")
                return cursor.fetchone()[0]

        return self.pool.submit(ask).result()

    def event(self, name: str) -> None:
        act = journal.Act("system", uuid4(), "test", {})
        self.pool.submit(lambda: journal.Writer(act).event("test.done", name, {})).result()

    def commit(self) -> None:
        self.pool.submit(lambda: connection.commit()).result()

    def end(self) -> None:
        self.pool.submit(lambda: connection.close()).result()
        self.pool.shutdown()


def in_reverse_order() -> list[list[str]]:
    """The earlier event commits last: what is sequenced while it is open, and after."""
    first, second = Hand(), Hand()
    first.event("first")
    second.event("second")
    second.commit()
    journal.sequence()
    seen = [_tested()]
    first.commit()
    journal.sequence(PATIENCE)
    first.end(), second.end()
    return [*seen, _tested()]


def two_importers() -> dict[str, Any]:
    """Two imports of one figure whose transactions overlap, the second begun before the first commits; twice over."""
    told = []
    for values in (("10", "20"), ("30", "40")):  # first nothing stands there, then the winner's value
        first = Hand()
        first.pool.submit(lambda value=values[0]: import_quota(value)).result()
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(lambda value=values[1]: at_once(lambda: import_quota(value)))
            wait_until_somebody_waits()
            first.commit()
            told.append(second.result()[0])
        first.end()
    live = list(SeriesValue.objects.filter(retired_by=None).values_list("value", flat=True))
    return {"told": told, "live": live, "all": SeriesValue.objects.count(), "figure": str(Figures().figure("yard.quota@2020").value)}


def import_quota(value: str) -> dict[str, Any]:
    row = SeriesInput("yard.quota", tree().root, Period.year(2020), value, "recognised", "县里下达的文件")
    return import_series(SYSTEM, [row], uuid4())


def wait_until_somebody_waits() -> None:
    """Until another connection of this database waits for a lock."""
    for _ in range(3000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def three_transactions() -> list[list[str]]:
    """An early transaction writes after seeing a late one's event, while one between them stays open."""
    early, between, late = Hand(), Hand(), Hand()
    early.number(), between.number()
    late.event("cause")
    late.commit()
    early.event("effect")
    early.commit()
    journal.sequence()
    seen = [_tested()]
    between.commit()
    journal.sequence(PATIENCE)
    early.end(), between.end(), late.end()
    return [*seen, _tested()]


def _tested() -> list[str]:
    rows = Sequenced.objects.filter(event__kind="test.done").order_by("position")
    return list(rows.values_list("event__subject", flat=True))


def enter_person(number: str, phone: str) -> dict[str, Any]:
    """One person in two ledgers; what is stored and counted of her."""
    data = {"code": "T1", "id_number": number, "who": "王小明", "phone": phone, "paid": "3.50"}
    tally = ledgers.save_record(SYSTEM, yard.TALLY, RecordInput(data, grid(), DAY), uuid4())
    care = {"id_number": number, "who": "王小明"}
    ledgers.save_record(SYSTEM, yard.CARE, RecordInput(care, grid(), DAY), uuid4())
    ledgers.save_record(
        SYSTEM, yard.TALLY, RecordInput({"phone": "0578-1234567"}, reason="换号"), uuid4(), UUID(tally["record"]), 1
    )
    position = catch_up()
    rebuild(write=False)
    subjects = {v.data["_subject"] for v in Version.objects.all()}
    shown = ledgers.reveal(SYSTEM, ledgers.history(UUID(tally["record"]))[-1], "电话回访")
    return {
        "record": tally["record"], "position": position, "subjects": len(subjects), "shown": shown,
        "found": str(ledgers.find_subject(number)), "key": Subject.objects.get().wrapped_key,
        "masked": ledgers.masked(ledgers.history(UUID(tally["record"]))[-1]), "women": _women(None),
        "looked": journal.events_about(f"record:{tally['record']}")[-1][1].kind,
    }  # fmt: skip


def forget(subject: str, record: str, position: int) -> dict[str, Any]:
    """Forget her; what can still be read, verified and recomputed."""
    ledgers.forget_subject(SYSTEM, UUID(subject), "本人申请", uuid4())
    catch_up()
    opened = [ledgers.reveal(SYSTEM, version, "核对") for version in ledgers.history(UUID(record))]
    return {
        "opened": opened, "breaks": [str(found) for found in journal.verify_chain()], "altered": ledgers.altered(),
        "women": _women(None), "women_then": _women(position), "differed": list(rebuild(write=False).differed),
    }  # fmt: skip


def _women(position: int | None) -> str:
    return str(Figures(position).figure("yard.women@2020").value)


def tell(answer: Any) -> None:
    print(json.dumps(answer, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    tell(globals()[sys.argv[1]](*json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))))
