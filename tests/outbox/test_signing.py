"""The signature is that of the Standard Webhooks specification, and nothing that was touched passes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from zhenwu.kernel.outbox.api import headers, verify
from zhenwu.kernel.outbox.signing import new_secret

MOMENT = datetime(2026, 3, 1, 8, tzinfo=UTC)
SECRET = new_secret()


@given(st.text(alphabet="abcdef0123456789-", min_size=1, max_size=40), st.text(max_size=200))
def test_it_equals_the_reference_library(message: str, text: str) -> None:
    said = text.encode("utf-8", "ignore")
    made = headers([SECRET], message, MOMENT, said)
    assert made["webhook-signature"] == Webhook(SECRET).sign(message, MOMENT, said.decode())


@pytest.mark.parametrize("digest", ["sha256", "sm3"])
def test_one_changed_byte_one_changed_id_or_an_old_message_does_not_pass(digest: str) -> None:
    made = headers([SECRET], "m1", MOMENT, b'{"a":1}', digest)
    assert verify([SECRET], made, b'{"a":1}', MOMENT + timedelta(seconds=299))
    assert not verify([SECRET], made, b'{"a":2}', MOMENT)
    assert not verify([SECRET], made | {"webhook-id": "m2"}, b'{"a":1}', MOMENT)
    assert not verify([SECRET], made | {"webhook-timestamp": str(int(MOMENT.timestamp()) + 1)}, b'{"a":1}', MOMENT)
    assert not verify([SECRET], made, b'{"a":1}', MOMENT + timedelta(seconds=301))
    assert not verify([SECRET], made, b'{"a":1}', MOMENT - timedelta(seconds=301))
    assert not verify([new_secret()], made, b'{"a":1}', MOMENT)


@pytest.mark.parametrize("change", [{"webhook-id": ""}, {"webhook-timestamp": "x"}, {"webhook-timestamp": "１"}, {"webhook-signature": ""}, {"webhook-signature": "v1,"}, {"webhook-signature": "é"}])
def test_headers_of_rubbish_do_not_pass_and_do_not_break(change: dict[str, str]) -> None:
    assert not verify([SECRET], headers([SECRET], "m1", MOMENT, b"") | change, b"", MOMENT)
    assert not verify([SECRET], {}, b"", MOMENT)


@pytest.mark.parametrize("digest", ["sha256", "sm3"])
def test_the_example_for_receivers_accepts_what_is_ours_and_nothing_else(digest: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    known: dict[str, Any] = {}
    exec(example, known)
    made = headers([new_secret(), SECRET], "m1", datetime.now(UTC), b"{}", digest)
    assert known["is_genuine"](SECRET, made, b"{}") and not known["is_genuine"](SECRET, made, b"{ }")
    assert not known["is_genuine"](SECRET, headers([SECRET], "m1", MOMENT, b"{}"), b"{}")
