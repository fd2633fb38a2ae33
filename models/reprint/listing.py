"""Finds reprints: staff all; a partner its own, those that came from them, those that it reported, and those at its outlets."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from models.actor import Actor
from models.errors import BadUrl, NotFound
from models.paging import Page, PageRequest, newest_first
from models.reprint.address import canonical_address, key_of_address
from models.reprint.table import Reprint, ReprintSource, ReprintState


@dataclass(frozen=True)
class ReprintFilter:
    """What reprints must meet.

    :param published_from: and `published_before`, half-open.
    """

    story_id: uuid.UUID | None = None
    pickup_id: uuid.UUID | None = None
    outlet_id: uuid.UUID | None = None
    partner_id: uuid.UUID | None = None
    root_id: uuid.UUID | None = None
    parent_id: uuid.UUID | None = None
    states: Sequence[ReprintState] | None = None
    languages: Sequence[str] | None = None
    published_from: datetime | None = None
    published_before: datetime | None = None

    def clauses(self) -> list[sa.ColumnElement[bool]]:
        """The filter in SQL."""
        found: list[sa.ColumnElement[bool]] = []
        for name in ("story_id", "pickup_id", "outlet_id", "partner_id", "root_id", "parent_id"):
            value = getattr(self, name)
            if value is not None:
                found.append(getattr(Reprint, name) == value)
        if self.states is not None:
            found.append(col(Reprint.state).in_(self.states))
        if self.languages is not None:
            found.append(col(Reprint.language).in_(self.languages))
        if self.published_from is not None:
            found.append(col(Reprint.published_at) >= self.published_from)
        if self.published_before is not None:
            found.append(col(Reprint.published_at) < self.published_before)
        return found


async def find_reprints(
    session: AsyncSession, request: PageRequest, actor: Actor, wanted: ReprintFilter
) -> Page[Reprint]:
    """A page of reprints, the newest first by when the centre heard of them."""
    statement = visible(actor).where(*wanted.clauses())
    return await newest_first(session, statement, Reprint, "reprint", request)


async def find_reprint(session: AsyncSession, reprint_id: uuid.UUID, actor: Actor) -> Reprint:
    """One reprint.

    :raises NotFound: none with that id, or not this actor's.
    """
    reprint = (await session.exec(visible(actor).where(Reprint.id == reprint_id))).first()
    if reprint is None:
        raise NotFound(f"there is no reprint {reprint_id}")
    return reprint


async def reprint_at(session: AsyncSession, url: str) -> Reprint | None:
    """The copy at an address, in whatever form that is given; None where none is known, or where it is no address."""
    try:
        key = key_of_address(canonical_address(url))
    except BadUrl:
        return None
    return (await session.exec(select(Reprint).where(Reprint.copy_key == key))).first()


def visible(actor: Actor) -> SelectOfScalar[Reprint]:
    """The reprints that an actor may see."""
    statement = select(Reprint)
    if actor.is_staff:
        return statement
    told = select(ReprintSource.reprint_id).where(ReprintSource.partner_id == actor.partner_id)
    return statement.where(sa.or_(col(Reprint.origin_partner_id) == actor.partner_id, col(Reprint.id).in_(told)))
