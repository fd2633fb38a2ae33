from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from server.graphql.parameters import Parameters, read_json_body, read_query_string
from server.problem import Problem

HASH = "a" * 64


def test_a_body_gives_its_parameters() -> None:
    body = b'{"query": "{a}", "operationName": "A", "variables": {"x": 1}, "extensions": {"y": 2}}'
    assert read_json_body(body) == Parameters("{a}", None, "A", {"x": 1}, {"y": 2})


def test_null_is_as_good_as_absent() -> None:
    body = b'{"query": "{a}", "operationName": null, "variables": null, "extensions": null, "documentId": null}'
    assert read_json_body(body) == Parameters("{a}", None, None, {}, {})


def test_a_query_string_gives_its_parameters_and_empty_ones_are_absent() -> None:
    given_parameters = QueryParams({"query": "{a}", "variables": '{"x": 1}', "operationName": "", "extensions": ""})
    assert read_query_string(given_parameters) == Parameters("{a}", None, None, {"x": 1}, {})


@pytest.mark.parametrize(
    "body",
    [
        f'{{"documentId": "sha256:{HASH}"}}',
        f'{{"extensions": {{"persistedQuery": {{"version": 1, "sha256Hash": "{HASH}"}}}}}}',
    ],
)
def test_a_document_may_be_named_by_its_hash_in_either_way(body: str) -> None:
    parameters = read_json_body(body.encode())
    assert (parameters.query, parameters.sha256) == (None, HASH)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b'"{a}"', "a string"),
        (b"null", "null"),
        (b"7", "a number"),
        (b"true", "a boolean"),
        (b'[{"query": "{a}"}]', "one operation at a time"),
        (b'{"query": "{a}"', "not JSON"),
        (b'{"query": "\xff"}', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"query": "{a}", "variables": {"x": ' + b"[" * 2000 + b"]" * 2000 + b"}}", "not JSON"),
        (b'{"query": "{a}", "variables": {"x": ' + b"9" * 5000 + b"}}", "not JSON"),
        (b'{"query": "{a}", "variables": {"x": NaN}}', "not JSON"),
        (b'{"query": "\\ud800"}', "not JSON"),
        (b"{}", "no query"),
        (b'{"query": ""}', "no query"),
        (b'{"query": 1}', "query is a number"),
        (b'{"query": ["{a}"]}', "query is a list"),
        (b'{"query": "{a}", "operationName": {}}', "operationName is an object"),
        (b'{"query": "{a}", "variables": "{}"}', "variables is a string"),
        (b'{"query": "{a}", "variables": false}', "variables is a boolean"),
        (b'{"query": "{a}", "extensions": [1]}', "extensions is a list"),
        (b'{"documentId": 1}', "documentId is a number"),
        (b'{"documentId": "md5:1234"}', "sha256:"),
        (b'{"documentId": "sha256:' + b"A" * 64 + b'"}', "lower-case"),
        (b'{"extensions": {"persistedQuery": true}}', "version 1"),
        (b'{"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "a"}}}', "version 1"),
        (b'{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "a"}}}', "64 lower-case"),
    ],
)
def test_anything_else_is_refused_in_words(body: bytes, says: str) -> None:
    with pytest.raises(Problem) as raised:
        read_json_body(body)
    assert raised.value.status == 400
    assert says in raised.value.message


@pytest.mark.parametrize(
    ("query_string", "says"),
    [
        ("", "no query"),
        ("query={a}&query={b}", "2 times"),
        ("query={a}&variables={", "variables is not JSON"),
        ("query={a}&variables=[]", "variables is a list"),
        ("query={a}&extensions=1", "extensions is a number"),
    ],
)
def test_a_wrong_query_string_is_refused_in_words(query_string: str, says: str) -> None:
    with pytest.raises(Problem) as raised:
        read_query_string(QueryParams(query_string))
    assert says in raised.value.message


@given(
    st.binary(max_size=200) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(repr).map(str.encode)
)
def test_no_body_does_anything_but_parse_or_be_refused(body: bytes) -> None:
    refusal: Problem | None = None
    parameters: Parameters | None = None
    try:
        parameters = read_json_body(body)
    except Problem as problem:
        refusal = problem
    assert (parameters is None) != (refusal is None)
    assert parameters is None or parameters.query or parameters.sha256
