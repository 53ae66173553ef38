"""Whatever is made up from the OpenAPI document is answered, never with a fault of ours, and as the document says."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import Village
from zhenwu.site.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_what_is_made_up_from_the_document_is_answered_as_it_says(village: Village) -> None:
    matter = str(village.open())
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 17
    headers = {"Authorization": f"Bearer {village.secrets['热线']}"}
    cases = st.one_of(*[operation.as_strategy(generation_mode=mode) for operation in operations for mode in GenerationMode])
    told = Counter[int]()

    @settings(max_examples=200, suppress_health_check=list(HealthCheck), deadline=None)
    @given(case=cases, known=st.booleans())
    def answered(case: Any, known: bool) -> None:
        if known and "matter" in (case.path_parameters or {}):
            case.path_parameters["matter"] = matter
        if known and isinstance(case.body, dict):
            case.body |= {"line": "grid", "unit": str(village.town["深塘一格"])} if "title" in case.body else {}
        told[case.call_and_validate(headers=headers, checks=CHECKS).status_code] += 1

    answered()
    assert {200, 400, 404, 422, 409} <= set(told), told  # the made-up requests came in at all
