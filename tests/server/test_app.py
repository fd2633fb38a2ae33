"""The assembled application: who is let in, and what bad requests are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from sqlalchemy.engine import URL
from sqlmodel import select

from models.client import create_client, find_client
from models.database import Database
from models.partner import Partner
from models.scope import PARTNER_SCOPES, Scope
from server.app import create_app
from server.settings import Settings

BASE = "http://localhost:8000"


@pytest.fixture
async def client(seeded_url: URL, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that holds a token of the first partner."""
    url = seeded_url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, data_dir=tmp_path, public_url=BASE))
    database = Database(seeded_url)
    async with database.write() as session:
        partner = (await session.exec(select(Partner.id).where(Partner.key == "china-daily"))).one()
        row, secret = await create_client(session, partner, "test", sorted(PARTNER_SCOPES), datetime.now(UTC))
    await database.close()
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=BASE) as http,
    ):
        answer = await http.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=(row.client_id, secret)
        )
        http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        yield http


async def test_a_query_is_answered_with_its_cost_and_a_request_id(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": "{ viewer { partner { key } agreements { id } } }"})
    assert answer.status_code == 200
    assert answer.json()["data"]["viewer"]["partner"] == {"key": "china-daily"}
    assert answer.json()["extensions"]["cost"]["requested"] > 0
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize(
    ("authorization", "status", "error"),
    [
        (None, 401, None),
        ("Basic eDp5", 400, "invalid_request"),
        ("Bearer", 400, "invalid_request"),
        ("Bearer not.a.token", 401, "invalid_token"),
    ],
)
async def test_who_has_no_good_token_is_told_which_way_it_is_bad(
    client: httpx2.AsyncClient, authorization: str | None, status: int, error: str | None
) -> None:
    del client.headers["authorization"]
    headers = {"authorization": authorization} if authorization is not None else {}
    answer = await client.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
    assert answer.status_code == status
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith("Bearer")
    assert (f'error="{error}"' in challenge) if error else ("error=" not in challenge)


async def test_a_token_that_carries_no_usable_scope_is_told_which_one_the_api_needs(
    client: httpx2.AsyncClient, seeded_url: URL
) -> None:
    """The client was staff's, with a scope that only staff may hold, and was handed to a partner."""
    database = Database(seeded_url)
    async with database.write() as session:
        row, secret = await create_client(session, None, "handed over", [Scope.STORY_RELEASE], datetime.now(UTC))
    async with database.write() as session:
        handed_over = await find_client(session, row.client_id)
        handed_over.partner_id = (await session.exec(select(Partner.id).where(Partner.key == "china-daily"))).one()
    await database.close()
    granted = await client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=(row.client_id, secret))
    assert granted.json()["scope"] == "story:release"
    answer = await client.post(
        "/graphql",
        json={"query": "{ __typename }"},
        headers={"authorization": f"Bearer {granted.json()['access_token']}"},
    )
    assert answer.status_code == 403
    assert answer.headers["www-authenticate"] == (
        'Bearer realm="storypool", error="insufficient_scope",'
        ' error_description="the access token carries no scope of this API", scope="pool:read",'
        ' resource_metadata="http://localhost:8000/.well-known/oauth-protected-resource/graphql"'
    )
    [error] = answer.json()["errors"]
    assert error["extensions"] == {"code": "FORBIDDEN", "requestId": answer.headers["x-request-id"]}


@pytest.mark.parametrize(
    "body",
    [
        b'"text"',
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"query": "{ __typename }", "variables": {"n": ' + b"9" * 5000 + b"}}",
        b"[" * 5000,
    ],
)
async def test_a_body_that_is_no_request_is_a_request_error(client: httpx2.AsyncClient, body: bytes) -> None:
    answer = await client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_an_oversized_body_is_refused(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/graphql", content=b" " * 2_000_000, headers={"content-type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "query",
    [
        "{ " + " ".join(f"a{n}: __typename" for n in range(200)) + " }",
        "{ ...f0 } "
        + " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60))
        + " fragment f60 on Query { a: viewer { clientId } }",
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
    ],
)
async def test_wide_doubling_and_self_referring_documents_are_refused_before_they_run(
    client: httpx2.AsyncClient, query: str
) -> None:
    answer = await client.post(
        "/graphql", json={"query": query}, headers={"accept": "application/graphql-response+json"}
    )
    assert answer.status_code == 400
    assert "data" not in answer.json()


async def test_what_a_client_may_not_see_is_null_with_not_found(client: httpx2.AsyncClient) -> None:
    answer = (await client.post("/graphql", json={"query": '{ node(id: "VmFyaWFudDox") { id } }'})).json()
    assert answer["data"] == {"node": None}
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert answer["errors"][0]["extensions"]["requestId"]


async def test_unknown_paths_and_methods_are_answered_as_json(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/nothing")).json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    assert (await client.delete("/graphql")).status_code == 405


async def test_metrics_and_health_are_there(client: httpx2.AsyncClient) -> None:
    await client.post("/graphql", json={"query": "{ __typename }"})
    assert "storypool" in (await client.get("/metrics")).text
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/readyz")).status_code == 200
