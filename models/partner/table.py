"""Tables of partners and liaisons."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Json, Table, UTCDateTime, enum_column, new_id, utc_now


class PartnerKind(StrEnum):
    """What a partner is."""

    CENTRAL_MEDIA = "CENTRAL_MEDIA"
    """National media of the centre's own country."""
    OVERSEAS_MEDIA = "OVERSEAS_MEDIA"
    """Media of another country or region."""
    LOCAL_MEDIA = "LOCAL_MEDIA"
    """Media of the centre's own city or province."""
    EMBASSY = "EMBASSY"
    """A mission abroad."""
    INFLUENCER = "INFLUENCER"
    """Somebody with a following on social platforms."""
    UNIVERSITY = "UNIVERSITY"
    """A university or college."""
    ENTERPRISE = "ENTERPRISE"
    """A company."""
    EXPERT = "EXPERT"
    """A scholar or specialist."""
    OTHER = "OTHER"
    """None of these."""


class PartnerStatus(StrEnum):
    """Whether a partner is supplied at present."""

    ACTIVE = "ACTIVE"
    """Is supplied as its agreements say."""
    SUSPENDED = "SUSPENDED"
    """Is not supplied, and its clients are refused."""


class Liaison(Table, table=True):
    """The officer of the centre who is attached to a partner."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    name: str = Field(max_length=128)
    email: str = Field(unique=True, max_length=255)


class Partner(Table, table=True):
    """Who is supplied. `territories` and `languages` describe its public; what it may have stands in its agreements.

    `notice_email` is where notices go by mail, for a partner without a program. A `sandbox` partner is there to try things out; drills go
    to such partners alone.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    kind: PartnerKind = Field(sa_type=enum_column(PartnerKind))
    names: dict[str, str] = Field(sa_type=Json)
    languages: list[str] = Field(default_factory=list, sa_type=Json)
    territories: list[str] = Field(default_factory=list, sa_type=Json)
    audience: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    liaison_id: uuid.UUID | None = Field(default=None, foreign_key="liaison.id", index=True)
    status: PartnerStatus = Field(default=PartnerStatus.ACTIVE, sa_type=enum_column(PartnerStatus))
    notice_email: str | None = Field(default=None, max_length=255)
    sandbox: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    demonstration: bool = False
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


class PartnerSuspension(Table, table=True):
    """A stretch of time `[from_at, until_at)` in which a partner was not supplied; open while it is suspended."""

    __tablename__ = "partner_suspension"

    partner_id: uuid.UUID = Field(foreign_key="partner.id", primary_key=True)
    from_at: datetime = Field(sa_type=UTCDateTime, primary_key=True)
    until_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
