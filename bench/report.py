"""Fill and check the seed report from computed cells, against docxtpl rendering the same text.

Ours: a small SQLite store (records of a year, imported values, every pack of the house, cells caught up). One run reads the
figures behind the blanks from the cells, checks the rules of the text and writes the clean .docx of the seed, whose blanks
were read and bound once: warm, in process. Reference: docxtpl opens, renders and saves the same paragraphs with 161 plain
``{{tags}}``. CPU seconds (user + system), median of five rounds, alternating.
Prints ``report figure VALUE limit 3.0`` (ours ÷ reference); exits 1 when missed. ``report_read`` adds reading and binding anew,
``report_marked`` is the edition with a comment at each blank, ``report_pdf`` the clean PDF.
The seed is found by ``ZHENWU_SEED`` (default: ``../shared/seed`` beside the repository).
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import docx  # noqa: E402
from docx.oxml.ns import qn  # noqa: E402
from docxtpl import DocxTemplate  # noqa: E402

from zhenwu.kernel.reports.text_template import fill_text, read_text  # noqa: E402

LIMIT = 3.0
ROUNDS = 5
SEED = Path(os.environ.get("ZHENWU_SEED", ROOT.parent / "shared" / "seed"))
STRUCTURES = 200  # records behind the area demolished; a township has some tens to hundreds a year


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, for a first look")
    repeat = 3 if parser.parse_args().quick else 20
    text = (SEED / "annual-report-template.txt").read_bytes().decode()
    with tempfile.TemporaryDirectory(prefix="zhenwu-bench-") as home:
        _open_store(home)
        runs, values = _ours(_document(text))
        runs["theirs"] = _theirs(text, values)
        words = fill_text(read_text(text), values)
        _agree([runs["ours"](), runs["marked"](), runs["theirs"]()], words)
        rounds = [{name: _cpu(run, repeat) for name, run in runs.items()} for _ in range(ROUNDS)]
    figure, mine, reference = sorted((one["ours"] / one["theirs"], one["ours"], one["theirs"]) for one in rounds)[ROUNDS // 2]
    print(f"ours {mine * 1000:.1f} ms, docxtpl {reference * 1000:.1f} ms of CPU for {len(values)} blanks known")
    for name in ("read", "marked", "pdf"):
        print(f"report_{name} figure {sorted(one[name] / one['theirs'] for one in rounds)[ROUNDS // 2]:.2f}")
    print(f"report figure {figure:.2f} limit {LIMIT}")
    return 0 if figure <= LIMIT else 1


def _open_store(home: str) -> None:
    """A township with a year of records, in a SQLite store of its own."""
    os.environ |= {"ZHENWU_HOME": home, "DJANGO_SETTINGS_MODULE": "zhenwu.site.settings"}
    os.environ.pop("ZHENWU_DATABASE_URL", None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from zhenwu.kernel.orgs.api import SYSTEM, UnitRow, open_units
    from zhenwu.packkit.installing import install_packs
    from zhenwu.sdk import catch_up

    rows = [UnitRow("云坪镇", "township", None, "01")]
    rows += [UnitRow(f"{number}村", "village", 0, f"01{number:02}") for number in range(1, 21)]
    rows += [UnitRow(f"{number}网格", "grid", 1 + number % 20, f"02{number:03}") for number in range(100)]
    units = open_units(SYSTEM, uuid4(), rows, date(2015, 1, 1))
    install_packs(SYSTEM, [ROOT / "packs"], uuid4())
    _record(units)
    catch_up()


def _record(units: list[UUID]) -> None:
    from zhenwu.lib.periods import Period
    from zhenwu.sdk import SYSTEM, RecordInput, SeriesInput, import_series, save_records

    grids, town = units[21:], units[0]
    structures = [
        RecordInput({"code": f"S{n}", "area": "61.50", "state": "removed"}, grids[n % 100], f"2020-{1 + n % 12:02}-11")
        for n in range(STRUCTURES)
    ]
    awards = [
        RecordInput(
            {"title": "garden_village", "level": "city", "recipient": f"{n}村", "doc_no": f"示例{n}号", "state": "awarded"},
            units[n], "2020-10-01",
        )
        for n in range(1, 6)
    ]  # fmt: skip
    awards += [
        RecordInput({**award.data, "title": "civilised_village", "level": "nation"}, award.unit, award.day) for award in awards[:2]
    ]
    names = [
        RecordInput({"key": key, "turn": "1", "value": value}, town, "2015-01-01")
        for key, value in (("town", "云坪"), ("city", "丽川"), ("brand", "云坪六〇〇"), ("county_short", "云岭"))
    ]
    for ledger, entries in (("demolition.structure", structures), ("honour.honour", awards), ("profile.fact", names)):
        save_records(SYSTEM, ledger, entries, uuid4())
    values = [("demolition.quota", 2020, "10000"), ("income.farmer_income", 2015, "12880"), ("income.farmer_income", 2020, "20744")]
    import_series(SYSTEM, [SeriesInput(key, town, Period.year(y), v, "recognised", "示例") for key, y, v in values], uuid4())


def _ours(data: bytes) -> tuple[dict[str, Callable[[], bytes]], dict[int, str]]:
    """Filling what was read before (clean, marked, as PDF); reading and filling; and what is printed where."""
    from zhenwu.kernel.reports.api import Filled, edition, fill, fill_source, read_source
    from zhenwu.sdk import Figures

    source = read_source(data, "seed.docx")
    first = fill_source(source, "seed.docx", 2020, Figures())
    if first.contradictions or not {3, 32, 33} <= first.values.keys():
        told = "; ".join(found.message for found in first.contradictions)
        raise SystemExit(f"the store does not fill the seed: {told or sorted(first.values)}")

    def again() -> Filled:
        return fill_source(source, "seed.docx", 2020, Figures())

    runs: dict[str, Callable[[], bytes]] = {
        "ours": lambda: again().document,
        "read": lambda: fill(data, "seed.docx", 2020).document,
        "marked": lambda: again().marked,
        "pdf": lambda: edition(again(), "clean", "pdf"),
    }
    return runs, dict(first.values)


def _theirs(text: str, values: dict[int, str]) -> Callable[[], bytes]:
    template = read_text(text)
    data = _document(fill_text(template, {slot.index: f"{{{{v{slot.index}}}}}" for slot in template.slots}))
    tags = {f"v{slot.index}": values.get(slot.index, "待补") for slot in template.slots}

    def run() -> bytes:
        document = DocxTemplate(io.BytesIO(data))
        document.render(tags)
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()

    return run


def _document(text: str) -> bytes:
    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _agree(documents: list[bytes], text: str) -> None:
    """All must have written the same document, or the comparison says nothing."""
    for data in documents:
        paragraphs = docx.Document(io.BytesIO(data)).paragraphs
        words = "\n".join("".join(node.text or "" for node in one._p.iter(qn("w:t"))) for one in paragraphs)
        if words != text:
            raise SystemExit("the two documents differ")


def _cpu(run: Callable[[], bytes], repeat: int) -> float:
    start = time.process_time()
    for _ in range(repeat):
        run()
    return (time.process_time() - start) / repeat


if __name__ == "__main__":
    sys.exit(main())
