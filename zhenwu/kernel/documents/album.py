"""The photos of a matter, opened for paper: as many and as heavy as a paper can bear, the others told of in words."""

from __future__ import annotations

from uuid import UUID

from zhenwu.kernel.documents.facts import Memory
from zhenwu.kernel.matters.api import Photo, attachment
from zhenwu.kernel.orgs.api import Actor
from zhenwu.lib.paper.pictures import Picture, read_picture
from zhenwu.lib.problems import Problem

HEAVIEST = 60 * 1024 * 1024  # bytes of all photos of one paper together


class Album:
    """Photos by number, each read once. What it holds is the same for the same files, so that a paper comes again byte for byte."""

    def __init__(self, actor: Actor, matter: UUID, memory: Memory) -> None:
        self.actor, self.matter, self.memory = actor, matter, memory
        self.seen: dict[int, int] = {}

    def look(self, photo: Photo) -> Picture | str:
        """The picture, or why it is not printed."""
        number = photo.file.number
        if sum(self.seen.values()) > HEAVIEST and number not in self.seen:
            return "照片太多，这里不印"
        found: Picture | None = self.memory.once(("photo", number), lambda: self._read(number))
        if found is None:
            return "印不了：不是完整的 JPG、PNG，或者太大"
        self.seen[number] = len(found.content)
        return found

    def _read(self, number: int) -> Picture | None:
        try:
            return read_picture(attachment(self.actor, self.matter, number)[2])
        except Problem:  # the bytes are gone or were changed: the paper can be made all the same
            return None
