"""A synthetic pool is what the release door would have made of the same desk."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlmodel import col, select

from models import body, tables
from models.audit.table import SEAL_COUNTER
from models.base import SQLITE
from models.database import Database
from models.errors import OperationalError
from models.event import Counter
from models.log.retention import COMPACTED_COUNTER, HORIZON_COUNTER
from models.pool.key import EVERYTHING
from models.pool.tables import Document, PoolEntry, PoolKey, Posting, Release
from models.release import release_story
from models.reprint.chain import TREE
from models.reprint.fact.index import FOLLOWED
from models.reprint.fact.index import STORIES as STORIES_WITH_FACTS
from models.reprint.index import INDEXED
from models.story import Story
from models.terms import Terms, load_policies
from models.variant import Form, Variant
from seed.synthetic import grow
from seed.synthetic.growth import open_writer
from seed.synthetic.stock import POLICIES, SERIES, lay_in
from seed.synthetic.story import Plan, StoryMaker
from seed.synthetic.writer import Load
from tests.databases import DatabaseFactory, Dialect

NOW = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
STORIES = 30

Rows = list[dict[str, Any]]

DESK = (
    *("series", "topic", "policy", "terms", "concept", "organisation"),
    *("story", "variant", "asset", "rendition", "variantasset", "storyconcept", "storyorganisation"),
)


@pytest.fixture
def grown_url(database_factory: DatabaseFactory, dialect: Dialect) -> URL:
    async def fill(database: Database) -> None:
        assert await grow(database, STORIES, now=NOW) == STORIES

    return database_factory.filled(dialect, "synthetic", fill)


@pytest.fixture
async def grown(database_factory: DatabaseFactory, grown_url: URL) -> AsyncIterator[Database]:
    """A synthetic pool."""
    async with database_factory.opened(grown_url) as database:
        yield database


@pytest.fixture
def large_url(database_factory: DatabaseFactory, dialect: Dialect) -> URL:
    async def fill(database: Database) -> None:
        await grow(database, 400, now=NOW)

    return database_factory.filled(dialect, "synthetic_400", fill)


@pytest.fixture
async def large(database_factory: DatabaseFactory, large_url: URL) -> AsyncIterator[Database]:
    """A synthetic pool in which frequencies show."""
    async with database_factory.opened(large_url) as database:
        yield database


@pytest.fixture
def spare_urls(database_factory: DatabaseFactory, dialect: Dialect) -> Iterator[list[URL]]:
    """Two more databases at migration head."""
    urls = [database_factory.migrated(dialect) for _ in range(2)]
    yield urls
    for url in urls:
        database_factory.drop(url)


@pytest.fixture
async def second(spare_urls: list[URL]) -> AsyncIterator[Database]:
    database = Database(spare_urls[0])
    yield database
    await database.close()


async def rows(database: Database, name: str) -> Rows:
    table = tables.metadata.tables[name]
    async with database.read() as session:
        found = await (await session.connection()).execute(sa.select(table).order_by(*table.primary_key.columns))
        return [dict(row) for row in found.mappings()]


async def texts(database: Database) -> dict[int, list[str]]:
    """Every row of the full text with its tokens."""
    async with database.read() as session:
        connection = await session.connection()
        if database.dialect == SQLITE:
            found = await connection.execute(sa.text("SELECT position, tokens FROM pool_text_source"))
            return {position: sorted(zlib.decompress(tokens).decode().split()) for position, tokens in found}
        found = await connection.execute(sa.text("SELECT position, tsvector_to_array(tokens) FROM pool_text"))
        return {position: sorted(tokens) for position, tokens in found}


async def indexed_tokens(database: Database) -> list[tuple[str, int]]:
    """How many rows each token of FTS5's index has."""
    async with database.writer.connect() as connection:
        await connection.execute(sa.text("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, pool_text, row)"))
        found = [(term, count) for term, count in await connection.execute(sa.text("SELECT term, doc FROM temp.terms"))]
        await connection.execute(sa.text("DROP TABLE temp.terms"))
        return found


async def copy_desk(source: Database, target: Database) -> None:
    """Carries the desk over as it was before the stories were released."""
    unreleased: dict[str, dict[str, Any]] = {
        "story": {"version": 0},
        "variant": {"version": 0, "version_created": None, "released_hash": None},
    }
    async with target.writer.begin() as connection:
        for name in DESK:
            found = [row | unreleased.get(name, {}) for row in await rows(source, name)]
            if name == "variant":  # sources before their translations
                found.sort(key=lambda row: row["translated_from_id"] is not None)
            if found:
                await connection.execute(sa.insert(tables.metadata.tables[name]), found)


async def test_every_table_holds_what_releasing_the_same_desk_writes(grown: Database, second: Database) -> None:
    await copy_desk(grown, second)
    for release in await rows(grown, "release"):
        async with second.write() as session:
            await release_story(session, release["story_id"], by=release["by"], now=release["at"])
    for name in (*DESK, "release", "document", "pool_story", "event", "counter"):
        assert await rows(grown, name) == await rows(second, name), name
    assert await texts(grown) == await texts(second)
    if grown.dialect == SQLITE:
        assert await indexed_tokens(grown) == await indexed_tokens(second)

    async def by_meaning(database: Database) -> tuple[Any, ...]:
        rights = {row.pop("id"): tuple(row.values()) for row in await rows(database, "pool_rights")}
        keys = {row["id"]: (row["kind"], row["value"]) for row in await rows(database, "pool_key")}
        counts = {(row["kind"], row["value"]): row["stories"] for row in await rows(database, "pool_key")}
        postings = {(keys[row["key_id"]], row["release_id"]) for row in await rows(database, "posting")}
        entries = [row | {"rights_id": rights[row["rights_id"]]} for row in await rows(database, "pool_entry")]
        return set(rights.values()), counts, postings, entries

    assert await by_meaning(grown) == await by_meaning(second)


async def test_every_reference_leads_somewhere(grown: Database) -> None:
    async with grown.read() as session:
        connection = await session.connection()
        for table in tables.metadata.sorted_tables:
            for constraint in table.foreign_key_constraints:
                (element,) = constraint.elements
                there = element.column.table.alias("there")
                dangling = (
                    sa.select(sa.func.count())
                    .select_from(table)
                    .where(element.parent.is_not(None))
                    .where(~sa.exists().where(there.c[element.column.name] == element.parent))
                )
                assert (await connection.execute(dangling)).scalar_one() == 0, constraint.name


async def test_the_counters_stand_at_the_last_release_and_the_last_event(grown: Database) -> None:
    async with grown.read() as session:
        counters = {row.name: row.value for row in (await session.exec(select(Counter))).all()}
    started = dict.fromkeys(
        (SEAL_COUNTER, HORIZON_COUNTER, COMPACTED_COUNTER, TREE, INDEXED, FOLLOWED, STORIES_WITH_FACTS), 0
    )
    assert counters == {"event": STORIES, "release": STORIES, **started}


async def test_a_story_has_four_variants_of_300_characters_and_more_in_four_languages(grown: Database) -> None:
    async with grown.read() as session:
        variants = (await session.exec(select(Variant))).all()
    by_story: dict[Any, list[Variant]] = {}
    for variant in variants:
        by_story.setdefault(variant.story_id, []).append(variant)
        assert len(variant.body_text) >= 300
        assert body.sanitise(variant.body) == variant.body
        assert body.plain_text(variant.body) == variant.body_text
        assert body.count_words(variant.body_text) == variant.word_count
        assert body.count_characters(variant.body_text) == variant.char_count
    assert len(by_story) == STORIES
    for own in by_story.values():
        assert {"en", "zh", "ru"} < {variant.language for variant in own}
        assert len({variant.language for variant in own}) == 4
    articles = sum(variant.form is Form.ARTICLE for variant in variants)
    assert len(variants) > articles > len(variants) * 0.7


async def test_releases_follow_one_another_through_ten_years(grown: Database) -> None:
    async with grown.read() as session:
        moments = (await session.exec(select(Release.at).order_by(col(Release.id)))).all()
    assert list(moments) == sorted(moments)
    assert NOW - moments[0] > timedelta(days=3500)
    assert moments[-1] <= NOW


async def test_terms_that_permit_the_web_everywhere_cover_about_half_of_the_stories(large: Database) -> None:
    async with large.read() as session:
        terms = {row.id: row.policy_hash for row in (await session.exec(select(Terms))).all()}
        policies = await load_policies(session, set(terms.values()))
        stories = (await session.exec(select(Story))).all()
    assert len(set(terms.values())) == POLICIES
    open_policies = {
        name
        for name, policy in policies.items()
        if re.search(r'"WEB".*"001"|"001".*"WEB"', policy.canonical()) is not None
    }
    share = sum(terms[story.terms_id] in open_policies for story in stories if story.terms_id) / len(stories)
    assert 0.4 < share < 0.7


async def test_what_stories_carry_is_frequent_by_rank(large: Database) -> None:
    async with large.read() as session:
        keys = (await session.exec(select(PoolKey))).all()
    by_series = sorted((key.stories for key in keys if key.kind == "SERIES"), reverse=True)
    assert len(by_series) > SERIES * 0.7
    assert by_series[0] > 4 * by_series[9]


async def test_growing_again_adds_what_is_missing_and_nothing_twice(database: Database) -> None:
    assert await grow(database, 12, now=NOW) == 12
    assert await grow(database, 12, now=NOW) == 0
    assert await grow(database, 5, now=NOW) == 0
    assert await grow(database, STORIES, now=NOW) == STORIES - 12
    async with database.read() as session:
        assert (await session.exec(select(sa.func.count()).select_from(Story))).one() == STORIES
        everything = (
            await session.exec(
                select(PoolKey).where(PoolKey.kind == EVERYTHING.kind, PoolKey.value == EVERYTHING.value)
            )
        ).one()
        assert everything.stories == STORIES
        postings = (await session.exec(select(Posting.release_id).where(Posting.key_id == everything.id))).all()
        assert sorted(postings) == list(range(1, STORIES + 1))


async def test_the_same_seed_makes_the_same_words_and_another_seed_others(
    grown: Database, spare_urls: list[URL]
) -> None:
    async def headlines(database: Database) -> list[str]:
        async with database.read() as session:
            return list((await session.exec(select(Variant.headline).order_by(Variant.uri))).all())

    first = await headlines(grown)
    for url, seed, same in zip(spare_urls, (1, 2), (True, False), strict=True):
        other = Database(url)
        await grow(other, STORIES, seed=seed, now=NOW)
        assert (await headlines(other) == first) is same
        await other.close()


async def test_other_processes_make_what_this_one_makes(
    database: Database, second: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seed.synthetic.growth._BATCH", 7)
    await grow(database, STORIES, now=NOW)
    monkeypatch.setattr("seed.synthetic.growth._IN_PROCESS", 0)
    monkeypatch.setattr("seed.synthetic.growth._BULK", 0)
    monkeypatch.setattr("seed.synthetic.growth._BATCHES_A_TRANSACTION", 2)
    steps: list[tuple[int, int]] = []
    await grow(second, STORIES, now=NOW, progress=lambda done, total: steps.append((done, total)))
    assert [entry["position"] for entry in await rows(database, "pool_entry")] == [
        entry["position"] for entry in await rows(second, "pool_entry")
    ]
    assert await texts(database) == await texts(second)
    assert steps == [(0, 30), (14, 30), (28, 30), (30, 30)]


async def test_a_growth_that_was_broken_off_goes_on_after_the_last_release(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seed.synthetic.growth._BATCH", 5)
    monkeypatch.setattr("seed.synthetic.growth._BATCHES_A_TRANSACTION", 1)

    def break_off(done: int, _total: int) -> None:
        if done == 10:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await grow(database, STORIES, now=NOW, progress=break_off)
    async with database.write() as session:
        story = (await session.exec(select(Story).order_by(Story.uri).limit(1))).one()
        await release_story(session, story.id, by="somebody", now=NOW)
    assert await grow(database, STORIES, now=NOW) == STORIES - 10
    async with database.read() as session:
        moments = (await session.exec(select(Release.at).order_by(col(Release.id)))).all()
        entries = (await session.exec(select(sa.func.count()).select_from(PoolEntry))).one()
    assert len(moments) == STORIES + 1
    assert list(moments) == sorted(moments)
    assert entries == 4 * STORIES


async def test_a_batch_that_was_made_for_other_release_numbers_is_refused_whole(database: Database) -> None:
    async with database.write() as session:
        stock = await lay_in(session)
    plan = Plan(
        first=1,
        count=3,
        first_release=1,
        origin=NOW - timedelta(days=10),
        step=timedelta(days=1),
        not_before=NOW - timedelta(days=10),
        now=NOW,
    )
    maker = StoryMaker(stock, 1, database.dialect)
    writer = await open_writer(database.url)
    await writer.write(Load([maker.batch(plan)], 1))
    with pytest.raises(OperationalError, match="run it again"):
        await writer.write(Load([maker.batch(replace(plan, first=4))], 1))
    await writer.write(Load([maker.batch(replace(plan, first=4, first_release=4))], 4))
    await writer.close()
    async with database.read() as session:
        assert (await session.exec(select(sa.func.count()).select_from(Story))).one() == 6
        assert (await session.exec(select(sa.func.max(Document.release_id)))).one() == 6


async def test_the_full_text_index_keeps_its_usual_settings(database: Database) -> None:
    if database.dialect != SQLITE:
        pytest.skip("only FTS5 keeps settings in the database")

    async def settings() -> dict[str, int]:
        async with database.read() as session:
            found = await (await session.connection()).execute(sa.text("SELECT k, v FROM pool_text_config"))
            return {name: value for name, value in found if name not in ("hashsize", "version")}

    before = await settings()
    await grow(database, 3, now=NOW)
    assert (await settings()).get("automerge", 4) == before.get("automerge", 4)
