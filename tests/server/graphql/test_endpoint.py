from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import httpx2
import pytest
from graphql import get_introspection_query
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from schema.cost import QueryLimits
from tests.server.tiny import GRAPHQL_RESPONSE, error_of, tiny_app

pytestmark = pytest.mark.anyio

JSON = "application/json"


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    async with tiny_app().client() as client:
        yield client


async def post(
    client: httpx2.AsyncClient, query: str, accept: str = GRAPHQL_RESPONSE, **parameters: object
) -> httpx2.Response:
    return await client.post("/graphql", json={"query": query, **parameters}, headers={"accept": accept})


@pytest.mark.parametrize("accept", [GRAPHQL_RESPONSE, JSON])
async def test_an_answer_comes_in_the_type_that_was_asked_for(client: httpx2.AsyncClient, accept: str) -> None:
    response = await post(client, "{hello}", accept)

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert response.headers["vary"] == "Accept"
    assert response.json()["data"] == {"hello": "hello, world"}


async def test_a_get_answers_queries(client: httpx2.AsyncClient) -> None:
    query = "query($n: Int!) { twice(number: $n) }"
    response = await client.get("/graphql", params={"query": query, "variables": '{"n": 4}'})
    assert response.json()["data"] == {"twice": 8}


async def test_a_get_never_mutates(client: httpx2.AsyncClient) -> None:
    response = await client.get("/graphql", params={"query": "mutation { ping }"})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_are_told_which_are_served(client: httpx2.AsyncClient, method: str) -> None:
    response = await client.request(method, "/graphql")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, POST"
    assert error_of(response)["reason"] == "METHOD_NOT_ALLOWED"


async def test_a_client_that_accepts_neither_type_gets_406_as_json(client: httpx2.AsyncClient) -> None:
    response = await post(client, "{hello}", "text/csv")
    assert response.status_code == 406
    assert error_of(response)["reason"] == "NOT_ACCEPTABLE"


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", "application/graphql", None])
async def test_other_bodies_than_json_get_415(client: httpx2.AsyncClient, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    response = await client.post("/graphql", content=b'{"query": "{hello}"}', headers=headers)
    assert response.status_code == 415
    assert error_of(response)["reason"] == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize("body", [b'"x"', b"null", b"[]", b"\xff", b"[" * 5000, b"1" * 5000, b"", b"{"])
@pytest.mark.parametrize("accept", [GRAPHQL_RESPONSE, JSON])
async def test_a_body_that_is_no_request_gets_400(client: httpx2.AsyncClient, body: bytes, accept: str) -> None:
    headers = {"content-type": JSON, "accept": accept}
    response = await client.post("/graphql", content=body, headers=headers)
    assert response.status_code == 400
    assert error_of(response)["code"] == "BAD_USER_INPUT"
    assert error_of(response)["requestId"] == response.headers["x-request-id"]


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ("{", {}),
        ("{nope}", {}),
        ("query A {hello} query B {hello}", {}),
        ("query A {hello}", {"operationName": "B"}),
        ("query($n: Int!) {twice(number: $n)}", {"variables": {"n": "four"}}),
        ("query($n: Int!) {twice(number: $n)}", {}),
    ],
)
async def test_a_request_error_is_400_to_the_new_type_and_200_to_the_old(
    client: httpx2.AsyncClient, query: str, parameters: dict[str, object]
) -> None:
    for accept, status in ((GRAPHQL_RESPONSE, 400), (JSON, 200)):
        response = await post(client, query, accept, **parameters)
        assert response.status_code == status
        assert "data" not in response.json()
        assert error_of(response)["code"] == "BAD_USER_INPUT"


async def test_a_failing_field_leaves_the_rest_of_the_answer(client: httpx2.AsyncClient) -> None:
    response = await post(client, "{missing hello}")
    assert response.status_code == 200
    assert response.json()["data"] == {"missing": None, "hello": "hello, world"}
    assert error_of(response)["code"] == "NOT_FOUND"
    assert response.json()["errors"][0]["path"] == ["missing"]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("missing", {"code": "NOT_FOUND", "message": "There is no such story."}),
        ("forbidden", {"code": "FORBIDDEN", "message": "This needs the scope story:write."}),
        ("wrong", {"code": "BAD_USER_INPUT", "reason": "BAD_TERRITORY", "field": ["use", "territory"]}),
        ("stale", {"code": "STALE_VERSION", "message": "Version 1 was named; 2 is live."}),
    ],
)
async def test_our_own_errors_keep_their_words_and_get_a_code(
    client: httpx2.AsyncClient, field: str, expected: dict[str, object]
) -> None:
    error = error_of(await post(client, f"{{{field}}}"))
    assert expected.items() <= error.items()


@pytest.mark.parametrize("field", ["crash", "unreadable"])
async def test_what_is_our_fault_is_masked_and_logged_with_its_traceback(
    client: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture, field: str
) -> None:
    with caplog.at_level(logging.ERROR):
        response = await post(client, f"{{{field}}}")

    error = error_of(response)
    assert error["code"] == "INTERNAL"
    assert error["requestId"] == response.headers["x-request-id"]
    assert "vault" not in response.text
    assert "not a number" not in response.text
    [record] = [record for record in caplog.records if record.name == "storypool.graphql"]
    assert record.exc_info is not None
    assert record.exc_info[0] is not None


async def test_a_refused_scalar_says_why_in_a_variable_and_in_the_document(client: httpx2.AsyncClient) -> None:
    by_variable = await post(client, "query($t: Territory!) {of(territory: $t)}", variables={"t": "XX"})
    by_literal = await post(client, '{of(territory: "XX")}')
    for response in (by_variable, by_literal):
        assert error_of(response)["reason"] == "BAD_TERRITORY"
        assert "XX is not a territory" in str(error_of(response)["message"])


async def test_a_scalar_that_stumbles_over_a_variable_is_the_clients_to_mend(client: httpx2.AsyncClient) -> None:
    response = await post(client, "query($t: Territory!) {of(territory: $t)}", variables={"t": 3})
    assert error_of(response)["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{helo}", {}),
        ("{hello(nam: 1)}", {}),
        ("{of(territory: CN, colour: GREAN)}", {}),
        ("query($c: Colour!) {of(territory: CN, colour: $c)}", {"c": "GREAN"}),
        ("query($c: Color!) {hello}", {}),
    ],
)
async def test_nothing_is_suggested(client: httpx2.AsyncClient, query: str, variables: dict[str, str]) -> None:
    response = await post(client, query, variables=variables)
    assert response.json()["errors"]
    assert "Did you mean" not in response.text


async def test_an_answer_names_its_cost_and_what_is_left(client: httpx2.AsyncClient) -> None:
    first = await post(client, "query($n: Int) {items(first: $n) {total edges {node {id}}}}", variables={"n": 10})
    second = await post(client, "{hello}")
    # items, total, edges, and for each of ten edges its node and the id in it
    assert first.json()["extensions"]["cost"] == {"requested": 23, "limit": 5_000_000, "remaining": 4_999_977}
    assert second.json()["extensions"]["cost"] == {"requested": 1, "limit": 5_000_000, "remaining": 4_999_976}


async def test_an_operation_over_the_limit_never_runs() -> None:
    async with tiny_app(limits=QueryLimits(max_cost=50)).client() as client:
        query = "query($n: Int) {items(first: $n) {edges {node {id}}}}"
        over = await post(client, query, variables={"n": 100})
        within = await post(client, query, variables={"n": 10})
    assert (over.status_code, error_of(over)["code"]) == (400, "TOO_COMPLEX")
    assert within.status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "{" + "hello " * 3000 + "}",
        "{" + " ".join(f"a{number}: hello" for number in range(1000)) + "}",
        "{item" + "{friend" * 30 + "{id}" + "}" * 30 + "}",
        "{item" + "{tags" * 12 + "{id}" + "}" * 12 + "}",
        "{item" + "{friend" * 900 + "{id}" + "}" * 900 + "}",
        "{item{...f0}} "
        + " ".join(f"fragment f{n} on Item {{...f{n + 1} ...f{n + 1}}}" for n in range(100))
        + " fragment f100 on Item {id}",
    ],
    ids=["tokens", "aliases", "depth", "lists in lists", "beyond recursion", "doubling fragments"],
)
async def test_wide_and_deep_documents_are_too_complex(client: httpx2.AsyncClient, query: str) -> None:
    response = await post(client, query)
    assert response.status_code == 400
    assert {error["extensions"]["code"] for error in response.json()["errors"]} == {"TOO_COMPLEX"}


async def test_a_spent_budget_answers_429_and_says_when_to_come_back() -> None:
    async with tiny_app(per_minute=30).client() as client:
        query = "{items(first: 10) {edges {node {id}}}}"
        assert (await post(client, query)).status_code == 200
        for accept in (GRAPHQL_RESPONSE, JSON):
            response = await post(client, query, accept)
            assert response.status_code == 429
            assert error_of(response)["code"] == "RATE_LIMITED"
            assert 1 <= int(response.headers["retry-after"]) <= 120
            assert response.json()["extensions"]["cost"]["remaining"] == 30 - 22


async def test_introspection_is_within_the_default_limits_and_can_be_turned_off(client: httpx2.AsyncClient) -> None:
    assert "__schema" in (await post(client, get_introspection_query())).json()["data"]
    async with tiny_app(introspection=False).client() as closed:
        response = await post(closed, "{__schema {queryType {name}}}")
    assert response.status_code == 400
    assert "__typename" not in response.text


async def test_nested_introspection_is_refused(client: httpx2.AsyncClient) -> None:
    response = await post(client, "{__schema{types" + "{fields{type" * 5 + "{name}" + "}}" * 5 + "}}")
    assert response.status_code == 400


async def test_an_unauthenticated_request_is_challenged_before_its_body_is_read() -> None:
    async with tiny_app(closed=True).client() as client:
        response = await client.post("/graphql", content=b"\xff", headers={"content-type": JSON})
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert error_of(response)["code"] == "UNAUTHENTICATED"
    assert error_of(response)["requestId"] == response.headers["x-request-id"]


async def test_there_is_no_page_at_the_endpoint(client: httpx2.AsyncClient) -> None:
    response = await client.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
    assert response.status_code == 400
    assert "<html" not in response.text


async def test_a_field_sees_the_context_made_for_its_request(client: httpx2.AsyncClient) -> None:
    assert (await post(client, "{who}")).json()["data"] == {"who": "sp_tiny"}


def test_web_sockets_are_turned_away() -> None:
    with TestClient(tiny_app().app) as client, pytest.raises(WebSocketDisconnect), client.websocket_connect("/graphql"):
        pytest.fail("the socket was opened")
