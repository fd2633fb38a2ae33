"""The standing of clients: kept until something about them changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from models.client import suspend_client
from models.database import Database
from models.event import Event, EventAudience, EventKind
from models.scope import Scope
from tests.server.oauth.centre import START, Centre


@pytest.fixture
async def centre(database: Database) -> AsyncIterator[Centre]:
    centre = Centre(database)
    async with centre.http:
        yield centre


def event(kind: EventKind, subject_id: str | None = None) -> Event:
    return Event(position=1, kind=kind, at=START, audience=EventAudience.STAFF, subject_id=subject_id)


async def suspend(centre: Centre, client_id: str) -> None:
    async with centre.database.write() as session:
        await suspend_client(session, client_id, START)


async def refusal(centre: Centre, client_id: str) -> str | None:
    standing = await centre.standings.of(client_id)
    assert standing is not None
    return standing.refusal


async def test_a_standing_says_who_the_client_is_and_for_whom_it_acts(centre: Centre) -> None:
    partner = await centre.partner()
    client = await centre.client(Scope.POOL_READ, partner=partner)
    standing = await centre.standings.of(client.client_id)
    assert standing is not None
    assert (standing.partner_id, standing.refusal) == (partner.id, None)
    assert standing == await centre.standings.of(client.client_id)


async def test_an_unknown_client_has_no_standing_until_it_is_registered(centre: Centre) -> None:
    assert await centre.standings.of("sp_nobody") is None


async def test_a_standing_is_kept_until_a_change_of_that_client_is_heard_of(centre: Centre) -> None:
    client = await centre.client(Scope.POOL_READ)
    assert await refusal(centre, client.client_id) is None
    await suspend(centre, client.client_id)
    centre.standings.hear([event(EventKind.STORY_RELEASED), event(EventKind.CLIENT_CHANGED, "sp_other")])
    assert await refusal(centre, client.client_id) is None
    centre.standings.hear([event(EventKind.CLIENT_CHANGED, client.client_id)])
    assert await refusal(centre, client.client_id) == "the client is suspended"


async def test_a_change_of_a_partner_makes_every_standing_be_read_again(centre: Centre) -> None:
    clients = [await centre.client(Scope.POOL_READ) for _ in range(2)]
    for client in clients:
        assert await refusal(centre, client.client_id) is None
        await suspend(centre, client.client_id)
    centre.standings.hear([event(EventKind.PARTNER_CHANGED)])
    for client in clients:
        assert await refusal(centre, client.client_id) == "the client is suspended"


async def test_a_change_that_is_heard_of_during_the_reading_is_not_lost(centre: Centre) -> None:
    client = await centre.client(Scope.POOL_READ)
    reading = asyncio.create_task(centre.standings.of(client.client_id))
    await asyncio.sleep(0)  # the reading has begun, and cannot have an answer yet
    centre.standings.hear([event(EventKind.CLIENT_CHANGED, client.client_id)])
    await reading
    await suspend(centre, client.client_id)  # stands for the change that the reading came too early for
    assert await refusal(centre, client.client_id) == "the client is suspended"
