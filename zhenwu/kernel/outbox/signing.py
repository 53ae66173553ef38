"""Signatures of the Standard Webhooks specification: HMAC-SHA256 over ``id.timestamp.body``, base64, after ``v1,``.

Where the installation digests by SM3 each secret gives a second signature, ``v1sm3,`` with HMAC-SM3; receivers that do not know
it pass over it, as the specification wants of unknown versions. Pure.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as keyed

PREFIX = "whsec_"
KEY_BYTES = 32
TOLERANCE = 300  # seconds by which the clocks of sender and receiver may differ
_VERSIONS = {"sha256": ("v1",), "sm3": ("v1", "v1sm3")}


def new_secret() -> str:
    """A fresh secret as a receiver writes it down: ``whsec_`` and base64."""
    return PREFIX + base64.b64encode(os.urandom(KEY_BYTES)).decode()


def headers(secrets: Sequence[str], message: str, moment: datetime, body: bytes, digest: str = "sha256") -> dict[str, str]:
    """The three headers; one signature for each secret (and each algorithm of the installation)."""
    stamp = str(int(moment.timestamp()))
    signed = [f"{version},{_signature(version, secret, message, stamp, body)}" for version in _VERSIONS[digest] for secret in secrets]
    return {"webhook-id": message, "webhook-timestamp": stamp, "webhook-signature": " ".join(signed)}


def verify(secrets: Iterable[str], given: Mapping[str, str], body: bytes, moment: datetime, version: str = "v1") -> bool:
    """Whether a message was signed with one of the secrets, within five minutes of ``moment``. In constant time."""
    told = {name.lower(): value for name, value in given.items()}
    message, stamp = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
    if not message or not stamp.isascii() or not stamp.isdigit() or abs(int(stamp) - moment.timestamp()) > TOLERANCE:
        return False
    brought = [part.partition(",")[2] for part in told.get("webhook-signature", "").split(" ") if part.partition(",")[0] == version]
    wanted = [_signature(version, secret, message, stamp, body) for secret in secrets]
    return any([hmac.compare_digest(one.encode(), other.encode()) for one in wanted for other in brought])


def _signature(version: str, secret: str, message: str, stamp: str, body: bytes) -> str:
    key, said = _key(secret), f"{message}.{stamp}.".encode() + body
    if version == "v1sm3":
        mac = keyed.HMAC(key, hashes.SM3())
        mac.update(said)
        return base64.b64encode(mac.finalize()).decode()
    return base64.b64encode(hmac.new(key, said, "sha256").digest()).decode()


def _key(secret: str) -> bytes:
    return binascii.a2b_base64(secret.removeprefix(PREFIX))
