"""Whether a pickup ran: awaited until its day, seen once a copy is known, missing where none is by then.

A pickup is in one of four conditions, kept in two columns so that nothing has to be looked for:

    awaited_until   missing_since
    a moment        NULL            AWAITED: no copy is known, and none is due yet
    NULL            a moment        MISSING: none is known, and since then one is due; that was told in the change log
    NULL            NULL            SEEN, or given back (`released_at`)

Whoever changes what is known of a pickup's copies holds its row, so that a copy that is reported in the instant in which its pickup falls
due is not overlooked.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from models import event
from models.database import Database
from models.event import EventKind
from models.pickup.record import pickup_event
from models.pickup.table import Pickup
from models.policy import DutyAction
from models.reprint.table import Reprint, ReprintState

PATIENCE: Final = timedelta(days=30)
"""After a pickup was made, or was to run, where nothing else says when the centre must have heard of a copy."""
BATCH: Final = 100


class Publication(StrEnum):
    """Whether a pickup ran."""

    AWAITED = "AWAITED"
    """No copy is known, and none has to be yet."""
    SEEN = "SEEN"
    """A copy is known."""
    MISSING = "MISSING"
    """No copy is known, though one is due."""


def publication(pickup: Pickup) -> Publication | None:
    """Whether a pickup ran; None for one that was given back."""
    if pickup.released_at is not None:
        return None
    if pickup.missing_since is not None:
        return Publication.MISSING
    return Publication.SEEN if pickup.awaited_until is None else Publication.AWAITED


def is_in(state: Publication) -> sa.ColumnElement[bool]:
    """The pickups in a condition, in SQL; those that were given back are in none."""
    awaited, missing = col(Pickup.awaited_until).is_not(None), col(Pickup.missing_since).is_not(None)
    held = col(Pickup.released_at).is_(None)
    if state is Publication.MISSING:
        return sa.and_(missing, held)
    if state is Publication.AWAITED:
        return sa.and_(awaited, held)
    return sa.and_(~awaited, ~missing, held)


def due_of(pickup: Pickup) -> datetime:
    """By when a copy of a pickup has to be known.

    What was accepted says it where it asks to tell the centre by a moment, as every use does. Else it is `PATIENCE` after the pickup was to
    run, or, where nobody said when, after it was made. It is never before the pickup was to run.
    """
    began = pickup.planned_at or pickup.created_at
    told_by = [_tell_by(use["duties"]) for use in pickup.decision["uses"]]
    known = [moment for moment in told_by if moment is not None]
    if not known or len(known) < len(told_by):
        return began + PATIENCE
    return max(*known, began)


def _tell_by(duties: list[dict[str, str | None]]) -> datetime | None:
    said = [duty["deadline"] for duty in duties if duty["action"] == DutyAction.INFORM]
    return min((datetime.fromisoformat(moment) for moment in said if moment), default=None)


def begin(pickup: Pickup) -> None:
    """Waits for a copy from now on."""
    pickup.awaited_until, pickup.missing_since = due_of(pickup), None


def end(pickup: Pickup) -> None:
    """Waits for no copy any more: one is known, or the pickup was given back."""
    pickup.awaited_until = pickup.missing_since = None


async def wait_anew(session: AsyncSession, pickup: Pickup) -> None:
    """Waits until another moment, where a copy is waited for or missing. The row was written before in this transaction, and so is held."""
    await session.refresh(pickup, ["awaited_until", "missing_since"])
    if publication(pickup) in (Publication.AWAITED, Publication.MISSING):
        begin(pickup)
        session.add(pickup)
        await session.flush()


async def note_copies(session: AsyncSession, pickup_id: uuid.UUID | None) -> None:
    """Brings a pickup up to whether a copy of it is known, in the transaction of what changed that.

    It was missing, and one turned up: it is seen. Its only copy was taken back: it is waited for one again, until when it was due, and told
    anew where that is past.
    """
    if pickup_id is None:
        return
    await session.flush()
    held = select(Pickup).where(Pickup.id == pickup_id).with_for_update(key_share=True)
    pickup = (await session.exec(held.execution_options(populate_existing=True))).one()
    is_seen = (await session.exec(_copies().where(Reprint.pickup_id == pickup_id).limit(1))).first() is not None
    if is_seen or pickup.released_at is not None:
        end(pickup)
    elif publication(pickup) is Publication.SEEN:
        begin(pickup)
    session.add(pickup)
    await session.flush()


def _copies() -> SelectOfScalar[uuid.UUID]:
    return select(sa.type_coerce(col(Reprint.pickup_id), sa.Uuid())).where(Reprint.state != ReprintState.WITHDRAWN)


async def tell_missing(database: Database, now: datetime, batch: int = BATCH) -> int:
    """Tells of pickups of which no copy is known by their day: each once, whichever server comes first.

    :returns: how many were dealt with, at most `batch`.
    """
    due = col(Pickup.awaited_until) <= now
    async with database.read() as session:
        if (await session.exec(select(Pickup.id).where(due).limit(1))).first() is None:
            return 0
    async with database.write() as session:
        claim = select(Pickup).where(due).order_by(col(Pickup.awaited_until), col(Pickup.id)).limit(batch)
        held = claim.with_for_update(key_share=True, skip_locked=True).execution_options(populate_existing=True)
        pickups = (await session.exec(held)).all()
        seen = set((await session.exec(_copies().where(col(Reprint.pickup_id).in_([p.id for p in pickups])))).all())
        for pickup in pickups:
            missing_since = pickup.awaited_until
            end(pickup)
            if pickup.id not in seen and pickup.released_at is None:
                pickup.missing_since = missing_since
                event.append(session, pickup_event(EventKind.PICKUP_MISSING, pickup, now))
            session.add(pickup)
        return len(pickups)
