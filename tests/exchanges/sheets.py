"""A hotline's export as centres send it: a title over the headings, widths, colours, columns of its own, a check of input."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import openpyxl
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

HEADINGS = (
    "序号", "工单编号", "来电时间", "诉求人", "联系电话", "诉求地址", "诉求标题", "诉求内容", "诉求类别", "派单时间", "办理时限", "主办单位", "是否督办", "是否重办",
    "紧急程度", "办理结果", "办结时间", "办理单位", "联系情况", "满意度",
)  # fmt: skip
LAMP = (
    1, "2026030200017", datetime(2026, 3, 2, 8, 30), "王小明", "13857812345", "深塘村村口", "路灯不亮", "王小明称路灯三天不亮，另可打15900001111，身份证330127195003124518",
    "市政", datetime(2026, 3, 2, 9, 0), "2026-03-09 17:30", "云岭镇", "否", "否", "一般", None, None, None, None, None,
)  # fmt: skip
RUBBISH = (
    2, "2026030200018", datetime(2026, 3, 2, 10, 0), "匿名", "138****0000", "镇上菜场", "菜场边垃圾没人清", "菜场边垃圾没人清",
    "环境", datetime(2026, 3, 2, 10, 30), "5个工作日", "云岭镇", "是", "否", "加急", None, None, None, None, None,
)  # fmt: skip


def sheet(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS) -> bytes:
    """An .xlsx of such rows."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "派单表"
    page.append(["12345政务服务便民热线派单表"])
    page.append(list(headings))
    for row in rows:
        page.append(list(row))
    page.column_dimensions["H"].width = 61
    page["B2"].font, page["O3"].fill = Font(bold=True, color="FF0000"), PatternFill("solid", fgColor="FFFF00")
    page.add_data_validation(DataValidation(type="list", formula1='"满意,基本满意,不满意"', sqref="T3:T99"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def but(row: Sequence[Any], **changed: Any) -> tuple[Any, ...]:
    """A row with other cells under these headings."""
    return tuple(changed.get(heading, cell) for heading, cell in zip(HEADINGS, row, strict=True))


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))["派单表"]
