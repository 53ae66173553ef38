"""Every key that a pack's files may have: rows, not code. ``docs/packs.md`` explains them to those who write packs."""

from __future__ import annotations

from zhenwu.packkit.shapes import Key

UNIT_LEVELS = ("grid", "village", "township")
SHAPES = ("flow", "stock")
PERSONAL = ("identity", "name", "phone")
MEASURED_IN = {"metres": "米", "minutes": "分钟"}  # what is measured from a line, and the unit of the field that says it
MEASURES = tuple(MEASURED_IN)
AUTHORITIES = ("self", "reviewed", "recognised")

MANIFEST = {
    "id": Key("id", required=True),
    "label": Key("text", required=True),
    "version": Key("text", required=True),
    "steward": Key("text", required=True),
    "reads": Key("ids", default=()),
    "standby": Key("flag", default=False),
    "usual_for": Key("ids", default=()),
}

LEDGER = {
    "id": Key("id", required=True),
    "label": Key("text", required=True),
    "unit_level": Key("text", required=True, among=UNIT_LEVELS),
    "shape": Key("text", required=True, among=SHAPES),
    "key": Key("ids", required=True),
    "day_label": Key("text", required=True),
    "subject": Key("id"),
    "unique": Key("ids", default=()),
    "fill_by": Key("ids", default=()),
    "forget_after": Key("id"),
    "field": Key("tables", required=True),
    "follow": Key("tables", default=()),
    "sign": Key("table"),
}

# What stands on the public sign of a record, and what its page tells of what links to it.
SIGN = {
    "heading": Key("text", required=True), "show": Key("ids", required=True), "duty": Key("text"), "report": Key("text"), "phone": Key("id"),
    "fact": Key("tables", default=()),
}  # fmt: skip
SIGN_FACT = {
    "label": Key("text", required=True), "ledger": Key("id", required=True), "link": Key("id", required=True),
    "what": Key("text", required=True, among=("last", "count")), "when": Key("text"), "unit": Key("text", default="次"),
}  # fmt: skip
SIGN_TYPES = ("text", "choice", "integer", "decimal", "date", "flag")

# What is entered next where a record says so, with what it says already.
FOLLOW = {"ledger": Key("id", required=True), "label": Key("text", required=True), "when": Key("text"), "given": Key("table", required=True)}

_FIELD = {
    "id": Key("id", required=True),
    "label": Key("text", required=True),
    "type": Key("text", required=True),
    "required": Key("flag", default=False),
    "hint": Key("text", default=""),
}

FIELDS: dict[str, dict[str, Key]] = {
    "text": {**_FIELD, "max": Key("whole", default=200), "pattern": Key("text")},
    "choice": {**_FIELD, "choices": Key("pairs", required=True)},
    "integer": {**_FIELD, "unit": Key("text"), "min": Key("number"), "max": Key("number"), "from": Key("id"), "measure": Key("text", among=MEASURES)},
    "decimal": {
        **_FIELD,
        "unit": Key("text", required=True),
        "scale": Key("whole", required=True),
        "min": Key("number"),
        "max": Key("number"),
    },
    "polyline": {**_FIELD, "timed": Key("flag", default=False)},
    "date": dict(_FIELD),
    "flag": dict(_FIELD),
    "identity": dict(_FIELD),
    "name": dict(_FIELD),
    "phone": dict(_FIELD),
    "link": {**_FIELD, "ledger": Key("ref", required=True), "on_day": Key("flag", default=False), "only": Key("table")},
}

_METRIC = {
    "id": Key("id", required=True),
    "label": Key("text", required=True),
    "kind": Key("text", required=True),
    "unit": Key("text", required=True),
    "decimals": Key("whole", default=0),
    "better": Key("text", among=("up", "down")),
    "basis": Key("text", required=True),
    "beside": Key("refs", default=()),
    "measures": Key("ref"),
}
_PERCENT = {**_METRIC, "unit": Key("text", default="%")}
_ROWS = {
    **_METRIC,
    "ledger": Key("ref"),
    "workflow": Key("ref"),
    "measure": Key("id"),
    "where": Key("text"),
    "time": Key("id"),
    "match": Key("table", default={}),
    "apart": Key("ids", default=()),
}
WITHIN = {"ledger": Key("ref", required=True), "same": Key("id", required=True)}
MATCH = {"same": Key("table", required=True), "compare": Key("table", default={})}

METRICS: dict[str, dict[str, Key]] = {
    "flow": _ROWS,
    "stock": {**{name: key for name, key in _ROWS.items() if name != "time"}, "within": Key("table")},
    "distinct": {**{n: k for n, k in _ROWS.items() if n != "measure"}, "distinct": Key("id", required=True)},
    "series": {**_METRIC, "source": Key("text", required=True)},
    "ratio": {**_PERCENT, "numerator": Key("ref", required=True), "denominator": Key("ref", required=True), "apart": Key("ids", default=())},
    "mean": {**_METRIC, "numerator": Key("ref", required=True), "denominator": Key("ref", required=True)},
    "share": {**_PERCENT, "numerator": Key("ref", required=True)},
    "change": {
        **_METRIC,
        "of": Key("ref", required=True),
        "against": Key("text", required=True, among=("year", "period")),
        "relative": Key("flag", default=False),
    },
    "cumulative": {**_METRIC, "of": Key("ref", required=True), "years": Key("whole", default=5)},
    "net": {
        **_METRIC,
        "plus": Key("refs", required=True),
        "less": Key("refs", default=()),
        "unit_level": Key("text", among=UNIT_LEVELS),
        "whole_years": Key("flag", default=False),
        "either": Key("flag", default=False),
    },
    "growth": {**_PERCENT, "of": Key("ref", required=True), "years": Key("whole", default=5)},
}
METRIC_REFS = ("numerator", "denominator", "of")
METRIC_LISTS = ("plus", "less")

RULE = {
    "id": Key("id", required=True),
    "label": Key("text", required=True),
    "on": Key("text", required=True, among=("record.saved", "alarm.raised", "matter.step")),
    "ledger": Key("ref"),
    "workflow": Key("ref"),
    "when": Key("text"),
    "beside": Key("table"),
    "each": Key("table"),
    "once": Key("table"),
    "open": Key("table"),
    "enter": Key("table"),
}
RULE_BESIDE = {"same": Key("ids", default=()), "days": Key("whole", required=True), "warns": Key("text")}
RULE_ONCE = {"same": Key("ids", default=()), "days": Key("whole", required=True)}
RULE_OPEN = {
    "workflow": Key("ref", default="standard"),
    "action": Key("id", default="report"),
    "title": Key("text", required=True),
    "category": Key("id"),
    "channel": Key("id"),
    "given": Key("table", default={}),
}

RULE_ENTER = {
    "ledger": Key("ref", required=True),
    "given": Key("table", default={}),
    "says": Key("table", default={}),
    "day": Key("id"),
    "until": Key("id"),
    "look": Key("table"),
}
RULE_EACH = {"ledger": Key("ref", required=True), "when": Key("text", required=True)}
RULE_LOOK = {"ledger": Key("ref", required=True), "same": Key("table", required=True)}

ROUND = {
    "id": Key("id", required=True),
    "label": Key("text", required=True),
    "of": Key("ref", required=True),
    "where": Key("text"),
    "title": Key("id"),
    "chief": Key("id"),
    "by": Key("ref", required=True),
    "link": Key("id", required=True),
    "clock": Key("id"),
    "course": Key("id"),
    "track": Key("id"),
    "near": Key("id"),
    "valid": Key("text"),
    "missed": Key("text"),
    "plan": Key("ref"),
    "same": Key("ids", default=()),
    "every": Key("id"),
    "into": Key("ref", required=True),
    "since": Key("day"),
    "grace_days": Key("whole", default=0),
}
ROLL = {
    "id": Key("id", required=True),
    "label": Key("text", required=True),
    "of": Key("ref", required=True),
    "event": Key("ref", required=True),
    "same": Key("ids", default=()),
    "by": Key("ref", required=True),
    "link": Key("id", required=True),
    "names": Key("id", required=True),
    "done": Key("text"),
    "fill": Key("table", default={}),
    "title": Key("id"),
    "helper": Key("id"),
    "place": Key("id"),
    "reason": Key("id"),
    "back": Key("id"),
    "early": Key("id"),
    "also": Key("table", default={}),
    "anywhere": Key("flag", default=False),
    "again": Key("flag", default=False),
    "people": Key("ref"),
    "home": Key("id"),
    "words": Key("table", default={}),
}
WINDOW = {
    "id": Key("id", required=True),
    "label": Key("text", required=True),
    "person": Key("ref", required=True),
    "name": Key("id", required=True),
    "family": Key("id"),
    "items": Key("ref"),
    "title": Key("id"),
    "papers": Key("id"),
    "lackable": Key("id"),
    "held": Key("ref"),
    "owner": Key("id"),
    "paper": Key("id"),
    "undertakings": Key("ref"),
    "covers": Key("id"),
    "broken": Key("ref"),
}
WINDOW_LEDGERS = ("person", "items", "held", "undertakings", "broken")
ROLL_LEDGERS = ("of", "event", "by", "people")
ROUND_LEDGERS = ("of", "by", "plan", "into")
# What the kernel computes in the ledger that ``into`` names, and what it reads in the one that ``plan`` names.
TALLY_FIELDS = {"sheet": "text", "due": "integer", "made": "integer", "valid": "integer", "met": "flag"}
PLAN_FIELDS = {"times": "integer", "per": "choice"}
PLAN_LIMITS = ("gap_hours", "month_from", "month_to")

EXCHANGE = {
    "id": Key("id", required=True),
    "label": Key("text", required=True),
    "sender": Key("text", required=True),
    "item": Key("text", required=True),
    "measure": Key("text", default="件"),
    "keeps": Key("id", required=True),
    "layouts": Key("id", required=True),
    "opens": Key("id", required=True),
    "action": Key("id", default="report"),
    "category": Key("id"),
    "channel": Key("id"),
    "receivers": Key("ids", required=True),
    "day": Key("ids", required=True),
    "title": Key("ids", required=True),
    "text": Key("ids", default=()),
    "place": Key("ids", default=()),
    "rest": Key("id"),
    "spare_phone": Key("id"),
    "layout": Key("id"),
    "never": Key("texts", default=()),
    "column": Key("tables", required=True),
    "answer": Key("tables", default=()),
    "change": Key("tables", default=()),
}
_HEADING = {"id": Key("id", required=True), "words": Key("texts", required=True), "headings": Key("texts", default=())}
_COLUMN = {**_HEADING, "read": Key("text", required=True), "carry": Key("id")}
EXCHANGE_COLUMNS: dict[str, dict[str, Key]] = {
    "number": _COLUMN,
    "text": _COLUMN,
    "day": _COLUMN,
    "until": {**_COLUMN, "since": Key("id")},
    "flag": {**_COLUMN, "yes": Key("texts", default=()), "no": Key("texts", default=())},
    "person": {name: key for name, key in _COLUMN.items() if name != "carry"},
    "phone": {name: key for name, key in _COLUMN.items() if name != "carry"},
}
EXCHANGE_ANSWER = {**_HEADING, "from": Key("id", required=True)}
EXCHANGE_CHANGE = {
    "column": Key("id", required=True),
    "action": Key("id", required=True),
    "states": Key("ids", default=()),
    "reason": Key("text"),
    "gives": Key("ids", default=()),
    "told": Key("text"),
}
# What the kernel reads and writes in the ledger that ``layouts`` names, and what its ``meaning`` can say beside the columns.
LAYOUT_FIELDS = {"layout": "text", "heading": "text", "meaning": "choice", "place": "integer"}
MEANINGS = ("keep", "personal")

ROSTER = {
    "id": Key("id", required=True),
    "label": Key("text", required=True),
    "posts": Key("id", required=True),
    "people": Key("id", required=True),
    "away": Key("id", required=True),
    "into": Key("id", required=True),
    "log": Key("id"),
    "swaps": Key("id"),
    "title": Key("id", required=True),
    "board": Key("id"),
    "usual": Key("table", default={}),
    "needs": Key("table", required=True),
    "able": Key("table", required=True),
    "rest_hours": Key("id"),
    "week_watches": Key("id"),
    "nights_row": Key("id"),
    "carry_days": Key("id"),
    "make_up": Key("id"),
    "arrive_minutes": Key("id"),
}
ROSTER_LEDGERS = ("posts", "people", "away", "into", "log")
ROSTER_PARAMS = ("rest_hours", "week_watches", "nights_row", "carry_days", "make_up", "arrive_minutes")
# What the kernel reads and writes in these ledgers: field → type (link:…: to which of them); with ? what need not be there.
ROSTER_FIELDS: dict[str, dict[str, str]] = {
    "posts": {"shifts_a_day": "integer", "hours_a_day": "integer?", "begins": "text?"},
    "people": {"role": "choice", "post": "link:posts?", "no_nights": "flag?", "account": "text?"},
    "away": {"watcher": "link:people", "first_day": "date", "last_day": "date"},
    "into": {
        "watch": "text", "watcher": "link:people", "role": "choice", "post": "link:posts", "watch_day": "date", "begins": "text",
        "next_day": "flag", "length": "integer", "night": "flag", "day_off": "flag", "on_post": "flag", "swap": "choice",
    },
    "log": {"post": "link:posts"},
}  # fmt: skip
SWAP_ACTIONS = ("report", "agree", "approve", "apply", "decline")

PARAM = {
    "label": Key("text", required=True),
    "source": Key("text", required=True),
    "unit": Key("text"),
    "from": Key("table", required=True),
}

EXAMPLE = {
    "name": Key("text", required=True),
    "today": Key("day", required=True),
    "given": Key("table", default={}),
    "do": Key("any", required=True),
    "expect": Key("table", required=True),
}
GIVEN = {"units": Key("text", default="standard"), "series": Key("any", default=())}
SERIES_VALUE = {
    "metric": Key("ref", required=True),
    "period": Key("text", required=True),
    "value": Key("number", required=True),
    "unit": Key("text"),
    "authority": Key("text"),
}
STEP = {
    "day": Key("day", required=True),
    "who": Key("text", required=True),
    "act": Key("text", required=True),
    "unit": Key("text"),
    "key": Key("texts", default=()),
    "reason": Key("text"),
    "data": Key("table", default={}),
    "occurred_on": Key("day"),
    "valid_from": Key("day"),
    "valid_until": Key("day"),
    "no_end": Key("flag", default=False),
    "authority": Key("text", among=AUTHORITIES),
    "refused": Key("text"),
}
EXPECT = {"figures": Key("table", required=True)}

BLANK = {
    "metric": Key("ref"),
    "period": Key("text"),
    "unit": Key("text"),
    "decimals": Key("whole"),
    "profile": Key("id"),
    "record": Key("table"),
    "text": Key("text"),
    "pending": Key("flag", default=False),
    "hint": Key("text"),
    "meaning": Key("text"),
}

DOCUMENT = {
    "id": Key("id", required=True),
    "label": Key("text", required=True),
    "workflow": Key("ref"),  # of a workflow's matters, or
    "ledger": Key("id"),  # of the records of an own ledger: one of the two
    "states": Key("ids", default=()),
    "when": Key("text"),
    "otherwise": Key("text"),
    "number": Key("text"),
    "record": Key("ref"),
    "order": Key("whole", default=100),
    "rows": Key("table", default={}),
}
DOCUMENT_ROWS = {"ledger": Key("ref", required=True), "field": Key("id", required=True), "equals": Key("ref")}

CLAIM = {"claim": Key("ref", required=True), "period": Key("text", default="year"), "because": Key("text", default="")}

# Ids that would hide a column every ledger has, or a word of the expression language.
RESERVED_FIELDS = frozenset(
    "month authority occurred_on valid_from valid_until unit period id version position"
    " and or not in is null between case when then else end true false coalesce year date starts_with select".split()
)
# Words that already mean something else in this house (docs/glossary.md).
BANNED_IDS = frozenset("indicator status event request form report utils common data misc tmp test".split())
