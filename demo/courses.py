"""How matters go on the packs' own workflows: doubts about small powers, small powers at work, shops that must mend their ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random

from demo.deeds import Handling
from demo.diary import later, office_day, posting_day

VILLAGE, WATCH = "shentang", "cunjianhui"  # who answers for 深塘村, and who watches there


class Steps:
    """The steps of one matter, each some days after the one before. ``said``: by the record that opened it, where its course hangs on that."""

    def __init__(self, line: str, matter: str, day: date, rng: Random, said: Mapping[str, str] | None = None) -> None:
        self.line, self.matter, self.day, self._rng, self.said = line, matter, day, rng, said or {}

    def take(self, who: str, action: str, least: int, most: int, reason: str = "", result: str = "", **given: str) -> Handling:
        self.day = office_day(later(self.day, self._rng, least, most))
        return Handling(self.day, who, self.line, self.matter, action, reason=reason, result=result, more=tuple(given.items()))

    def alone(self, who: str, action: str, shots: tuple[str, ...] = (), reason: str = "", result: str = "", **given: str) -> Handling:
        """What goes alone is taken on the day on which papers are entered."""
        self.day = posting_day(self.day)
        return Handling(self.day, who, self.line, self.matter, action, reason=reason, result=result, more=tuple(given.items()), alone=True, photos=shots)


def doubt(steps: Steps, category: str, rng: Random) -> Iterator[Handling]:
    """The inspection looks into a doubt; one in three is no fault, some are looked into twice, few are handed over."""
    if rng.random() < 0.05:
        yield steps.take("jijian", "void", 1, 6, reason="记录登错了，村里已更正")
        return
    yield steps.take("jiancha", "take_up", 1, 6)
    finding = rng.choices(("cleared", "corrected", "handed"), (40, 54, 6))[0]
    if finding == "cleared" or rng.random() < 0.6:
        yield steps.take("jiancha", "ask", 1, 5, reason="请村里书面说明")
        yield steps.take("jiancha", "explain", 2, 12, explanation=rng.choice(("两项不是同一件事，有图纸", "亲属关系已出五服", "当时抢修，事后补了程序")))
    told = {"finding": finding, "evidence_seen": rng.choice(("合同、付款凭证", "会议记录、公示照片", "户籍底册、书面说明"))}
    yield steps.take("jiancha", "conclude", 2, 14, result="意见附后", **told)
    if rng.random() < 0.12:
        yield steps.take("jijian", "check_again", 1, 4, reason="凭据没有看全")
        yield steps.take("jiancha", "conclude", 3, 12, result="补看了凭据，意见附后", **told)
    if finding == "handed":
        yield steps.take("jijian", "hand_over", 1, 6, handed_to="县纪委", paper_no=f"云纪〔{steps.day.year}〕{rng.randint(1, 20)}号")
    else:
        yield steps.take("jijian", "close", 1, 6)


def power_run(steps: Steps, category: str, rng: Random) -> Iterator[Handling]:
    """A village publishes what it resolved (now and then too late), does it, and the one who watches signs or does not yet."""
    board = {"notice_place": rng.choice(("board", "board", "group"))}
    if category in ("spending", "seal"):
        yield steps.take(VILLAGE, "start", 1, 6, **board)
    else:
        first = office_day(later(steps.day, rng, 1, 7))
        steps.day = first
        yield steps.take(VILLAGE, "publish", 0, 0, **board, notice_from=first.isoformat(), notice_until=(first + timedelta(days=7)).isoformat())
        yield steps.take(VILLAGE, "notice_over", 8, 10, objections=rng.choices(("none", "explained"), (9, 1))[0])
    if category in ("works", "purchase"):
        yield steps.take(VILLAGE, "inspect", 15, 50, inspected_by="村建办和村民代表")
    voucher = f"凭{steps.day.year}-{rng.randint(1, 300):03d}"
    yield steps.take(VILLAGE, "deliver", 1, 9, result="办完，凭据齐", voucher=voucher)
    if rng.random() < 0.2:
        yield steps.take(WATCH, "refuse_sign", 1, 8, reason=rng.choice(("没有看到结算单", "签领表少一个人的签名")))
        yield steps.take(VILLAGE, "deliver", 1, 6, result="凭据补齐", voucher=f"{voucher}补")
    yield steps.take(WATCH, "sign", 1, 12)
    yield steps.take(VILLAGE, "publish_result", 1, 6, **board)


def rectify(steps: Steps, category: str, rng: Random) -> Iterator[Handling]:
    """A shop is ordered to put things right by a day; one officer hears that it did, another looks; some are never looked at again."""
    office, other = "shijian", "jicha"
    paper = f"责改〔{steps.day.year}〕{rng.randint(1, 99)}号"
    day = office_day(later(steps.day, rng, 1, 4))
    due = (day + timedelta(days=rng.choice((7, 15, 15, 30)))).isoformat()
    steps.day = day
    yield steps.take(office, "order", 0, 0, due_on=due, paper_no=paper)
    yield steps.take(office, "complete", 4, 22, result=rng.choice(("已下架过期食品", "进货台账补齐", "灶间清洗，纱门装好")))
    if rng.random() < 0.15:
        yield steps.take(other, "fail", 1, 6, reason="里间还没有清")
        yield steps.take(office, "complete", 2, 9, result="里间也清了")
    if rng.random() < 0.94:
        yield steps.take(other, "pass", 1, 9, recheck_seen="货架、里间、台账都看过")


def persuasion(steps: Steps, category: str, rng: Random) -> Iterator[Handling]:
    """A household that would not sort: visited once or more, looked at again by another; now and then handed over."""
    yield steps.take("cunjian", "visit", 1, 8, result="上门讲了怎么分，发了两只桶", visits="1")
    if rng.random() < 0.3:
        yield steps.take("cunjian", "visit", 5, 20, result="又去了一次", visits="2")
        if rng.random() < 0.3:
            yield steps.take("cunjian", "hand_over", 2, 9, reason="两次上门都不听", paper_no=f"移〔{steps.day.year}〕{rng.randint(1, 20)}号")
            return
    yield steps.take("cunjian", "complete", 3, 15, result="这几天都分了")
    if rng.random() < 0.2:
        yield steps.take("laozhou", "fail", 1, 12, reason="有害的还混在里面")
        yield steps.take("cunjian", "complete", 2, 9, result="有害的单放了")
    yield steps.take("laozhou", "pass", 1, 14, recheck_seen="两只桶都对")
