"""Outlets: where copies run."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import Json, JsonObject, Table, enum_column, new_id


class OutletKind(StrEnum):
    """What an outlet is."""

    SITE = "SITE"
    """A web site."""
    APP = "APP"
    """An application."""
    PAPER = "PAPER"
    """A printed paper or magazine."""
    CHANNEL = "CHANNEL"
    """A broadcast channel or a section of a site."""
    ACCOUNT = "ACCOUNT"
    """An account on a social platform."""


class Outlet(Table, table=True):
    """A place where copies run. Without a partner it is the centre's own.

    `audience` holds dated figures as they were given: measure, value, qualifier, grade, asOf. Followers are never views.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    partner_id: uuid.UUID | None = Field(default=None, foreign_key="partner.id", index=True)
    name: str = Field(max_length=255)
    kind: OutletKind = Field(sa_type=enum_column(OutletKind))
    platform: str | None = Field(default=None, max_length=32)
    url: str | None = Field(default=None, max_length=2048)
    territory: str | None = Field(default=None, max_length=8)
    language: str | None = Field(default=None, max_length=35)
    audience: list[JsonObject] = Field(default_factory=list, sa_type=Json)
    demonstration: bool = False


async def outlets_of(session: AsyncSession, partner_id: uuid.UUID) -> list[Outlet]:
    """Every outlet of a partner, by name."""
    statement = select(Outlet).where(Outlet.partner_id == partner_id).order_by(col(Outlet.name), col(Outlet.key))
    return list((await session.exec(statement)).all())
