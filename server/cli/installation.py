"""The installation that a command works on: its settings and its database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import sqlalchemy as sa
from pydantic import ValidationError

from models.database import Database
from models.errors import OperationalError
from models.files import MEDIA_FOLDER
from models.media import MediaFolder
from models.migration import require_head
from server.logging import redact
from server.settings import Settings, SettingsError, load_settings

T = TypeVar("T")


def settings_with(**given: object) -> Settings:
    """The environment's settings, with those that were given on the command line in their place; None is not given.

    :raises SettingsError: one of them cannot be right.
    """
    load_settings()
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        raise SettingsError("\n".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in problems)) from None


def run(work: Callable[[Database], Awaitable[T]], settings: Settings | None = None) -> T:
    """Runs work on the installation's database, which must be at migration head.

    :raises MigrationNeeded: it is not.
    :raises OperationalError: the database does not answer.
    """
    settings = settings or load_settings()

    async def checked(database: Database) -> T:
        await require_head(database)
        return await work(database)

    return run_unchecked(checked, settings)


def run_unchecked(work: Callable[[Database], Awaitable[T]], settings: Settings) -> T:
    """As `run`, at any revision."""

    async def opened() -> T:
        async with open_database(settings.database) as database:
            return await work(database)

    return asyncio.run(opened())


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """A database, closed at the end of the block.

    :raises OperationalError: it does not answer, or fails; in one line, without its password.
    """
    try:
        database = Database(url)
        try:
            yield database
        finally:
            await database.close()
    except (sa.exc.DBAPIError, OSError) as error:
        reason = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error).splitlines()
        where = sa.make_url(url).render_as_string(hide_password=True)
        raise OperationalError(f"the database {where} fails: {redact(reason[0] if reason else repr(error))}") from error


def media_folder(settings: Settings) -> MediaFolder:
    """The installation's media store."""
    return MediaFolder(settings.data_dir / MEDIA_FOLDER)
