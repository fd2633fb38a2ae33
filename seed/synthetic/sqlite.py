"""Writes a growing pool to SQLite."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from models.event import EVENT_COUNTER
from models.pool.index import RightsKey
from models.pool.key import Key
from models.pool.tables import RELEASE_COUNTER
from seed.synthetic.rows import COLUMNS, EVENT, POOL_ENTRY, Row
from seed.synthetic.writer import COUNTER, PLAIN_TABLES, POOL_KEY, POOL_RIGHTS, POSTING, Load, PoolWriter

_CACHE_KIB: Final = 262_144
_WHILE_GROWING: Final = {"hashsize": 64 * 2**20, "automerge": 16}
"""Settings of FTS5: bytes that it collects before it writes, and how many parts it lets lie before it merges them."""
_FTS5_DEFAULTS: Final = {"hashsize": 2**20, "automerge": 4}


class SqliteWriter(PoolWriter):
    """One connection of its own, used from one thread at a time."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._in_use = threading.Lock()  # a write goes on in its thread when the task that waits for it is cancelled
        for pragma in (
            "busy_timeout=60000",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            f"cache_size=-{_CACHE_KIB}",
            "foreign_keys=OFF",  # the rows are made to fit; a test checks it
            "wal_autocheckpoint=100000",
        ):
            self._connection.execute(f"PRAGMA {pragma}")
        self._usual = {name: self._full_text_setting(name) for name in _WHILE_GROWING}
        self._set_full_text(_WHILE_GROWING)

    async def write(self, load: Load) -> None:
        """See `PoolWriter.write`."""

        def write() -> None:
            with self._in_use:
                self._write(load)

        await asyncio.to_thread(write)

    async def finish(self) -> None:
        """See `PoolWriter.finish`. The full-text index is left to `models.search.index.finish_bulk`."""

    async def close(self) -> None:
        """See `PoolWriter.close`."""

        def close() -> None:
            with self._in_use:
                self._set_full_text(self._usual)  # the settings are kept in the database
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self._connection.close()

        await asyncio.to_thread(close)

    def _full_text_setting(self, name: str) -> int:
        found = self._connection.execute("SELECT v FROM pool_text_config WHERE k = ?", (name,)).fetchall()
        return int(found[0][0]) if found else _FTS5_DEFAULTS[name]

    def _set_full_text(self, settings: Mapping[str, int]) -> None:
        for setting in settings.items():
            self._connection.execute("INSERT INTO pool_text (pool_text, rank) VALUES (?, ?)", setting)

    def _write(self, load: Load) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            load.refuse_if_moved(self._count(RELEASE_COUNTER, load.stories))
            for table in PLAIN_TABLES:
                self._insert(table, load.rows(table))
            rights = {right: self._right(right) for right in sorted(load.rights)}
            self._insert(POOL_ENTRY, load.entry_rows(rights))
            self._post(load.postings())
            texts = [text for batch in load.batches for text in batch.texts]
            self._connection.executemany(
                "INSERT INTO pool_text_source (position, tokens) VALUES (?, ?)",
                ((position, packed) for position, _, packed in texts),
            )
            self._connection.executemany(
                "INSERT INTO pool_text (rowid, tokens) VALUES (?, ?)",
                ((position, plain) for position, plain, _ in texts),
            )
            self._insert(EVENT, load.event_rows(self._count(EVENT_COUNTER, load.stories)))
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            self._forget_ids()
            raise

    def _insert(self, table: str, rows: Iterable[Row]) -> None:
        columns = COLUMNS[table]
        names = ", ".join(f'"{column}"' for column in columns)
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # noqa: S608 - own names

    def _count(self, counter: str, by: int) -> int:
        statement = f"UPDATE {COUNTER} SET value = value + ? WHERE name = ? RETURNING value"  # noqa: S608
        ((value,),) = self._connection.execute(statement, (by, counter)).fetchall()
        return int(value)

    def _right(self, right: RightsKey) -> int:
        if right not in self._rights:
            columns = "policy_hash, language, form"
            self._rights[right] = self._id_of(POOL_RIGHTS, columns, right)
        return self._rights[right]

    def _post(self, postings: dict[Key, list[int]]) -> None:
        for key in postings:
            if key not in self._keys:
                self._keys[key] = self._id_of(POOL_KEY, "kind, value", (key.kind.value, key.value), stories=0)
        ordered = sorted((self._keys[key], releases) for key, releases in postings.items())
        self._connection.executemany(
            f"INSERT INTO {POSTING} (key_id, release_id) VALUES (?, ?)",  # noqa: S608
            ((key_id, release) for key_id, releases in ordered for release in releases),
        )
        self._connection.executemany(
            f"UPDATE {POOL_KEY} SET stories = stories + ? WHERE id = ?",  # noqa: S608
            [(len(releases), key_id) for key_id, releases in ordered],
        )

    def _id_of(self, table: str, columns: str, values: Sequence[str], **more: int) -> int:
        """The id of the row that has these values; it is added where it is not there."""
        names = [*columns.split(", "), *more]
        marks = ", ".join("?" * len(names))
        insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
        self._connection.execute(insert, (*values, *more.values()))
        same = " AND ".join(f"{column} = ?" for column in columns.split(", "))
        ((found,),) = self._connection.execute(f"SELECT id FROM {table} WHERE {same}", values).fetchall()  # noqa: S608
        return int(found)
