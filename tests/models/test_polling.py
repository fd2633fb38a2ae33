"""A partner that used to ask and stops is told of, once, until it asks again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import select

from models.database import Database
from models.event import Event, EventKind
from models.partner import Partner, PartnerKind
from models.polling import PollBook, tell_silence

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = timedelta(days=1)


async def told(database: Database) -> int:
    async with database.read() as session:
        return len((await session.exec(select(Event).where(Event.kind == EventKind.PARTNER_SILENT))).all())


async def test_silence_is_told_once_and_again_after_another_habit(database: Database) -> None:
    partner = Partner(key="a", kind=PartnerKind.EMBASSY, names={"en": "A"})
    once = Partner(key="b", kind=PartnerKind.EMBASSY, names={"en": "B"})
    async with database.write() as session:
        session.add_all([partner, once])
    book = PollBook()
    book.note(None, NOW)
    assert await book.keep(database) == 0
    for day in (0, 1, 2):
        book.note(partner.id, NOW + day * DAY)
        assert await book.keep(database) == 1
    book.note(once.id, NOW)  # a visitor has no habit
    await book.keep(database)
    assert await tell_silence(database, DAY, NOW + 2 * DAY) == 0
    assert await tell_silence(database, DAY, NOW + 4 * DAY) == 1
    assert await tell_silence(database, DAY, NOW + 5 * DAY) == 0
    assert await told(database) == 1
    book.note(partner.id, NOW + 6 * DAY)
    await book.keep(database)
    assert await tell_silence(database, DAY, NOW + 8 * DAY) == 0  # it has only just begun again
    for day in (9, 11):
        book.note(partner.id, NOW + day * DAY)
        await book.keep(database)
    assert await tell_silence(database, DAY, NOW + 14 * DAY) == 1
    assert await told(database) == 2
