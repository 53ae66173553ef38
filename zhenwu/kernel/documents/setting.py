"""A document's nodes and what was gathered for it, set as a paper. Reads nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from zhenwu.kernel.documents.definition import Template
from zhenwu.kernel.documents.facts import Facts, Item
from zhenwu.kernel.documents.gathering import anchor_of, on_side
from zhenwu.kernel.documents.models import Made
from zhenwu.kernel.documents.saying import BY_HAND, Said, say
from zhenwu.kernel.documents.template import Blank, Cells, Fork, Loop, Mark, Node, Parts, Table, Words
from zhenwu.kernel.documents.ticket import ticket_lines
from zhenwu.kernel.matters.api import Photo
from zhenwu.lib.clock import LOCAL
from zhenwu.lib.paper.geometry import OFFICIAL
from zhenwu.lib.paper.model import Column, Line, Piece, printable
from zhenwu.lib.paper.papers import Block, Break, Gallery, Grid, Paper, Row, Shot
from zhenwu.lib.paper.pictures import Picture
from zhenwu.lib.paper.titles import title_break

Behind = Callable[[Made], tuple[Block, ...]]
Look = Callable[[Photo], Picture | str | None]
_RULED = OFFICIAL.characters


def set_paper(template: Template, facts: Facts, behind: Behind, look: Look = lambda photo: None) -> Paper:
    """The paper of a document; ``behind`` sets one that was made earlier, where the text says ``@papers``; ``look`` opens a photo, where it says
    ``@photos`` (without it the words alone are set)."""
    return Paper(template.label, tuple(_Setter(template, facts, behind, look).blocks(template.nodes)))


def said_in(parts: Parts, values: Mapping[str, Any], known: Callable[[str], Said | None]) -> str:
    """One line of words, such as a number, with its blanks filled."""
    return "".join(part if isinstance(part, str) else _words(part, known(part.name), values.get(part.name)) for part in parts)


def _words(blank: Blank, said: Said | None, value: Any) -> str:
    if said is None:  # a field that the form in force no longer has
        return "＿" * BY_HAND
    return printable(say(said, value, blank.filters))


class _Setter:
    def __init__(self, template: Template, facts: Facts, behind: Behind, look: Look) -> None:
        self.template, self.facts, self.behind, self.look = template, facts, behind, look
        self.loop, self.item = "", Item({}, {})

    def blocks(self, nodes: tuple[Node, ...]) -> Iterator[Block]:
        for node in nodes:
            if isinstance(node, Words):
                yield self._line(node)
            elif isinstance(node, Table):
                columns = tuple(Column(head, share) for head, share in node.columns)
                yield Grid(columns, tuple(self._rows(node.body)))
            elif isinstance(node, Mark):
                yield from self._mark(node)
            elif isinstance(node, Loop | Fork):
                for chosen in self._chosen(node):
                    yield from self.blocks(chosen)

    def _rows(self, nodes: tuple[Node, ...]) -> Iterator[Row]:
        for node in nodes:
            if isinstance(node, Cells):
                yield Row(tuple(self._pieces(parts) for parts in node.cells), node.lines)
            elif isinstance(node, Loop | Fork):
                for chosen in self._chosen(node):
                    yield from self._rows(chosen)

    def _chosen(self, node: Loop | Fork) -> Iterator[tuple[Node, ...]]:
        """What of a loop or a fork is set, once for each turn; the loop's ``it`` stands while that is done."""
        if isinstance(node, Fork):
            yield node.then if self._holds(node) else node.otherwise
            return
        before = (self.loop, self.item)
        for item in self.facts.loops.get(node.over, ()):
            self.loop, self.item = node.over, item
            yield node.body
        self.loop, self.item = before

    def _holds(self, node: Fork) -> bool:
        if node.kind == "with":
            return self._value(node.test) not in (None, "")
        return bool(self.template.conditions[node.number](self.item.row if self.loop else self.facts.row))

    def _value(self, name: str) -> Any:
        return self.item.values.get(name.removeprefix("it.")) if name.startswith("it.") else self.facts.values.get(name)

    def _line(self, node: Words) -> Line:
        line = Line(node.role, self._pieces(node.parts))
        place = title_break(line.text, OFFICIAL.title_room) if node.role == "title" else 0
        return replace(line, pieces=(Piece(line.text[:place]), Piece("\n"), Piece(line.text[place:]))) if place else line

    def _pieces(self, parts: Parts) -> tuple[Piece, ...]:
        return tuple(piece for piece in map(self._piece, parts) if piece.text)

    def _piece(self, part: str | Blank) -> Piece:
        if isinstance(part, str):
            return Piece(part)
        said, value = self.facts.known.said(part.name, self.loop), self._value(part.name)
        if said is not None and said.type == "page" and value:
            return Piece("　", page_of=str(value))
        return Piece(_words(part, said, value))

    def _mark(self, node: Mark) -> Iterator[Block]:
        if node.what == "page":
            yield Break()
        elif node.what == "lines":
            for _ in range(node.count):
                yield Line("address", (Piece("＿" * _RULED),))
        elif node.what == "photos":
            yield Gallery(tuple(map(self._shot, on_side(self.facts.photos, node.side))), node.count)
        elif node.what == "lookup":
            yield from ticket_lines(self.facts.ticket) if self.facts.ticket else ()
        else:
            for paper in self.facts.papers:
                yield Break(anchor_of(paper))
                yield from self.behind(paper)

    def _shot(self, photo: Photo) -> Shot:
        """A photo by the number under which the contents list it; one that cannot be printed says so."""
        day = photo.file.at.astimezone(LOCAL)
        caption, seen = f"附{photo.file.number}　{photo.label}　{day.year}年{day.month}月{day.day}日", self.look(photo)
        return Shot(f"{caption}（{seen}，另附）", None) if isinstance(seen, str) else Shot(caption, seen)
