"""Tables of webhooks.

A hook has a place in the change log. What comes after it is fanned out: each change that is for the hook becomes a delivery, and the place
moves on, in one transaction. A delivery is tried until it arrives, is given up, or need not arrive any more; each try is an attempt.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Index

from models.base import BigInt, Json, JsonObject, Table, UTCDateTime, enum_column, new_id


class HookStatus(StrEnum):
    """Whether a hook is called."""

    ACTIVE = "ACTIVE"
    """It is."""
    PAUSED = "PAUSED"
    """Its partner paused it; what happens meanwhile waits."""
    SUSPENDED = "SUSPENDED"
    """It failed for too long, or its address is gone. What happens meanwhile waits until it is resumed."""


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "PENDING"
    """It is tried, or waits for its next attempt or its turn."""
    DELIVERED = "DELIVERED"
    """The address answered that it has it."""
    FAILED = "FAILED"
    """It was given up after its last attempt."""
    CANCELED = "CANCELED"
    """It need not arrive any more: the story was taken back, or the partner sees nothing of it now."""


class Hook(Table, table=True):
    """A partner's webhook.

    It carries the rights of the client that made it. `position` is its place in the change log. `document` is the GraphQL document whose
    result is the body; None stands for the plain body. `failures` counts attempts that failed in a row; until `open_until` none is made.
    """

    __table_args__ = (Index("ix_hook_partner_id_id", "partner_id", "id"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    partner_id: uuid.UUID = Field(foreign_key="partner.id")
    client_id: uuid.UUID = Field(foreign_key="client.id")
    url: str = Field(max_length=2048)
    filter: JsonObject = Field(default_factory=dict, sa_type=Json)
    document: str | None = Field(default=None, sa_type=sa.Text)
    note: str | None = Field(default=None, max_length=500)
    status: HookStatus = Field(default=HookStatus.ACTIVE, sa_type=enum_column(HookStatus))
    status_reason: str | None = Field(default=None, max_length=500)
    position: int = Field(sa_type=BigInt)
    failures: int = 0
    failing_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    open_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)


class HookSecret(Table, table=True):
    """What a hook's calls are signed with: 256 random bits, in base64. It has to be kept as it is, as every key that signs has.

    `expires_at` is set once it was rotated: until then calls carry its signature beside that of the new one.
    """

    __tablename__ = "hook_secret"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    hook_id: uuid.UUID = Field(foreign_key="hook.id", index=True)
    secret: str = Field(max_length=64, repr=False)
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Delivery(Table, table=True):
    """One change on its way to one hook; its id is the same in every attempt.

    `lane` is the story, or what stands for it: within a lane one comes after the other. `position` is that of the event, negative for a
    ping. While `leased_until` lies ahead, a worker is at it.
    """

    __table_args__ = (
        sa.UniqueConstraint("hook_id", "position"),
        Index("ix_delivery_lane", "hook_id", "lane", "position"),
        Index(
            "ix_delivery_due",
            "next_at",
            "id",
            sqlite_where=sa.text("state = 'PENDING'"),
            postgresql_where=sa.text("state = 'PENDING'"),
        ),
        Index("ix_delivery_hook_id_id", "hook_id", "id"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    hook_id: uuid.UUID = Field(foreign_key="hook.id")
    partner_id: uuid.UUID = Field(foreign_key="partner.id")
    position: int = Field(sa_type=BigInt)
    kind: str = Field(max_length=32)
    story_id: uuid.UUID | None = None
    lane: str = Field(max_length=64)
    state: DeliveryState = Field(default=DeliveryState.PENDING, sa_type=enum_column(DeliveryState))
    attempts: int = 0
    next_at: datetime = Field(sa_type=UTCDateTime)
    leased_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Attempt(Table, table=True):
    """One try at a delivery. `error` says why no answer came; neither the body that was sent nor the answer's is kept."""

    __table_args__ = (Index("ix_attempt_delivery_id_number", "delivery_id", "number"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    delivery_id: uuid.UUID = Field(foreign_key="delivery.id")
    number: int
    at: datetime = Field(sa_type=UTCDateTime)
    milliseconds: int
    status: int | None = None
    error: str | None = Field(default=None, max_length=500)
