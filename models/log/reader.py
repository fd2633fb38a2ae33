"""Reads the change log for one viewer, a page at a time, within a budget of positions.

Positions are dense but for what retention took away, so a budget is a range of positions: a page costs the same anywhere in the log,
and whoever may see nothing of a stretch is led past it by `examined_to`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event as log
from models.errors import BadCursor, CursorTooOld
from models.event import Event, EventAudience
from models.log.filter import EVERYTHING, ChangeFilter
from models.log.retention import oldest_readable
from models.log.sight import concerns, facts_about
from models.paging import CursorKey, PageRequest, decode_cursor, encode_cursor
from models.viewer import Viewer

BUDGET: Final = 2000
"""Positions that one page looks at."""
LIST_NAME: Final = "changes"
_SMALLEST_CHUNK: Final = 50
_MOST_NAMED: Final = 200
"""Stories that are looked for by name in SQL; more of them are left to the filter."""


@dataclass(frozen=True)
class Batch:
    """A stretch of the log, as one viewer sees it.

    :param events: by rising position.
    :param examined_to: everything between the start and this position was looked at; go on from here.
    :param is_complete: whether that was the end of the log; read backward, its beginning.
    """

    events: tuple[Event, ...]
    examined_to: int
    is_complete: bool


@dataclass(frozen=True)
class ChangePage:
    """A page of changes, by rising position.

    :param before_first: where whoever reads on in order stood before the first of them; None at the beginning of the log.
    :param start: the place before which a page further back ends; None where there is nothing on the page and nothing before it.
    :param end: the place after which to go on: that of the last, or the last that was looked at.
    :param latest: the position of the newest event of all.
    """

    events: tuple[Event, ...]
    before_first: int | None
    start: int | None
    end: int
    has_next: bool
    has_previous: bool
    latest: int


def change_cursor(position: int) -> str:
    """The cursor of a place in the log."""
    return encode_cursor(LIST_NAME, (position,))


def decode_change_cursor(cursor: str) -> CursorKey:
    """The position that a cursor names, as `models.paging.page_request` takes it.

    :raises BadCursor: the change log did not give it.
    """
    return decode_cursor(LIST_NAME, cursor, (int,))


async def read_after(
    session: AsyncSession, viewer: Viewer, wanted: ChangeFilter, after: int, first: int, budget: int = BUDGET
) -> Batch:
    """The first changes after a position.

    :raises CursorTooOld: what came after the position is not kept any more.
    :raises BadCursor: the log has not come to the position yet.
    """
    latest = await _check(session, after)
    end = min(latest, after + budget)
    kept: list[Event] = []
    place, chunk = after, max(2 * first, _SMALLEST_CHUNK)
    while place < end and len(kept) <= first:
        within = sa.and_(col(Event.position) > place, col(Event.position) <= end)
        found = await _read(session, viewer, wanted, within, col(Event.position), chunk)
        kept += await _seen(session, viewer, wanted, found)
        place = found[-1].position if len(found) == chunk else end
        chunk *= 2
    if len(kept) > first:
        return Batch(tuple(kept[:first]), kept[first - 1].position, False)
    return Batch(tuple(kept), end, end == latest)


async def read_before(
    session: AsyncSession,
    viewer: Viewer,
    wanted: ChangeFilter,
    before: int,
    last: int,
    budget: int = BUDGET,
    floor: int = 0,
) -> Batch:
    """The last changes before a position.

    :param floor: only changes after this position.
    """
    lowest = max(floor, await oldest_readable(session))
    end = max(lowest, before - 1 - budget)
    kept: list[Event] = []
    place, chunk = before, max(2 * last, _SMALLEST_CHUNK)
    while place > end + 1 and len(kept) <= last:
        within = sa.and_(col(Event.position) < place, col(Event.position) > end)
        found = await _read(session, viewer, wanted, within, col(Event.position).desc(), chunk)
        kept += await _seen(session, viewer, wanted, found)
        place = found[-1].position if len(found) == chunk else end + 1
        chunk *= 2
    if len(kept) > last:
        return Batch(tuple(reversed(kept[:last])), kept[last].position, False)
    return Batch(tuple(reversed(kept)), end, end == lowest)


async def read_nothing_new(session: AsyncSession, request: PageRequest) -> ChangePage | None:
    """The empty page of whoever goes on from the end of the log, whoever that is; None where there may be something."""
    if request.after is None or request.backward or request.before is not None:
        return None
    after = int(request.after[0])
    if after != await log.last_position(session):
        return None
    return ChangePage((), after, None, after, has_next=False, has_previous=True, latest=after)


async def read_changes(
    session: AsyncSession, viewer: Viewer, wanted: ChangeFilter, request: PageRequest, budget: int = BUDGET
) -> ChangePage:
    """A page of changes, in the order of the log.

    :raises CursorTooOld: see `read_after`.
    :raises BadCursor: see `read_after`.
    """
    latest = await log.last_position(session)
    oldest = await oldest_readable(session)
    after = oldest if request.after is None else int(request.after[0])
    if request.backward:
        before = latest + 1 if request.before is None else int(request.before[0])
        await _check(session, min(before - 1, latest))
        batch = await read_before(session, viewer, wanted, before, request.size, budget, after)
        left = None if batch.is_complete else batch.examined_to
        start = batch.events[0].position if batch.events else None if left is None else left + 1
        end = batch.events[-1].position if batch.events else before - 1
        return ChangePage(
            batch.events,
            left if left is not None else after if request.after is not None else None,
            start,
            end,
            has_next=request.before is not None,
            has_previous=left is not None or request.after is not None,
            latest=latest,
        )
    batch = await read_after(session, viewer, wanted, after, request.size, budget)
    if request.before is not None:
        until = int(request.before[0])
        events = tuple(event for event in batch.events if event.position < until)
        batch = Batch(
            events, min(batch.examined_to, max(until - 1, after)), batch.is_complete or batch.examined_to >= until
        )
    return ChangePage(
        batch.events,
        before_first=None if request.after is None else after,
        start=batch.events[0].position if batch.events else None,
        end=batch.examined_to,
        has_next=not batch.is_complete,
        has_previous=request.after is not None,
        latest=latest,
    )


async def see_changes(session: AsyncSession, viewer: Viewer, positions: Collection[int]) -> dict[int, Event]:
    """By position, those of some changes that are there for this viewer."""
    rows = (await session.exec(select(Event).where(col(Event.position).in_(positions)))).all()
    facts = await facts_about(session, rows, viewer)
    return {event.position: event for event in rows if concerns(viewer, EVERYTHING, event, facts)}


async def place_before(session: AsyncSession, viewer: Viewer, position: int) -> int | None:
    """The position of the change before one, for whoever reads everything in order; None at the beginning."""
    batch = await read_before(session, viewer, EVERYTHING, position, 1)
    if batch.events:
        return batch.events[-1].position
    return None if batch.is_complete else batch.examined_to


async def _check(session: AsyncSession, after: int) -> int:
    """The newest position, once it is sure that the log can be read from a place on."""
    oldest, latest = await oldest_readable(session), await log.last_position(session)
    if after < oldest:
        raise CursorTooOld(
            "the changes after this cursor are not kept any more; read what you hold anew, and go on from resumeAfter",
            resume_after=change_cursor(oldest),
        )
    if after > latest:
        raise BadCursor(
            "this cursor lies ahead of the change log, as after a restored backup; take pageInfo.endCursor of changes(last: 1) instead"
        )
    return latest


async def _read(
    session: AsyncSession,
    viewer: Viewer,
    wanted: ChangeFilter,
    within: sa.ColumnElement[bool],
    order: sa.SQLColumnExpression[int],
    limit: int,
) -> Sequence[Event]:
    """Events that may concern the viewer, as far as SQL can tell."""
    statement = select(Event).where(within).order_by(order).limit(limit)
    if viewer.standing.is_staff:
        statement = statement.where(col(Event.audience) != EventAudience.SYSTEM)
    else:
        partner_id = col(Event.partner_id)
        statement = statement.where(
            Event.audience == EventAudience.PARTNER,
            sa.or_(partner_id.is_(None), partner_id == viewer.actor.partner_id),
        )
    if wanted.kinds is not None:
        statement = statement.where(col(Event.kind).in_(sorted(wanted.kinds)))
    if wanted.story_ids is not None and len(wanted.story_ids) <= _MOST_NAMED:
        statement = statement.where(col(Event.story_id).in_(sorted(wanted.story_ids)))
    return (await session.exec(statement)).all()


async def _seen(session: AsyncSession, viewer: Viewer, wanted: ChangeFilter, events: Sequence[Event]) -> list[Event]:
    if not events:
        return []
    facts = await facts_about(session, events, viewer)
    return [event for event in events if concerns(viewer, wanted, event, facts)]
