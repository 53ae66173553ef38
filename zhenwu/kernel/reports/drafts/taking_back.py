"""Take back a report's .docx that people edited: their words stay, our figures are found again and refreshed.

Tracked changes to words are accepted and listed by author. A change to a figure, tracked or silent, is stopped: it may be said
roughly (近、约), left out, or its source corrected; it is never written over. Nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from zhenwu.kernel.definitions.api import every
from zhenwu.kernel.metrics.api import Figures
from zhenwu.kernel.reports.bindings import Binding, Bindings, parse_bindings
from zhenwu.kernel.reports.docx_package import write_package, write_xml
from zhenwu.kernel.reports.drafts.accepting import Accepted, Change, accept
from zhenwu.kernel.reports.drafts.deciding import Choices, Decision, Stopped, decide
from zhenwu.kernel.reports.drafts.finding import Found, Printed, find, printed_in
from zhenwu.kernel.reports.drafts.opening import Opened, open_draft
from zhenwu.kernel.reports.drafts.reading import Sheet, as_template, read_sheet, squeezed
from zhenwu.kernel.reports.drafts.unsourced import Unsourced, unsourced
from zhenwu.kernel.reports.drafts.writing import without_our_comments, write_figures
from zhenwu.kernel.reports.filling import Filled, Source, fill_source, read_source
from zhenwu.kernel.reports.own_template import read_own
from zhenwu.lib.problems import Problem


@dataclass(frozen=True)
class Original:
    """The document that went out, as read, and the bindings of its figures."""

    sheet: Sheet
    printed: tuple[Printed, ...]
    bindings: Bindings


@dataclass(frozen=True)
class TakenBack:
    """What came back. ``document`` is None while a figure is stopped.

    ``gone``: figures cut with their sentences; ``comments``: (author, words) of people; ``filled``: the figures as they are now.
    """

    document: bytes | None
    filled: Filled
    changes: tuple[Change, ...]
    comments: tuple[tuple[str, str], ...]
    decisions: tuple[Decision, ...]
    stopped: tuple[Stopped, ...]
    gone: tuple[Printed, ...]
    unsourced: tuple[Unsourced, ...]


def read_original(
    content: bytes, name: str, year: int, template: tuple[bytes, str] | None = None, unit: UUID | None = None
) -> Original:
    """The document that went out: itself, or the template it was filled from (filled for the year from today's figures).

    Without ``template`` the bindings are the installed ones that know most of the figures.
    Raises ``Problem`` (``draft.no_bindings`` when there are none).
    """
    given = read_source(*template).bindings if template else None
    sheet = _sheet_of(content) if name.lower().endswith(".docx") else None
    if sheet is None or not sheet.standing:
        source = read_source(content, name)
        sheet, given = _sheet_of(fill_source(source, name, year, Figures(), unit).document), given or source.bindings
    printed = printed_in(sheet)
    bindings = given or _installed(printed)
    known = {squeezed(one.id) for one in bindings.slots}
    kept = tuple(one for one in printed if one.binding in known)
    if not kept:
        raise Problem(
            "draft.no_bindings",
            "认不出原稿里的数字是由哪份模板填的",
            "用 --template 写明模板；原稿要是本系统填出来的 .docx。",
        )
    return Original(sheet, kept, bindings)


def take_back(
    data: bytes, name: str, original: Original, year: int, choices: Choices | None = None, unit: UUID | None = None
) -> TakenBack:
    """Take back an edited document of a township (by default the only one); raises ``Problem`` for a file that cannot be trusted or is another document."""
    opened = open_draft(data)
    accepted = accept(opened.root)
    others = [accept(tree) for tree in opened.outside.values()]
    parts, comments = without_our_comments(opened.package, opened.root)
    sheet = read_sheet(opened.root)
    search = find(original.sheet, original.printed, sheet)
    if not search.found:
        raise Problem(
            "draft.other_document",
            "这份文档里一个原稿的数字也找不到",
            "检查是不是拿错了文件，--against 要写发出去的那一份。",
        )
    filled = _fill(sheet, search.found, original.bindings, name, year, unit)
    decisions = decide(original.sheet, sheet, search.found, filled, choices or Choices(), accepted)
    stopped = tuple(one.stopped for one in decisions if one.stopped)
    spans = [one.span for one in search.found]
    new = unsourced(original.sheet, [one.span for one in original.printed], sheet, spans)
    document = None if stopped else _written(opened, others, parts, sheet, decisions)
    changes = tuple(change for one in (accepted, *others) for change in one.changes)
    return TakenBack(document, filled, changes, tuple(comments), decisions, stopped, search.gone, tuple(new))


def _sheet_of(content: bytes) -> Sheet:
    opened = open_draft(content)
    accept(opened.root)
    return read_sheet(opened.root)


def _installed(printed: Sequence[Printed]) -> Bindings:
    offered = [parse_bindings(one.body, one.key) for one in every("binding")]
    offered += [read_own(one.body["text"], one.key)[1] for one in every("report")]
    return max(offered, key=lambda one: _fitting(one, printed), default=Bindings(()))


def _fitting(bindings: Bindings, printed: Sequence[Printed]) -> int:
    """How many figures these bindings explain, by name and, where the mark says it, by source."""
    by_name = _by_name(bindings)
    return sum(one.binding in by_name and _is_source(by_name[one.binding], one.source) for one in printed)


def _is_source(binding: Binding, source: str) -> bool:
    return not source or source.partition("@")[0] in (binding.metric, binding.profile, binding.text)


def _by_name(bindings: Bindings) -> Mapping[str, Binding]:
    return {squeezed(one.id): one for one in bindings.slots}


def _fill(sheet: Sheet, found: Sequence[Found], bindings: Bindings, name: str, year: int, unit: UUID | None) -> Filled:
    """Today's figures in the places where they stand now; the words beside them decide how they are rounded."""
    by_name = _by_name(bindings)
    matched = {one.printed.number: by_name[one.printed.binding] for one in found}
    template = as_template(sheet, [(one.printed.number, one.span, matched[one.printed.number].kind) for one in found])
    was = {one.printed.number: one.printed.text for one in found}
    slots = tuple(replace(slot, pattern=was[slot.index] or slot.pattern) for slot in template.slots)
    source = Source(replace(template, slots=slots), bindings, {number: one.id for number, one in matched.items()})
    return fill_source(source, name, year, Figures(), unit)


def _written(
    opened: Opened, others: Sequence[Accepted], parts: dict[str, bytes], sheet: Sheet, decisions: Sequence[Decision]
) -> bytes:
    write_figures(sheet, [one.entry for one in decisions if one.entry])
    changed = {
        name: write_xml(tree) for (name, tree), one in zip(opened.outside.items(), others, strict=True) if one.changes
    }
    return write_package(opened.package, parts | changed | {opened.package.main: write_xml(opened.root)})
