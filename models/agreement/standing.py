"""What a partner's agreements come to at a moment: coverage, quotas and duties, and what others have to themselves."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.agreement.quota import Quota as AgreedQuota
from models.agreement.quota import quota_state, uses_of
from models.agreement.table import Agreement, Exclusivity
from models.duty import AcceptedDuty
from models.language import LanguageRange
from models.partner import Partner, PartnerStatus
from models.policy import DeliveryChannel, Policy
from models.territory import Territory
from models.usage import AgreementFacts, DutyFact, ExclusivityFacts, Quota

T = TypeVar("T", bound=str)


def agreement_facts(
    agreement: Agreement, policy: Policy, quotas: tuple[Quota, ...] = (), duties: tuple[DutyFact, ...] = ()
) -> AgreementFacts:
    """An agreement as a usage decision takes it."""
    languages = _values(agreement.languages)
    return AgreementFacts(
        id=agreement.id,
        version=agreement.version,
        starts_at=agreement.starts_at,
        ends_at=agreement.ends_at,
        territories=frozenset(Territory(code) for code in agreement.territories),
        channels=frozenset(DeliveryChannel(channel) for channel in agreement.channels),
        policy=policy,
        languages=None if languages is None else frozenset(LanguageRange(value) for value in languages),
        forms=_values(agreement.forms),
        series=_values(agreement.series),
        topics=_values(agreement.topics),
        quotas=quotas,
        duties=duties,
    )


async def quotas_of(
    session: AsyncSession, agreements: Iterable[Agreement], now: datetime
) -> dict[uuid.UUID, tuple[Quota, ...]]:
    """The quotas of agreements with what is used of them at a moment, in the order in which they were agreed."""
    limited = [agreement for agreement in agreements if agreement.quotas]
    if not limited:
        return {}
    uses = await uses_of(session, {agreement.id for agreement in limited})
    found = {}
    for agreement in limited:
        quotas = (AgreedQuota.of(record) for record in agreement.quotas)
        states = (quota_state(quota, uses[agreement.id], agreement.zone, now) for quota in quotas)
        found[agreement.id] = tuple(
            Quota(state.quota.limit, state.used, state.quota.form, state.resets_at) for state in states
        )
    return found


async def duties_of(session: AsyncSession, agreement_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[DutyFact, ...]]:
    """What partners owe by their agreements' own policies, as far as it may shut anything."""
    statement = (
        select(AcceptedDuty)
        .where(
            col(AcceptedDuty.agreement_id).in_(list(agreement_ids)),
            sa.or_(col(AcceptedDuty.blocking), col(AcceptedDuty.pickup_id).is_(None)),
        )
        .order_by(col(AcceptedDuty.id))
    )
    found: dict[uuid.UUID, list[DutyFact]] = defaultdict(list)
    for row in (await session.exec(statement)).all():
        assert row.agreement_id is not None
        found[row.agreement_id].append(row.fact())
    return {agreement: tuple(facts) for agreement, facts in found.items()}


async def exclusivities_of_others(
    session: AsyncSession, partner_id: uuid.UUID, now: datetime
) -> tuple[ExclusivityFacts, ...]:
    """What partners other than this one have to themselves, now or later, by agreements that are not suspended."""
    others = await exclusivities_by_partner(session, now, Agreement.partner_id != partner_id)
    return tuple(theirs for _, theirs in others)


async def exclusivities_by_partner(
    session: AsyncSession, now: datetime, *conditions: sa.ColumnElement[bool] | bool
) -> list[tuple[uuid.UUID, ExclusivityFacts]]:
    """What each partner has to itself, now or later, by agreements that are not suspended, with that partner's id."""
    statement = (
        select(Exclusivity, Agreement)
        .join(Agreement, col(Agreement.id) == Exclusivity.agreement_id)
        .join(Partner, col(Partner.id) == Agreement.partner_id)
        .where(
            Exclusivity.ends_at > now,
            *conditions,
            col(Agreement.suspended).is_(False),
            Partner.status == PartnerStatus.ACTIVE,
            sa.or_(col(Agreement.ends_at).is_(None), col(Agreement.ends_at) > now),
        )
        .order_by(col(Exclusivity.id))
    )
    found = []
    for row, agreement in (await session.exec(statement)).all():
        starts, ends = max(row.starts_at, agreement.starts_at), min(row.ends_at, agreement.ends_at or row.ends_at)
        if starts < ends:
            found.append((agreement.partner_id, exclusivity_facts(row, agreement, starts, ends)))
    return found


def exclusivity_facts(
    row: Exclusivity, agreement: Agreement, starts_at: datetime, ends_at: datetime
) -> ExclusivityFacts:
    """An exclusivity as a usage decision takes it."""
    territories, channels = _values(row.territories), _values(row.channels)
    languages = _values(agreement.languages)
    return ExclusivityFacts(
        starts_at=starts_at,
        ends_at=ends_at,
        territories=None if territories is None else frozenset(Territory(code) for code in territories),
        channels=None if channels is None else frozenset(DeliveryChannel(channel) for channel in channels),
        languages=None if languages is None else frozenset(LanguageRange(value) for value in languages),
        forms=_values(agreement.forms),
        series=_values(agreement.series),
        topics=_values(agreement.topics),
    )


def _values(listed: list[str] | None) -> frozenset[str] | None:
    return None if listed is None else frozenset(listed)
