"""The four people in their township, for tests that need rights: 阿莲, 老周, 何书记 and 外乡人."""

from __future__ import annotations

from dataclasses import dataclass

from tests.orgs.staff import Town, found_town, posted
from zhenwu.kernel.orgs.api import Actor


@dataclass(frozen=True)
class People:
    """云岭镇 and who works there; 外乡人 does the same work in the township next door."""

    town: Town
    alian: Actor  # 网格员, 深塘一格
    zhou: Actor  # 站所干部, 云岭镇
    he: Actor  # 书记, 云岭镇
    stranger: Actor  # 站所干部, 外乡


def gather(*lines: str) -> People:
    """Found the township and appoint the four for these lines of work (pack ids)."""
    town = found_town()
    return People(
        town,
        posted("alian", "阿莲", "grid_worker", town["深塘一格"], *lines),
        posted("zhou", "老周", "officer", town["综合站"], *lines),
        posted("he", "何书记", "secretary", town["云岭镇"]),
        posted("wai", "外乡人", "officer", town["外乡"], *lines),
    )
