"""The lives: one module a pack, each with its ``LIFE``."""
