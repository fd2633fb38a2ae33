"""A copied database holds what its source held, on either engine, or nothing was copied."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import URL

from models.base import utc_now
from models.database import Database
from models.errors import TargetNotEmpty
from models.partner import Liaison
from models.token import SigningKey, ensure_signing_key
from models.transfer import Digest, copy_database
from tests.databases import DIALECTS, DatabaseFactory


@pytest.fixture(params=DIALECTS)
def target_url(database_factory: DatabaseFactory, request: pytest.FixtureRequest) -> Iterator[URL]:
    """A second empty database at migration head, on each engine."""
    url = database_factory.migrated(request.param)
    yield url
    database_factory.drop(url)


async def test_a_copy_holds_the_same(database: Database, target_url: URL) -> None:
    async with database.write() as session:
        key = await ensure_signing_key(session, utc_now())
        session.add(Liaison(name="吴小姐", email="wu@example.org"))
    target = Database(target_url)
    try:
        proof = await copy_database(database, target)
        assert all(part.same for part in proof)
        assert {part.table: part.target.rows for part in proof}["liaison"] == 1
        async with target.read() as session:
            copied = await session.get(SigningKey, key.kid)
            assert copied is not None
            assert copied == key
        with pytest.raises(TargetNotEmpty, match="holds rows"):
            await copy_database(database, target)
        assert await copy_database(database, target, replace=True) == proof
    finally:
        await target.close()


def test_a_digest_does_not_depend_on_order_but_on_every_row() -> None:
    def digest(*values: int) -> str | None:
        folded = Digest()
        for value in values:
            folded.add({"value": value})
        return folded.holding().sha256

    assert digest(1, 2, 2) == digest(2, 1, 2)
    assert len({digest(1, 2, 2), digest(1, 2), digest(1), digest(2, 2), digest()}) == 5
