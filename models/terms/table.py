"""The tables of terms and of the policies that they name."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from models.base import DEFAULT_ZONE, Json, Table, UTCDateTime, new_id


class StoredPolicy(Table, table=True):
    """A policy, immutable, named by the SHA-256 (hex) of its canonical form (`models.policy`)."""

    __tablename__ = "policy"

    hash: str = Field(primary_key=True, max_length=64)
    canonical: str = Field(sa_type=sa.Text)


class Terms(Table, table=True):
    """Terms that stories, variants and assets are supplied under; every text is per language tag.

    `key` names terms that can be chosen again and again: a template. The texts lie outside the policy's hash, so that few distinct
    policies cover many stories. Terms are never changed: saving a template again takes the key from the terms that had it.

    `zone` (IANA) is the one in which a date alone was read as a whole day. `inherits` are the keys of the templates whose rules were taken
    over; `policy_hash` names all rules together.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str | None = Field(default=None, unique=True, max_length=64)
    policy_hash: str = Field(foreign_key="policy.hash", max_length=64, index=True)
    names: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    zone: str = Field(default=DEFAULT_ZONE, max_length=64, sa_column_kwargs={"server_default": DEFAULT_ZONE})
    inherits: list[str] = Field(default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"})
    created_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_by: str | None = Field(default=None, max_length=128)
    usage_terms: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    copyright_holder: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    copyright_notice: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    credit_line: dict[str, str] = Field(default_factory=dict, sa_type=Json)
