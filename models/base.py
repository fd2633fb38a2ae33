"""Column types and identifiers that every table shares, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import SQLModel

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

DEFAULT_ZONE = "Asia/Shanghai"
"""The time zone (IANA) of terms and agreements that name none: that of the first centre."""

JsonObject = dict[str, Any]
"""A JSON object as the standard decoder gives it; what it holds is said where it is used."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Clock = Callable[[], datetime]
"""Gives the present moment, aware and in UTC. Passed in, so that tests can move it."""


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An instant: `timestamptz` on PostgreSQL, naive UTC text on SQLite; always aware UTC in Python.

    A naive value is refused: it has no meaning on two servers in different zones.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a date-time without a zone cannot be stored: {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
"""A JSON column. Changes inside a value are not tracked: assign a new value."""


BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A 64-bit integer. SQLite's INTEGER holds as much, and only under that name is a primary key the row's own id."""


def enum_column(members: type[StrEnum], *, length: int = 24, checked: bool = True) -> sa.Enum:
    """A column of enum member values, kept as text (no native type to migrate).

    :param checked: with a CHECK constraint; not for what every version adds members to, in tables too large to rewrite for it.
    """

    def values(enum: type[Enum]) -> list[str]:
        return [str(member.value) for member in enum]

    name = "".join(f"_{c.lower()}" if c.isupper() else c for c in members.__name__).lstrip("_")
    return sa.Enum(
        members, native_enum=False, length=length, values_callable=values, name=name, create_constraint=checked
    )


def new_id() -> uuid.UUID:
    """A UUID version 7 (RFC 9562, section 5.7): time-ordered, so that new rows land side by side in an index."""
    return _version_7(time.time_ns() // 1_000_000)


def id_at(moment: datetime) -> uuid.UUID:
    """As `new_id`, for rows that are listed by a moment of their own: in the order of ids they are in the order of it."""
    return _version_7(milliseconds_of(moment))


def first_id_at(moment: datetime, *, following: int = 0) -> uuid.UUID:
    """The smallest id that a row of that millisecond, or of one so many after it, can have."""
    return uuid.UUID(int=max(milliseconds_of(moment) + following, 0) << 80)


def milliseconds_of(moment: datetime) -> int:
    """Whole milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _version_7(milliseconds: int) -> uuid.UUID:
    value = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=value)


def utc_now() -> datetime:
    """The system's clock, aware and in UTC; the default `Clock`."""
    return datetime.now(UTC)


NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """The base of every table class: one metadata, with constraint names that migrations can name."""


SQLModel.metadata.naming_convention = NAMING_CONVENTION
metadata = SQLModel.metadata
