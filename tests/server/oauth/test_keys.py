"""The key ring, and the key set that it publishes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from models.base import utc_now
from models.database import Database
from models.errors import OperationalError
from models.event import Event, EventAudience, EventKind
from models.token import rotate_signing_key
from server.oauth.keys import KeyRing
from tests.server.oauth.centre import START, Centre

ROTATED = Event(
    position=1, kind=EventKind.SIGNING_KEY_ROTATED, at=START, audience=EventAudience.SYSTEM, subject_id="new"
)
OTHER = Event(position=2, kind=EventKind.STORY_RELEASED, at=START, audience=EventAudience.PARTNER)


async def rotate(centre: Centre, lead: timedelta = timedelta(0)) -> str:
    async with centre.database.write() as session:
        return (await rotate_signing_key(session, centre.clock(), lead=lead)).kid


async def signing_kid(centre: Centre) -> str | None:
    return (await centre.key_ring.signing_key()).kid


async def published(centre: Centre) -> set[str]:
    response = await centre.http.get("/.well-known/jwks.json")
    assert response.status_code == 200
    return {key["kid"] for key in response.json()["keys"]}


async def test_the_published_set_holds_public_halves_only(centre: Centre) -> None:
    response = await centre.http.get("/.well-known/jwks.json")
    assert response.headers["cache-control"] == "public, max-age=300"
    (key,) = response.json()["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "use", "alg", "kid"}


async def test_the_ring_keeps_its_keys_until_it_hears_of_a_rotation(centre: Centre) -> None:
    old = await signing_kid(centre)
    new = await rotate(centre)
    centre.key_ring.hear([OTHER])
    assert await signing_kid(centre) == old
    centre.key_ring.hear([OTHER, ROTATED])
    assert await signing_kid(centre) == new
    assert await published(centre) == {old, new}


async def test_new_tokens_are_signed_with_the_new_key_and_verify_beside_old_ones(centre: Centre) -> None:
    client = await centre.partner_client()
    before = await centre.token(client)
    await rotate(centre)
    centre.key_ring.hear([ROTATED])
    after = await centre.token(client)
    assert before.split(".")[0] != after.split(".")[0]
    for token in (before, after):
        assert (await centre.call(f"Bearer {token}")).status_code == 200


async def test_a_key_that_waits_is_published_and_signs_when_its_time_has_come(centre: Centre) -> None:
    old = await signing_kid(centre)
    new = await rotate(centre, lead=timedelta(minutes=10))
    centre.key_ring.forget()
    assert await published(centre) == {old, new}
    assert await signing_kid(centre) == old
    centre.clock.move(timedelta(minutes=10))
    assert await signing_kid(centre) == new


async def test_a_retired_key_leaves_the_published_set_by_the_clock_alone(centre: Centre) -> None:
    old = await signing_kid(centre)
    assert old is not None
    new = await rotate(centre)
    centre.key_ring.forget()
    assert await published(centre) == {old, new}
    centre.clock.move(timedelta(hours=2))
    assert await published(centre) == {new}
    assert await centre.key_ring.verification_key(old) is None


async def test_an_unknown_key_id_makes_the_ring_look_again(centre: Centre) -> None:
    await centre.key_ring.signing_key()
    new = await rotate(centre)
    centre.clock.move(timedelta(seconds=1))
    key = await centre.key_ring.verification_key(new)
    assert key is not None
    assert key.kid == new


async def test_unknown_key_ids_do_not_make_the_ring_look_again_at_every_request(centre: Centre) -> None:
    await centre.key_ring.signing_key()
    new = await rotate(centre)
    assert await centre.key_ring.verification_key(new) is None  # looked less than a second ago
    assert await centre.key_ring.verification_key("made up") is None


async def test_a_rotation_that_is_heard_of_while_the_ring_looks_is_not_lost(centre: Centre) -> None:
    looking = asyncio.create_task(centre.key_ring.signing_key())
    await asyncio.sleep(0)  # it has begun to look, and cannot have an answer yet
    centre.key_ring.hear([ROTATED])
    await looking
    new = await rotate(centre)  # stands for the rotation that the ring's look came too early for
    assert await signing_kid(centre) == new


async def test_a_ring_that_many_ask_at_once_answers_all_of_them(centre: Centre) -> None:
    keys = await asyncio.gather(*(centre.key_ring.signing_key() for _ in range(20)))
    assert len({key.kid for key in keys}) == 1


async def test_an_installation_without_a_key_says_how_to_make_one(database: Database) -> None:
    with pytest.raises(OperationalError, match="storypool keys rotate"):
        await KeyRing(database, clock=utc_now).signing_key()
