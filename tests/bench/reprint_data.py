"""Bulk reprints, loaded once and kept: so many pickups, three times as many copies, twenty times as many figures, over three years."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import asyncpg
import sqlalchemy as sa
from sqlalchemy.engine import URL

from models.base import utc_now
from models.client import create_client
from models.database import Database, database_url
from models.migration import upgrade
from models.rollup.rebuild import keep_up, rebuild
from models.scope import Scope
from seed.progress import Progress, silent
from tests.bench.pool import Engine, Pool
from tests.bench.reprint_catalogue import STORIES, lay_catalogue
from tests.bench.reprint_sql import Size, Statements

ZONE: Final = ZoneInfo("Asia/Shanghai")
"""Of the reports."""
VERSION: Final = 2
"""Of the data: what was kept of another is made anew."""
_AT_ONCE: Final = 50_000
"""Rows, or copies with their figures, of one statement."""
_MARK: Final = "bench_loaded"
_SQLITE_CACHE_KIB: Final = 524_288


async def load(engine: Engine, size: Size, url: URL, progress: Progress = silent, *, stories: int = STORIES) -> Pool:
    """Fills the empty database at that address, unless it is filled already; registers a client that may read all reports.

    :param progress: is told rows done and rows in all.
    :raises ValueError: there would be no copies, or the database holds something else.
    """
    if size.reprints == 0:
        raise ValueError(f"{size.pickups} pickups are too few; take 1,000 or more")
    await upgrade(url)
    database = Database(url)
    try:
        if await _is_loaded(database):
            await keep_up(database, ZONE)
        else:
            await lay_catalogue(database, stories)
            async with _loader(engine, url) as loader:
                await _fill(loader, Statements(engine, size), size, progress)
            await rebuild(database, ZONE)
            async with _loader(engine, url) as loader:
                await loader.settle()
                await loader.run(f"CREATE TABLE {_MARK} (version integer)")
                await loader.run(f"INSERT INTO {_MARK} VALUES ({VERSION})")
        scopes = [Scope.POOL_READ, Scope.REPORT_READ, Scope.STORY_WRITE]
        async with database.write() as session:
            client, secret = await create_client(session, None, "benchmark", scopes, utc_now())
    finally:
        await database.close()
    return Pool(engine, size.pickups, url.render_as_string(hide_password=False), client.client_id, secret)


async def _is_loaded(database: Database) -> bool:
    """:raises ValueError: something else is there, or what another version made, or what was broken off."""
    async with database.read() as session:
        connection = await session.connection()
        tables = await connection.run_sync(lambda sync: set(sa.inspect(sync).get_table_names()))
        if _MARK in tables and (await session.execute(sa.text(f"SELECT version FROM {_MARK}"))).scalar() == VERSION:
            return True
        if (await session.execute(sa.text("SELECT id FROM story LIMIT 1"))).first() is not None:
            raise ValueError(f"{database.url.database} was broken off, or made otherwise; remove it")
    return False


def sqlite_reprints(folder: Path, size: Size) -> URL:
    """The file of that size; one that cannot be used is removed."""
    path = folder / f"reprints-{size.pickups}.db"
    if path.exists():
        with closing(sqlite3.connect(path)) as file:
            known = file.execute("SELECT name FROM sqlite_master WHERE name = ?", (_MARK,)).fetchone()
            known = known and file.execute(f"SELECT version FROM {_MARK}").fetchone() == (VERSION,)
        if not known:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
    return database_url(f"sqlite:///{path.absolute().as_posix()}")


async def postgres_reprints(server: URL, size: Size) -> URL:
    """The database of that size; one that cannot be used is removed."""
    name = f"reprints_{size.pickups}"
    connection = await asyncpg.connect(_plain(server))
    try:
        if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            if await _version(server.set(database=name)) == VERSION:
                return database_url(server.set(database=name).render_as_string(hide_password=False))
            await connection.execute(f"DROP DATABASE {name}")
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    return database_url(server.set(database=name).render_as_string(hide_password=False))


async def _version(url: URL) -> int | None:
    connection = await asyncpg.connect(_plain(url))
    try:
        if await connection.fetchval("SELECT to_regclass($1)", _MARK) is None:
            return None
        version: int | None = await connection.fetchval(f"SELECT version FROM {_MARK}")
        return version
    finally:
        await connection.close()


def _plain(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


async def _fill(loader: _Loader, statements: Statements, size: Size, progress: Progress) -> None:
    steps = (
        ("reprint", statements.reprints(), size.reprints),
        ("pickup", statements.pickups(), size.pickups),
        ("metric_snapshot", statements.snapshots(), size.reprints),
        ("standing_figure", statements.standing(), size.reprints),
    )
    total, done = sum(rows for *_, rows in steps), 0
    for table, statement, rows in steps:
        dropped = await loader.strip(table)
        for first in range(0, rows, _AT_ONCE):
            after = min(first + _AT_ONCE, rows)
            await loader.run(statement.replace("{first}", str(first)).replace("{after}", str(after)))
            done += after - first
            progress(done, total)
        for create in dropped:
            await loader.run(create)
        await loader.run(f"ANALYZE {table}")
    grouped = statements.groups() if size.reprints >= size.group_every else ()
    for statement in (*grouped, *statements.accounts()):
        await loader.run(statement)


class _Loader(ABC):
    """One connection that checks no references and sets nothing off, for the rows are made to fit."""

    @abstractmethod
    async def run(self, statement: str) -> None:
        """One statement, in a transaction of its own."""

    @abstractmethod
    async def strip(self, table: str) -> list[str]:
        """Drops what a table is found by but for its primary key, and what its rows set off; the statements that make it again."""

    @abstractmethod
    async def settle(self) -> None:
        """Gives the engine the statistics that it would gather in time."""


class _Postgres(_Loader):
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def run(self, statement: str) -> None:
        await self._connection.execute(statement)

    async def strip(self, table: str) -> list[str]:
        constraints = await self._connection.fetch(
            "SELECT conname, pg_get_constraintdef(oid) AS made FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'u'",
            table,
        )
        made = []
        for name, definition in constraints:
            await self.run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            made.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        indexes = await self._connection.fetch(
            "SELECT c.relname, pg_get_indexdef(i.indexrelid) AS made FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid"
            " WHERE i.indrelid = $1::regclass AND NOT i.indisprimary",
            table,
        )
        for name, definition in indexes:
            await self.run(f'DROP INDEX "{name}"')
            made.append(definition)
        return made

    async def settle(self) -> None:
        await self.run("VACUUM ANALYZE")


class _Sqlite(_Loader):
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def run(self, statement: str) -> None:
        await asyncio.to_thread(self._connection.execute, statement)

    async def strip(self, table: str) -> list[str]:
        found = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND tbl_name = ? AND sql IS NOT NULL"
        rows = self._connection.execute(found, (table,)).fetchall()
        for kind, name, _ in rows:
            await self.run(f'DROP {kind} "{name}"')
        return [made for *_, made in rows]

    async def settle(self) -> None:
        await self.run("ANALYZE")
        await self.run("PRAGMA wal_checkpoint(TRUNCATE)")


@asynccontextmanager
async def _loader(engine: Engine, url: URL) -> AsyncIterator[_Loader]:
    if engine == "sqlite":
        assert url.database is not None
        with closing(sqlite3.connect(url.database, isolation_level=None, check_same_thread=False)) as file:
            file.create_function("sha256", 1, _sha256, deterministic=True)
            for pragma in (
                "synchronous=OFF",
                f"cache_size=-{_SQLITE_CACHE_KIB}",
                "foreign_keys=OFF",
                "temp_store=MEMORY",
            ):
                file.execute(f"PRAGMA {pragma}")
            yield _Sqlite(file)
        return
    connection = await asyncpg.connect(_plain(url))
    try:
        for setting in (
            "session_replication_role = replica", "synchronous_commit = off", "maintenance_work_mem = '1GB'", "work_mem = '256MB'",
            "jit = off",
        ):  # fmt: skip
            await connection.execute(f"SET {setting}")
        yield _Postgres(connection)
    finally:
        await connection.close()


def _sha256(text: str) -> str:
    return hashlib.sha256(str(text).encode()).hexdigest()
