"""How a pool is written to in bulk: one transaction for several batches, past the ORM."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from models.errors import OperationalError
from models.event import Counter
from models.pool.index import RightsKey
from models.pool.key import Key
from models.pool.tables import PoolKey, PoolRights, Posting
from seed.synthetic.rows import COLUMNS, EVENT, POOL_ENTRY, Batch, Row, table_name

COUNTER, POOL_KEY = table_name(Counter), table_name(PoolKey)
POOL_RIGHTS, POSTING = table_name(PoolRights), table_name(Posting)
PLAIN_TABLES: Final = tuple(name for name in COLUMNS if name not in (POOL_ENTRY, EVENT))
"""Tables whose rows are whole in a batch, each after those that it refers to."""


@dataclass(frozen=True)
class Load:
    """Batches, in order, to be written in one transaction.

    :param first_release: the number that the first story was made for.
    """

    batches: Sequence[Batch]
    first_release: int

    @property
    def stories(self) -> int:
        """How many stories there are."""
        return sum(batch.stories for batch in self.batches)

    def refuse_if_moved(self, last_release: int) -> None:
        """Makes sure that the stories carry the release numbers that were given just now.

        :raises OperationalError: they do not.
        """
        if last_release - self.stories + 1 != self.first_release:
            raise OperationalError("somebody released a story while the pool was growing; run it again to go on")

    def rows(self, table: str) -> Iterable[Row]:
        """All rows of a table."""
        return chain.from_iterable(batch.rows[table] for batch in self.batches)

    @property
    def rights(self) -> set[RightsKey]:
        """Every distinct right of the entries."""
        return {right for batch in self.batches for right in batch.rights}

    def postings(self) -> dict[Key, list[int]]:
        """Release numbers by key, ascending."""
        merged: dict[Key, list[int]] = {}
        for batch in self.batches:
            for key, releases in batch.postings.items():
                merged.setdefault(key, []).extend(releases)
        return merged

    def entry_rows(self, rights: dict[RightsKey, int]) -> Iterable[Row]:
        """The rows of the pool's entries, whole."""
        for batch in self.batches:
            for row, right in zip(batch.rows[POOL_ENTRY], batch.rights, strict=True):
                yield (*row, rights[right])

    def event_rows(self, last: int) -> Iterable[Row]:
        """The rows of the change log, whole; `last` is the position of the last one."""
        return ((*row, position) for position, row in enumerate(self.rows(EVENT), start=last - self.stories + 1))


class PoolWriter(ABC):
    """Writes to a pool that nobody else releases to at the time. It remembers the ids that it gave to rights and keys."""

    def __init__(self) -> None:
        self._rights: dict[RightsKey, int] = {}
        self._keys: dict[Key, int] = {}

    @abstractmethod
    async def write(self, load: Load) -> None:
        """Writes a load in one transaction.

        :raises OperationalError: somebody released a story in between; nothing was written.
        """

    @abstractmethod
    async def finish(self) -> None:
        """Brings what was written into its fastest form; worth it after many stories."""

    @abstractmethod
    async def close(self) -> None:
        """Gives the connection back."""

    def _forget_ids(self) -> None:
        """After a write that was taken back, and the ids with it."""
        self._rights.clear()
        self._keys.clear()
