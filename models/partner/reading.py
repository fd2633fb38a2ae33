"""Reads partners with their liaisons, outlets and alliances, and finds them for those who may see them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.actor import Actor
from models.alliance import Alliance, AlliancePartner
from models.errors import NotFound
from models.outlet import Outlet
from models.paging import Page, PageRequest, cut_page
from models.partner.table import Liaison, Partner, PartnerKind, PartnerStatus


@dataclass(frozen=True)
class PartnerRecord:
    """A partner with what hangs on it; outlets and alliances by their keys."""

    partner: Partner
    liaison: Liaison | None
    outlets: tuple[Outlet, ...]
    alliances: tuple[Alliance, ...]


async def read_partners(session: AsyncSession, partners: Sequence[Partner]) -> list[PartnerRecord]:
    """Partners with what hangs on them, in that order, by a number of queries that does not grow with theirs."""
    ids = [partner.id for partner in partners]
    if not ids:
        return []
    officers = {partner.liaison_id for partner in partners if partner.liaison_id is not None}
    liaisons = {row.id: row for row in (await session.exec(select(Liaison).where(col(Liaison.id).in_(officers)))).all()}
    outlets: dict[uuid.UUID, list[Outlet]] = {id: [] for id in ids}
    owned = select(Outlet).where(col(Outlet.partner_id).in_(ids)).order_by(col(Outlet.name), col(Outlet.key))
    for outlet in (await session.exec(owned)).all():
        assert outlet.partner_id is not None
        outlets[outlet.partner_id].append(outlet)
    alliances: dict[uuid.UUID, list[Alliance]] = {id: [] for id in ids}
    joined = (
        select(AlliancePartner.partner_id, Alliance)
        .join(Alliance, col(Alliance.id) == col(AlliancePartner.alliance_id))
        .where(col(AlliancePartner.partner_id).in_(ids))
        .order_by(col(Alliance.key))
    )
    for partner_id, alliance in (await session.exec(joined)).all():
        alliances[partner_id].append(alliance)
    return [
        PartnerRecord(
            partner,
            liaisons[partner.liaison_id] if partner.liaison_id else None,
            tuple(outlets[partner.id]),
            tuple(alliances[partner.id]),
        )
        for partner in partners
    ]


async def find_partner(session: AsyncSession, partner_id: uuid.UUID, actor: Actor) -> Partner:
    """One partner.

    :raises NotFound: none with that id, or not the actor's own.
    """
    partner = await session.get(Partner, partner_id)
    if partner is None or (not actor.is_staff and partner.id != actor.partner_id):
        raise NotFound("there is no such partner")
    return partner


async def partner_by_key(session: AsyncSession, key: str) -> Partner:
    """The partner of that key.

    :raises NotFound: there is none.
    """
    partner = (await session.exec(select(Partner).where(Partner.key == key))).first()
    if partner is None:
        raise NotFound(f"there is no partner {key[:80]!r}")
    return partner


async def find_partners(
    session: AsyncSession,
    request: PageRequest,
    *,
    kinds: Collection[PartnerKind] | None = None,
    status: PartnerStatus | None = None,
) -> Page[Partner]:
    """A page of partners by their keys."""
    statement = select(Partner)
    if kinds is not None:
        statement = statement.where(col(Partner.kind).in_(kinds))
    if status is not None:
        statement = statement.where(Partner.status == status)
    if request.after is not None:
        statement = statement.where(col(Partner.key) > str(request.after[0]))
    if request.before is not None:
        statement = statement.where(col(Partner.key) < str(request.before[0]))
    order = col(Partner.key).desc() if request.backward else col(Partner.key).asc()
    found = (await session.exec(statement.order_by(order).limit(request.size + 1))).all()
    return cut_page(found, lambda partner: (partner.key,), request)


async def find_liaison(session: AsyncSession, liaison_id: uuid.UUID, actor: Actor) -> Liaison:
    """One officer: staff see all, a partner its own.

    :raises NotFound: none with that id, or attached to other partners only.
    """
    liaison = await session.get(Liaison, liaison_id)
    if liaison is not None and not actor.is_staff:
        partner = await session.get(Partner, actor.partner_id)
        liaison = liaison if partner is not None and partner.liaison_id == liaison_id else None
    if liaison is None:
        raise NotFound("there is no such liaison")
    return liaison


async def find_outlet(session: AsyncSession, outlet_id: uuid.UUID, actor: Actor) -> Outlet:
    """One outlet: staff see all, a partner its own and the centre's.

    :raises NotFound: none with that id, or another partner's.
    """
    outlet = await session.get(Outlet, outlet_id)
    if outlet is None or (not actor.is_staff and outlet.partner_id not in (None, actor.partner_id)):
        raise NotFound("there is no such outlet")
    return outlet


async def find_alliance(session: AsyncSession, alliance_id: uuid.UUID, actor: Actor) -> Alliance:
    """One alliance: staff see all, a partner those that it belongs to.

    :raises NotFound: none with that id, or one that the partner does not belong to.
    """
    alliance = await session.get(Alliance, alliance_id)
    if alliance is not None and not actor.is_staff:
        belongs = await session.get(AlliancePartner, (alliance_id, actor.partner_id))
        alliance = alliance if belongs is not None else None
    if alliance is None:
        raise NotFound("there is no such alliance")
    return alliance
