"""A viewer: an actor with everything about it that must be read before anything is shown to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from models.actor import Actor
from models.agreement import agreements_of
from models.agreement.standing import agreement_facts, duties_of, exclusivities_of_others, quotas_of
from models.language import LanguageRange
from models.partner import Partner, PartnerStatus
from models.scope import Scope
from models.story import PubStatus
from models.terms import PolicyCache
from models.usage import STAFF, AgreementFacts, CoverageRule, EmbargoRule, PoolColumns, Quota, Standing, Subject

T = TypeVar("T", bound=str)


@dataclass(frozen=True)
class Viewer:
    """Who looks, and when. One is made for each request, so that a request sees one state of rights.

    :param standing: of a partner's client: its partner's agreements that are in force or will be.
    """

    actor: Actor
    standing: Standing
    now: datetime

    @cached_property
    def reading(self) -> Standing:
        """The standing as far as it decides what may be read: of quotas, only whether they are used up."""
        agreements = tuple(
            replace(
                agreement,
                quotas=tuple(
                    Quota(0, 0, quota.form, quota.resets_at) for quota in agreement.quotas if quota.is_exhausted
                ),
            )
            for agreement in self.standing.agreements
        )
        return replace(self.standing, agreements=agreements)

    @cached_property
    def has_exhausted_quota(self) -> bool:
        """Whether any quota is used up, so that what is held already matters."""
        return any(quota.is_exhausted for agreement in self.standing.agreements for quota in agreement.quotas)

    @property
    def reads_ahead(self) -> bool:
        """Whether embargoed stories are shown."""
        return self.standing.is_staff or self.actor.has(Scope.EMBARGO_READ)

    @property
    def content_statuses(self) -> frozenset[PubStatus]:
        """See `Actor.content_statuses`."""
        return self.actor.content_statuses

    def reads_content(self, columns: PoolColumns) -> sa.ColumnElement[bool]:
        """What the content is shown of to this viewer, as a predicate on index rows: only that may answer what is asked of content."""
        return columns.pub_status.in_(sorted(self.content_statuses))

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
    quotas = await quotas_of(session, agreements, now)
    conditional = [agreement.id for agreement in agreements if known[agreement.policy_hash].conditional]
    duties = await duties_of(session, conditional) if conditional else {}
    facts = (
        agreement_facts(
            agreement, known[agreement.policy_hash], quotas.get(agreement.id, ()), duties.get(agreement.id, ())
        )
        for agreement in agreements
    )
    standing = Standing(
        partner_active=partner is not None and partner.status is PartnerStatus.ACTIVE,
        agreements=tuple(facts),
        exclusivities=await exclusivities_of_others(session, actor.partner_id, now),
    )
    return Viewer(actor, standing, now)
