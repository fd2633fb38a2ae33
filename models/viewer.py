"""A viewer: an actor with everything about it that must be read before anything is shown to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from models.actor import Actor
from models.agreement import Agreement, agreements_of
from models.language import LanguageRange
from models.partner import Partner, PartnerStatus
from models.policy import DeliveryChannel, Policy
from models.scope import Scope
from models.terms import PolicyCache
from models.territory import Territory
from models.usage import STAFF, AgreementFacts, CoverageRule, EmbargoRule, PoolColumns, Standing, Subject

T = TypeVar("T", bound=str)


@dataclass(frozen=True)
class Viewer:
    """Who looks, and when. One is made for each request, so that a request sees one state of rights.

    :param standing: of a partner's client: its partner's agreements that are in force or will be.
    """

    actor: Actor
    standing: Standing
    now: datetime

    @property
    def reads_ahead(self) -> bool:
        """Whether embargoed stories are shown."""
        return self.standing.is_staff or self.actor.has(Scope.EMBARGO_READ)

    def sees(self, columns: PoolColumns) -> sa.ColumnElement[bool]:
        """What is there for this viewer at all, as a predicate on index rows; `sees_subject` is the same of a value."""
        if self.standing.is_staff:
            return sa.true()
        covered = CoverageRule(self.standing).sql_filter(columns, self.now)
        return covered if self.reads_ahead else sa.and_(covered, EmbargoRule().sql_filter(columns, self.now))

    def sees_subject(self, subject: Subject) -> bool:
        """What is there for this viewer at all; `sees` is the same as a predicate on index rows."""
        if self.standing.is_staff:
            return True
        if not CoverageRule(self.standing).holds(subject, self.now):
            return False
        return self.reads_ahead or EmbargoRule().holds(subject, self.now)

    def covers_everything(self) -> bool:
        """Whether nothing is hidden from this viewer by what its agreements cover."""
        return self.standing.is_staff or any(
            agreement.languages is None
            and agreement.forms is None
            and agreement.series is None
            and agreement.topics is None
            for agreement in self._in_force()
        )

    def covered_languages(self) -> frozenset[LanguageRange] | None:
        """Every language range that an agreement covers; None where one covers all."""
        return self._covered(lambda agreement: agreement.languages)

    def covered_forms(self) -> frozenset[str] | None:
        """Every form that an agreement covers; None where one covers all."""
        return self._covered(lambda agreement: agreement.forms)

    def covered_series(self) -> frozenset[str] | None:
        """Every series that an agreement covers; None where one covers all."""
        return self._covered(lambda agreement: agreement.series)

    def covered_topics(self) -> frozenset[str] | None:
        """Every topic that an agreement covers; None where one covers all."""
        return self._covered(lambda agreement: agreement.topics)

    def _covered(self, dimension: Callable[[AgreementFacts], frozenset[T] | None]) -> frozenset[T] | None:
        if self.standing.is_staff:
            return None
        together: set[T] = set()
        for agreement in self._in_force():
            values = dimension(agreement)
            if values is None:
                return None
            together |= values
        return frozenset(together)

    def _in_force(self) -> list[AgreementFacts]:
        if not self.standing.partner_active:
            return []
        return [
            agreement
            for agreement in self.standing.agreements
            if agreement.starts_at <= self.now and (agreement.ends_at is None or self.now < agreement.ends_at)
        ]


async def load_viewer(session: AsyncSession, actor: Actor, policies: PolicyCache, now: datetime) -> Viewer:
    """Reads what must be known of an actor."""
    if actor.partner_id is None:
        return Viewer(actor, STAFF, now)
    partner = await session.get(Partner, actor.partner_id)
    agreements = [
        agreement
        for agreement in await agreements_of(session, actor.partner_id)
        if not agreement.suspended and (agreement.ends_at is None or now < agreement.ends_at)
    ]
    known = await policies.get(session, {agreement.policy_hash for agreement in agreements})
    standing = Standing(
        partner_active=partner is not None and partner.status is PartnerStatus.ACTIVE,
        agreements=tuple(agreement_facts(agreement, known[agreement.policy_hash]) for agreement in agreements),
    )
    return Viewer(actor, standing, now)


def agreement_facts(agreement: Agreement, policy: Policy) -> AgreementFacts:
    """An agreement as a usage decision takes it."""

    def values(listed: list[str] | None) -> frozenset[str] | None:
        return None if listed is None else frozenset(listed)

    languages = values(agreement.languages)
    return AgreementFacts(
        id=agreement.id,
        version=agreement.version,
        starts_at=agreement.starts_at,
        ends_at=agreement.ends_at,
        territories=frozenset(Territory(code) for code in agreement.territories),
        channels=frozenset(DeliveryChannel(channel) for channel in agreement.channels),
        policy=policy,
        languages=None if languages is None else frozenset(LanguageRange(value) for value in languages),
        forms=values(agreement.forms),
        series=values(agreement.series),
        topics=values(agreement.topics),
    )
