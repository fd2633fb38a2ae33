"""`storypool story …`: the release door, from the command line."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import Annotated

import typer
from sqlmodel import col, select

from models.base import utc_now
from models.database import Database
from models.pool.tables import Release
from models.release import change_status, release_story, story_by_uri
from models.story import PubStatus, Story
from server.cli.installation import run
from server.cli.output import AsJson, print_json, print_table

commands = typer.Typer(help="Stories: list, release, withhold, kill, reinstate.", no_args_is_help=True)
Uri = Annotated[str, typer.Argument(metavar="URI", help="As storypool story list shows it.")]
By = Annotated[str, typer.Option(help="Who does it, for the record.", default_factory=getpass.getuser)]
Reason = Annotated[str, typer.Option(help="Why, for the record; shown to staff only.")]


@commands.command("list")
def list_(
    status: Annotated[PubStatus | None, typer.Option(help="Only those of this status.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest first.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Stories with their version and status, newest content first. Version 0 was never released."""

    async def work(database: Database) -> Sequence[Story]:
        statement = select(Story).order_by(col(Story.content_created).desc(), col(Story.uri)).limit(limit)
        if status is not None:
            statement = statement.where(col(Story.pub_status) == status)
        async with database.read() as session:
            return (await session.exec(statement)).all()

    stories = run(work)
    if as_json:
        print_json(
            [
                {"uri": part.uri, "version": part.version, "pubStatus": part.pub_status, "slugline": part.slugline}
                for part in stories
            ]
        )
    else:
        print_table(
            ("URI", "Version", "Status", "Slugline"),
            [(part.uri, part.version, part.pub_status, part.slugline) for part in stories],
        )


@commands.command()
def release(uri: Uri, by: By, as_json: AsJson = False) -> None:
    """Let every approved variant of a story into the pool, as a new version."""

    async def work(database: Database) -> Release:
        async with database.write() as session:
            story = await story_by_uri(session, uri)
            return await release_story(session, story.id, by=by, now=utc_now())

    _show(uri, run(work), as_json)


@commands.command()
def withhold(uri: Uri, reason: Reason, by: By, as_json: AsJson = False) -> None:
    """Take a story back until further notice."""
    _change(uri, PubStatus.WITHHELD, by, reason, as_json)


@commands.command()
def kill(uri: Uri, reason: Reason, by: By, as_json: AsJson = False) -> None:
    """Take a story back for good."""
    _change(uri, PubStatus.CANCELED, by, reason, as_json)


@commands.command()
def reinstate(
    uri: Uri, by: By, reason: Annotated[str | None, typer.Option(help="Why.")] = None, as_json: AsJson = False
) -> None:
    """Make a withheld story usable again."""
    _change(uri, PubStatus.USABLE, by, reason, as_json)


def _change(uri: str, status: PubStatus, by: str, reason: str | None, as_json: bool) -> None:
    async def work(database: Database) -> Release:
        async with database.write() as session:
            story = await story_by_uri(session, uri)
            return await change_status(session, story.id, status, by=by, now=utc_now(), reason=reason)

    _show(uri, run(work), as_json)


def _show(uri: str, made: Release, as_json: bool) -> None:
    if as_json:
        print_json({"uri": uri, "version": made.version, "kind": made.kind, "at": made.at})
    else:
        typer.echo(f"{uri}: version {made.version}, {made.kind}")
