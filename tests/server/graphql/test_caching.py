"""304 for pollers: what did not change is not executed and not sent again, and what changed is never missed."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from sqlmodel import select

from models.agreement.table import Agreement
from models.client import create_client
from models.moment import MomentKind, StoryMoment
from models.partner import Partner
from models.pool.validity import next_moment
from models.scope import Scope
from models.story import PubStatus, Story
from schema.context import Context
from tests.seeded import NOW, Pool
from tests.server.served import Served

STORIES = "query($n: Int) { stories(first: $n) { edges { node { uri version pubStatus variants { language headline body } } } } }"
CHANGES = (
    "query($after: String) { changes(after: $after, first: 5) { edges { node { kind } } pageInfo { endCursor } } }"
)


class Poller:
    """A client that sends the hash of its document, as pollers do."""

    def __init__(self, server: Served, token: str | None = None) -> None:
        self.server = server
        self.headers = {"Authorization": f"Bearer {token or server.token}"}

    async def register(self, document: str) -> str:
        sha256 = hashlib.sha256(document.encode()).hexdigest()
        extensions = {"persistedQuery": {"version": 1, "sha256Hash": sha256}}
        async with httpx2.AsyncClient(base_url=self.server.url, headers=self.headers) as http:
            sent = {"query": document, "extensions": extensions}
            assert (await http.post("/graphql", json=sent)).status_code == 200
        return sha256

    async def get(
        self, sha256: str, etag: str | None = None, variables: str = '{"n": 100}', **headers: str
    ) -> httpx2.Response:
        sent = headers if etag is None else {"If-None-Match": etag, **headers}
        asked = {"documentId": f"sha256:{sha256}", "variables": variables}
        async with httpx2.AsyncClient(base_url=self.server.url, headers=self.headers) as http:
            return await http.get("/graphql", params=asked, headers=sent)

    async def until_followed(self) -> None:
        """Until the server has heard of what was just committed by another."""
        await asyncio.sleep(0.3)


async def test_what_did_not_change_is_answered_304_until_something_happens(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    poller = Poller(server)
    document = await poller.register(STORIES)
    await poller.until_followed()
    first = await poller.get(document)
    etag = first.headers["etag"]
    assert etag.startswith('W/"')
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "Accept, Authorization"
    assert first.json().keys() == {"data"}
    assert int(first.headers["x-cost"]) > 1
    assert (await poller.get(document)).headers["etag"] == etag

    ran = 0
    execute = type(server.app.state.schema).execute

    async def counted(*given: Any, **named: Any) -> Any:
        nonlocal ran
        ran += 1
        return await execute(*given, **named)

    monkeypatch.setattr(type(server.app.state.schema), "execute", counted)
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        unchanged = await poller.get(document, known)
        assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", etag)
        assert unchanged.headers["x-cost"] == "1"
        assert unchanged.headers["x-request-id"]
    assert ran == 0
    await server.move(0, PubStatus.WITHHELD)
    await poller.until_followed()
    changed = await poller.get(document, etag)
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


async def test_what_changed_elsewhere_is_executed_once_and_then_unchanged_again(server: Served) -> None:
    poller = Poller(server)
    document = await poller.register("{ stories(first: 1, orderBy: NEWEST_FIRST) { edges { node { uri } } } }")
    etag = (await poller.get(document)).headers["etag"]
    async with server.database.write() as session:
        await create_client(session, None, "unrelated", [Scope.POOL_READ], datetime.now(UTC))
    await poller.until_followed()
    assert (await poller.get(document, etag)).status_code == 304
    assert (await poller.get(document, etag)).status_code == 304


async def test_others_have_other_answers(server: Served) -> None:
    poller = Poller(server)
    document = await poller.register(STORIES)
    etag = (await poller.get(document, variables='{"n": 2}')).headers["etag"]
    assert (await poller.get(document, etag, variables='{"n": 3}')).status_code == 200
    narrower = Poller(server, await server.token_for(timedelta(hours=1), Scope.POOL_READ))
    assert (await narrower.get(document, etag, variables='{"n": 2}')).status_code == 200
    form = {"Accept": "application/graphql-response+json"}
    assert (await poller.get(document, etag, variables='{"n": 2}', **form)).status_code == 200


async def test_an_idle_poll_of_changes_is_unchanged_until_there_is_one(server: Served) -> None:
    poller = Poller(server)
    document = await poller.register(CHANGES)
    await poller.until_followed()
    end = (await poller.get(document)).json()["data"]["changes"]["pageInfo"]["endCursor"]
    for _ in range(40):
        page = (await poller.get(document, variables=f'{{"after": "{end}"}}')).json()["data"]["changes"]
        if end == page["pageInfo"]["endCursor"]:
            break
        end = page["pageInfo"]["endCursor"]
    asked = f'{{"after": "{end}"}}'
    etag = (await poller.get(document, variables=asked)).headers["etag"]
    assert (await poller.get(document, etag, variables=asked)).status_code == 304
    await server.move(1, PubStatus.CANCELED)
    await poller.until_followed()
    assert (await poller.get(document, etag, variables=asked)).status_code == 200


@pytest.mark.parametrize(
    "document",
    [
        "{ viewer { isStaff } }",
        "{ stories(first: 1) { edges { node { assets { renditions { href } } } } } }",
        "{ stories(first: 1) { edges { node { ...Rest } } } } fragment Rest on Story { notice { kind } }",
        "{ stories(first: 1) { edges { node { uri } } } pickups(first: 1) { edges { node { id } } } }",
        "{ changes(first: 1, waitSeconds: 0) { edges { node { kind } } } }",
    ],
)
async def test_what_changes_otherwise_has_no_etag(local_server: Served, document: str) -> None:
    poller = Poller(local_server)
    answer = await poller.get(await poller.register(document), "*")
    assert (answer.status_code, answer.headers.get("etag")) == (200, None)
    assert "cost" in answer.json()["extensions"]


async def test_neither_a_post_nor_an_error_has_an_etag(local_server: Served) -> None:
    poller = Poller(local_server)
    refused = await poller.get(await poller.register('{ story(id: "nonsense") { uri } }'), "*")
    assert (refused.status_code, refused.headers.get("etag")) == (200, None)
    async with httpx2.AsyncClient(base_url=local_server.url, headers=poller.headers) as http:
        posted = await http.post("/graphql", json={"query": STORIES}, headers={"If-None-Match": "*"})
    assert (posted.status_code, posted.headers.get("etag")) == (200, None)


async def moment(pool: Pool, partner: str | None = "china-daily") -> datetime | None:
    context = Context(await pool.actor(partner), pool.services, "test")
    viewer = await context.viewer()
    async with pool.database.read() as session:
        return await next_moment(session, viewer, pool.services.book)


async def test_an_answer_stands_until_the_first_moment_at_which_the_clock_may_change_it(pool: Pool) -> None:
    begins = NOW + timedelta(minutes=30)
    async with pool.database.write() as session:
        story = (await session.exec(select(Story.id))).first()
        assert story is not None
        session.add(StoryMoment(story_id=story, kind=MomentKind.EMBARGO_LIFTED, due_at=NOW + timedelta(minutes=20)))
        partner = (await session.exec(select(Partner.id).where(Partner.key == "china-daily"))).one()
        agreement = (await session.exec(select(Agreement).where(Agreement.partner_id == partner))).one()
        agreement.ends_at = begins
        session.add(agreement)
    assert await moment(pool) == await moment(pool, None) == NOW + timedelta(minutes=20)
    pool.now = NOW + timedelta(minutes=20)
    assert await moment(pool) == begins
    later = await moment(pool, "greek-news-demo")
    assert later is None or later > begins
