"""Agreements: the dated contracts under which partners are supplied."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import Json, Table, UTCDateTime, new_id, utc_now


class Agreement(Table, table=True):
    """A contract with a partner, in force in `[starts_at, ends_at)`.

    `languages` (RFC 4647 ranges), `forms`, `series` and `topics` (keys) say what it covers; None means all. `territories` and
    `channels` are the partner's own. `policy_hash` names the agreement's own policy. `version` counts its changes.
    """

    __table_args__ = (sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="period"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    partner_id: uuid.UUID = Field(foreign_key="partner.id", index=True)
    version: int = 1
    titles: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    starts_at: datetime = Field(sa_type=UTCDateTime)
    ends_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    suspended: bool = False
    languages: list[str] | None = Field(default=None, sa_type=Json)
    forms: list[str] | None = Field(default=None, sa_type=Json)
    series: list[str] | None = Field(default=None, sa_type=Json)
    topics: list[str] | None = Field(default=None, sa_type=Json)
    territories: list[str] = Field(sa_type=Json)
    channels: list[str] = Field(sa_type=Json)
    policy_hash: str = Field(foreign_key="policy.hash", max_length=64)
    demonstration: bool = False
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


async def agreements_of(session: AsyncSession, partner_id: uuid.UUID) -> list[Agreement]:
    """Every agreement of a partner, whatever its period, oldest first."""
    statement = (
        select(Agreement)
        .where(Agreement.partner_id == partner_id)
        .order_by(col(Agreement.starts_at), col(Agreement.id))
    )
    return list((await session.exec(statement)).all())
