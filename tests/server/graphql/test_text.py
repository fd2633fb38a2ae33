from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.graphql.text import holds_nul
from tests.server.tiny import GRAPHQL_RESPONSE, error_of, tiny_app

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text("\0ab"),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("\0ab"), inner),
)
HELLO = "query($name: String!) { hello(name: $name) }"


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with tiny_app().client() as client:
        client.headers["accept"] = GRAPHQL_RESPONSE
        yield client


@given(JSON_VALUES)
def test_the_character_is_found_wherever_json_holds_it(value: object) -> None:
    assert holds_nul(value) == ("\\u0000" in json.dumps(value))


@pytest.mark.anyio
@pytest.mark.parametrize("escape", [r"\u0000", r"\u{0}", r"\u{0000}"])
async def test_a_document_with_the_character_is_refused_where_it_stands(
    client: httpx2.AsyncClient, escape: str
) -> None:
    response = await client.post("/graphql", json={"query": f'{{ hello(name: "a{escape}b") }}'})
    assert response.status_code == 400
    assert error_of(response)["code"] == "BAD_USER_INPUT"
    assert "U+0000" in str(error_of(response)["message"])
    assert response.json()["errors"][0]["locations"] == [{"line": 1, "column": 15}]


@pytest.mark.anyio
@pytest.mark.parametrize("variables", [{"name": "a\0b"}, {"name": "a", "\0": 1}, {"name": "a", "more": [{"x": "\0"}]}])
async def test_variables_with_the_character_are_refused(
    client: httpx2.AsyncClient, variables: dict[str, object]
) -> None:
    posted = await client.post("/graphql", json={"query": HELLO, "variables": variables})
    got = await client.get("/graphql", params={"query": HELLO, "variables": json.dumps(variables)})
    for response in (posted, got):
        assert response.status_code == 400
        assert "U+0000" in str(error_of(response)["message"])


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["\\u0000", "\u4e2d", "\x01\x7f"])
async def test_what_only_looks_like_it_is_answered(client: httpx2.AsyncClient, name: str) -> None:
    by_variable = await client.post("/graphql", json={"query": HELLO, "variables": {"name": name}})
    by_literal = await client.post("/graphql", json={"query": f"{{ hello(name: {json.dumps(name)}) }}"})
    for response in (by_variable, by_literal):
        assert response.json()["data"] == {"hello": f"hello, {name}"}
