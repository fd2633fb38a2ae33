"""A pool is labelled with other terms for measuring, and loses them again."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlmodel import col, select

import models.pool.rights
import models.terms.policy
from models.actor import Actor
from models.database import Database
from models.policy import RightsAction
from models.pool.rights import RightsBook
from models.pool.tables import PoolEntry, PoolRights
from models.scope import Scope
from models.terms import PolicyCache, StoredPolicy
from models.territory import Territory
from models.usage import STAFF, Use
from models.viewer import Viewer
from seed.synthetic import grow
from tests.bench import labels as labelling
from tests.bench.labels import SHARES, Labels, label, put_back
from tests.databases import DatabaseFactory, Dialect

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 23, tzinfo=UTC)
STORIES = 60
LABELS = Labels(40, STORIES)

Terms = list[tuple[int, str, str, str]]


async def terms_of(database: Database) -> Terms:
    """The policy, language and form of each entry, as its rights say them."""
    statement = (
        select(PoolEntry.position, PoolRights.policy_hash, PoolRights.language, PoolRights.form)
        .join(PoolRights, col(PoolRights.id) == PoolEntry.rights_id)
        .order_by(col(PoolEntry.position))
    )
    async with database.read() as session:
        return list((await session.exec(statement)).all())


async def stored(database: Database) -> tuple[int, int]:
    """How many policies and how many rights there are."""
    async with database.read() as session:
        counts = [
            (await session.exec(select(sa.func.count()).select_from(table))).one()
            for table in (StoredPolicy, PoolRights)
        ]
    return counts[0], counts[1]


@pytest.fixture
def grown_url(database_factory: DatabaseFactory, dialect: Dialect) -> URL:
    async def fill(database: Database) -> None:
        await grow(database, STORIES, now=NOW)

    return database_factory.filled(dialect, "to_be_labelled", fill)


@pytest.fixture
async def grown(database_factory: DatabaseFactory, grown_url: URL) -> AsyncIterator[Database]:
    """A synthetic pool."""
    async with database_factory.opened(grown_url) as database:
        yield database


@pytest.mark.parametrize(("policies", "stories"), [(500, 100_000), (20_000, 100_000), (20_000, 1_000_000)])
async def test_permitting_policies_make_their_share_of_the_stories(policies: int, stories: int) -> None:
    labels = Labels(policies, stories)
    for channel, share in SHARES.items():
        permitted = sum(count for count, own in zip(labels.counts, labels.channels, strict=True) if channel in own)
        assert permitted == pytest.approx(share * stories, abs=2 * labels.counts[-1]), channel


async def test_every_policy_is_used_and_the_first_most() -> None:
    labels = Labels(500, 10_000)
    ranks = [labels.rank(release) for release in range(10_000)]
    assert [ranks.count(rank) for rank in range(500)] == labels.counts
    assert sum(labels.counts) == 10_000
    assert labels.counts == sorted(labels.counts, reverse=True)


async def test_fewer_stories_than_policies_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot have"):
        Labels(500, 499)


async def test_a_labelled_pool_has_the_policy_of_each_release_and_keeps_languages_and_forms(grown: Database) -> None:
    before = await terms_of(grown)
    made = await label(grown, LABELS)
    after = await terms_of(grown)
    expected = [LABELS.policy(LABELS.rank(position // 1024)).hash() for position, *_ in before]
    assert [policy for _, policy, _, _ in after] == expected
    assert [(position, *rest) for position, _, *rest in after] == [(position, *rest) for position, _, *rest in before]
    assert made == len({tuple(rest) for _, *rest in after})


async def test_a_labelled_pool_is_put_back_as_it_was(grown: Database) -> None:
    before, counts = await terms_of(grown), await stored(grown)
    await label(grown, LABELS)
    await label(grown, Labels(20, STORIES))
    await put_back(grown)
    assert (await terms_of(grown), await stored(grown)) == (before, counts)
    await put_back(grown)
    assert await terms_of(grown) == before


async def test_a_pool_whose_labelling_was_broken_off_is_put_back(
    grown: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, counts = await terms_of(grown), await stored(grown)
    monkeypatch.setattr(labelling, "_LABEL", f"{labelling._LABEL} AND position < {STORIES // 2 * 1024}")
    await label(grown, LABELS)
    changed = [now != then for now, then in zip(await terms_of(grown), before, strict=True)]
    assert any(changed)
    assert not all(changed)
    await put_back(grown)
    assert (await terms_of(grown), await stored(grown)) == (before, counts)


async def test_rights_that_are_read_in_parts_permit_what_the_labels_say(
    grown: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await label(grown, LABELS)
    monkeypatch.setattr(models.pool.rights, "_READ_AT_ONCE", 7)
    monkeypatch.setattr(models.terms.policy, "_READ_AT_ONCE", 3)
    monkeypatch.setattr(models.terms.policy, "_PARSED_AT_ONCE", 2)
    staff = Viewer(Actor("bench", uuid.UUID(int=1), None, frozenset({Scope.POOL_READ})), STAFF, NOW)
    book = RightsBook(PolicyCache())
    for channel in SHARES:
        async with grown.read() as session:
            permitted = await book.permits(session, staff, Use(RightsAction.DISTRIBUTE, Territory("FR"), channel))
            found = (await session.exec(select(PoolEntry.position).where(permitted))).all()
        expected = {release for release in range(1, STORIES + 1) if channel in LABELS.channels[LABELS.rank(release)]}
        assert {position // 1024 for position in found} == expected
        assert len(found) == 4 * len(expected)
