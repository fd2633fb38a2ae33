"""The table of topics."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlmodel import Field

from models.base import Json, Table, UTCDateTime, new_id


class Topic(Table, table=True):
    """A hot topic, from `opened_at` until its deadline `closes_at`; names and descriptions per language tag."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    names: dict[str, str] = Field(sa_type=Json)
    descriptions: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    opened_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closes_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
