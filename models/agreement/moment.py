"""When agreements begin and end to hold: what the change log says of it, once for each agreement, never once for each story."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.agreement.exclusivity import Coverage, coverage_of
from models.agreement.table import Agreement
from models.database import Database
from models.event import Event, EventAudience, EventKind

BATCH: Final = 100


def is_in_force(agreement: Agreement, now: datetime) -> bool:
    """Whether anything is supplied under an agreement, as far as it goes by itself: its partner may be suspended all the same."""
    has_begun = agreement.starts_at <= now
    return not agreement.suspended and has_begun and (agreement.ends_at is None or now < agreement.ends_at)


def announce_coverage(
    session: AsyncSession,
    agreement: Agreement,
    at: datetime,
    before: Coverage | None,
    after: Coverage,
    *,
    was_in_force: bool,
) -> None:
    """Queues the event that what a partner may see has changed, or will.

    :param before: what the agreement covered; None for a new one.
    """
    event.append(
        session,
        Event(
            kind=EventKind.AGREEMENT_CHANGED,
            at=at,
            audience=EventAudience.PARTNER,
            partner_id=agreement.partner_id,
            subject_id=str(agreement.id),
            scope={
                "version": agreement.version,
                "before": before.record() if before else None,
                "after": after.record(),
                "wasInForce": was_in_force,
                "inForce": agreement.in_force,
            },
        ),
    )


async def tell_agreements(database: Database, now: datetime, batch: int = BATCH) -> int:
    """Tells of the agreements that have begun or ended by the clock since the change log last spoke of them, also where nobody was awake.

    :returns: how many were told of, at most `batch`.
    """
    columns = Agreement
    has_begun, has_ended = col(columns.starts_at) <= now, col(columns.ends_at) <= now
    in_force = col(columns.in_force)
    begins = sa.and_(
        in_force.is_(False),
        col(columns.suspended).is_(False),
        has_begun,
        sa.or_(col(columns.ends_at).is_(None), ~has_ended),
    )
    is_due = sa.or_(begins, sa.and_(in_force, has_ended))
    async with database.read() as session:
        if (await session.exec(select(Agreement.id).where(is_due).limit(1))).first() is None:
            return 0
    async with database.write() as session:
        due = (
            select(Agreement)
            .where(is_due)
            .order_by(col(columns.id))
            .limit(batch)
            .with_for_update(skip_locked=True, key_share=True)
        )
        agreements = (await session.exec(due)).all()
        for agreement in agreements:
            covered = coverage_of(agreement)
            agreement.in_force = not agreement.in_force
            at = agreement.starts_at if agreement.in_force else agreement.ends_at
            assert at is not None
            session.add(agreement)
            announce_coverage(session, agreement, at, covered, covered, was_in_force=not agreement.in_force)
        return len(agreements)
