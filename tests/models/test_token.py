"""Signing keys: made, rotated, retired, withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from models.database import Database
from models.errors import BadInput, NotFound
from models.event import Event, EventAudience, EventKind
from models.token import (
    LONGEST_TOKEN,
    SigningKey,
    current_key,
    ensure_signing_key,
    published_keys,
    rotate_signing_key,
    withdraw_signing_key,
)

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


async def ensure(database: Database, now: datetime = NOW) -> str:
    async with database.write() as session:
        return (await ensure_signing_key(session, now)).kid


async def rotate(database: Database, now: datetime, lead: timedelta = timedelta(0)) -> str:
    async with database.write() as session:
        return (await rotate_signing_key(session, now, lead=lead)).kid


async def published(database: Database, now: datetime) -> list[str]:
    async with database.read() as session:
        return [key.kid for key in await published_keys(session, now)]


async def signing(database: Database, now: datetime) -> str | None:
    async with database.read() as session:
        key = current_key(await published_keys(session, now), now)
    return None if key is None else key.kid


async def stored(database: Database) -> set[str]:
    async with database.read() as session:
        return {key.kid for key in await session.exec(select(SigningKey))}


async def test_the_first_key_is_made_once(database: Database) -> None:
    first = await ensure(database)
    assert await ensure(database, NOW + DAY) == first
    assert await stored(database) == {first}


async def test_a_key_is_an_es256_key_named_by_its_thumbprint_and_is_not_printed(database: Database) -> None:
    async with database.write() as session:
        key = await ensure_signing_key(session, NOW)
    public = {name: value for name, value in key.private_jwk.items() if name != "d"}
    assert public.keys() == {"kty", "crv", "x", "y", "use", "alg", "kid"}
    assert (public["kty"], public["crv"], public["use"], public["alg"]) == ("EC", "P-256", "sig", "ES256")
    assert public["kid"] == key.kid
    assert len(key.kid) == 43
    assert key.private_jwk["d"] not in repr(key)


async def test_after_a_rotation_the_new_key_signs_and_the_old_one_stays_published(database: Database) -> None:
    old = await ensure(database)
    new = await rotate(database, NOW + DAY)
    assert await signing(database, NOW + DAY) == new
    assert await published(database, NOW + DAY) == [old, new]


async def test_an_old_key_stays_published_as_long_as_a_token_of_it_can_live(database: Database) -> None:
    old = await ensure(database)
    new = await rotate(database, NOW + DAY)
    assert old in await published(database, NOW + DAY + LONGEST_TOKEN)
    assert await published(database, NOW + DAY + 2 * LONGEST_TOKEN) == [new]


async def test_a_rotation_deletes_the_keys_that_no_living_token_needs(database: Database) -> None:
    first = await ensure(database)
    second = await rotate(database, NOW + DAY)
    assert await stored(database) == {first, second}
    third = await rotate(database, NOW + 2 * DAY)
    assert await stored(database) == {second, third}


async def test_with_a_lead_the_new_key_is_published_before_it_signs(database: Database) -> None:
    old = await ensure(database)
    new = await rotate(database, NOW, lead=timedelta(minutes=10))
    assert await published(database, NOW) == [old, new]
    assert await signing(database, NOW + timedelta(minutes=9)) == old
    assert await signing(database, NOW + timedelta(minutes=10)) == new


async def test_a_rotation_overtakes_one_that_is_still_waiting(database: Database) -> None:
    await ensure(database)
    waiting = await rotate(database, NOW, lead=timedelta(minutes=10))
    newest = await rotate(database, NOW + timedelta(minutes=1))
    for minutes in (1, 10, 60):
        assert await signing(database, NOW + timedelta(minutes=minutes)) == newest != waiting


async def test_a_negative_lead_is_refused(database: Database) -> None:
    with pytest.raises(BadInput):
        await rotate(database, NOW, lead=timedelta(seconds=-1))


async def test_a_withdrawn_key_is_gone_at_once(database: Database) -> None:
    leaked = await ensure(database)
    new = await rotate(database, NOW)
    async with database.write() as session:
        await withdraw_signing_key(session, leaked, NOW)
    assert await published(database, NOW) == [new]


async def test_the_key_that_signs_cannot_be_withdrawn(database: Database) -> None:
    kid = await ensure(database)
    with pytest.raises(BadInput, match="rotate first"):
        async with database.write() as session:
            await withdraw_signing_key(session, kid, NOW)
    assert await stored(database) == {kid}


async def test_an_unknown_key_cannot_be_withdrawn(database: Database) -> None:
    with pytest.raises(NotFound):
        async with database.write() as session:
            await withdraw_signing_key(session, "unknown", NOW)


async def test_every_change_of_the_keys_is_told_to_the_servers(database: Database) -> None:
    first = await ensure(database)
    await ensure(database)
    second = await rotate(database, NOW)
    async with database.write() as session:
        await withdraw_signing_key(session, first, NOW)
    async with database.read() as session:
        told = list(await session.exec(select(Event).order_by(col(Event.position))))
    assert [event.subject_id for event in told] == [first, second, first]
    assert {(event.kind, event.audience) for event in told} == {(EventKind.SIGNING_KEY_ROTATED, EventAudience.SYSTEM)}


def test_all_servers_settle_on_the_same_of_two_keys_that_were_made_at_once() -> None:
    one, other = (SigningKey(kid=kid, private_jwk={}, created_at=NOW, active_from=NOW) for kid in "ab")
    assert current_key([one, other], NOW) is current_key([other, one], NOW)


def test_no_key_signs_before_the_first_is_active() -> None:
    key = SigningKey(kid="a", private_jwk={}, created_at=NOW, active_from=NOW + DAY)
    assert current_key([key], NOW) is None
    assert current_key([], NOW) is None
