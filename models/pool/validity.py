"""Until when what a viewer is shown of the pool stays as it is, as far as it goes by the clock alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.duty import AcceptedDuty, DutyState
from models.moment import StoryMoment
from models.pool.rights import RightsBook, edges_of
from models.pool.tables import PoolOpening
from models.viewer import Viewer


async def next_moment(session: AsyncSession, viewer: Viewer, book: RightsBook) -> datetime | None:
    """The first moment after the viewer's at which an answer about the pool may change without an event in the change log.

    It looks at everything that has a time: embargoes and expiries, the windows of all terms in the pool, and the viewer's agreements,
    quotas, duties, and what others have to themselves. It may come too early for a certain answer, never too late.

    :returns: None where nothing lies ahead.
    """
    now, partner_id = viewer.now, viewer.actor.partner_id
    waiting = select(sa.func.min(col(StoryMoment.due_at))).where(
        col(StoryMoment.told_at).is_(None), col(StoryMoment.due_at) > now
    )
    moments: list[datetime | None] = [(await session.exec(waiting)).one()]
    if partner_id is not None:
        moments.append(await book.next_edge(session, viewer))
        opening = select(sa.func.min(col(PoolOpening.starts_at))).where(
            PoolOpening.partner_id == partner_id, col(PoolOpening.starts_at) > now
        )
        deadline = select(sa.func.min(col(AcceptedDuty.deadline))).where(
            AcceptedDuty.partner_id == partner_id,
            AcceptedDuty.state == DutyState.PENDING,
            col(AcceptedDuty.deadline) > now,
        )
        moments += [(await session.exec(opening)).one(), (await session.exec(deadline)).one()]
        moments += _of_standing(viewer)
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


async def last_moment(
    session: AsyncSession, viewer: Viewer, book: RightsBook, heard_at: datetime | None
) -> datetime | None:
    """The last moment at which an answer about the pool may have changed, by an event or by the clock. It may be too late, never too early.

    :param heard_at: when the newest event was heard of.
    :returns: None where that cannot be said: the log is not followed, or a quota that begins anew decides what may be read.
    """
    quotas = [quota for agreement in viewer.standing.agreements for quota in agreement.quotas]
    if heard_at is None or any(quota.resets_at is not None for quota in quotas):
        return None
    moments = [heard_at, await book.previous_edge(session, viewer), *_of_standing(viewer)]
    for agreement in viewer.standing.agreements:
        moments += edges_of(agreement.policy)
    return max(moment for moment in moments if moment is not None and moment <= viewer.now)


def _of_standing(viewer: Viewer) -> Iterable[datetime | None]:
    for agreement in viewer.standing.agreements:
        yield agreement.starts_at
        yield agreement.ends_at
        yield from (quota.resets_at for quota in agreement.quotas)
        yield from (duty.deadline for duty in agreement.duties)
    for theirs in viewer.standing.exclusivities:
        yield theirs.starts_at
        yield theirs.ends_at
