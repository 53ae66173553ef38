"""The door of the orders: taking a sender's file in, giving it back."""

from zhenwu.kernel.orders.exporting import Returned, fill_orders, orders_between
from zhenwu.kernel.orders.importing import ORDERS, Taking, import_orders, matter_of
from zhenwu.kernel.orders.layouts import DEFAULT, FILLED, MANY, Layout

__all__ = ["DEFAULT", "FILLED", "MANY", "ORDERS", "Layout", "Returned", "Taking", "fill_orders", "import_orders", "matter_of", "orders_between"]
