"""Agreements made from what was read of an ODRL document, by the door of all new agreements."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeVar

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.agreement.content import AgreementContent, ExclusivityWish, content_of
from models.agreement.edit import create_agreement, suspend_agreement
from models.agreement.table import Agreement, Exclusivity
from models.change import Change
from models.errors import BadInput, KeyTaken, NotFound, StorypoolError
from models.odrl.agreement_reading import ReadAgreement
from models.odrl.graph import shown
from models.partner import Partner
from models.partner.reading import partner_by_key

URN: Final = "urn:uuid:"
Item = TypeVar("Item")


async def import_agreement(
    session: AsyncSession,
    read: ReadAgreement,
    change: Change,
    *,
    key: str | None = None,
    partner_key: str | None = None,
) -> Agreement:
    """Adds the agreement that was read, as version 1; as version 2 where it is suspended. The same again finds the same one.

    Where something is refused, `field` is `key` or `partnerKey`, where these were given and are wrong, or else `odrl` and the path in
    the document.

    :param key: stands in the place of the document's identifier.
    :param partner_key: names the partner in the place of the document's assignee, whose id holds in one installation only.
    :raises NotFound: no such partner, or a series or topic that is not there.
    :raises PartnerSuspended: the partner is.
    :raises KeyTaken: another agreement has the key, or the same one, which is suspended where this is not, or the reverse.
    :raises BadInput: no key, or a value cannot be right.
    :raises ExclusivityConflict: another partner has something of it to itself.
    """
    try:
        return await _import(session, read, change, key or read.key, partner_key)
    except StorypoolError as error:
        if error.field is not None:
            error.field = _input_path(error.field, read, key, partner_key)
        raise


async def _import(
    session: AsyncSession, read: ReadAgreement, change: Change, key: str | None, partner_key: str | None
) -> Agreement:
    if key is None:
        raise BadInput("the document has no dct:identifier; give the key of the agreement", field=["key"])
    partner_id = await _partner_id(session, read, partner_key)
    present = (await session.exec(select(Agreement).where(Agreement.key == key))).first()
    changes = read.changes
    if present is not None:
        rows = (await session.exec(select(Exclusivity).where(Exclusivity.agreement_id == present.id))).all()
        content = arranged(read.content, content_of(present, rows))
        changes = {
            **changes,
            "languages": content.languages,
            "forms": content.forms,
            "series": content.series,
            "topics": content.topics,
            "territories": content.territories,
            "channels": content.channels,
            "quotas": content.quotas,
            "exclusivities": [
                ExclusivityWish(item.territories, item.channels, item.starts_at, item.ends_at)
                for item in content.exclusivities
            ],
        }
    agreement = await create_agreement(session, partner_id, key, changes, change)
    if present is None:
        return await suspend_agreement(session, agreement.id, change) if read.suspended else agreement
    if agreement.suspended is not read.suspended:
        raise KeyTaken(
            f"the agreement {key!r} is there already and is {'' if agreement.suspended else 'not '}suspended, other than this one;"
            " suspend or resume it first",
            field=["key"],
        )
    return agreement


def arranged(content: AgreementContent, present: AgreementContent) -> AgreementContent:
    """What an agreement says, in the order in which another says the same: what JSON-LD lists is a set."""
    same = {
        (item.starts_at, item.ends_at, _set(item.territories), _set(item.channels)): item
        for item in present.exclusivities
    }
    return replace(
        content,
        languages=_in_order(content.languages, present.languages),
        forms=_in_order(content.forms, present.forms),
        series=_in_order(content.series, present.series),
        topics=_in_order(content.topics, present.topics),
        territories=_in_order(content.territories, present.territories) or (),
        channels=_in_order(content.channels, present.channels) or (),
        quotas=_in_order(content.quotas, present.quotas) or (),
        exclusivities=tuple(
            same.get((item.starts_at, item.ends_at, _set(item.territories), _set(item.channels)), item)
            for item in content.exclusivities
        ),
    )


def _in_order(values: tuple[Item, ...] | None, present: tuple[Item, ...] | None) -> tuple[Item, ...] | None:
    return present if _set(values) == _set(present) else values


def _set(values: tuple[Item, ...] | None) -> frozenset[Item] | None:
    return None if values is None else frozenset(values)


async def _partner_id(session: AsyncSession, read: ReadAgreement, key: str | None) -> uuid.UUID:
    if key is not None:
        try:
            return (await partner_by_key(session, key)).id
        except NotFound as error:
            error.field = ["partnerId"]
            raise
    try:
        named = uuid.UUID(read.assignee) if read.assignee.startswith(URN) else None
    except ValueError:
        named = None
    partner = None if named is None else await session.get(Partner, named)
    if partner is None:
        raise NotFound(
            f"the assignee {shown(read.assignee)} is no partner here; give the key of the partner that is meant",
            field=["partnerId"],
        )
    return partner.id


def _input_path(field: Sequence[str], read: ReadAgreement, key: str | None, partner_key: str | None) -> list[str]:
    """The path in what was given to import, of a path in what a new agreement is made with."""
    if field[0] == "key" and (key is not None or read.key is None):
        return ["key"]
    if field[0] == "partnerId" and partner_key is not None:
        return ["partnerKey"]
    return ["odrl", *read.place(field)]
