"""The first day: units, packs, accounts. Everything by verbs, under the claimed clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from demo.life import all_lives
from demo.places import HOME_GRID, MAYOR, OFFICES, TOWNSHIP, VILLAGES, grid_names
from demo.watching import WINDOW_LINES
from zhenwu.kernel.orgs.api import (
    SYSTEM,
    Actor,
    FirstPassword,
    UnitRow,
    actor_of,
    appoint,
    enrol_person,
    find_person,
    open_units,
)
from zhenwu.lib.ids import new_id

# One password for all is no slip: the marker file binds a demonstration to this machine alone.
PASSWORD = "yanshi-mima-2026"
MATTER_LINES = ("grid", "petition", "mediation", "legalaid", "veteran", *WINDOW_LINES)  # the window takes in the matters of all of them


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in. ``kind`` is a post of ``posts.toml`` ("" for none); ``lines`` are packs, those of the lives
    whose clerk this is beside them."""

    username: str
    name: str
    post_label: str
    kind: str
    unit: str
    lines: tuple[str, ...] = ()
    password: str = PASSWORD


_ACCOUNTS = (
    Account("alian", "阿莲", "深塘一网格网格员", "grid_worker", HOME_GRID, ("*",)),
    Account("laozhou", "老周", "综合行政执法队干部", "officer", "综合行政执法队", ("waste", "legalreview", "safety")),
    Account("duizhang", "雷长风", "综合行政执法队队长", "office_head", "综合行政执法队", ("enforcement", "demolition", "waste")),
    Account("lanmulin", "蓝木林", "综合行政执法队员", "officer", "综合行政执法队", ("enforcement",)),
    Account("zhongxiaoxi", "钟小溪", "综合行政执法队员", "officer", "综合行政执法队", ("enforcement",)),
    Account("leiguangming", "雷广明", "综合行政执法队员", "officer", "综合行政执法队", ("enforcement",)),
    Account("wujinshan", "吴金山", "综合行政执法队员", "officer", "综合行政执法队", ("enforcement",)),
    Account("panchunlai", "潘春来", "综合行政执法队员", "officer", "综合行政执法队", ("enforcement",)),
    Account("xuqingyang", "徐青阳", "综合行政执法队员", "officer", "综合行政执法队", ("enforcement",)),
    Account("fenguan", "蓝远山", "副镇长，分管执法、司法和便民服务", "overseer", TOWNSHIP, ("enforcement", "legalreview", "hotline", "demolition", "waste", "service")),
    Account("shentang", "雷开山", "深塘村书记", "village_secretary", "深塘村", ("powers", "grid", "livable", "remediation", "patrol", "drinking")),
    Account("cunjianhui", "蓝秋生", "深塘村村监会主任", "village_watch", "深塘村", ("powers",)),
    Account("heshuji", "何书记", "镇党委书记", "secretary", TOWNSHIP, ("*",)),
    Account("yezhenzhang", "叶镇长", f"镇长（{MAYOR}）", "mayor", TOWNSHIP, ("*",)),
    Account("dangzhengban", "林晚晴", "党政办主任，报告由她定稿", "office_head", "党政综合办公室", ("report", "legalreview")),
    Account("nongban", "吴远帆", "农业农村办干部", "officer", "农业农村办公室", ("legalreview",)),
    Account("jingfaban", "柳如岩", "经发办干部", "officer", "经济发展办公室"),
    Account("tongji", "潘小舟", "统计员", "officer", "统计站", ("agri",)),
    Account("zhili", "蓝小满", "社会治理办干部", "officer", "社会治理办公室"),
    Account("chuangkou", "雷春桃", "便民服务中心窗口", "clerk", "便民服务中心", (*MATTER_LINES, "residents", "hotline")),
    Account("huji", "钟秋实", "便民服务中心户籍协管", "officer", "便民服务中心", ("service",)),
    Account("minzheng", "毛立夏", "社会事务办干部", "officer", "社会事务办公室", ("duty",)),
    Account("cunjian", "徐望川", "村镇建设办干部", "officer", "村镇建设办公室", ("legalreview", "drinking", "duty")),
    Account("caizheng", "夏知秋", "财政所干部", "officer", "财政所", ("landwork",)),
    Account("yingji", "陈牧野", "应急管理站干部", "officer", "应急管理站", ("duty",)),
    Account("jijian", "钟有田", "纪检监察室主任", "office_head", "纪检监察室"),
    Account("jiancha", "雷守正", "纪检监察室干部", "officer", "纪检监察室", ("integrity",)),
    Account("sifa", "吴砚青", "司法所干部", "officer", "司法所", ("enforcement",)),
    Account("wenhua", "潘云起", "文化旅游站干部", "officer", "文化旅游站"),
    Account("shijian", "季清和", "市场监管所干部", "officer", "市场监管所"),
    Account("jicha", "苏晚舟", "市场监管所稽查", "officer", "市场监管所", ("market",)),
    Account("waixiangren", "外乡人", "没有岗位的人", "", ""),
    Account("shenji", "梅若谷", "审计员", "auditor", TOWNSHIP, ("*",)),
    Account("xitong", "胡一禾", "系统管理员", "admin", TOWNSHIP, ("*",)),
    Account("anquan", "季青松", "安全管理员", "security_admin", TOWNSHIP, ("*",)),
)


FIGURES_TOO = ("dangzhengban", "tongji")  # who writes the report must be able to open every figure in it


def accounts() -> tuple[Account, ...]:
    """Who can sign in to the demonstration, with which password."""
    return _ACCOUNTS


def open_township(on: date) -> dict[str, UUID]:
    """Open all units of the beginning as from a day; returns their ids by name."""
    rows = [UnitRow(TOWNSHIP, "township", None, "01")]
    for number, village in enumerate(VILLAGES, start=1):
        code, parent = f"01{number:02d}", len(rows)
        rows.append(UnitRow(village, "village", 0, code))
        rows += [UnitRow(grid, "grid", parent, f"{code}{place:02d}") for place, grid in enumerate(grid_names(village), start=1)]
    rows += [UnitRow(office, "office", 0, f"019{number}") for number, office in enumerate(OFFICES, start=1)]
    ids = open_units(SYSTEM, new_id(), rows, on)
    return {row.name: unit for row, unit in zip(rows, ids, strict=True)}


def enrol_all(units: dict[str, UUID], on: date) -> dict[str, Actor]:
    """Give everybody an account and a post from a day on; returns them as actors by username."""
    actors = {}
    passwords = {words: FirstPassword.of(words) for words in {account.password for account in _ACCOUNTS}}
    for account in _ACCOUNTS:
        person = enrol_person(SYSTEM, new_id(), account.username, account.name, passwords[account.password])
        if account.username in FIGURES_TOO:
            appoint(SYSTEM, new_id(), person, "statistician", units[TOWNSHIP], ["*"], on)
        if account.kind:
            appoint(SYSTEM, new_id(), person, account.kind, units[account.unit], _lines(account), on)
        found = find_person(account.username)
        assert found is not None
        actors[account.username] = actor_of(found, on)
    return actors


def _lines(account: Account) -> tuple[str, ...]:
    """The lines an account is appointed for: its own, and those of the lives it keeps the books of."""
    return (*account.lines, *(life.pack for life in all_lives() if life.clerk == account.username))
