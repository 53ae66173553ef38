"""The session key, written down when there is a store: a repeated request is recognised by a digest under it.

Until then it lives in memory only, so that whoever merely looks leaves no trace in a home that is not used.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

from django.conf import settings


def keep_session_key(**_: Any) -> None:
    """Write the key into ``settings.SESSION_KEY`` unless one is there, or it is given from outside."""
    path = settings.SESSION_KEY
    if settings.GIVEN_KEY or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(settings.SECRET_KEY)
