"""Pickups: a partner's acknowledged taking of one variant version for stated uses."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, Index

from models.base import BigInt, Json, JsonObject, Table, UTCDateTime, new_id

_LIVE = sa.text("released_at IS NULL")
_AWAITED = sa.text("awaited_until IS NOT NULL")
_MISSING = sa.text("missing_since IS NOT NULL")


class Pickup(Table, table=True):
    """What was taken and agreed, frozen; only the plan (`planned_at`, `outlet_ids`, `note`) may change afterwards.

    `uses_key` is the SHA-256 (hex) of the set of uses, so that the same taking, asked for again, is the same pickup. `decision` is the
    usage decision as it was given; `policy_hash` and `agreement_policy_hash` name the policies that were accepted. `charges` says what
    it took of quotas: objects of `agreement`, `period` and `form`. `awaited_until` and `missing_since` say whether it ran
    (`models.pickup.publication`).
    """

    __table_args__ = (
        Index(
            "uq_pickup_live",
            "partner_id",
            "variant_id",
            "variant_version",
            "uses_key",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_pickup_partner_id_id", "partner_id", "id"),
        Index("ix_pickup_created_at", "created_at"),
        Index("ix_pickup_awaited_until", "awaited_until", sqlite_where=_AWAITED, postgresql_where=_AWAITED),
        Index("ix_pickup_missing_id", "id", sqlite_where=_MISSING, postgresql_where=_MISSING),
        Index("ix_pickup_partner_id_missing_id", "partner_id", "id", sqlite_where=_MISSING, postgresql_where=_MISSING),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    partner_id: uuid.UUID = Field(foreign_key="partner.id")
    client_id: uuid.UUID = Field(foreign_key="client.id")
    agreement_id: uuid.UUID = Field(foreign_key="agreement.id")
    agreement_version: int
    story_id: uuid.UUID = Field(foreign_key="story.id", index=True)
    story_version: int
    release_id: int = Field(foreign_key="release.id", sa_type=BigInt)
    variant_id: uuid.UUID = Field(foreign_key="variant.id", index=True)
    variant_version: int
    uses: list[JsonObject] = Field(sa_type=Json)
    uses_key: str = Field(max_length=64)
    decision: JsonObject = Field(sa_type=Json)
    policy_hash: str = Field(foreign_key="policy.hash", max_length=64)
    agreement_policy_hash: str = Field(foreign_key="policy.hash", max_length=64)
    outlet_ids: list[str] = Field(default_factory=list, sa_type=Json)
    planned_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    note: str | None = Field(default=None, sa_type=sa.Text)
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    charges: list[JsonObject] = Field(default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"})
    awaited_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    missing_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
