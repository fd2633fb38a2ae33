"""Organisations: who stories are about, and which enterprises go abroad with them."""

from __future__ import annotations

import uuid
from typing import Any, TypedDict

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.catalogue import add_entry, change_entry, hold_entry, need, read_texts
from models.concept import Organisation, OrganisationKind
from models.errors import BadInput, NotFound
from models.key import page_by_key, parse_key
from models.paging import Page, PageRequest

_NOUN = "organisation"


class OrganisationChanges(TypedDict, total=False):
    """What is to be said of an organisation anew; what is left out stays as it is."""

    names: dict[str, str]
    kind: OrganisationKind
    go_global: bool


async def create_organisation(session: AsyncSession, key: str, changes: OrganisationChanges) -> Organisation:
    """Adds an organisation. The same again finds the same one.

    :raises KeyTaken: another organisation has the key.
    :raises BadInput: a value cannot be right, or names or kind are missing.
    """
    need(changes, _NOUN, "names", "kind")
    _refuse_unless_enterprise(changes["kind"], changes.get("go_global", False))
    return await add_entry(session, Organisation, _NOUN, {"key": parse_key(key)}, read_texts(changes))


async def update_organisation(
    session: AsyncSession, organisation_id: uuid.UUID, changes: OrganisationChanges
) -> Organisation:
    """Says something of an organisation anew. Released stories say it from their next release on.

    :raises NotFound: no such organisation.
    :raises BadInput: a value cannot be right.
    """
    entry = await hold_entry(session, Organisation, _NOUN, organisation_id)
    _refuse_unless_enterprise(changes.get("kind", entry.kind), changes.get("go_global", entry.go_global))
    return await change_entry(session, entry, read_texts(changes))


async def find_organisations(
    session: AsyncSession,
    request: PageRequest,
    *,
    kind: OrganisationKind | None = None,
    go_global: bool | None = None,
) -> Page[Organisation]:
    """A page of organisations by their keys.

    :param go_global: only those in the go-global programme, or only those that are not; None for both.
    """
    conditions: dict[str, Any] = {"kind": kind, "go_global": go_global}
    wanted = {name: value for name, value in conditions.items() if value is not None}
    return await page_by_key(session, select(Organisation).filter_by(**wanted), col(Organisation.key), request)


async def find_organisation(session: AsyncSession, organisation_id: uuid.UUID) -> Organisation:
    """One organisation.

    :raises NotFound: none with that id.
    """
    organisation = await session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound("there is no such organisation")
    return organisation


def _refuse_unless_enterprise(kind: OrganisationKind, go_global: bool) -> None:
    if go_global and kind is not OrganisationKind.ENTERPRISE:
        raise BadInput(
            f"an organisation that is {kind} cannot be in the go-global programme; only an ENTERPRISE can",
            field=["goGlobal"],
        )
