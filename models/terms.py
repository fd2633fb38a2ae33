"""Terms: a policy with the wording and the names that lie beside it."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import DEFAULT_ZONE, POSTGRESQL, Json, Table, UTCDateTime, new_id
from models.policy import Policy, PolicyHash, parse_policy


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


async def store_policy(session: AsyncSession, policy: Policy) -> PolicyHash:
    """Makes sure that a policy is stored, and gives its name. Storing it twice is storing it once."""
    name = policy.hash()
    insert = postgresql.insert if session.get_bind().dialect.name == POSTGRESQL else sqlite.insert
    await session.execute(insert(StoredPolicy).values(hash=name, canonical=policy.canonical()).on_conflict_do_nothing())
    return name


async def load_policies(session: AsyncSession, hashes: Collection[str]) -> dict[str, Policy]:
    """The policies of these names."""
    rows = (await session.exec(select(StoredPolicy).where(col(StoredPolicy.hash).in_(hashes)))).all()
    return {row.hash: parse_policy(orjson.loads(row.canonical)) for row in rows}


class PolicyCache:
    """Policies by name. They never change, so one that was read once is never read again; the oldest used go when it is full."""

    def __init__(self, size: int = 50_000) -> None:
        self._size = size
        self._policies: OrderedDict[str, Policy] = OrderedDict()

    def is_conditional(self, name: str) -> bool:
        """Whether a policy in memory has conditional permissions; False for one that is not there."""
        policy = self._policies.get(name)
        return policy is not None and bool(policy.conditional)

    async def get(self, session: AsyncSession, hashes: Collection[str]) -> dict[str, Policy]:
        """The policies of these names, from memory where they are there."""
        missing = [name for name in hashes if name not in self._policies]
        if missing:
            self._policies.update(await load_policies(session, missing))
        found = {}
        for name in hashes:
            self._policies.move_to_end(name)
            found[name] = self._policies[name]
        while len(self._policies) > self._size:
            self._policies.popitem(last=False)
        return found
