"""JSON columns read and written by orjson: ``json`` takes ten times as long over an event that names a thousand versions."""

from __future__ import annotations

import json
from typing import Any

import orjson


class Encoder(json.JSONEncoder):
    """For ``json.dumps(value, cls=Encoder)``. Whole numbers fit 64 bits; anything that is no JSON is a ``TypeError``."""

    def __init__(self, **_: Any) -> None:
        """Takes no wishes; making ready for any, as the base class does, costs more than the work."""

    def encode(self, o: Any) -> str:
        """The value as JSON text."""
        return orjson.dumps(o).decode()


class Decoder(json.JSONDecoder):
    """For ``json.loads(text, cls=Decoder)``."""

    def __init__(self, **_: Any) -> None:
        """Takes no wishes either."""

    def decode(self, s: str, *_: Any) -> Any:
        """The value of a JSON text."""
        return orjson.loads(s)
