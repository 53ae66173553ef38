"""The small expression language of filters, guards and rules: SQL text in, a tree of our own out.

``parse`` reads and checks; ``evaluate`` is the definition of what a tree means; ``to_polars``, ``to_ibis``
and ``to_javascript`` are translations of it, proven equal on random trees. Stored is ``to_json(tree)``, never
the text.

The language is total. Integers are whole numbers within ±(2**53 - 1); arithmetic that leaves that range, and
arithmetic on a missing value, is missing. A condition is never missing: a comparison with a missing value is
false, so ``NOT (a = 1)`` is true where ``a`` is missing; ``IS NULL`` asks.
"""

from zhenwu.lib.expressions.databases import to_ibis
from zhenwu.lib.expressions.evaluate import decided, evaluate
from zhenwu.lib.expressions.frames import to_polars
from zhenwu.lib.expressions.javascript import to_javascript
from zhenwu.lib.expressions.parse import parse
from zhenwu.lib.expressions.stored import from_json, to_json
from zhenwu.lib.expressions.tree import Tree, columns_of
from zhenwu.lib.expressions.types import DAY, FLAG, INTEGER, TEXT, Columns, Type

__all__ = [
    "DAY",
    "FLAG",
    "INTEGER",
    "TEXT",
    "Columns",
    "Tree",
    "Type",
    "columns_of",
    "decided",
    "evaluate",
    "from_json",
    "parse",
    "to_ibis",
    "to_javascript",
    "to_json",
    "to_polars",
]
