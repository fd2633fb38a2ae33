"""Read and write sessions on SQLite and PostgreSQL.

A read opens its own short session and sees one consistent snapshot. A write is one transaction, committed before it answers; the
events that it appended take their positions as the last thing before the commit (`models.event`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlalchemy.ext.asyncio
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.base import POSTGRESQL, SQLITE
from models.errors import OperationalError

_DRIVERS = {SQLITE: "sqlite+aiosqlite", POSTGRESQL: "postgresql+asyncpg"}
_ALIASES = {"postgres": POSTGRESQL}
_BUSY_TIMEOUT_MS = 60_000


def database_url(value: str) -> URL:
    """Reads a database URL and puts the asynchronous driver in.

    :param value: `sqlite:///path/to/file.db`, `postgresql://user@host/name`, with or without the driver's name.
    :raises OperationalError: for any other kind of database.
    """
    try:
        url = make_url(value)
    except sa.exc.ArgumentError as error:
        raise OperationalError("the database URL cannot be read; expected sqlite:///FILE or postgresql://…") from error
    backend = _ALIASES.get(url.get_backend_name(), url.get_backend_name())
    if backend not in _DRIVERS:
        raise OperationalError(f"databases of the kind {backend!r} are not supported; use sqlite or postgresql")
    if backend == SQLITE and not url.database:
        raise OperationalError("an in-memory SQLite database is not supported; name a file: sqlite:///FILE")
    return url.set(drivername=_DRIVERS[backend])


class Session(AsyncSession):
    """SQLModel's session, with SQLAlchemy's own `execute` for statements that `exec` has no types for (SQLModel 0.0.50 deprecates it)."""

    execute = sqlalchemy.ext.asyncio.AsyncSession.execute


class Database:
    """One database with its connection pools. Build it once, `close()` it at the end.

    :param url: see `database_url`.
    :param readers: connections kept for reading (on PostgreSQL: for reading and writing).
    """

    def __init__(self, url: str | URL, *, readers: int = 8) -> None:
        self.url = database_url(url) if isinstance(url, str) else url
        self._listeners: list[Callable[[], None]] = []
        self.dialect = self.url.get_backend_name()
        if self.dialect == SQLITE:
            self._reader = _sqlite_engine(self.url, readers, begin="BEGIN DEFERRED", read_only=True)
            self._writer = _sqlite_engine(self.url, 1, begin="BEGIN IMMEDIATE", read_only=False)
        else:
            self._writer = create_async_engine(
                self.url,
                pool_size=readers,
                max_overflow=readers,
                pool_pre_ping=True,
                pool_recycle=1800,
                hide_parameters=True,  # an error must not print what was bound
            )
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def writer(self) -> AsyncEngine:
        """The engine that writes; for migrations and maintenance. Everything else uses `write()`."""
        return self._writer

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session that sees one snapshot and cannot write. Keep it short; never share it between resolvers."""
        async with Session(self._reader, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One write transaction: committed at the end of the block, rolled back when the block raises."""
        async with Session(self._writer, expire_on_commit=False) as session:
            yield session
            told = await event.take_positions(session)
            await session.commit()
        if told:
            for listener in self._listeners:
                listener()

    @asynccontextmanager
    async def write_snapshot(self) -> AsyncIterator[AsyncSession]:
        """As `write`, on PostgreSQL, but sees one state of the rows throughout; it fails (SQLSTATE 40001) where others changed what it
        writes. For upkeep that appends no events.
        """
        engine = self._writer.execution_options(isolation_level="REPEATABLE READ")
        async with Session(engine, expire_on_commit=False) as session:
            yield session
            await session.commit()

    def listen(self, listener: Callable[[], None]) -> None:
        """Adds what is called after every commit with events through this object; it may signal, not wait, and must not raise."""
        self._listeners.append(listener)

    async def close(self) -> None:
        """Closes every connection."""
        await self._reader.dispose()
        await self._writer.dispose()


def _sqlite_engine(url: URL, connections: int, *, begin: str, read_only: bool) -> AsyncEngine:
    assert url.database is not None
    Path(url.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=_BUSY_TIMEOUT_MS / 1000,
        hide_parameters=True,
        poolclass=sa.AsyncAdaptedQueuePool,
    )

    @sa.event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # what was answered survives a power cut, not only a crash
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA temp_store=MEMORY")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @sa.event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
