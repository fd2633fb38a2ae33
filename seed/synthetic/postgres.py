"""Writes a growing pool to PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

import asyncpg

from models.event import EVENT_COUNTER
from models.pool.index import RightsKey
from models.pool.key import Key
from models.pool.tables import RELEASE_COUNTER
from seed.synthetic.rows import COLUMNS, EVENT, POOL_ENTRY, Batch, Row
from seed.synthetic.writer import (
    COUNTER,
    PLAIN_TABLES,
    POOL_KEY,
    POOL_RIGHTS,
    POSTING,
    PoolWriter,
    entry_rows,
    event_rows,
    postings_of,
    refuse_if_moved,
    rights_of,
    rows_of,
    stories_in,
)


class PostgresWriter(PoolWriter):
    """One connection of its own; rows go in by COPY."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._rights: dict[RightsKey, int] = {}
        self._keys: dict[Key, int] = {}

    @classmethod
    async def connect(cls, url: str) -> PostgresWriter:
        """Opens a connection.

        :param url: `postgresql://…`.
        """
        connection = await asyncpg.connect(url)
        await connection.set_type_codec("tsvector", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary")
        with suppress(asyncpg.InsufficientPrivilegeError):
            # The rows are made to fit, and to check each reference doubles the time; only a superuser may leave it out.
            await connection.execute("SET session_replication_role = replica")
        return cls(connection)

    async def write(self, batches: Sequence[Batch], first_release: int) -> None:
        """See `PoolWriter.write`."""
        try:
            async with self._connection.transaction():
                await self._write(batches, first_release)
        except BaseException:
            self._rights.clear()
            self._keys.clear()
            raise

    async def finish(self) -> None:
        """See `PoolWriter.finish`."""
        for table in (*COLUMNS, POSTING, POOL_KEY, POOL_RIGHTS):
            await self._connection.execute(f'VACUUM (ANALYZE) "{table}"')

    async def close(self) -> None:
        """See `PoolWriter.close`."""
        await self._connection.close()

    async def _write(self, batches: Sequence[Batch], first_release: int) -> None:
        stories = stories_in(batches)
        refuse_if_moved(await self._count(RELEASE_COUNTER, stories), batches, first_release)
        for table in PLAIN_TABLES:
            await self._copy(table, COLUMNS[table], rows_of(table, batches))
        for right in sorted(rights_of(batches) - self._rights.keys()):
            self._rights[right] = await self._id_of(POOL_RIGHTS, ("policy_hash", "language", "form"), right)
        await self._copy(POOL_ENTRY, COLUMNS[POOL_ENTRY], entry_rows(batches, self._rights))
        await self._post(postings_of(batches))
        texts = ((position, tokens) for batch in batches for position, tokens, _ in batch.texts)
        await self._copy("pool_text", ("position", "tokens"), texts)
        # Last: whoever holds the counter of the change log must take no other lock.
        first_event = await self._count(EVENT_COUNTER, stories) - stories + 1
        await self._copy(EVENT, COLUMNS[EVENT], event_rows(batches, first_event))

    async def _copy(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        await self._connection.copy_records_to_table(table, columns=columns, records=rows)

    async def _count(self, counter: str, by: int) -> int:
        statement = f"UPDATE {COUNTER} SET value = value + $1 WHERE name = $2 RETURNING value"  # noqa: S608 - own names
        return int(await self._connection.fetchval(statement, by, counter))

    async def _post(self, postings: dict[Key, list[int]]) -> None:
        for key in sorted(postings.keys() - self._keys.keys()):
            values = (key.kind.value, key.value)
            self._keys[key] = await self._id_of(POOL_KEY, ("kind", "value"), values, stories=0)
        ordered = sorted((self._keys[key], releases) for key, releases in postings.items())
        rows = ((key_id, release) for key_id, releases in ordered for release in releases)
        await self._copy(POSTING, ("key_id", "release_id"), rows)
        await self._connection.executemany(
            f"UPDATE {POOL_KEY} SET stories = stories + $1 WHERE id = $2",  # noqa: S608
            [(len(releases), key_id) for key_id, releases in ordered],
        )

    async def _id_of(self, table: str, columns: Sequence[str], values: Sequence[str], **more: int) -> int:
        """The id of the row that has these values; it is added where it is not there."""
        names = ", ".join((*columns, *more))
        marks = ", ".join(f"${number}" for number in range(1, len(columns) + len(more) + 1))
        insert = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
        await self._connection.execute(insert, *values, *more.values())
        same = " AND ".join(f"{column} = ${number}" for number, column in enumerate(columns, start=1))
        return int(await self._connection.fetchval(f"SELECT id FROM {table} WHERE {same}", *values))  # noqa: S608
