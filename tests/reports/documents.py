"""Documents for the tests: one invented town's report, the seed (when at hand), .docx files made of them."""

from __future__ import annotations

import io
from pathlib import Path

import docx

from tests import leftout

ROOT = Path(__file__).resolve().parents[2]
SEED = leftout.seed()
TOWN_BINDINGS = ROOT / "packs" / "report" / "bindings" / "town-annual-2020.toml"


# Invented: 云坪镇 does not exist. The sentence about 招引 stands twice, as such sentences do.
REPORT = "\n".join(
    [
        "一、xxxx年工作回顾",
        "xxxx年是攻坚之年，也是xx镇奋发有为的一年。全年拆除违法建筑x.x万平方米，完成目标任务的xxx%。",
        "农业提质增效。新建蔬菜基地xx个、新增面积xxxx.xx亩，引进年出栏x万只的养殖场x家，游客突破xx万人次。",
        "坚持开放发展，招引对xx发展有带动力的好项目，推动上下游企业集聚。",
        "民生持续改善。化解信访投诉xx件、矛盾纠纷xx件，发放贷款xxx余万元，医保参保率达xx.xx%，养老参保率达xx%。",
        "健全“网格员+三支队伍+X”模式，推行5×24小时服务，建成“智慧xx”平台。",
        "二、xxxx年工作打算",
        "力争到xxxx年森林覆盖率达到xx%以上，建成省级美丽乡村x个、市级花园乡村x个。",
        "同时抢抓机遇，招引对xx发展有带动力的好项目，尽快转化资源优势。",
        "加强xx支应急队伍建设，巩固xA级景区村，x月底前完成整改。",
    ]
)


def seed_text() -> str:
    return (SEED / "annual-report-template.txt").read_bytes().decode()


def docx_of(text: str, cuts: frozenset[int] = frozenset()) -> bytes:
    """A .docx with a paragraph per line; a new run begins at each offset of the text in ``cuts``."""
    document = docx.Document()
    start = 0
    for line in text.split("\n"):
        paragraph = document.add_paragraph()
        here = 0
        for cut in [*sorted(cut - start for cut in cuts if start < cut < start + len(line)), len(line)]:
            paragraph.add_run(line[here:cut]).bold = bool(here % 2)
            here = cut
        start += len(line) + 1
    return saved(document)


def saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def words_of(data: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)
