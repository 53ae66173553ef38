"""The door of the exchanges: which there are, taking a sender's file in, giving it back."""

from zhenwu.kernel.exchanges.exchange import MANY, Exchange
from zhenwu.kernel.exchanges.exporting import Returned, fill_table, table_between
from zhenwu.kernel.exchanges.importing import Taking, import_table, matter_of
from zhenwu.kernel.exchanges.layouts import DEFAULT, Layout
from zhenwu.kernel.exchanges.receiving import exchange_of, exchanges, may_receive, received_by

__all__ = [
    "DEFAULT",
    "MANY",
    "Exchange",
    "Layout",
    "Returned",
    "Taking",
    "exchange_of",
    "exchanges",
    "fill_table",
    "import_table",
    "matter_of",
    "may_receive",
    "received_by",
    "table_between",
]
