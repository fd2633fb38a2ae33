from __future__ import annotations

import pytest

from server.graphql.negotiation import GRAPHQL_RESPONSE, JSON, is_json, response_type


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("Application/JSON; charset=utf-8", JSON),
        (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE}, application/json;q=0.9", GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE};q=0.5, application/json;q=0.9", JSON),
        (f"application/json, {GRAPHQL_RESPONSE}", GRAPHQL_RESPONSE),
        ("text/html, */*;q=0.8", JSON),
        (f"*/*, {GRAPHQL_RESPONSE};q=0.1", JSON),
        ("application/json;q=0, */*", GRAPHQL_RESPONSE),
        ("application/json;q=0", None),
        (f"*/*, application/json;q=0, {GRAPHQL_RESPONSE};q=0", None),
        ("text/html", None),
        ("application/json;q=high", None),
        (",;,", None),
    ],
)
def test_the_client_gets_the_type_it_prefers_of_those_it_accepts(accept: str, answered: str | None) -> None:
    assert response_type(accept) == answered


@pytest.mark.parametrize(
    ("content_type", "taken"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ('application/json; charset="UTF-8"', True),
        ("APPLICATION/JSON", True),
        ("application/json; charset=latin-1", False),
        ("application/jsonp", False),
        ("text/plain", False),
        ("multipart/form-data; boundary=x", False),
        ("", False),
    ],
)
def test_only_json_in_utf_8_is_read(content_type: str, taken: bool) -> None:
    assert is_json(content_type) is taken
