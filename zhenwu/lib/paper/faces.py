"""Faces by role, and the families that may stand for each.

A .docx names the first family and lists the others as alternates; Word and WPS look there when the first is absent. 仿宋,
楷体, 黑体, 宋体 come with Windows and cover GBK, so names like 堃 and 赟 print; 仿宋_GB2312 covers GB2312 only and stands second.
A PDF embeds what this machine has: the families are tried in order, glyph by glyph, and the last of each list are wide.
"""

from __future__ import annotations

from dataclasses import dataclass

from zhenwu.lib.paper.model import Face

# Wide Song and Hei families: every rare character of a name is in them.
_WIDE_SONG = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Serif SC",
    "SimSun",
    "NSimSun",
    "SimSun-ExtB",
    "Songti SC",
    "STSong",
)
_WIDE_HEI = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Zen Hei",
)


@dataclass(frozen=True)
class Family:
    """``word`` and ``alternates`` are names as Word shows them; ``files`` as font files call themselves, best first.

    ``proper`` says how many of ``files`` are of the face prescribed; those after them only stand in.
    """

    label: str
    word: str
    alternates: tuple[str, ...]
    files: tuple[str, ...]
    proper: int
    panose: str


_FANG = ("FangSong", "FangSong_GB2312", "STFangsong", "FZFangSong-Z02", "FZFangSong-Z02S", "FandolFang R", "FandolFang")
_KAI = (
    "KaiTi",
    "KaiTi_GB2312",
    "STKaiti",
    "FZKai-Z03",
    "FZKai-Z03S",
    "FandolKai",
    "Kaiti SC",
    "AR PL UKai CN",
    "LXGW WenKai",
)
_HEI = ("SimHei", "STHeiti", "FZHei-B01", "FZHei-B01S", "FandolHei", *_WIDE_HEI)
_TITLE = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong")

FAMILIES: dict[Face, Family] = {
    "fang": Family("仿宋", "仿宋", ("仿宋_GB2312", "华文仿宋", "FangSong", "宋体"), (*_FANG, *_WIDE_SONG), len(_FANG), "02010609060101010101"),
    "kai": Family("楷体", "楷体", ("楷体_GB2312", "华文楷体", "KaiTi", "宋体"), (*_KAI, *_WIDE_SONG), len(_KAI), "02010609060101010101"),
    "hei": Family("黑体", "黑体", ("SimHei", "华文黑体", "微软雅黑"), _HEI, len(_HEI), "02010609060101010101"),
    "title": Family("小标宋", "方正小标宋简体", ("方正小标宋_GBK", "华文中宋", "宋体"), (*_TITLE, *_WIDE_SONG), len(_TITLE), "02010601030101010101"),
    "song": Family("宋体", "宋体", ("SimSun", "新宋体", "华文宋体"), _WIDE_SONG, len(_WIDE_SONG), "02010600030101010101"),
}  # fmt: skip
