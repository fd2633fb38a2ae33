"""Walks the pool index in release order: one driving key, everything else tested along the way, within a budget.

The work of a page does not grow with the pool. The rarest condition drives: its postings are read in order, at most `BUDGET` of
them; each release met is kept where a visible variant meets every condition. A page that the budget cut short says so, and
its cursor stands at the last release examined.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.pool.tables import POSITIONS_PER_RELEASE, PoolEntry, Posting

BUDGET = 5_000
"""Postings that one request examines at most."""


@dataclass(frozen=True)
class Conditions:
    """What a story must meet, ready for SQL.

    :param drivers: for each condition that postings exist for: the ids of its keys (any of them) and how many stories carry them.
    :param entry: what one of its variants must meet, as a predicate on `PoolEntry`.
    """

    drivers: Sequence[Driver]
    entry: sa.ColumnElement[bool]

    def members(
        self, release_id: sa.SQLColumnExpression[int], driving: Driver | None = None
    ) -> list[sa.ColumnElement[bool]]:
        """The conditions that a story must be tested for, beside the one that drives and those that `entry` decides."""
        return [_carries(release_id, driver) for driver in self.drivers if driver.exact and driver is not driving]


@dataclass(frozen=True)
class Driver:
    """A condition as postings: a story carries one of these keys.

    :param stories: how many live stories carry them, at most.
    :param exact: whether carrying a key is all that is asked; otherwise the predicate on the variant decides, and the postings only
        lead there.
    """

    key_ids: tuple[int, ...]
    stories: int
    exact: bool


@dataclass(frozen=True)
class Span:
    """A half-open stretch of release numbers: `low <= number < high`."""

    low: int | None = None
    high: int | None = None

    def below(self, number: int) -> Span:
        """The part under `number`."""
        return Span(self.low, number if self.high is None else min(self.high, number))

    def above(self, number: int) -> Span:
        """The part over `number`."""
        return Span(number + 1 if self.low is None else max(self.low, number + 1), self.high)

    def holds(self, column: sa.SQLColumnExpression[int]) -> list[sa.ColumnElement[bool]]:
        """The predicates that keep `column` inside."""
        bounds: list[sa.ColumnElement[bool]] = []
        if self.low is not None:
            bounds.append(column >= self.low)
        if self.high is not None:
            bounds.append(column < self.high)
        return bounds


@dataclass(frozen=True)
class Stretch:
    """What one walk found.

    :param releases: matching release numbers in the order walked.
    :param examined_to: the last number examined where the budget ended the walk before the end; None where nothing was left out.
    """

    releases: list[int]
    examined_to: int | None


async def walk(
    session: AsyncSession,
    conditions: Conditions,
    span: Span,
    limit: int,
    *,
    ascending: bool = False,
    budget: int = BUDGET,
) -> Stretch:
    """Up to `limit` matching releases in `span`, newest first, or oldest first when `ascending`."""
    driver = min(conditions.drivers, key=lambda candidate: candidate.stories)
    if not driver.key_ids:
        return Stretch([], None)
    share = max(limit, budget // len(driver.key_ids))
    edge = await _edge(session, driver, span, share, ascending) if driver.stories > share else None
    bounded = span if edge is None else (span.below(edge + 1) if ascending else span.above(edge - 1))
    arms = [_arm(key_id, driver, conditions, bounded, limit, ascending) for key_id in driver.key_ids]
    statement: sa.Select[int] | sa.CompoundSelect[int]
    if len(arms) == 1:
        statement = arms[0]
    else:
        merged = sa.union(*(sa.select(arm.subquery().c.release_id) for arm in arms)).subquery()
        order = merged.c.release_id.asc() if ascending else merged.c.release_id.desc()
        statement = sa.select(merged.c.release_id).order_by(order).limit(limit)
    releases = list((await session.execute(statement)).scalars())
    return Stretch(releases, edge if len(releases) < limit else None)


def matches(release_id: sa.SQLColumnExpression[int], conditions: Conditions) -> sa.ColumnElement[bool]:
    """Whether the story of a release meets every condition; for walks that postings do not drive."""
    return sa.and_(*conditions.members(release_id), variant_matches(release_id, conditions.entry))


def variant_matches(release_id: sa.SQLColumnExpression[int], entry: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether one variant of a release meets a predicate. A scalar subquery with a limit: PostgreSQL plans EXISTS linearly here."""
    first = release_id * POSITIONS_PER_RELEASE
    probe: sa.Select[Any] = (
        sa.select(sa.literal_column("1"))
        .select_from(PoolEntry)
        .where(col(PoolEntry.position) >= first, col(PoolEntry.position) < first + POSITIONS_PER_RELEASE, entry)
        .limit(1)
    )
    return probe.scalar_subquery().is_not(None)


async def _edge(session: AsyncSession, driver: Driver, span: Span, share: int, ascending: bool) -> int | None:
    """The release number where the budget ends, the same for all keys of the driver; None where it reaches the end."""
    ends = []
    for key_id in driver.key_ids:
        number = col(Posting.release_id)
        end = (
            sa.select(number)
            .where(col(Posting.key_id) == key_id, *span.holds(number))
            .order_by(number.asc() if ascending else number.desc())
            .offset(share - 1)
            .limit(1)
        )
        ends.append(sa.select(end.scalar_subquery().label("release_id")))
    found = (await session.execute(ends[0] if len(ends) == 1 else sa.union_all(*ends))).scalars()
    reached = [int(number) for number in found if number is not None]
    if not reached:
        return None
    return min(reached) if ascending else max(reached)


def _arm(
    key_id: int, driver: Driver, conditions: Conditions, span: Span, limit: int, ascending: bool
) -> sa.Select[int]:
    driving = sa.orm.aliased(Posting)
    number = col(driving.release_id)
    return (
        sa.select(number)
        .where(
            col(driving.key_id) == key_id,
            *span.holds(number),
            *conditions.members(number, driver),
            variant_matches(number, conditions.entry),
        )
        .order_by(number.asc() if ascending else number.desc())
        .limit(limit)
    )


def _carries(release_id: sa.SQLColumnExpression[int], driver: Driver) -> sa.ColumnElement[bool]:
    posting = sa.orm.aliased(Posting)
    probe: sa.Select[Any] = (
        sa.select(sa.literal_column("1"))
        .select_from(posting)
        .where(col(posting.key_id).in_(driver.key_ids), col(posting.release_id) == release_id)
        .limit(1)
    )
    return probe.scalar_subquery().is_not(None)
