"""Who polls, and who has stopped: a feed that fell silent is noticed before anybody misses a kill."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, col, select

from models import event
from models.base import POSTGRESQL, Table, UTCDateTime
from models.database import Database
from models.event import Event, EventAudience, EventKind

HABIT: Final = timedelta(days=1)
"""Whoever has asked over so long used to ask."""
_BATCH: Final = 100


class PartnerPoll(Table, table=True):
    """Since when a partner asks what is new, and when it did so last. `alarmed_at` is set once its silence was told."""

    __tablename__ = "partner_poll"

    partner_id: uuid.UUID = Field(primary_key=True, foreign_key="partner.id")
    first_at: datetime = Field(sa_type=UTCDateTime)
    last_at: datetime = Field(sa_type=UTCDateTime)
    alarmed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class PollBook:
    """Notes who asked, in memory; `keep` writes it down now and then. What a process that dies had not written is asked again soon."""

    def __init__(self) -> None:
        self._seen: dict[uuid.UUID, datetime] = {}

    def note(self, partner_id: uuid.UUID | None, now: datetime) -> None:
        """A partner asked what is new."""
        if partner_id is not None:
            self._seen[partner_id] = now

    async def keep(self, database: Database) -> int:
        """Writes down who asked. A partner that had fallen silent, and whose silence was told, begins anew.

        :returns: how many partners there were.
        """
        seen, self._seen = self._seen, {}
        if not seen:
            return 0
        insert = postgresql.insert if database.dialect == POSTGRESQL else sqlite.insert
        async with database.write() as session:
            for partner_id, at in sorted(seen.items()):
                row = insert(PartnerPoll).values(partner_id=partner_id, first_at=at, last_at=at)
                begins = sa.case(
                    (col(PartnerPoll.alarmed_at).is_(None), col(PartnerPoll.first_at)), else_=row.excluded.first_at
                )
                values = {"last_at": row.excluded.last_at, "first_at": begins, "alarmed_at": None}
                await session.execute(row.on_conflict_do_update(index_elements=["partner_id"], set_=values))
        return len(seen)


async def tell_silence(database: Database, silent_for: timedelta, now: datetime) -> int:
    """Tells of partners that used to ask and have not for so long, each once until it asks again.

    :returns: how many were told of.
    """
    silent = (
        col(PartnerPoll.alarmed_at).is_(None),
        col(PartnerPoll.last_at) <= now - silent_for,
    )
    async with database.read() as session:
        if (await session.exec(select(PartnerPoll.partner_id).where(*silent).limit(1))).first() is None:
            return 0
    told = 0
    async with database.write() as session:
        held = select(PartnerPoll).where(*silent).order_by(col(PartnerPoll.partner_id)).limit(_BATCH)
        for row in (await session.exec(held.with_for_update(skip_locked=True))).all():
            row.alarmed_at = now
            session.add(row)
            if row.last_at - row.first_at >= HABIT:
                told += 1
                event.append(
                    session,
                    Event(
                        kind=EventKind.PARTNER_SILENT,
                        at=now,
                        audience=EventAudience.PARTNER,
                        partner_id=row.partner_id,
                    ),
                )
    return told
