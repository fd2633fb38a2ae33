"""What may go wrong on the way through the release door: broken off at any step, and several at once."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.account import PickupUse
from models.base import SQLITE
from models.change import Change
from models.database import Database
from models.draft import VariantDraft
from models.duty import AcceptedDuty, DutyState
from models.errors import UsageDenied, WrongState
from models.event import Counter, Event
from models.moment import StoryMoment
from models.notice.table import Notice, NoticeRecipient
from models.policy import DutyAction
from models.pool.tables import Document, PoolEntry, PoolKey, PoolOpening, PoolStory, Posting, Release, ReleaseKind
from models.release import Outcome, Retraction, Revision, correct_story, kill_story, release_story
from models.story import PubStatus, Story
from models.variant import Variant
from tests.models.pickup.centre import Centre
from tests.models.usage.cases import EVERYTHING, NOW, use

TABLES: tuple[Any, ...] = (
    AcceptedDuty,
    Counter,
    Document,
    Event,
    Notice,
    NoticeRecipient,
    PickupUse,
    PoolEntry,
    PoolKey,
    PoolOpening,
    PoolStory,
    Posting,
    Release,
    Story,
    StoryMoment,
    Variant,
    VariantDraft,
)
TEXTS = {"en": "Take note.", "zh": "请注意。"}
USE = use(territory="FR")
Act = Callable[[AsyncSession], Awaitable[object]]


class Broken(Exception):
    """The process is gone."""


@contextlib.contextmanager
def broken_off(database: Database, statements: int) -> Iterator[None]:
    """Lets so many statements through, then nothing more, not even a commit."""
    engine = database.writer.sync_engine
    left = statements

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Broken

    hooks = ((engine, "before_cursor_execute"), (sa.orm.Session, "before_commit"))
    for target, name in hooks:
        sa.event.listen(target, name, count)
    try:
        yield
    finally:
        for target, name in hooks:
            sa.event.remove(target, name, count)


async def everything(database: Database) -> list[list[str]]:
    """All rows that a release may touch, and how much text is in the index."""
    async with database.read() as session:
        rows = [sorted(map(repr, (await session.execute(sa.select(table.__table__))).all())) for table in TABLES]
        kept = "pool_text_source" if database.dialect == SQLITE else "pool_text"
        texts = (await session.execute(sa.text(f"SELECT count(*) FROM {kept}"))).scalar_one()
    return [*rows, [str(texts)]]


async def broken_at_every_step(database: Database, act: Act) -> int:
    """Carries an act out, after breaking it off at each of its statements; each time nothing of it may be left."""
    before = await everything(database)
    for statements in range(1_000):
        try:
            with broken_off(database, statements):
                async with database.write() as session:
                    await act(session)
        except Broken:
            assert await everything(database) == before, statements
        else:
            assert await everything(database) != before
            return statements
    raise AssertionError("it never ends")


async def test_a_correction_and_a_kill_happen_whole_or_not_at_all(database: Database) -> None:
    centre = Centre(database)
    actor = await centre.partner()
    offer = await centre.story(EVERYTHING, languages=("en", "zh"))
    await centre.take(actor, offer.variants[0], USE)

    async def say_anew(session: AsyncSession) -> None:
        row = await session.get_one(Variant, offer.variants[0])
        row.headline = f"{row.headline} anew"
        session.add(row)
        await session.flush()

    async def correct(session: AsyncSession) -> None:
        await say_anew(session)
        await correct_story(session, offer.story, Revision([offer.variants[0]], TEXTS), Change("test", NOW))

    async def kill(session: AsyncSession) -> None:
        await kill_story(session, offer.story, Retraction("Wrong.", TEXTS), Change("test", NOW))

    for act in (correct, kill):
        assert await broken_at_every_step(database, act) > 20
    assert [duty.action for duty in await centre.duties(actor) if duty.state is DutyState.PENDING] == [
        DutyAction.DELETE
    ]


async def killing(database: Database, story: uuid.UUID, by: str) -> Outcome:
    async with database.write() as session:
        return await kill_story(session, story, Retraction("Wrong.", TEXTS), Change(by, NOW))


async def test_of_kills_releases_and_pickups_at_once_the_kill_holds_and_counts_once(database: Database) -> None:
    centre = Centre(database)
    actor = await centre.partner()
    offer = await centre.story(EVERYTHING, languages=("en",))

    async def release() -> Release:
        async with database.write() as session:
            return await release_story(session, offer.story, by="test", now=NOW)

    results = await asyncio.gather(
        killing(database, offer.story, "one"),
        release(),
        centre.take(actor, offer.variants[0], USE),
        killing(database, offer.story, "one"),
        killing(database, offer.story, "other"),
        release(),
        return_exceptions=True,
    )
    refused = (WrongState, UsageDenied)
    assert all(not isinstance(result, BaseException) or isinstance(result, refused) for result in results), results
    async with database.read() as session:
        kinds = (await session.exec(select(Release.kind).where(Release.story_id == offer.story))).all()
        live = await session.get_one(PoolStory, offer.story)
    assert list(kinds).count(ReleaseKind.CANCEL) == 1
    assert live.pub_status is PubStatus.CANCELED
    taken = not isinstance(results[2], BaseException)
    owed = [duty for duty in await centre.duties(actor) if duty.action is DutyAction.DELETE]
    assert len(owed) == taken  # a pickup either comes before the kill, and owes its deletion, or not at all
