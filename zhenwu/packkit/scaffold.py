"""A new pack that is small, whole and passes its checks: to be changed, not filled in."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from zhenwu.lib.problems import Place, Problem
from zhenwu.packkit.shapes import ID

_README = """# {label}

**做什么。** 登记一件件事，年底自动得出件数和数量，不用另外报数。

**谁来做。** 网格员登记，站所干部核对、更正。

**不做什么。** 不代替县里的系统；不登记身份证号、电话。

**口径。** 按发生日期计入当年；作废的不计。
"""

_PACK = """id = {id}
label = {label}
version = "0.1"
steward = "党政办"
"""

_LEDGER = """id = "entry"
label = {ledger_label}
unit_level = "village"
shape = "flow"
key = ["code"]
day_label = "发生日期"

[[field]]
id = "code"
label = "编号"
type = "text"
max = 20
required = true

[[field]]
id = "quantity"
label = "数量"
type = "integer"
unit = "个"
min = 1
max = 10000
required = true
"""

_METRICS = """[[metric]]
id = "entries"
label = {count_label}
kind = "flow"
ledger = "entry"
unit = "件"
basis = "当年登记、没有作废的条数。"

[[metric]]
id = "quantity"
label = {sum_label}
kind = "flow"
ledger = "entry"
measure = "quantity"
unit = "个"
basis = "当年登记的数量之和。"
"""

_EXAMPLE = """- name: 登记一条，更正后数量跟着变
  today: "2020-12-31"
  given: {{units: standard}}
  do:
    - {{day: "2020-03-01", who: 老周, act: save {id}.entry, unit: 深塘村, data: {{code: A1, quantity: "3"}}}}
    - {{day: "2020-03-05", who: 老周, act: correct {id}.entry, key: [A1], reason: 漏数, data: {{quantity: "5"}}}}
    - {{day: "2020-03-06", who: 老周, act: save {id}.entry, unit: 深塘村, data: {{code: A2, quantity: "0"}}, refused: ledger.bounds}}
  expect: {{figures: {{{id}.entries@2020: "1", {id}.quantity@2020: "5"}}}}
"""


def new_pack(id: str, label: str, target: Path) -> Path:
    """Write ``target/<id>`` whole or not at all and return it.

    Raises ``Problem``: ``pack.id`` for an id that cannot be one, ``pack.label`` for an empty or long label,
    ``pack.exists`` when there is something of that name already.
    """
    if not ID.fullmatch(id):
        raise Problem(
            "pack.id",
            f"代号“{id[:40]}”不行",
            "小写英文字母开头，只含小写字母、数字和下划线，不超过 40 个字符。",
        )
    if not label.strip() or len(label) > 40 or not label.isprintable():
        raise Problem("pack.label", "名称要写 1 到 40 个字，不能有换行等控制字符", "例如 三改一拆。")
    folder = target / id
    if folder.exists() or folder.is_symlink():
        raise Problem("pack.exists", f"已经有“{id}”了", "换一个代号，或先移走原来的文件夹。", Place(id))
    target.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=target))
    try:
        for name, text in _files(id, label.strip()).items():
            path = draft / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        draft.chmod(0o755)
        draft.rename(folder)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise Problem("pack.write", f"“{id}”写不进去", "检查磁盘空间和写入权限。", Place(id)) from error
    return folder


def _files(id: str, label: str) -> dict[str, str]:
    return {
        "pack.toml": _PACK.format(id=_quoted(id), label=_quoted(label)),
        "README.md": _README.format(label=label),
        "ledgers/entry.toml": _LEDGER.format(ledger_label=_quoted(f"{label}台账")),
        "metrics.toml": _METRICS.format(count_label=_quoted(f"{label}件数"), sum_label=_quoted(f"{label}数量")),
        "examples/first.yaml": _EXAMPLE.format(id=id),
    }


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False)
