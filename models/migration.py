"""Carries a database to a version of the schema, up and down (Alembic)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import URL

from models import tables
from models.base import SQLITE
from models.database import Database
from models.errors import MigrationNeeded, OperationalError
from models.search.index import is_search_object

HEAD = "head"
_SCRIPTS = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return config


def include_object(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """Leaves the full-text tables to `models.search`: they are made by statements of their own."""
    return not (kind == "table" and is_search_object(name or ""))


def head() -> str:
    """The newest revision that this program knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


async def current(database: Database) -> str | None:
    """The revision that the database is at, read without waiting for a writer; None for one without tables."""
    async with database.read() as session:
        connection = await session.connection()
        return await connection.run_sync(_read_revision)


def _read_revision(connection: sa.Connection) -> str | None:
    # Not by Alembic's MigrationContext, which logs two lines each time that it is made.
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return revision


async def why_not_ready(database: Database) -> str | None:
    """Why the database cannot be served from; None when it can."""
    return None if await current(database) == head() else "the database is not migrated"


async def require_head(database: Database) -> None:
    """Passes when the database is at the version of the schema that this program needs.

    :raises MigrationNeeded: it is not.
    """
    revision = await current(database)
    if revision != head():
        raise MigrationNeeded(
            f"the database is at revision {revision or 'none'} and this program needs {head()}: run storypool migrate"
        )


async def upgrade(url: URL, revision: str = HEAD) -> None:
    """Carries the database up to `revision`, data included."""
    await _run(url, "upgrade", revision)


async def downgrade(url: URL, revision: str) -> None:
    """Carries the database down to `revision`; `base` takes everything away."""
    await _run(url, "downgrade", revision)


async def differences(database: Database) -> list[object]:
    """What the tables of the database lack or have beyond the table classes; empty when both agree."""

    def compare(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"include_object": include_object, "compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, tables.metadata))

    async with database.writer.connect() as connection:
        return await connection.run_sync(compare)


async def _run(url: URL, direction: str, revision: str) -> None:
    config = _config()

    def run(connection: sa.Connection) -> None:
        config.attributes["connection"] = connection
        getattr(command, direction)(config, revision)

    database = Database(url, readers=1)
    if database.dialect == SQLITE:
        # SQLite changes a table by making it anew; dropping the old one must not take along, or trip over, what refers to it.
        sa.event.listen(database.writer.sync_engine, "connect", _leave_references_alone)
    try:
        async with database.writer.begin() as connection:
            await connection.run_sync(run)
            if database.dialect == SQLITE:
                await connection.run_sync(_check_references)
    finally:
        await database.close()


def _leave_references_alone(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")


def _check_references(connection: sa.Connection) -> None:
    """Ends the migration, before it is committed, where it would leave a row that refers to nothing."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise OperationalError(f"the migration would leave a row of {broken[0]} that refers to no row of {broken[2]}")
