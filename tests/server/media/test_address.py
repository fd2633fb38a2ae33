"""Signed addresses: for one file, one client, and a while."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from models.actor import Actor
from models.database import Database
from models.scope import Scope
from models.url_key import ensure_url_key, rotate_url_key
from server.media import SignedAddresses
from server.url_key import UrlKeyRing

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FILE = "ab" * 32
READER = Actor("sp_reader", uuid.UUID(int=1), uuid.UUID(int=2), frozenset({Scope.POOL_READ, Scope.PICKUP_WRITE}))
EDITOR = Actor("sp_editor", uuid.UUID(int=3), None, frozenset(Scope))


def token(address: str) -> str:
    return address.partition("?token=")[2]


async def test_an_address_says_who_may_use_it_until_it_expires_or_its_key_is_two_rotations_old(
    database: Database,
) -> None:
    async with database.write() as session:
        first = await ensure_url_key(session, NOW)
    async with database.write() as session:
        assert (await ensure_url_key(session, NOW)).id == first.id, "a key is made once"
    keys = UrlKeyRing(database)
    addresses = SignedAddresses("https://pool.example.org", keys, seconds=300)
    given = (await addresses.of(READER, NOW))(FILE)
    assert given.startswith(f"https://pool.example.org/media/{FILE}?token=sp_reader.")
    assert first.secret not in given

    claims = await addresses.read(FILE, token(given), NOW + timedelta(seconds=299))
    assert claims is not None
    assert claims.client_id == "sp_reader"
    assert claims.scopes == {Scope.POOL_READ}
    assert await addresses.read(FILE, token(given), NOW + timedelta(seconds=300)) is None
    assert await addresses.read("cd" * 32, token(given), NOW) is None
    editor = await addresses.read(FILE, token((await addresses.of(EDITOR, NOW))(FILE)), NOW)
    assert editor is not None
    assert editor.scopes == {Scope.POOL_READ, Scope.EMBARGO_READ, Scope.STORY_WRITE, Scope.AUDIT_READ}

    async with database.write() as session:
        await rotate_url_key(session, NOW)
    keys.forget()
    newer = (await addresses.of(READER, NOW))(FILE)
    assert newer != given
    assert await addresses.read(FILE, token(given), NOW) is not None
    async with database.write() as session:
        await rotate_url_key(session, NOW)
    keys.forget()
    assert await addresses.read(FILE, token(given), NOW) is None
    assert await addresses.read(FILE, token(newer), NOW) is not None
