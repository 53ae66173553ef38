"""Tables that a sender's system exports, taken in row by row as records and matters, and given back filled (decision 0028)."""
