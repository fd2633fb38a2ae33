"""Tables of agreements."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import DEFAULT_ZONE, Json, JsonObject, Table, UTCDateTime, new_id, utc_now


class Agreement(Table, table=True):
    """A contract with a partner, in force in `[starts_at, ends_at)`.

    `languages` (RFC 4647 ranges), `forms`, `series` and `topics` (keys) say what it covers; None means all. `territories` and
    `channels` are the partner's own. `policy_hash` names the agreement's own policy. `version` counts its changes, each of which is kept
    whole in `AgreementVersion`.

    `in_force` is what the change log said last: whether anything is supplied under it (`models.agreement.moment`).

    `quotas` holds objects of `period` (MONTH, a calendar month in `zone`, or TOTAL), `limit` (pickups, at least 0) and `form` (null for all
    forms together).
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
    zone: str = Field(default=DEFAULT_ZONE, max_length=64, sa_column_kwargs={"server_default": DEFAULT_ZONE})
    quotas: list[JsonObject] = Field(default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"})
    demonstration: bool = False
    in_force: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


class AgreementVersion(Table, table=True):
    """An agreement as it was agreed in one version. Never changed: pickups name it."""

    __tablename__ = "agreement_version"

    agreement_id: uuid.UUID = Field(primary_key=True, foreign_key="agreement.id")
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    content: JsonObject = Field(sa_type=Json)
    at: datetime = Field(sa_type=UTCDateTime)
    by: str = Field(max_length=128)


class Exclusivity(Table, table=True):
    """What a partner alone may use in `[starts_at, ends_at)`: what the agreement covers, in these territories on these channels.

    `territories` and `channels` null means all; one of them is given. It is a prohibition for every other partner.
    """

    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="period"),
        sa.CheckConstraint("territories IS NOT NULL OR channels IS NOT NULL", name="something"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    agreement_id: uuid.UUID = Field(foreign_key="agreement.id", index=True)
    territories: list[str] | None = Field(default=None, sa_type=Json)
    channels: list[str] | None = Field(default=None, sa_type=Json)
    starts_at: datetime = Field(sa_type=UTCDateTime)
    ends_at: datetime = Field(sa_type=UTCDateTime, index=True)


class QuotaUse(Table, table=True):
    """How many pickups were charged to an agreement in a period, by form.

    `period` is a calendar month in the agreement's zone as `YYYY-MM`. What was taken in all is the sum over the months.
    """

    __tablename__ = "quota_use"
    __table_args__ = (sa.CheckConstraint("used >= 0", name="used"),)

    agreement_id: uuid.UUID = Field(primary_key=True, foreign_key="agreement.id")
    period: str = Field(primary_key=True, max_length=7)
    form: str = Field(primary_key=True, max_length=24)
    used: int


async def agreements_of(session: AsyncSession, partner_id: uuid.UUID) -> list[Agreement]:
    """Every agreement of a partner, whatever its period, oldest first."""
    statement = (
        select(Agreement)
        .where(Agreement.partner_id == partner_id)
        .order_by(col(Agreement.starts_at), col(Agreement.id))
    )
    return list((await session.exec(statement)).all())
