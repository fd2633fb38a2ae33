"""Writes a growing pool to PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

import asyncpg

from models.event import EVENT_COUNTER
from models.pool.key import Key
from models.pool.tables import RELEASE_COUNTER
from seed.synthetic.rows import COLUMNS, EVENT, POOL_ENTRY, Row
from seed.synthetic.writer import COUNTER, PLAIN_TABLES, POOL_KEY, POOL_RIGHTS, POSTING, Load, PoolWriter


class PostgresWriter(PoolWriter):
    """One connection of its own; rows go in by COPY."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        super().__init__()
        self._connection = connection

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

    async def write(self, load: Load) -> None:
        """See `PoolWriter.write`."""
        try:
            async with self._connection.transaction():
                await self._write(load)
        except BaseException:
            self._forget_ids()
            raise

    async def finish(self) -> None:
        """See `PoolWriter.finish`."""
        for table in (*COLUMNS, POSTING, POOL_KEY, POOL_RIGHTS):
            await self._connection.execute(f'VACUUM (ANALYZE) "{table}"')

    async def close(self) -> None:
        """See `PoolWriter.close`."""
        await self._connection.close()

    async def _write(self, load: Load) -> None:
        load.refuse_if_moved(await self._count(RELEASE_COUNTER, load.stories))
        for table in PLAIN_TABLES:
            await self._copy(table, COLUMNS[table], load.rows(table))
        for right in sorted(load.rights - self._rights.keys()):
            self._rights[right] = await self._id_of(POOL_RIGHTS, ("policy_hash", "language", "form"), right)
        await self._copy(POOL_ENTRY, COLUMNS[POOL_ENTRY], load.entry_rows(self._rights))
        await self._post(load.postings())
        texts = ((position, tokens) for batch in load.batches for position, tokens, _ in batch.texts)
        await self._copy("pool_text", ("position", "tokens"), texts)
        # Last: whoever holds the counter of the change log must take no other lock.
        last_event = await self._count(EVENT_COUNTER, load.stories)
        await self._copy(EVENT, COLUMNS[EVENT], load.event_rows(last_event))

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
