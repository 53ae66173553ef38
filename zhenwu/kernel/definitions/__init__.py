"""Shelf `definitions`: what packs and users define, by hash and revision."""
