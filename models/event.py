"""The change log: one ordered row for every fact that somebody may need to hear.

An event is appended in the transaction of its fact and takes its position as the last thing before the commit, by updating one
counter row. So commit order is position order, a rollback leaves no hole, and whoever sees a position sees every smaller one.
Nothing may take a lock after that: hence the queue on the session, emptied by `Database.write`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Index, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import POSTGRESQL, BigInt, Json, JsonObject, Table, UTCDateTime, enum_column

EVENT_COUNTER = "event"
CHANNEL = "storypool_event"
"""On which PostgreSQL tells that there is something new (LISTEN and NOTIFY)."""
_QUEUE = "storypool.events"


class EventKind(StrEnum):
    """What happened."""

    STORY_RELEASED = "STORY_RELEASED"
    """A story version passed the release door."""
    STORY_WITHHELD = "STORY_WITHHELD"
    """A story, or a variant of it, was withheld: it may come back."""
    STORY_CANCELED = "STORY_CANCELED"
    """A story, or a variant of it, was killed for good."""
    STORY_REINSTATED = "STORY_REINSTATED"
    """A withheld story, or a variant of it, is usable again."""
    STORY_RESCHEDULED = "STORY_RESCHEDULED"
    """The embargo or the expiry of a released story was changed."""
    STORY_REMOVED = "STORY_REMOVED"
    """A story, or a part of it, left what was covered or asked for: it has another series or topic now, or fewer variants."""
    EMBARGO_LIFTED = "EMBARGO_LIFTED"
    """A story's embargo has ended."""
    STORY_EXPIRED = "STORY_EXPIRED"
    """A story's editorial relevance has ended."""
    NOTICE_ISSUED = "NOTICE_ISSUED"
    """A partner is to be told something, and has to acknowledge it."""
    NOTICE_ACKNOWLEDGED = "NOTICE_ACKNOWLEDGED"
    """A partner has acknowledged a notice, or said what it did with a copy."""
    NOTICE_OVERDUE = "NOTICE_OVERDUE"
    """A partner has not acknowledged a notice in time."""
    TOPIC_OPENED = "TOPIC_OPENED"
    """A hot topic was opened for stories to be hung on."""
    PICKUP_ACKNOWLEDGED = "PICKUP_ACKNOWLEDGED"
    """A partner took a variant."""
    PICKUP_UPDATED = "PICKUP_UPDATED"
    """A partner changed the plan, the outlets or the note of a pickup."""
    PICKUP_RELEASED = "PICKUP_RELEASED"
    """A partner gave a pickup back unused."""
    PICKUP_MISSING = "PICKUP_MISSING"
    """No copy of a pickup is known by the day on which one is due."""
    DUTY_CHANGED = "DUTY_CHANGED"
    """A duty was fulfilled, waived or found violated."""
    REPRINT_CHANGED = "REPRINT_CHANGED"
    """A copy was reported, verified or taken back, or something else is known of it."""
    HOOK_SUSPENDED = "HOOK_SUSPENDED"
    """A webhook failed for too long, or its address is gone: it is not called any more."""
    PARTNER_SILENT = "PARTNER_SILENT"
    """A partner that used to ask what is new has stopped asking."""
    TERMS_SAVED = "TERMS_SAVED"
    """Terms were composed, or a template was saved anew."""
    PARTNER_CHANGED = "PARTNER_CHANGED"
    """A partner was added, changed, suspended or reactivated, or its liaison, an outlet or an alliance of it was changed."""
    AGREEMENT_CHANGED = "AGREEMENT_CHANGED"
    """What a partner may see or use has changed with its agreement."""
    CLIENT_CHANGED = "CLIENT_CHANGED"
    """An OAuth client was added, suspended, reactivated, or got a new secret."""
    SIGNING_KEY_ROTATED = "SIGNING_KEY_ROTATED"
    """Access tokens are signed with a new key."""
    URL_KEY_ROTATED = "URL_KEY_ROTATED"
    """Addresses of files, and of pages in mails, are signed with a new key."""


SYSTEM_KINDS = frozenset({EventKind.SIGNING_KEY_ROTATED, EventKind.URL_KEY_ROTATED})
"""What only server processes hear of."""


class EventAudience(StrEnum):
    """Who may hear of it."""

    PARTNER = "PARTNER"
    """Partners that the scope covers, and staff."""
    STAFF = "STAFF"
    """Staff only."""
    SYSTEM = "SYSTEM"
    """Server processes only."""


class Counter(Table, table=True):
    """A named counter; one row each. `event` is the position of the newest event."""

    name: str = Field(primary_key=True, max_length=32)
    value: int = Field(sa_type=BigInt)


class Event(Table, table=True):
    """A row of the change log. It holds no content: readers read that again, through the usage decision.

    `scope` freezes who may see it: for a story its series, topic and the (language, form) of its variants; for a partner's own
    facts, `partner_id` says it. That of STORY_REMOVED is what it was, with what it is under `now`.
    """

    __table_args__ = (Index("ix_event_story_id_position", "story_id", "position"),)

    position: int = Field(default=0, primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    kind: EventKind = Field(sa_type=enum_column(EventKind, checked=False))
    at: datetime = Field(sa_type=UTCDateTime)
    audience: EventAudience = Field(sa_type=enum_column(EventAudience))
    partner_id: uuid.UUID | None = None
    story_id: uuid.UUID | None = None
    story_version: int | None = None
    variant_id: uuid.UUID | None = None
    subject_id: str | None = Field(default=None, max_length=64)
    scope: JsonObject = Field(default_factory=dict, sa_type=Json)


def append(session: AsyncSession, event: Event) -> None:
    """Queues an event for the end of the transaction. Its `position` is set there."""
    session.info.setdefault(_QUEUE, []).append(event)


def queued(session: AsyncSession) -> Sequence[Event]:
    """What this transaction has appended so far."""
    events: list[Event] = session.info.get(_QUEUE, [])
    return tuple(events)


async def take_positions(session: AsyncSession) -> int:
    """Gives the queued events their positions and writes them; the last statements before the commit.

    On PostgreSQL the commit then wakes whoever listens on `CHANNEL`: a hint, not the truth.

    :returns: how many there were.
    """
    events: list[Event] = session.info.pop(_QUEUE, [])
    if not events:
        return 0
    await session.flush()
    statement = (
        sa.update(Counter)
        .where(col(Counter.name) == EVENT_COUNTER)
        .values(value=col(Counter.value) + len(events))
        .returning(col(Counter.value))
    )
    if session.get_bind().dialect.name == POSTGRESQL:
        statement = statement.returning(sa.func.pg_notify(CHANNEL, "").cast(sa.Text))
    last = (await session.execute(statement)).scalars().one()
    for offset, event in enumerate(reversed(events)):
        event.position = last - offset
    session.add_all(events)
    await session.flush()
    return len(events)


async def last_position(session: AsyncSession) -> int:
    """The position of the newest event; 0 when the log is empty."""
    return (await session.exec(select(Counter.value).where(Counter.name == EVENT_COUNTER))).one()
