"""How a pool is written to in bulk: one transaction for several batches, past the ORM."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
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


class PoolWriter(ABC):
    """Writes to a pool that nobody else releases to at the time."""

    @abstractmethod
    async def write(self, batches: Sequence[Batch], first_release: int) -> None:
        """Writes batches, in order, in one transaction.

        :param first_release: the number that the first story was made for.
        :raises OperationalError: somebody released a story in between; nothing was written.
        """

    @abstractmethod
    async def finish(self) -> None:
        """Brings what was written into its fastest form; worth it after many stories."""

    @abstractmethod
    async def close(self) -> None:
        """Gives the connection back."""


def stories_in(batches: Iterable[Batch]) -> int:
    """How many stories the batches hold."""
    return sum(batch.stories for batch in batches)


def refuse_if_moved(last_release: int, batches: Iterable[Batch], first_release: int) -> None:
    """Makes sure that the batches carry the release numbers that were given just now.

    :raises OperationalError: they do not.
    """
    if last_release - stories_in(batches) + 1 != first_release:
        raise OperationalError("somebody released a story while the pool was growing; run it again to go on")


def rows_of(table: str, batches: Iterable[Batch]) -> Iterable[Row]:
    """All rows of a table."""
    return chain.from_iterable(batch.rows[table] for batch in batches)


def rights_of(batches: Iterable[Batch]) -> set[RightsKey]:
    """Every distinct right of the entries."""
    return {right for batch in batches for right in batch.rights}


def postings_of(batches: Iterable[Batch]) -> dict[Key, list[int]]:
    """Release numbers by key, ascending."""
    merged: dict[Key, list[int]] = {}
    for batch in batches:
        for key, releases in batch.postings.items():
            merged.setdefault(key, []).extend(releases)
    return merged


def entry_rows(batches: Iterable[Batch], rights: dict[RightsKey, int]) -> Iterable[Row]:
    """The rows of the pool's entries, whole."""
    for batch in batches:
        for row, right in zip(batch.rows[POOL_ENTRY], batch.rights, strict=True):
            yield (*row, rights[right])


def event_rows(batches: Iterable[Batch], first: int) -> Iterable[Row]:
    """The rows of the change log, whole, from a position upwards."""
    return ((*row, position) for position, row in enumerate(rows_of(EVENT, batches), start=first))
