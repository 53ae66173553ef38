"""Which column of a sender's table means what: guessed by its heading once, then remembered in a ledger that the office edits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from zhenwu.kernel.ledgers.api import PREFIX, RecordInput, save_records, versions_in
from zhenwu.kernel.orgs.api import Actor
from zhenwu.kernel.reports.api import plain_words
from zhenwu.lib.clock import today
from zhenwu.lib.facts import Scope
from zhenwu.lib.ids import new_id
from zhenwu.lib.problems import Place, Problem

LEDGER = "hotline.layout"
DEFAULT = "默认"
FILLED = ("result", "completed_on", "office", "contact", "satisfaction", "state")  # what goes back
MANY = ("keep", "personal")  # what several columns may mean
_LONGEST = 100
# The first that is found in a heading says what it means: more exact words stand before those that they contain.
_WORDS: Sequence[tuple[str, str]] = (
    ("personal", "身份证|证件|性别|年龄|民族|户籍|住址|邮箱|微信|经办人|承办人|回访人|受理人|话务员|工号"),
    ("contact", "联系情况|是否联系|联系诉求人|联系群众"),
    ("satisfaction", "满意"),
    ("state", "办理状态|工单状态|处理状态"),
    ("completed_on", "办结时间|办结日期|完成时间|回复时间|答复时间|反馈时间|处理时间"),
    ("result", "办理结果|处理结果|办理情况|处理情况|答复内容|回复内容|反馈内容|办理意见|处理意见"),
    ("office", "办理单位|经办单位|处理单位"),
    ("due_on", "办理时限|办理期限|处理时限|截止|到期|办结期限|办结时限|要求办结|限办"),
    ("sent_on", "派单|派发|转办时间|交办时间|派遣时间|下派"),
    ("called_on", "来电时间|来电日期|受理时间|登记时间|诉求时间|反映时间|创建时间"),
    ("number", "工单编号|工单号|受理编号|受理单号|诉求编号|流水号|单号|^编号$"),
    ("settled_unit", "核定"),
    ("urged", "督办|催办"),
    ("again", "重办|返工|再次办理"),
    ("phone", "电话|手机|号码|联系方式"),
    ("caller", "诉求人|来电人|反映人|投诉人|举报人|求助人|姓名|联系人|市民"),
    ("address", "地址|地点|事发地|位置"),
    ("title", "标题|主题"),
    ("content", "内容|诉求描述|事项描述|详情"),
    ("category", "类别|类型|分类"),
    ("assigned_to", "主办单位|承办单位|责任单位|处置单位|牵头单位"),
)


@dataclass(frozen=True)
class Layout:
    """A sender's columns in their order: (position from 1, heading, meaning). ``guessed`` are the headings that were not known before."""

    name: str
    columns: tuple[tuple[int, str, str], ...]
    guessed: tuple[str, ...] = field(default=())

    def at(self, meaning: str) -> int | None:
        """The position of the column that means this."""
        return next((place for place, _, found in self.columns if found == meaning), None)

    def heading(self, meaning: str) -> str:
        return next((heading for _, heading, found in self.columns if found == meaning), "")


def guess(heading: str) -> str:
    """What a heading seems to mean; ``keep`` where no word is known."""
    return next((meaning for meaning, words in _WORDS if re.search(words, heading)), "keep")


def known_columns(name: str) -> dict[str, tuple[str, int]]:
    """heading → (meaning, position) as a layout is remembered."""
    rows = versions_in(Scope(PREFIX + LEDGER)).filter(data__layout=name).values_list("data", flat=True)
    return {data["heading"]: (data["meaning"], data.get("place") or 0) for data in rows}


def layout_of(name: str, headings: Iterable[tuple[int, str]], known: Mapping[str, tuple[str, int]], place: Place) -> Layout:
    """The layout of a row of headings (position, text); raises ``Problem`` where two columns are said to be the same thing."""
    columns, guessed = [], []
    taken = {known[one][0] for _, one in headings if one in known}
    for at, heading in headings:
        if heading in known:
            columns.append((at, heading, known[heading][0]))
            continue
        meaning = guess(heading)
        if meaning in taken and meaning not in MANY:
            meaning = "personal" if meaning in ("phone", "caller") else "keep"
        taken.add(meaning)
        guessed.append(heading)
        columns.append((at, heading, meaning))
    twice = [meaning for meaning, times in Counter(meaning for *_, meaning in columns).items() if times > 1 and meaning not in MANY]
    if twice:
        words = "、".join(heading for _, heading, meaning in columns if meaning in twice)
        raise Problem("orders.layout_twice", f"有几栏对应了同一项：{words}", f"在“热线来单栏目对照”里改“{name}”这一套，一项只留一栏。", place)
    return Layout(name, tuple(columns), tuple(guessed))


def headings_of(cells: Sequence[object]) -> list[tuple[int, str]]:
    """(position from 1, heading in one spelling) of the cells of a row that hold something; the second of a name is 名称(2)."""
    found = [(at, words[:_LONGEST]) for at, cell in enumerate(cells, 1) if cell is not None and (words := plain_words(str(cell)))]
    times: Counter[str] = Counter()
    named = []
    for at, words in found:
        times[words] += 1
        named.append((at, words if times[words] == 1 else f"{words}({times[words]})"))
    return named


def remember(actor: Actor, layout: Layout, unit: UUID) -> int:
    """Keep what was guessed, so that the office can put it right; returns how many columns were new."""
    fresh = [one for one in layout.columns if one[1] in layout.guessed]
    rows = [
        RecordInput({"layout": layout.name, "heading": heading, "meaning": meaning, "place": at}, unit, today())
        for at, heading, meaning in fresh
    ]
    if rows:
        save_records(actor, LEDGER, rows, new_id(), "栏目对照")
    return len(rows)
