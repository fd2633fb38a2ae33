"""Stored policies: each once, by the hash of its canonical form, and never changed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Collection
from typing import Final

import orjson
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import POSTGRESQL
from models.policy import Policy, PolicyHash, parse_policy
from models.terms.table import StoredPolicy

_READ_AT_ONCE: Final = 1_000
"""Names in one query: SQLite takes at most 32,766 parameters."""
_PARSED_AT_ONCE: Final = 100
"""After so many, which take some 10 ms, other requests have their turn."""


async def store_policy(session: AsyncSession, policy: Policy) -> PolicyHash:
    """Makes sure that a policy is stored, and gives its name. Storing it twice is storing it once."""
    name = policy.hash()
    insert = postgresql.insert if session.get_bind().dialect.name == POSTGRESQL else sqlite.insert
    await session.execute(insert(StoredPolicy).values(hash=name, canonical=policy.canonical()).on_conflict_do_nothing())
    return name


async def load_policies(session: AsyncSession, hashes: Collection[str]) -> dict[str, Policy]:
    """The policies of these names. Other requests go on while a great many are read."""
    names, found = list(hashes), {}
    for first in range(0, len(names), _READ_AT_ONCE):
        wanted = col(StoredPolicy.hash).in_(names[first : first + _READ_AT_ONCE])
        rows = (await session.exec(select(StoredPolicy.hash, StoredPolicy.canonical).where(wanted))).all()
        for place, (name, canonical) in enumerate(rows):
            found[name] = parse_policy(orjson.loads(canonical))
            if place % _PARSED_AT_ONCE == _PARSED_AT_ONCE - 1:
                await asyncio.sleep(0)
    return found


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
        found = {name: self._policies[name] for name in hashes if name in self._policies}
        missing = [name for name in hashes if name not in found]
        if missing:
            found.update(await load_policies(session, missing))
        for name in hashes:  # others may have read the same meanwhile, or made it go
            found[name] = self._policies.setdefault(name, found[name])
            self._policies.move_to_end(name)
        while len(self._policies) > self._size:
            self._policies.popitem(last=False)
        return found
