"""Reads agreements with everything that hangs on them, and finds them for those who may see them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.actor import Actor
from models.agreement.content import version_record
from models.agreement.quota import Quota, QuotaState, quota_state, uses_of
from models.agreement.table import Agreement, AgreementVersion, Exclusivity
from models.base import JsonObject
from models.errors import NotFound
from models.paging import Page, PageRequest, cut_page
from models.partner.table import Partner
from models.policy import Policy
from models.terms import load_policies


@dataclass(frozen=True)
class AgreementRecord:
    """An agreement with what hangs on it.

    :param content: everything it says, in the shape of `AgreementVersion.content`.
    """

    agreement: Agreement
    partner_key: str
    content: JsonObject
    policy: Policy
    quotas: tuple[QuotaState, ...]


async def read_agreements(
    session: AsyncSession, agreements: Sequence[Agreement], now: datetime
) -> list[AgreementRecord]:
    """Agreements with what hangs on them, in that order, by a number of queries that does not grow with theirs."""
    ids = [agreement.id for agreement in agreements]
    if not ids:
        return []
    exclusivities: dict[uuid.UUID, list[Exclusivity]] = {id: [] for id in ids}
    for row in (await session.exec(select(Exclusivity).where(col(Exclusivity.agreement_id).in_(ids)))).all():
        exclusivities[row.agreement_id].append(row)
    owners = {agreement.partner_id for agreement in agreements}
    keys = dict((await session.exec(select(Partner.id, Partner.key).where(col(Partner.id).in_(owners)))).all())
    policies = await load_policies(session, {agreement.policy_hash for agreement in agreements})
    uses = await uses_of(session, ids)
    return [
        AgreementRecord(
            agreement=agreement,
            partner_key=keys[agreement.partner_id],
            content=version_record(agreement, exclusivities[agreement.id]),
            policy=policies[agreement.policy_hash],
            quotas=tuple(
                quota_state(Quota.of(record), uses[agreement.id], agreement.zone, now) for record in agreement.quotas
            ),
        )
        for agreement in agreements
    ]


async def find_agreement(session: AsyncSession, agreement_id: uuid.UUID, actor: Actor) -> Agreement:
    """One agreement.

    :raises NotFound: none with that id, or another partner's.
    """
    agreement = await session.get(Agreement, agreement_id)
    if agreement is None or (not actor.is_staff and agreement.partner_id != actor.partner_id):
        raise NotFound("there is no such agreement")
    return agreement


async def find_agreements(
    session: AsyncSession, request: PageRequest, partner_id: uuid.UUID | None = None
) -> Page[Agreement]:
    """A page of agreements by their keys.

    :param partner_id: whose; None for everybody's.
    """
    statement = select(Agreement)
    if partner_id is not None:
        statement = statement.where(Agreement.partner_id == partner_id)
    if request.after is not None:
        statement = statement.where(col(Agreement.key) > str(request.after[0]))
    if request.before is not None:
        statement = statement.where(col(Agreement.key) < str(request.before[0]))
    order = col(Agreement.key).desc() if request.backward else col(Agreement.key).asc()
    found = (await session.exec(statement.order_by(order).limit(request.size + 1))).all()
    return cut_page(found, lambda agreement: (agreement.key,), request)


async def versions_of(session: AsyncSession, agreement_id: uuid.UUID) -> list[AgreementVersion]:
    """Every version of an agreement, the newest first."""
    statement = (
        select(AgreementVersion)
        .where(AgreementVersion.agreement_id == agreement_id)
        .order_by(col(AgreementVersion.version).desc())
    )
    return list((await session.exec(statement)).all())
