"""The key that signs addresses is made once."""

from __future__ import annotations

import asyncio

from models.database import Database
from models.url_key import UrlKey, ensure_url_key, url_keys
from tests.models.usage.cases import NOW


async def test_servers_that_start_at_once_settle_on_one_key(database: Database) -> None:
    async def start() -> str:
        async with database.write() as session:
            return (await ensure_url_key(session, NOW)).secret

    secrets = set(await asyncio.gather(*(start() for _ in range(4))))
    async with database.write() as session:
        [key] = await url_keys(session)
        assert secrets == {key.secret}
        assert key.secret not in repr(key)
        session.add_all([UrlKey(id=2, secret="b" * 64, created_at=NOW), UrlKey(id=3, secret="c" * 64, created_at=NOW)])
        await session.flush()
        assert [row.id for row in await url_keys(session)] == [3, 2]
        assert (await ensure_url_key(session, NOW)).id == 3
