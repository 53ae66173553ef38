"""JSON columns read and written by orjson: ``json.dumps`` takes ten times as long over an event that names a thousand versions."""

from __future__ import annotations

import json
from typing import Any

import orjson


class Encoder(json.JSONEncoder):
    """For ``json.dumps(value, cls=Encoder)``. Whole numbers fit 64 bits; anything that is no JSON is a ``TypeError``."""

    def encode(self, o: Any) -> str:
        return orjson.dumps(o).decode()


class Decoder(json.JSONDecoder):
    """For ``json.loads(text, cls=Decoder)``."""

    def decode(self, s: str, *_: Any) -> Any:
        return orjson.loads(s)
