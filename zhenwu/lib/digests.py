"""Canonical JSON and its digest: one spelling for every value, so that equal things have equal digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import orjson
from cryptography.hazmat.primitives import hashes

ALGORITHMS = ("sha256", "sm3")


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces. Dates, moments and UUIDs become text; floats are refused."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def digest_bytes(data: bytes, algorithm: str = "sha256") -> str:
    """Hexadecimal digest by SHA-256 or SM3 (GB/T 32905)."""
    if algorithm == "sm3":
        sm3 = hashes.Hash(hashes.SM3())
        sm3.update(data)
        return sm3.finalize().hex()
    return hashlib.sha256(data).hexdigest()


def digests_of(texts: Iterable[bytes], algorithm: str = "sha256") -> list[str]:
    """As ``digest_bytes`` for many."""
    if algorithm == "sm3":
        return [digest_bytes(one, algorithm) for one in texts]
    sha256 = hashlib.sha256
    return [sha256(one).hexdigest() for one in texts]


def digest(value: Any, algorithm: str = "sha256") -> str:
    """The digest of a value's canonical JSON."""
    return digest_bytes(canonical(value), algorithm)
