"""Envelopes for personal data: authenticated encryption under a key per subject, and keyed blind indexes.

An envelope is text: ``v1.<algorithm>.<nonce>.<ciphertext>`` (URL-safe base64). The subject's data key is itself wrapped
by the installation's master key. Deleting the wrapped key forgets the subject: no envelope opens again.
A blind index is an HMAC under a separate key, for equality search only.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as keyed
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zhenwu.lib.problems import Problem

ALGORITHMS = ("aes-gcm", "sm4-gcm")
_PLAIN = str.maketrans("-_", "+/")
_KEY_BYTES = {"aes-gcm": 32, "sm4-gcm": 16}


def new_key() -> bytes:
    return os.urandom(32)


def seal(plain: str, key: bytes, algorithm: str, context: bytes = b"") -> str:
    """Encrypt ``plain``; ``context`` binds the envelope to its place and must be given again to open it."""
    nonce = os.urandom(12)
    secret = key[: _KEY_BYTES[algorithm]]
    if algorithm == "sm4-gcm":
        encryptor = Cipher(algorithms.SM4(secret), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context)
        body = encryptor.update(plain.encode()) + encryptor.finalize() + encryptor.tag
    else:
        body = AESGCM(secret).encrypt(nonce, plain.encode(), context)
    return f"v1.{algorithm}.{_text(nonce)}.{_text(body)}"


def unseal(envelope: str, key: bytes, context: bytes = b"") -> str:
    """Decrypt an envelope; raises ``Problem('envelope.damaged')`` when it was altered or the key is another's."""
    try:
        _, algorithm, nonce_text, body_text = envelope.split(".")
        nonce, body, secret = _raw(nonce_text), _raw(body_text), key[: _KEY_BYTES[algorithm]]
        if algorithm == "sm4-gcm":
            decryptor = Cipher(algorithms.SM4(secret), modes.GCM(nonce, body[-16:])).decryptor()
            decryptor.authenticate_additional_data(context)
            return (decryptor.update(body[:-16]) + decryptor.finalize()).decode()
        return AESGCM(secret).decrypt(nonce, body, context).decode()
    except (ValueError, KeyError, InvalidTag) as error:
        raise Problem("envelope.damaged", "加密内容打不开", "可能被改动过，请运行 zhenwu journal verify 核对。") from error


def blind(value: str, key: bytes, algorithm: str = "sha256") -> str:
    """A keyed index of a value: equal values give equal indexes; nothing else can be learned without the key."""
    if algorithm == "sm3":
        mac = keyed.HMAC(key, hashes.SM3())
        mac.update(value.encode())
        return mac.finalize().hex()
    return hmac.new(key, value.encode(), "sha256").hexdigest()


def load_or_make_key(path: Path) -> bytes:
    """Read a 32-byte key file, or make it readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(new_key())
        try:
            os.link(scratch, path)  # the first of two makers wins; the other reads the winner's
        except FileExistsError:
            pass
        scratch.unlink()
    key = path.read_bytes()
    if len(key) != 32:
        raise Problem("key.damaged", f"密钥文件 {path.name} 不完整", "请从密钥备份中恢复这个文件，不要新建。")
    return key


@lru_cache(maxsize=32)
def key_at(path: str) -> bytes:
    """``load_or_make_key``, read once in a process."""
    return load_or_make_key(Path(path))


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _raw(text: str) -> bytes:
    return binascii.a2b_base64(text.translate(_PLAIN) + "=" * (-len(text) % 4))
