"""Shelf `ledgers`: records and their versions; bulk in and out; personal data under a key per subject."""
