"""Tables of traces: the link of each pickup, and how often it was asked for, by the day. Nothing in them is of a person."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Index

from models.base import BigInt, Table, UTCDateTime, enum_column


class TraceKind(StrEnum):
    """What was asked for."""

    SHORT_LINK = "SHORT_LINK"
    """The short link in the credit line or in the licence was followed."""
    PIXEL = "PIXEL"
    """The tracking pixel in a copy was shown."""


class Trace(Table, table=True):
    """The link of one pickup.

    `code` names it in addresses: random, and derived from nothing. `signature` was made of it with the key that signed addresses at that
    time, and is kept, so that the pixel in a page that ran years ago outlives the rotation of keys. `pixel_copies` is how many copies
    were claimed by the pixel: they are bounded, for whoever has the address of a pixel can say where it was shown.
    """

    __tablename__ = "pickup_trace"

    pickup_id: uuid.UUID = Field(primary_key=True, foreign_key="pickup.id")
    code: str = Field(max_length=24, unique=True)
    signature: str = Field(max_length=64, repr=False)
    pixel_copies: int = 0
    created_at: datetime = Field(sa_type=UTCDateTime)


class TraceCount(Table, table=True):
    """How often something was asked for on one day of the reports' zone, with robots (`raw`) and without (`filtered`).

    `subject_id` is the copy that the pixel named, or the pickup itself where it named none that is known. `told_at` is when the day was
    closed, and its counts went to a copy, if there was one to go to.
    """

    __tablename__ = "trace_count"
    __table_args__ = (
        Index(
            "ix_trace_count_open",
            "day",
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        ),
        sa.CheckConstraint("filtered <= raw", name="filtered_of_raw"),
    )

    pickup_id: uuid.UUID = Field(primary_key=True, foreign_key="pickup.id")
    kind: TraceKind = Field(primary_key=True, sa_type=enum_column(TraceKind))
    day: date = Field(primary_key=True)
    subject_id: uuid.UUID = Field(primary_key=True)
    raw: int = Field(default=0, sa_type=BigInt)
    filtered: int = Field(default=0, sa_type=BigInt)
    told_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
