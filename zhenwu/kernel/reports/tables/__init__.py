"""Tables that other offices demand: their .xlsx, in their layout, filled from our figures."""
