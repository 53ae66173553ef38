"""Fill and check the seed report, against docxtpl rendering the same text.

Ours: from a dict of 161 values, check the rules of its text and write the clean .docx (read, fill, save),
warm, in process. Reference: docxtpl opens, renders and saves the same paragraphs with 161 plain ``{{tags}}``.
CPU seconds (user + system), median of five rounds, alternating.
Prints ``report figure VALUE limit 3.0`` (ours ÷ reference); exits 1 when missed.
The seed is found by ``ZHENWU_SEED`` (default: ``../shared/seed`` beside the repository).
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import docx  # noqa: E402
from docxtpl import DocxTemplate  # noqa: E402

from zhenwu.kernel.reports.bindings import read_bindings  # noqa: E402
from zhenwu.kernel.reports.constraints import check  # noqa: E402
from zhenwu.kernel.reports.docx_template import fill_docx  # noqa: E402
from zhenwu.kernel.reports.slots import Template  # noqa: E402
from zhenwu.kernel.reports.text_template import fill_text, read_text  # noqa: E402

LIMIT = 3.0
ROUNDS = 5
SEED = Path(os.environ.get("ZHENWU_SEED", ROOT.parent / "shared" / "seed"))
BINDINGS = ROOT / "packs" / "report" / "bindings" / "town-annual-2020.toml"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, for a first look")
    repeat = 3 if parser.parse_args().quick else 20
    template = read_text((SEED / "annual-report-template.txt").read_bytes().decode())
    values = {slot.index: _value(slot.index, slot.kind, slot.decimals, slot.sign) for slot in template.slots}
    tags = {f"v{index}": value for index, value in values.items()}
    ours, theirs = _ours(template, values), _theirs(template, tags)
    _agree(ours(), theirs(), fill_text(template, values))
    shares = []
    for _ in range(ROUNDS):
        mine, reference = _cpu(ours, repeat), _cpu(theirs, repeat)
        shares.append((mine / reference, mine, reference))
    figure, mine, reference = sorted(shares)[ROUNDS // 2]
    print(f"ours {mine * 1000:.1f} ms, docxtpl {reference * 1000:.1f} ms of CPU for {len(values)} blanks")
    print(f"report figure {figure:.2f} limit {LIMIT}")
    return 0 if figure <= LIMIT else 1


def _value(index: int, kind: str, decimals: int, sign: str) -> str:
    if kind == "year":
        return "2020"
    if kind == "name":
        return "云坪"
    return f"{index}.{'5' * decimals}{sign}" if decimals else f"{index}{sign}"


def _ours(template: Template, values: dict[int, str]) -> Callable[[], bytes]:
    data = _document(template.text)
    bindings = read_bindings(BINDINGS)
    forms = {slot.index: bindings[slot.index].form(slot) for slot in template.slots}

    def run() -> bytes:
        check(bindings.rules, values, forms)
        return fill_docx(data, values)

    return run


def _theirs(template: Template, tags: dict[str, str]) -> Callable[[], bytes]:
    data = _document(fill_text(template, {slot.index: f"{{{{v{slot.index}}}}}" for slot in template.slots}))

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


def _agree(ours: bytes, theirs: bytes, text: str) -> None:
    """Both must have written the same document, or the comparison says nothing."""
    for data in (ours, theirs):
        words = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)
        if words != text:
            raise SystemExit("the two documents differ")


def _cpu(run: Callable[[], bytes], repeat: int) -> float:
    start = time.process_time()
    for _ in range(repeat):
        run()
    return (time.process_time() - start) / repeat


if __name__ == "__main__":
    sys.exit(main())
