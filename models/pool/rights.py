"""Which distinct rights in the pool permit a use, and which may be read: decided once each, kept while the answer holds."""

from __future__ import annotations

import asyncio
import gc
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from sys import intern
from typing import Final, Generic, TypeVar

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.account import PickupUse
from models.language import LanguageTag
from models.policy import Policy
from models.pool.tables import PoolEntry, PoolOpening, PoolRights
from models.terms import PolicyCache
from models.usage import (
    NOTHING_HELD,
    Account,
    AgreementFacts,
    PermissionMap,
    PolicyRule,
    PoolColumns,
    Readability,
    Rights,
    Standing,
    StandingTables,
    Subject,
    Use,
    readable,
)
from models.viewer import Viewer

ENTRY = PoolColumns.of(PoolEntry)
"""The index's columns as rules take them."""
STANDING: Final = StandingTables(openings=sa.inspect(PoolOpening).local_table, held=sa.inspect(PickupUse).local_table)
"""What partners hold and owe, as rules take it."""

_READ_AT_ONCE: Final = 2_000
"""Rights in one query: taking in a few thousand takes some 10 ms, in which other requests wait."""
_DECIDED_AT_ONCE: Final = 500
"""More rights than these are decided for in a thread, so that other requests go on meanwhile."""
_MAP_BYTES: Final = 32 * 1024 * 1024
"""Memory for what is kept of permitted uses."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Answers that hold for a stretch of time, `[made, until)`; the least recently used go when they weigh too much."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._weight = 0
        self._answers: OrderedDict[K, tuple[datetime, datetime | None, V, int]] = OrderedDict()

    def get(self, key: K, now: datetime) -> V | None:
        """The answer, where one is kept that holds now."""
        found = self._answers.get(key)
        if found is None:
            return None
        made, until, answer, _ = found
        if now < made or (until is not None and now >= until):
            return None
        self._answers.move_to_end(key)
        return answer

    def put(self, key: K, answer: V, now: datetime, until: datetime | None, weight: int = 1) -> V:
        """Keeps an answer made now."""
        former = self._answers.pop(key, None)
        self._weight += weight - (former[3] if former else 0)
        self._answers[key] = (now, until, answer, weight)
        while self._weight > self._capacity and len(self._answers) > 1:
            self._weight -= self._answers.popitem(last=False)[1][3]
        return answer


class RightsBook:
    """The rights in the pool with their policies, and what was decided about them. One a process; rebuilt from the database."""

    def __init__(self, policies: PolicyCache, *, map_bytes: int = _MAP_BYTES, readings: int = 100_000) -> None:
        self.policies = policies
        self._rights: dict[int, Rights] = {}
        self._newest = 0
        self._reading = asyncio.Lock()
        self._deciding = asyncio.Lock()
        self._edges: list[datetime] = []
        self._maps: Kept[tuple[AgreementFacts | None, Use, int], PermissionMap] = Kept(map_bytes)
        self._readable: Kept[tuple[Policy, Standing, Subject], Readability] = Kept(readings)

    async def permits(self, session: AsyncSession, viewer: Viewer, use: Use) -> sa.ColumnElement[bool]:
        """The index rows that a viewer may use so, now: `PolicyRule` with its decisions remembered."""
        await self._refresh(session)
        standing = viewer.standing
        agreements: tuple[AgreementFacts | None, ...] = (None,) if standing.is_staff else standing.agreements
        maps = [await self._map(use, standing, agreement, viewer.now) for agreement in agreements]
        return PolicyRule(use, standing, viewer.actor.partner_id).sql_filter(ENTRY, viewer.now, maps, STANDING)

    def may_read(self, policy: Policy, subject: Subject, viewer: Viewer, account: Account = NOTHING_HELD) -> bool:
        """Whether a body or a rendition with this policy may be read before any pickup. Status and embargo are asked before.

        :param account: what the viewer's partner holds and owes of the story; it matters where the policy is conditional or a
            quota is used up.
        """
        if viewer.standing.is_staff:
            return True
        about = Subject(subject.language, subject.form, series=subject.series, topic=subject.topic)
        standing = viewer.reading
        if account is not NOTHING_HELD:
            about, standing = replace(about, variant=subject.variant), standing.towards(account)
        key = (policy, standing, about)
        kept = self._readable.get(key, viewer.now)
        if kept is None:
            kept = readable((policy,), about, standing, viewer.now)
            self._readable.put(key, kept, viewer.now, kept.valid_until)
        return kept.is_readable

    async def next_edge(self, session: AsyncSession, viewer: Viewer) -> datetime | None:
        """The first moment after the viewer's at which a rule of any policy in the pool, or of the viewer's agreements, begins or ends
        to hold."""
        await self._refresh(session)
        edges = [self._next_edge(agreement, viewer.now) for agreement in (None, *viewer.standing.agreements)]
        return min((edge for edge in edges if edge is not None), default=None)

    async def previous_edge(self, session: AsyncSession, viewer: Viewer) -> datetime | None:
        """The last moment, the viewer's at the latest, at which a rule of any policy in the pool began or ended to hold."""
        await self._refresh(session)
        return next(iter(self._edges[: bisect_right(self._edges, viewer.now)][-1:]), None)

    async def _map(
        self, use: Use, standing: Standing, agreement: AgreementFacts | None, now: datetime
    ) -> PermissionMap:
        asked = None if agreement is None else replace(agreement, quotas=())
        key = (asked, use, len(self._rights))
        if (kept := self._maps.get(key, now)) is not None:
            return kept
        async with self._deciding:
            if (kept := self._maps.get(key, now)) is not None:  # another request asked for the same
                return kept
            rights = tuple(self._rights.values())
            if len(rights) > _DECIDED_AT_ONCE:
                made = await asyncio.to_thread(PermissionMap.of, rights, use, standing, agreement, now)
            else:
                made = PermissionMap.of(rights, use, standing, agreement, now)
            weight = len(made.permits) + len(made.at_first) + 1_000
            return self._maps.put(key, made, now, self._next_edge(agreement, now), weight)

    def _next_edge(self, agreement: AgreementFacts | None, now: datetime) -> datetime | None:
        """The first moment at which what was decided under an agreement may change by the clock."""
        place = bisect_right(self._edges, now)
        moments: list[datetime | None] = self._edges[place : place + 1]  # type: ignore[assignment]  # none is None here
        if agreement is not None:
            moments += [agreement.starts_at, agreement.ends_at, *edges_of(agreement.policy)]
            moments += [fact.deadline for fact in agreement.duties]
        return min((moment for moment in moments if moment is not None and moment > now), default=None)

    async def _refresh(self, session: AsyncSession) -> None:
        """Reads the rights that came since; rights never change and never go.

        They are read a part at a time, so that other requests go on meanwhile; who asks in that time waits for what is read.
        """
        if not await self._newer(session):
            return
        async with self._reading:
            while rows := await self._newer(session):
                if len(rows) == _READ_AT_ONCE:
                    gc.freeze()  # what is there stays: to look at all of it for garbage over and over would stop every request
                await self._take_in(session, rows)

    async def _newer(self, session: AsyncSession) -> Sequence[tuple[int, str, str, str]]:
        """The id, policy, language and form of the first rights that are not known yet."""
        form = sa.type_coerce(col(PoolRights.form), sa.String)
        statement = (
            select(PoolRights.id, PoolRights.policy_hash, PoolRights.language, form)
            .where(col(PoolRights.id) > self._newest)
            .order_by(col(PoolRights.id))
            .limit(_READ_AT_ONCE)
        )
        return (await session.exec(statement)).all()

    async def _take_in(self, session: AsyncSession, rows: Sequence[tuple[int, str, str, str]]) -> None:
        policies = await self.policies.get(session, {policy for _, policy, _, _ in rows})
        for number, policy, language, form in rows:
            # A great many rights share few languages and forms: one string each.
            self._rights[number] = Rights(number, policies[policy], LanguageTag(intern(language)), intern(form))
        self._newest = rows[-1][0]
        edges = (edge for policy in policies.values() for edge in edges_of(policy))
        self._edges = sorted({*self._edges, *edges})


def edges_of(policy: Policy) -> Iterable[datetime]:
    """The moments at which a rule of a policy begins or ends to hold."""
    rules = (*policy.permissions, *policy.prohibitions)
    return (moment for rule in rules for moment in rule.bounds if moment is not None)
