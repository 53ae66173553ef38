"""Settings for tests: the product's own, in a throw-away home, deaf to the environment."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_KEEP = ("ZHENWU_SEED", "ZHENWU_TEST_POSTGRES", "ZHENWU_TEST_ON")
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
from zhenwu.site.settings import _database  # noqa: E402

PASSWORD_HASHERS = ["tests.passwords.QuickArgon2"]

# Signing in without a request is refused while axes is on; the tests of locking out switch it on.
AXES_ENABLED = False

if os.environ.get("ZHENWU_TEST_ON") == "postgres":  # tests/kernel/test_on_postgres.py runs files again this way
    from tests.leftout import postgres_url

    DATABASES = {"default": _database(postgres_url()) | {"TEST": {"NAME": f"zhenwu_test_{_owner}"}}}
