"""Who could take a story: active partners with an agreement in force, each with where it stands."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.account import accounts_towards
from models.agreement.standing import agreement_facts, duties_of, exclusivities_by_partner, quotas_of
from models.agreement.table import Agreement
from models.errors import BadInput, NotFound
from models.partner import Partner, PartnerStatus
from models.terms import PolicyCache
from models.usage import NOTHING_HELD, AgreementFacts, Standing

MOST_PARTNERS: Final = 500
"""Partners that are looked at at once."""


@dataclass(frozen=True)
class Candidate:
    """A partner that could take it."""

    partner: Partner
    standing: Standing


async def candidates(
    session: AsyncSession,
    story_id: uuid.UUID,
    partner_ids: Collection[uuid.UUID] | None,
    policies: PolicyCache,
    now: datetime,
) -> list[Candidate]:
    """Every partner that is active, no sandbox, and has an agreement in force, by key.

    :param partner_ids: only these.
    :raises BadInput: they are more than are looked at at once.
    :raises NotFound: one of those that were named is not there.
    """
    agreements = await _agreements(session, now)
    partners = await _partners(session, partner_ids, set(agreements))
    known = [agreement for partner in partners for agreement in agreements[partner.id]]
    loaded = await policies.get(session, {agreement.policy_hash for agreement in known})
    quotas = await quotas_of(session, known, now)
    conditional = [agreement.id for agreement in known if loaded[agreement.policy_hash].conditional]
    duties = await duties_of(session, conditional) if conditional else {}
    exclusivities = await exclusivities_by_partner(session, now)
    accounts = await accounts_towards(session, story_id)

    def facts(agreement: Agreement) -> AgreementFacts:
        return agreement_facts(
            agreement, loaded[agreement.policy_hash], quotas.get(agreement.id, ()), duties.get(agreement.id, ())
        )

    def standing(partner: Partner) -> Standing:
        return Standing(
            agreements=tuple(facts(agreement) for agreement in agreements[partner.id]),
            exclusivities=tuple(theirs for owner, theirs in exclusivities if owner != partner.id),
            account=accounts.get(partner.id, NOTHING_HELD),
        )

    return [Candidate(partner, standing(partner)) for partner in partners]


async def _agreements(session: AsyncSession, now: datetime) -> dict[uuid.UUID, list[Agreement]]:
    """The agreements in force, by partner."""
    statement = select(Agreement).where(
        col(Agreement.suspended).is_(False),
        Agreement.starts_at <= now,
        sa.or_(col(Agreement.ends_at).is_(None), col(Agreement.ends_at) > now),
    )
    found: dict[uuid.UUID, list[Agreement]] = defaultdict(list)
    for agreement in (await session.exec(statement.order_by(col(Agreement.id)))).all():
        found[agreement.partner_id].append(agreement)
    return found


async def _partners(
    session: AsyncSession, partner_ids: Collection[uuid.UUID] | None, supplied: Collection[uuid.UUID]
) -> list[Partner]:
    statement = select(Partner).where(Partner.status == PartnerStatus.ACTIVE, col(Partner.sandbox).is_(False))
    if partner_ids is not None:
        known = set((await session.exec(select(Partner.id).where(col(Partner.id).in_(partner_ids)))).all())
        if unknown := set(partner_ids) - known:
            raise NotFound(f"there is no partner {min(map(str, unknown))}", field=["partnerIds"])
        statement = statement.where(col(Partner.id).in_(partner_ids))
    rows = (await session.exec(statement.order_by(col(Partner.key)))).all()
    partners = [partner for partner in rows if partner.id in supplied]
    if len(partners) > MOST_PARTNERS:
        message = f"there are more than {MOST_PARTNERS} partners; name those that are meant"
        raise BadInput(message, field=["partnerIds"])
    return partners
