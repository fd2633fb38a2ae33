"""The release door: what passes it, what it refuses, and what the pool index holds afterwards."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.document import decode, timestamp
from models.errors import NotFound, NotReleasable, WrongState
from models.event import Event, EventKind
from models.pool.index import live_story
from models.pool.key import keys_of
from models.pool.tables import Document, PoolEntry, PoolKey, PoolStory, Posting, Release
from models.release import change_status, release_story, rerelease_metadata, story_by_uri
from models.story import PubStatus, Story
from models.variant import DeskState, Variant
from tests.seeded import NOW, Pool


async def any_story(pool: Pool) -> Story:
    async with pool.database.read() as session:
        return (await session.exec(select(Story).where(col(Story.uri).endswith(":glasses-park")))).one()


async def test_a_release_gives_a_new_version_only_to_variants_that_changed(pool: Pool) -> None:
    story = await any_story(pool)
    async with pool.database.write() as session:
        variant = (
            await session.exec(select(Variant).where(Variant.story_id == story.id, Variant.language == "ja"))
        ).one()
        variant.headline = "新しい見出し"
        session.add(variant)
        release = await release_story(session, story.id, by="test", now=NOW)
    async with pool.database.read() as session:
        content = (await session.exec(select(Document.content).where(Document.release_id == release.id))).one()
    versions = {part["language"]: part["version"] for part in decode(content)["variants"] if part["form"] == "ARTICLE"}
    assert versions == {"zh": 1, "en": 1, "ja": 2}
    assert release.version == 2


async def test_a_named_variant_is_released_alone_and_the_others_stay_as_they_were(pool: Pool) -> None:
    story = await any_story(pool)
    async with pool.database.write() as session:
        rows = (
            await session.exec(select(Variant).where(Variant.story_id == story.id, Variant.form == "ARTICLE"))
        ).all()
        for row in rows:
            row.headline = f"{row.headline}!"
            session.add(row)
        chosen = next(row for row in rows if row.language == "en")
        release = await release_story(session, story.id, by="test", now=NOW, variant_ids=[chosen.id])
    async with pool.database.read() as session:
        content = (await session.exec(select(Document.content).where(Document.release_id == release.id))).one()
    headlines = {
        part["language"]: part["headline"] for part in decode(content)["variants"] if part["form"] == "ARTICLE"
    }
    assert {language for language, headline in headlines.items() if headline.endswith("!")} == {"en"}


async def test_the_index_holds_exactly_the_live_documents_after_releases_and_changes_of_status(pool: Pool) -> None:
    story = await any_story(pool)
    async with pool.database.write() as session:
        await release_story(session, story.id, by="test", now=NOW)
    async with pool.database.write() as session:
        await change_status(session, story.id, PubStatus.WITHHELD, by="test", now=NOW)
    async with pool.database.write() as session:
        await change_status(session, story.id, PubStatus.USABLE, by="test", now=NOW)
    async with pool.database.read() as session:
        live = (
            await session.exec(
                select(PoolStory.release_id, Document.content).join(
                    Document, col(Document.release_id) == PoolStory.release_id
                )
            )
        ).all()
        expected = {(key.kind.value, key.value, number) for number, content in live for key in keys_of(decode(content))}
        statement = select(PoolKey.kind, PoolKey.value, Posting.release_id).join(
            Posting, col(Posting.key_id) == PoolKey.id
        )
        postings = {tuple(row) for row in (await session.exec(statement)).all()}
        counts = {
            (row.kind, row.value): row.stories for row in (await session.exec(select(PoolKey))).all() if row.stories
        }
        entries = (await session.exec(select(sa.func.count()).select_from(PoolEntry))).one()
    assert postings == expected
    assert counts == {pair: sum(1 for kind, value, _ in expected if (kind, value) == pair) for pair in counts}
    assert sum(counts.values()) == len(expected)
    assert entries == sum(len(decode(content)["variants"]) for _, content in live)


async def test_release_times_never_run_backwards_when_the_clock_does(pool: Pool) -> None:
    story = await any_story(pool)
    async with pool.database.write() as session:
        later = await release_story(session, story.id, by="test", now=NOW)
    async with pool.database.write() as session:
        earlier = await release_story(session, story.id, by="test", now=NOW - timedelta(days=3))
    assert earlier.at >= later.at


@pytest.mark.parametrize(
    ("before", "status"),
    [(PubStatus.CANCELED, PubStatus.USABLE), (PubStatus.CANCELED, PubStatus.WITHHELD), (None, PubStatus.USABLE)],
)
async def test_moves_that_no_rule_allows_are_refused_and_change_nothing(
    pool: Pool, before: PubStatus | None, status: PubStatus
) -> None:
    story = await any_story(pool)
    if before is not None:
        async with pool.database.write() as session:
            await change_status(session, story.id, before, by="test", now=NOW)
    async with pool.database.read() as session:
        releases = (await session.exec(select(sa.func.count()).select_from(Release))).one()
    with pytest.raises(WrongState):
        async with pool.database.write() as session:
            await change_status(session, story.id, status, by="test", now=NOW)
    async with pool.database.read() as session:
        assert (await session.exec(select(sa.func.count()).select_from(Release))).one() == releases


async def test_what_is_missing_is_listed_whole(pool: Pool) -> None:
    story = await any_story(pool)
    with pytest.raises(NotReleasable) as refused:
        async with pool.database.write() as session:
            row = await story_by_uri(session, story.uri)
            row.terms_id = None
            session.add(row)
            for variant in await session.exec(select(Variant).where(Variant.story_id == story.id)):
                variant.desk_state = DeskState.DRAFT
                session.add(variant)
            await session.flush()
            await release_story(session, story.id, by="test", now=NOW)
    assert "no terms" in str(refused.value)
    assert "no variant is approved" in str(refused.value)
    with pytest.raises(NotFound):
        async with pool.database.write() as session:
            await story_by_uri(session, "urn:newsml:nowhere:20260101:none")


async def test_concurrent_releases_leave_a_log_without_holes_in_commit_order(pool: Pool) -> None:
    async with pool.database.read() as session:
        stories = (await session.exec(select(Story.id).limit(8))).all()

    async def one(index: int) -> None:
        async with pool.database.write() as session:
            await release_story(session, stories[index], by="test", now=NOW)
            if index % 3 == 0:
                raise RuntimeError("rolled back")

    results = await asyncio.gather(*(one(index) for index in range(8)), return_exceptions=True)
    assert sum(isinstance(result, RuntimeError) for result in results) == 3
    async with pool.database.read() as session:
        positions = (await session.exec(select(Event.position).order_by(col(Event.position)))).all()
        numbers = (await session.exec(select(Release.id).order_by(col(Release.id)))).all()
        released = (await session.exec(select(Event).where(Event.kind == EventKind.STORY_RELEASED))).all()
    assert list(positions) == list(range(1, len(positions) + 1))
    assert list(numbers) == list(range(1, len(numbers) + 1))
    assert len(released) == len(numbers)


async def test_what_is_said_of_a_story_anew_goes_out_over_the_same_variants_without_the_rest_of_the_desk(
    pool: Pool,
) -> None:
    story = await any_story(pool)
    topic = {"id": str(story.id), "key": "hot", "names": {"en": "Hot"}, "descriptions": {}}
    async with pool.database.write() as session:
        before = await live_story(session, story.id)
        row = await session.get_one(Story, story.id)
        row.slugline, row.embargoed_until = "UNFINISHED", NOW + timedelta(days=1)
        variant = (await session.exec(select(Variant).where(Variant.story_id == story.id))).first()
        assert variant is not None
        assert before is not None
        variant.headline = "unfinished"
        session.add_all([row, variant])
    async with pool.database.write() as session:
        release = await rerelease_metadata(session, story.id, {"topic": topic}, by="test", now=NOW)
    async with pool.database.write() as session:
        assert await rerelease_metadata(session, story.id, {"topic": topic}, by="test", now=NOW) is None
        after = await live_story(session, story.id)
        assert after is not None
        assert release is not None
        event = (await session.exec(select(Event).order_by(col(Event.position).desc()))).first()
    assert event is not None
    assert (event.kind, event.story_version, event.scope["topic"]) == (EventKind.STORY_RELEASED, 2, "hot")
    assert (after[0].release_id, after[0].embargoed_until, release.variant_ids) == (release.id, None, [])
    stamped = {"topic": topic, "version": 2, "versionCreated": timestamp(release.at)}
    assert after[1] == {**before[1], "story": {**before[1]["story"], **stamped}}
    async with pool.database.write() as session:
        await change_status(session, story.id, PubStatus.WITHHELD, by="test", now=NOW)
    with pytest.raises(NotReleasable, match="WITHHELD"):
        async with pool.database.write() as session:
            await rerelease_metadata(session, story.id, {"topic": None}, by="test", now=NOW)
