"""The door of the orders: taking a sender's file in, giving it back."""

from zhenwu.kernel.orders.exporting import Returned, fill_orders, orders_between
from zhenwu.kernel.orders.importing import LINE, ORDERS, Taking, import_orders, matter_of, may_receive
from zhenwu.kernel.orders.layouts import DEFAULT, FILLED, MANY, Layout

__all__ = ["DEFAULT", "FILLED", "LINE", "MANY", "ORDERS", "Layout", "Returned", "Taking", "fill_orders", "import_orders", "matter_of", "may_receive", "orders_between"]
