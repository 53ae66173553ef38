"""Shelf `outbox`: what happened is told to other systems, signed, in order, again and again until they have it."""
