"""Stored policies: each once, by the hash of its canonical form, and never changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection

import orjson
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import POSTGRESQL
from models.policy import Policy, PolicyHash, parse_policy
from models.terms.table import StoredPolicy


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
