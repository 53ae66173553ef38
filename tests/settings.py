"""Settings for tests: the product's own, in a throw-away home, deaf to the environment."""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import tempfile

_KEEP = ("ZHENWU_SEED", "ZHENWU_TEST_POSTGRES")
for _name in [name for name in os.environ if name.startswith("ZHENWU_") and name not in _KEEP]:
    del os.environ[_name]

_home = tempfile.mkdtemp(prefix="zhenwu-test-")
_owner = os.getpid()
os.environ["ZHENWU_HOME"] = _home


def _clear() -> None:
    """Only the process that made the folder removes it: forked children inherit this hook too."""
    if os.getpid() == _owner:
        shutil.rmtree(_home, ignore_errors=True)


atexit.register(_clear)

from zhenwu.site.settings import *  # noqa: E402, F403

# Argon2 costs 0.2 s of CPU for each password on purpose; tests make hundreds of people.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Scaffold: goes as soon as the shelf orgs brings its Person.
if importlib.util.find_spec("zhenwu.kernel.orgs.models") is None:
    AUTH_USER_MODEL = "auth.User"
