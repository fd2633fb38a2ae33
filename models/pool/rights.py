"""Which distinct rights in the pool permit a use, and which may be read: decided once each, kept while the answer holds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.language import LanguageTag
from models.policy import Policy
from models.pool.tables import PoolEntry, PoolRights
from models.terms import PolicyCache
from models.usage import (
    AgreementFacts,
    EmbargoRule,
    PolicyRule,
    PoolColumns,
    Readability,
    Rights,
    Standing,
    StatusRule,
    Subject,
    Use,
    readable,
)
from models.usage.filter import columns_in
from models.usage.rules import grouping_sql
from models.viewer import Viewer

ENTRY = PoolColumns.of(PoolEntry)
"""The index's columns as rules take them."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Answers that hold for a stretch of time, `[made, until)`; the least recently used go when there are too many."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._answers: OrderedDict[K, tuple[datetime, datetime | None, V]] = OrderedDict()

    def get(self, key: K, now: datetime) -> V | None:
        """The answer, where one is kept that holds now."""
        found = self._answers.get(key)
        if found is None:
            return None
        made, until, answer = found
        if now < made or (until is not None and now >= until):
            return None
        self._answers.move_to_end(key)
        return answer

    def put(self, key: K, answer: V, now: datetime, until: datetime | None) -> V:
        """Keeps an answer made now."""
        self._answers[key] = (now, until, answer)
        self._answers.move_to_end(key)
        if len(self._answers) > self._size:
            self._answers.popitem(last=False)
        return answer


class RightsBook:
    """The rights in the pool with their policies, and what was decided about them. One a process; rebuilt from the database."""

    def __init__(self, policies: PolicyCache, *, answers: int = 512, readings: int = 100_000) -> None:
        self.policies = policies
        self._rights: dict[int, Rights] = {}
        self._edges: list[datetime] = []
        self._permitted: Kept[tuple[AgreementFacts | None, Use, int], frozenset[int]] = Kept(answers)
        self._readable: Kept[tuple[Policy, Standing, LanguageTag, str, str | None, str | None], Readability] = Kept(
            readings
        )

    async def permits(self, session: AsyncSession, viewer: Viewer, use: Use) -> sa.ColumnElement[bool]:
        """The index rows that a viewer may use so, now: `PolicyRule` with its decisions remembered."""
        await self._refresh(session)
        rule = PolicyRule(use, viewer.standing, tuple(self._rights.values()))
        agreements: tuple[AgreementFacts | None, ...] = (
            (None,) if viewer.standing.is_staff else viewer.standing.agreements
        )
        permitted: list[sa.ColumnElement[bool]] = [sa.false()]
        if viewer.standing.is_staff or viewer.standing.partner_active:
            for agreement in agreements:
                ids = self._permitted_ids(rule, agreement, viewer.now)
                rows = columns_in(ENTRY, ids)
                permitted.append(rows if agreement is None else sa.and_(rows, grouping_sql(agreement, ENTRY)))
        return sa.and_(
            StatusRule().sql_filter(ENTRY, viewer.now), EmbargoRule().sql_filter(ENTRY, viewer.now), sa.or_(*permitted)
        )

    def may_read(self, policy: Policy, subject: Subject, viewer: Viewer) -> bool:
        """Whether a body or a rendition with this policy may be read before any pickup. Status and embargo are asked before."""
        if viewer.standing.is_staff:
            return True
        key = (policy, viewer.standing, subject.language, subject.form, subject.series, subject.topic)
        kept = self._readable.get(key, viewer.now)
        if kept is None:
            open_subject = Subject(subject.language, subject.form, series=subject.series, topic=subject.topic)
            kept = readable((policy,), open_subject, viewer.standing, viewer.now)
            self._readable.put(key, kept, viewer.now, kept.valid_until)
        return kept.is_readable

    def _permitted_ids(self, rule: PolicyRule, agreement: AgreementFacts | None, now: datetime) -> frozenset[int]:
        key = (agreement, rule.use, len(self._rights))
        kept = self._permitted.get(key, now)
        if kept is not None:
            return kept
        edges = [*self._edges, *(_edges(agreement.policy) if agreement else [])]
        edges += [edge for edge in (agreement.starts_at, agreement.ends_at) if edge is not None] if agreement else []
        until = min((edge for edge in edges if edge > now), default=None)
        return self._permitted.put(key, rule.permitted_ids(agreement, now), now, until)

    async def _refresh(self, session: AsyncSession) -> None:
        """Reads the rights that came since; rights never change and never go."""
        newest = max(self._rights, default=0)
        rows = (
            await session.exec(select(PoolRights).where(col(PoolRights.id) > newest).order_by(col(PoolRights.id)))
        ).all()
        if not rows:
            return
        policies = await self.policies.get(session, {row.policy_hash for row in rows})
        for row in rows:
            policy = policies[row.policy_hash]
            self._rights[row.id] = Rights(row.id, (policy,), LanguageTag(row.language), row.form)
        self._edges = sorted({*self._edges, *(edge for policy in policies.values() for edge in _edges(policy))})


def _edges(policy: Policy) -> list[datetime]:
    """The moments at which a rule of a policy begins or ends to hold."""
    return [
        constraint.moment
        for rule in (*policy.permissions, *policy.prohibitions)
        for constraint in rule.constraints
        if constraint.left_operand == "dateTime"
    ]
