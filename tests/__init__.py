"""Tests. Each is a sentence; the same four people appear in all of them."""
