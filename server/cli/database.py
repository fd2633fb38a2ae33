"""`storypool migrate`, `backup`, `restore` and `move`."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from alembic.util import CommandError

from models import migration
from models.database import database_url
from models.errors import MigrationNeeded, NotFound, OperationalError, TargetNotEmpty
from models.migration import require_head
from models.transfer import TableProof, copy_database
from server.cli.installation import open_database
from server.cli.output import AsJson, print_json, print_table, progress_bar
from server.settings import load_settings

MEDIA_REMINDER = "Media files are not part of it: copy the folder {} as well."


def migrate(
    to: Annotated[
        str | None, typer.Option("--to", metavar="REV", help="Go up to this revision, not the newest.")
    ] = None,
    down: Annotated[
        str | None, typer.Option("--down", metavar="REV", help="Go down to this revision; 'base' takes all data away.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail unless the database is up to date.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Carry the database to another version of its tables; without options to the newest."""
    if sum((to is not None, down is not None, check)) > 1:
        raise typer.BadParameter("--to, --down and --check exclude each other")
    asyncio.run(_migrate(to or migration.HEAD, down, check, as_json))


async def _migrate(to: str, down: str | None, check: bool, as_json: bool) -> None:
    url = load_settings().database
    async with open_database(url) as database:
        before = await migration.current(database)
        try:
            if down is not None:
                await migration.downgrade(database_url(url), down)
            elif not check:
                await migration.upgrade(database_url(url), to)
        except CommandError as error:
            raise NotFound(f"no such migration: {error}") from error
        after = await migration.current(database)
        at_head = after == migration.head()
        differences = [repr(part) for part in await migration.differences(database)] if check and at_head else []
    if as_json:
        print_json({"before": before, "revision": after, "head": migration.head(), "differences": differences})
    else:
        typer.echo(f"revision {after or 'none'} (was {before or 'none'}; newest {migration.head()})")
    if check and not at_head:
        raise MigrationNeeded(
            f"the database is at revision {after or 'none'}, not {migration.head()}: run storypool migrate"
        )
    if differences:
        raise OperationalError(f"the tables differ from the program's: {'; '.join(differences)}")


def backup(file: Annotated[Path, typer.Argument(help="The file to write.")], as_json: AsJson = False) -> None:
    """Copy the whole database into one SQLite file, readable by its owner only. The server may go on serving.

    Media files are not in it; they never change, so copying the folder "media" beside it is enough.
    """
    settings = load_settings()
    if file.exists():
        raise TargetNotEmpty(f"{file} exists; name a new file")
    if not file.absolute().parent.is_dir():
        raise NotFound(f"there is no folder {file.absolute().parent}")
    with tempfile.TemporaryDirectory(prefix=".storypool-", dir=file.absolute().parent) as folder:
        written = Path(folder) / "backup.db"
        proof = asyncio.run(_copy_out(settings.database, f"sqlite:///{written}", "Backing up"))
        written.chmod(0o600)
        written.rename(file)
    _report(proof, as_json)
    if not as_json:
        typer.echo(f"{file} is written. {MEDIA_REMINDER.format(settings.data_dir / 'media')}")


def restore(
    file: Annotated[Path, typer.Argument(help="A file that storypool backup wrote.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace what the database holds. Stop the servers first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fill the database from a backup, of this version or an older one. The file itself is only read."""
    settings = load_settings()
    if not file.is_file():
        raise NotFound(f"there is no file {file}")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".storypool-", dir=settings.data_dir) as folder:
        # A copy: an older backup has to be migrated first, and SQLite writes beside the files that it reads.
        copy = shutil.copyfile(file, Path(folder) / "backup.db")
        proof = asyncio.run(_copy_in(f"sqlite:///{copy}", settings.database, force))
    _report(proof, as_json)


def move(
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help="The database to fill, as STORYPOOL_DATABASE_URL has it.")
    ],
    as_json: AsJson = False,
) -> None:
    """Carry everything into another, empty database, and prove that both hold the same. The source is only read."""
    settings = load_settings()
    if database_url(to) == database_url(settings.database):
        raise TargetNotEmpty("the database cannot be moved onto itself")
    _report(asyncio.run(_copy_out(settings.database, to, "Moving")), as_json)
    if not as_json:
        typer.echo("Both hold the same. Set STORYPOOL_DATABASE_URL to the new database and restart the servers.")


async def _copy_out(url: str, to: str, label: str) -> list[TableProof]:
    """Copies a database at head into an empty one."""
    async with open_database(url) as source:
        await require_head(source)
        await _migrate_empty(to)
        async with open_database(to) as target:
            with progress_bar(label) as progress:
                return await copy_database(source, target, progress=progress)


async def _copy_in(backup: str, url: str, force: bool) -> list[TableProof]:
    """Copies a backup, which is migrated for that, into the installation's database."""
    async with open_database(backup) as source:
        if await migration.current(source) is None:
            raise NotFound("the file is not a backup of Storypool's")
        await migration.upgrade(source.url)
        await _migrate_empty(url)
        async with open_database(url) as target:
            with progress_bar("Restoring") as progress:
                return await copy_database(source, target, replace=force, progress=progress)


async def _migrate_empty(url: str) -> None:
    """Brings a database without tables to head; one with tables must be there already."""
    async with open_database(url) as target:
        if await migration.current(target) is None:
            await migration.upgrade(target.url)
        await require_head(target)


def _report(proof: list[TableProof], as_json: bool) -> None:
    if as_json:
        tables = [{"table": part.table, "rows": part.target.rows, "sha256": part.target.sha256} for part in proof]
        print_json({"tables": tables, "equal": all(part.same for part in proof)})
        return
    rows = [(part.table, part.source.rows, part.target.rows, part.target.sha256 or "rebuilt") for part in proof]
    print_table(("Table", "Rows here", "Rows there", "SHA-256 of both"), rows)
