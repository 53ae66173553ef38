"""The product's password hash at its smallest cost: tests make hundreds of people."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 in name and form; never for real passwords."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
