"""Works in what writes left behind: takes away from each cell what was, adds what is."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import POSTGRESQL
from models.database import Database
from models.metric.standing import GRADES
from models.metric.table import Measure, StandingFigure
from models.pickup import Pickup
from models.reprint.table import Reprint, ReprintState
from models.rollup.calendar import ALWAYS, period_of
from models.rollup.chain import keep_chains
from models.rollup.copy import QUALIFIERS, Change, Copy, Member, Where, language_and_territory, new_cell
from models.rollup.pending import (
    Pending,
    copies_now,
    copy_before,
    figures_now,
    pending,
    picked_at,
    portions,
    taking_before,
    takings_now,
)
from models.rollup.table import Axis, RollupCell, RollupChange, RollupState
from models.rollup.thing import Turn, changes_of_things

MOST_PENDING: Final = 100_000
"""With more than that, counting all rows anew is the shorter way (`models.rollup.rebuild`)."""
_ATTEMPTS: Final = 5
_QUESTIONS: Final = 32


async def fold(database: Database) -> int:
    """Works in what is pending.

    :returns: how many changes that were.
    """
    async with database.read() as session:
        if (await session.exec(select(RollupChange.id).limit(1))).first() is None:
            return 0
    for attempt in range(_ATTEMPTS):
        try:
            async with alone(database) as session:
                return await fold_in(session)
        except sa.exc.DBAPIError as error:
            if attempt == _ATTEMPTS - 1 or getattr(error.orig, "sqlstate", None) != "40001":
                raise
    return 0


@asynccontextmanager
async def alone(database: Database) -> AsyncIterator[AsyncSession]:
    """A write transaction that nobody else folds or rebuilds beside, and that sees one state of the rows from its beginning on."""
    if database.dialect != POSTGRESQL:
        async with database.write() as session:
            yield session
        return
    async with database.write_snapshot() as session:
        # Before anything is read: the snapshot is taken after the wait.
        await session.execute(sa.text("LOCK TABLE rollup_state IN SHARE ROW EXCLUSIVE MODE"))
        yield session


async def fold_in(session: AsyncSession) -> int:
    """Works in what is pending, in a transaction that is `alone`."""
    zone = await zone_kept(session)
    number: int = (await session.execute(sa.select(sa.func.count()).select_from(RollupChange))).scalar_one()
    if number > MOST_PENDING and zone is not None:
        from models.rollup.rebuild import rebuild_in  # it folds nothing itself, and needs what is here

        await rebuild_in(session, zone)
        return number
    if zone is not None:
        await _work_in(session, await pending(session), zone)
    await session.execute(sa.delete(RollupChange))
    return number


async def zone_kept(session: AsyncSession) -> ZoneInfo | None:
    """The zone whose days the cells go by; None where the rows were never counted."""
    state = (await session.exec(select(RollupState))).one()
    return None if state.zone is None else ZoneInfo(state.zone)


async def _work_in(session: AsyncSession, found: Pending, zone: ZoneInfo) -> None:
    changes: dict[Where, Change] = {}
    had: set[Member] = set()
    has: set[Member] = set()
    reach: set[Where] = set()
    roots: set[uuid.UUID] = set()
    ids = found.reprint_ids
    now = await copies_now(session, ids)
    picked = await picked_at(session, {row.pickup_id for row in found.copies.values() if row.pickup_id is not None})
    gone = await figures_now(session, [one for one in ids if one not in now])
    for reprint_id in ids:
        present = now.get(reprint_id)
        figures = dict(present.figures if present is not None else gone.get(reprint_id, {}))
        for key, figure in found.figures.get(reprint_id, {}).items():
            if figure is None:
                figures.pop(key, None)
            else:
                figures[key] = figure
        if reprint_id in found.copies:
            before = copy_before(found.copies[reprint_id], figures, picked)
            roots |= {one.root_id for one in (before, present) if one is not None} | {reprint_id}
        else:
            before = None if present is None else replace(present, figures=figures)
        if present is not None and present.state is ReprintState.WITHDRAWN:
            present = None
        if before is not None and before.state is ReprintState.WITHDRAWN:
            before = None
        # Also of one that is as it was: nothing that is pending is found among the others.
        had |= set() if before is None else set(before.members(zone))
        has |= set() if present is None else set(present.members(zone))
        if before == present:
            continue
        for copy, sign in ((before, -1), (present, 1)):
            if copy is not None:
                for where in copy.cells(zone):
                    changes.setdefault(where, Change()).add(copy, sign)
        reach |= _reach_touched(before, present, zone)
    takings = await takings_now(session, found.pickups)
    for pickup_id, written in found.pickups.items():
        taken, taking = taking_before(written), takings.get(pickup_id)
        had |= set() if taken is None else set(taken.members(zone))
        has |= set() if taking is None else set(taking.members(zone))
        for one, sign in ((taken, -1), (taking, 1)):
            if one is not None and taken != taking:
                for where in one.cells(zone):
                    change = changes.setdefault(where, Change())
                    change.count("pickups", sign)
                    change.count("missing", sign * (one.missing and where.axis is Axis.PARTNER))
    for member, others in (await _others(session, had ^ has, zone)).items():
        if not others:
            changes[member.where].count(member.column, 1 if member in has else -1)
    turns = await _apply(session, changes, reach, zone)
    of_stories = {where: turn for where, turn in turns.items() if where.axis is Axis.STORY}
    await _apply(session, await changes_of_things(session, of_stories, found.stories), (), zone)
    await keep_chains(session, roots, zone)


def _reach_touched(before: Copy | None, present: Copy | None, zone: ZoneInfo) -> set[Where]:
    """The cells of stories whose largest reach may be another now."""
    touched = set()
    for copy in (before, present):
        if copy is not None and copy.reach:
            touched |= {where for where in copy.cells(zone) if where.axis is Axis.STORY}
    return touched


async def _apply(
    session: AsyncSession, changes: Mapping[Where, Change], reach: Iterable[Where], zone: ZoneInfo
) -> dict[Where, Turn]:
    turns = {}
    places = sorted({*changes, *reach})
    for some in portions(places):
        ids = [where.id for where in some]
        kept = {
            row.id: row for row in (await session.exec(select(RollupCell).where(col(RollupCell.id).in_(ids)))).all()
        }
        for row in kept.values():
            session.expunge(row)
        await session.execute(sa.delete(RollupCell).where(col(RollupCell.id).in_(ids)))
        rows = []
        for where in some:
            before = kept.get(where.id)
            cell = new_cell(where) if before is None else RollupCell(**before.model_dump())
            if where in changes:
                changes[where].apply(cell)
            if where in reach:
                cell.reach = await largest_reach(session, where, zone)
            there = bool(cell.copies or cell.pickups)
            if there:
                rows.append(cell.model_dump())
            turns[where] = Turn(before, cell if there else None)
        if rows:
            await session.execute(sa.insert(RollupCell), rows)
    return turns


def in_span(span: str, zone: ZoneInfo, moment: Any) -> list[sa.ColumnElement[bool]]:
    """What says that a column of moments lies in a span."""
    if span == ALWAYS:
        return []
    period = period_of(span, zone)
    return [moment >= period.start, moment < period.end]


async def largest_reach(session: AsyncSession, where: Where, zone: ZoneInfo) -> list[Any] | None:
    """The largest reach that stands of a copy of a story: value, grade and qualifier; where several are as large, the worst of those."""
    statement = (
        reach_statement()
        .where(
            col(Reprint.story_id) == uuid.UUID(where.item),
            *in_span(where.span, zone, col(Reprint.published_at)),
        )
        .order_by(col(StandingFigure.value).desc())
        .limit(1)
    )
    row = (await session.execute(statement.group_by(col(StandingFigure.value)))).first()
    return None if row is None else reach_of(*row)


def reach_statement(*key: Any) -> sa.Select[Any]:
    """By each value of reach of copies that are there: the value, the worst grade and the weakest qualifier, as numbers."""
    grade = sa.case({grade: rank for rank, grade in enumerate(GRADES)}, value=col(StandingFigure.grade))
    qualifier = sa.case({one: rank for rank, one in enumerate(QUALIFIERS)}, value=col(StandingFigure.qualifier))
    return (
        sa.select(*key, col(StandingFigure.value), sa.func.min(grade), sa.func.max(qualifier))
        .select_from(Reprint)
        .join(StandingFigure, col(StandingFigure.subject_id) == col(Reprint.id))
        .where(col(Reprint.state) != ReprintState.WITHDRAWN, col(StandingFigure.measure) == Measure.REACH)
    )


def reach_of(value: int, grade: int, qualifier: int) -> list[Any]:
    """As a cell holds it."""
    return [value, GRADES[grade].value, QUALIFIERS[qualifier].value]


async def _others(session: AsyncSession, members: Iterable[Member], zone: ZoneInfo) -> dict[Member, bool]:
    """Whether anything that is not pending counts the same thing in the same cell."""
    asked = sorted(members)
    found: dict[Member, bool] = {}
    for start in range(0, len(asked), _QUESTIONS):
        some = asked[start : start + _QUESTIONS]
        # as many questions each time, so that the statement is put together once
        questions = [*some, *[some[-1]] * (_QUESTIONS - len(some))] if len(asked) > _QUESTIONS else some
        row = (await session.execute(sa.select(*(_other(member, zone) for member in questions)))).one()
        found |= dict(zip(some, row, strict=False))
    return found


def _other(member: Member, zone: ZoneInfo) -> Any:
    span, axis, item = member.where
    if member.column == "takers":
        written = sa.exists().where(col(RollupChange.subject_id) == col(Pickup.id), col(RollupChange.kind) == "P")
        return sa.exists().where(
            col(Pickup.story_id) == uuid.UUID(item),
            col(Pickup.partner_id) == member.thing,
            col(Pickup.released_at).is_(None),
            ~written,
        )
    written = sa.exists().where(col(RollupChange.subject_id) == col(Reprint.id), col(RollupChange.kind) == "R")
    asked = [col(Reprint.state) != ReprintState.WITHDRAWN, ~written, *in_span(span, zone, col(Reprint.published_at))]
    asked.append((col(Reprint.outlet_id) if member.column == "outlets" else col(Reprint.story_id)) == member.thing)
    if axis is Axis.STORY:
        asked.append(col(Reprint.story_id) == uuid.UUID(item))
    elif axis is Axis.OUTLET:
        asked.append(col(Reprint.outlet_id) == uuid.UUID(item))
    elif axis is Axis.PLACE:
        language, territory = language_and_territory(item)
        asked += [col(Reprint.language) == language, col(Reprint.territory) == territory]
    return sa.exists().where(*asked)
