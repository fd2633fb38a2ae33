"""Changing partners and their liaisons. Each change is one event in the change log; what says nothing new changes nothing."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.base import new_id
from models.change import Change
from models.errors import BadInput, KeyTaken, NotFound
from models.event import Event, EventAudience, EventKind
from models.key import add_with_key, parse_key
from models.language import parse_language
from models.partner.table import Liaison, Partner, PartnerKind, PartnerStatus, PartnerSuspension
from models.territory import parse_territory
from models.text import parse_texts

MOST_VALUES = 300
"""Languages or territories of one partner."""
_EMAIL = re.compile(r"[^@\s<>(),;:\\\"\[\]\x00-\x20\x7f]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+")


class PartnerChanges(TypedDict, total=False):
    """What is to be said of a partner anew; what is left out stays as it is."""

    kind: PartnerKind
    names: dict[str, str]
    languages: Sequence[str]
    territories: Sequence[str]
    audience: dict[str, str]
    liaison_id: uuid.UUID | None
    notice_email: str | None
    sandbox: bool


class LiaisonChanges(TypedDict, total=False):
    """What is to be said of a liaison anew; what is left out stays as it is."""

    name: str
    email: str


async def create_partner(session: AsyncSession, key: str, changes: PartnerChanges, change: Change) -> Partner:
    """Adds a partner. The same again finds the same one.

    :raises KeyTaken: another partner has the key.
    :raises NotFound: no such liaison.
    :raises BadInput: a value cannot be right, or kind or names are missing.
    """
    parse_key(key)
    for name in ("kind", "names"):
        if name not in changes:
            raise BadInput(f"a new partner needs {name}", field=[name])
    values = await _read_partner(session, changes)
    partner, is_new = await add_with_key(session, Partner(id=new_id(), key=key, created_at=change.at, **values))
    if is_new:
        announce_partner(session, partner.id, change)
    elif not _says(partner, values):
        raise KeyTaken(
            f"there is a partner with the key {key!r} already; give its id to change it, or another key", field=["key"]
        )
    return partner


async def update_partner(
    session: AsyncSession, partner_id: uuid.UUID, changes: PartnerChanges, change: Change
) -> Partner:
    """Says something of a partner anew.

    :raises NotFound: no such partner, or no such liaison.
    :raises BadInput: a value cannot be right.
    """
    partner = await _hold(session, partner_id)
    values = await _read_partner(session, changes)
    if not _says(partner, values):
        _set(partner, values)
        session.add(partner)
        announce_partner(session, partner.id, change)
    return partner


async def suspend_partner(session: AsyncSession, partner_id: uuid.UUID, change: Change) -> Partner:
    """Stops supplying a partner: it sees nothing, and its clients are refused.

    :raises NotFound: no such partner.
    """
    return await _set_status(session, partner_id, PartnerStatus.SUSPENDED, change)


async def reactivate_partner(session: AsyncSession, partner_id: uuid.UUID, change: Change) -> Partner:
    """Supplies a partner again, as its agreements say.

    :raises NotFound: no such partner.
    """
    return await _set_status(session, partner_id, PartnerStatus.ACTIVE, change)


async def create_liaison(session: AsyncSession, changes: LiaisonChanges, change: Change) -> Liaison:
    """Adds an officer. The same again finds the same one.

    :raises KeyTaken: somebody else has the address.
    :raises BadInput: a value cannot be right, or name or email is missing.
    """
    for name in ("name", "email"):
        if name not in changes:
            raise BadInput(f"a new liaison needs {name}", field=[name])
    values = _read_liaison(changes)
    liaison, is_new = await add_with_key(session, Liaison(id=new_id(), **values), "email")
    if is_new:
        _announce(session, None, liaison.id, change)
    elif not _says(liaison, values):
        raise KeyTaken(
            f"the liaison {liaison.name!r} has the address {liaison.email!r}; give its id to change it", field=["email"]
        )
    return liaison


async def update_liaison(
    session: AsyncSession, liaison_id: uuid.UUID, changes: LiaisonChanges, change: Change
) -> Liaison:
    """Says something of an officer anew; every partner of the officer has changed with it.

    :raises NotFound: no such liaison.
    :raises KeyTaken: somebody else has the address.
    :raises BadInput: a value cannot be right.
    """
    values = _read_liaison(changes)
    held = select(Liaison).where(Liaison.id == liaison_id).with_for_update()
    liaison = (await session.exec(held)).first()
    if liaison is None:
        raise NotFound(f"there is no liaison {liaison_id}", field=["id"])
    if _says(liaison, values):
        return liaison
    _set(liaison, values)
    session.add(liaison)
    try:
        await session.flush()
    except IntegrityError:
        raise KeyTaken(f"another liaison has the address {values['email']!r}", field=["email"]) from None
    partners = (await session.exec(select(Partner.id).where(Partner.liaison_id == liaison_id))).all()
    for partner_id in partners:
        _announce(session, partner_id, liaison.id, change)
    if not partners:
        _announce(session, None, liaison.id, change)
    return liaison


def announce_partner(session: AsyncSession, partner_id: uuid.UUID, change: Change) -> None:
    """Queues the event that a partner, or something that belongs to it, has changed."""
    _announce(session, partner_id, partner_id, change)


def _announce(session: AsyncSession, partner_id: uuid.UUID | None, subject_id: uuid.UUID, change: Change) -> None:
    event.append(
        session,
        Event(
            kind=EventKind.PARTNER_CHANGED,
            at=change.at,
            audience=EventAudience.STAFF,
            partner_id=partner_id,
            subject_id=str(subject_id),
        ),
    )


async def _hold(session: AsyncSession, partner_id: uuid.UUID) -> Partner:
    """The partner, whose other changes wait until the commit."""
    partner = (await session.exec(select(Partner).where(Partner.id == partner_id).with_for_update())).first()
    if partner is None:
        raise NotFound(f"there is no partner {partner_id}", field=["id"])
    return partner


async def _set_status(session: AsyncSession, partner_id: uuid.UUID, status: PartnerStatus, change: Change) -> Partner:
    partner = await _hold(session, partner_id)
    if partner.status is not status:
        partner.status = status
        session.add(partner)
        await _keep_suspension(session, partner, change)
        announce_partner(session, partner.id, change)
    return partner


async def _keep_suspension(session: AsyncSession, partner: Partner, change: Change) -> None:
    """Opens or closes the stretch of time in which the partner is not supplied; one that took no time is not kept."""
    if partner.status is PartnerStatus.SUSPENDED:
        row = await session.get(PartnerSuspension, (partner.id, change.at))
        row = row or PartnerSuspension(partner_id=partner.id, from_at=change.at)
        row.until_at = None
        session.add(row)
        return
    still_open = select(PartnerSuspension).where(
        PartnerSuspension.partner_id == partner.id, col(PartnerSuspension.until_at).is_(None)
    )
    for row in (await session.exec(still_open)).all():
        if row.from_at < change.at:
            row.until_at = change.at
            session.add(row)
        else:
            await session.delete(row)


async def _read_partner(session: AsyncSession, changes: PartnerChanges) -> dict[str, Any]:
    read: dict[str, Any] = dict(changes)
    if "names" in changes:
        read["names"] = parse_texts(changes["names"], ["names"])
    if "audience" in changes:
        read["audience"] = parse_texts(changes["audience"], ["audience"], least=0)
    if "languages" in changes:
        read["languages"] = _values([parse_language(tag) for tag in changes["languages"]], "languages")
    if "territories" in changes:
        read["territories"] = _values([parse_territory(code) for code in changes["territories"]], "territories")
    email = changes.get("notice_email")
    if email is not None:
        read["notice_email"] = _email(email, "noticeEmail")
    liaison_id = changes.get("liaison_id")
    if liaison_id is not None and await session.get(Liaison, liaison_id) is None:
        raise NotFound(f"there is no liaison {liaison_id}", field=["liaisonId"])
    return read


def _read_liaison(changes: LiaisonChanges) -> dict[str, Any]:
    read: dict[str, Any] = {}
    if "name" in changes:
        read["name"] = changes["name"].strip()
        if not 1 <= len(read["name"]) <= 128:
            raise BadInput(f"name has {len(read['name'])} characters; give 1 to 128", field=["name"])
    if "email" in changes:
        read["email"] = _email(changes["email"], "email")
    return read


def _email(value: str, name: str) -> str:
    """An address without spaces around it.

    :raises BadInput: it is none.
    """
    address = value.strip()
    if len(address) > 255 or not _EMAIL.fullmatch(address):
        raise BadInput(f"{address[:80]!r} is not an e-mail address", field=[name])
    return address


def _values(values: Sequence[str], name: str) -> list[str]:
    if len(values) > MOST_VALUES:
        raise BadInput(f"{name} holds {len(values)} values; at most {MOST_VALUES} are possible", field=[name])
    return list(dict.fromkeys(values))


def _says(row: Partner | Liaison, values: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def _set(row: Partner | Liaison, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
