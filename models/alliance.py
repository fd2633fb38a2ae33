"""Alliances: groups of partners and contributors."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

import sqlalchemy as sa
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.base import Json, Table, new_id
from models.change import Change
from models.contributor import Contributor
from models.errors import BadInput, KeyTaken, NotFound
from models.event import Event, EventAudience, EventKind
from models.key import add_with_key, parse_key
from models.partner import Partner
from models.text import parse_texts

MOST_MEMBERS = 1_000


class Alliance(Table, table=True):
    """A group of partners and contributors that spreads stories together."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    names: dict[str, str] = Field(sa_type=Json)


class AlliancePartner(Table, table=True):
    """A partner belongs to an alliance."""

    alliance_id: uuid.UUID = Field(foreign_key="alliance.id", primary_key=True, ondelete="CASCADE")
    partner_id: uuid.UUID = Field(foreign_key="partner.id", primary_key=True, index=True)


class AllianceContributor(Table, table=True):
    """A contributor belongs to an alliance."""

    alliance_id: uuid.UUID = Field(foreign_key="alliance.id", primary_key=True, ondelete="CASCADE")
    contributor_id: uuid.UUID = Field(foreign_key="contributor.id", primary_key=True, index=True)


class AllianceChanges(TypedDict, total=False):
    """What is to be said of an alliance anew; what is left out stays as it is. Members are named by their keys."""

    names: dict[str, str]
    partners: Sequence[str]
    contributors: Sequence[str]


@dataclass(frozen=True)
class Members:
    """The ids of those who belong to an alliance."""

    partners: frozenset[uuid.UUID] = frozenset()
    contributors: frozenset[uuid.UUID] = frozenset()


async def create_alliance(session: AsyncSession, key: str, changes: AllianceChanges, change: Change) -> Alliance:
    """Adds an alliance. The same again finds the same one.

    :raises KeyTaken: another alliance has the key.
    :raises NotFound: a member that is not there.
    :raises BadInput: a value cannot be right, or names are missing.
    """
    parse_key(key)
    if "names" not in changes:
        raise BadInput("a new alliance needs names", field=["names"])
    names = parse_texts(changes["names"], ["names"])
    wanted = await _named(session, changes, Members())
    alliance, is_new = await add_with_key(session, Alliance(id=new_id(), key=key, names=names))
    if is_new:
        await _save_members(session, alliance.id, Members(), wanted)
        _announce(session, alliance, wanted.partners, change)
    elif alliance.names != names or await members_of(session, alliance.id) != wanted:
        raise KeyTaken(
            f"there is an alliance with the key {key!r} already; give its id to change it, or another key",
            field=["key"],
        )
    return alliance


async def update_alliance(
    session: AsyncSession, alliance_id: uuid.UUID, changes: AllianceChanges, change: Change
) -> Alliance:
    """Says something of an alliance anew: its names, or who belongs to it.

    :raises NotFound: no such alliance, or a member that is not there.
    :raises BadInput: a value cannot be right.
    """
    alliance = (await session.exec(select(Alliance).where(Alliance.id == alliance_id).with_for_update())).first()
    if alliance is None:
        raise NotFound(f"there is no alliance {alliance_id}", field=["id"])
    present = await members_of(session, alliance_id)
    wanted = await _named(session, changes, present)
    names = parse_texts(changes["names"], ["names"]) if "names" in changes else alliance.names
    if wanted == present and names == alliance.names:
        return alliance
    touched = present.partners ^ wanted.partners if names == alliance.names else present.partners | wanted.partners
    alliance.names = names
    session.add(alliance)
    await _save_members(session, alliance_id, present, wanted)
    _announce(session, alliance, touched, change)
    return alliance


async def members_of(session: AsyncSession, alliance_id: uuid.UUID) -> Members:
    """Who belongs to an alliance."""
    partners = select(AlliancePartner.partner_id).where(AlliancePartner.alliance_id == alliance_id)
    contributors = select(AllianceContributor.contributor_id).where(AllianceContributor.alliance_id == alliance_id)
    return Members(frozenset((await session.exec(partners)).all()), frozenset((await session.exec(contributors)).all()))


class MemberKeys(NamedTuple):
    """The keys of those who belong to an alliance, in alphabetical order."""

    partners: list[str]
    contributors: list[str]


async def member_keys(session: AsyncSession, alliance_id: uuid.UUID) -> MemberKeys:
    """Who belongs to an alliance, by name."""
    partners = (
        select(Partner.key)
        .join(AlliancePartner, col(AlliancePartner.partner_id) == col(Partner.id))
        .where(AlliancePartner.alliance_id == alliance_id)
    )
    contributors = (
        select(Contributor.key)
        .join(AllianceContributor, col(AllianceContributor.contributor_id) == col(Contributor.id))
        .where(AllianceContributor.alliance_id == alliance_id)
    )
    return MemberKeys(sorted((await session.exec(partners)).all()), sorted((await session.exec(contributors)).all()))


async def _named(session: AsyncSession, changes: AllianceChanges, present: Members) -> Members:
    partners, contributors = present.partners, present.contributors
    if "partners" in changes:
        partners = await _ids(session, Partner, "partners", changes["partners"])
    if "contributors" in changes:
        contributors = await _ids(session, Contributor, "contributors", changes["contributors"])
    return Members(partners, contributors)


async def _ids(
    session: AsyncSession, table: type[Partner] | type[Contributor], name: str, keys: Sequence[str]
) -> frozenset[uuid.UUID]:
    if len(keys) > MOST_MEMBERS:
        raise BadInput(f"{name} holds {len(keys)} keys; at most {MOST_MEMBERS} are possible", field=[name])
    found = dict((await session.exec(select(table.key, table.id).where(col(table.key).in_(keys)))).all())
    if unknown := [key for key in dict.fromkeys(keys) if key not in found]:
        raise NotFound(f"{name} names {', '.join(map(repr, unknown[:20]))}, which is not there", field=[name])
    return frozenset(found.values())


async def _save_members(session: AsyncSession, alliance_id: uuid.UUID, present: Members, wanted: Members) -> None:
    await session.execute(
        sa.delete(AlliancePartner).where(
            col(AlliancePartner.alliance_id) == alliance_id,
            col(AlliancePartner.partner_id).in_(present.partners - wanted.partners),
        )
    )
    await session.execute(
        sa.delete(AllianceContributor).where(
            col(AllianceContributor.alliance_id) == alliance_id,
            col(AllianceContributor.contributor_id).in_(present.contributors - wanted.contributors),
        )
    )
    for partner_id in wanted.partners - present.partners:
        session.add(AlliancePartner(alliance_id=alliance_id, partner_id=partner_id))
    for contributor_id in wanted.contributors - present.contributors:
        session.add(AllianceContributor(alliance_id=alliance_id, contributor_id=contributor_id))


def _announce(session: AsyncSession, alliance: Alliance, partners: Iterable[uuid.UUID], change: Change) -> None:
    """One event for each partner that it means something to; one for nobody where it means something to no partner."""
    told: list[uuid.UUID | None] = [*sorted(partners)]
    for partner_id in told or [None]:
        changed = Event(
            kind=EventKind.PARTNER_CHANGED,
            at=change.at,
            audience=EventAudience.STAFF,
            partner_id=partner_id,
            subject_id=str(alliance.id),
        )
        event.append(session, changed)
