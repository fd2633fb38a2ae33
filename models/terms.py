"""Terms: a policy with the wording and the names that lie beside it."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Json, Table, new_id


class StoredPolicy(Table, table=True):
    """A policy, immutable, named by the SHA-256 (hex) of its canonical form (`models.policy`)."""

    __tablename__ = "policy"

    hash: str = Field(primary_key=True, max_length=64)
    canonical: str = Field(sa_type=sa.Text)


class Terms(Table, table=True):
    """Terms that stories, variants and assets are supplied under; every text is per language tag.

    `key` names terms that can be chosen again and again. The texts lie outside the policy's hash, so that few distinct policies
    cover many stories.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str | None = Field(default=None, unique=True, max_length=64)
    policy_hash: str = Field(foreign_key="policy.hash", max_length=64, index=True)
    names: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    usage_terms: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    copyright_holder: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    copyright_notice: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    credit_line: dict[str, str] = Field(default_factory=dict, sa_type=Json)
