"""`storypool story …`: the release door, from the command line."""

from __future__ import annotations

import getpass
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated

import typer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit.subject import about
from models.base import utc_now
from models.change import Change
from models.database import Database
from models.desk.checklist import require_ready
from models.freeze import read_desk
from models.notice.deadline import keep_deadlines
from models.pool.tables import Release
from models.release import (
    Outcome,
    Retraction,
    kill_story,
    reinstate_story,
    release_story,
    story_by_uri,
    withhold_story,
)
from models.release.words import default_language
from models.story import PubStatus, Story
from schema.identifier import global_id
from server.cli.installation import run
from server.cli.output import AsJson, print_json, print_table
from server.cli.writing import written
from server.settings import load_settings

commands = typer.Typer(help="Stories: list, release, withhold, kill, reinstate.", no_args_is_help=True)
Uri = Annotated[str, typer.Argument(metavar="URI", help="As storypool story list shows it.")]
By = Annotated[str, typer.Option(help="Who does it, for the record.", default_factory=getpass.getuser)]
Reason = Annotated[str, typer.Option(help="Why, for the record; shown to staff only.")]
Text = Annotated[
    list[str] | None,
    typer.Option(
        help="What partners are told, in Chinese or English, without a word of the story. Can be given twice."
    ),
]
_WITHHELD = ("Do not use this story until further notice.", "此稿件暂停使用，等待进一步通知。")
_KILLED = (
    "Do not use this story any more. Delete every copy, and take down what has run.",
    "此稿件已撤销，请勿再使用，并删除所有副本、撤下已刊发的内容。",
)


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
        async with written(database, "releaseStory") as session:
            story, now = await story_by_uri(session, uri), utc_now()
            about(session, global_id("Story", story.id), story_id=story.id)
            require_ready(await read_desk(session, story.id), None, now)
            return await release_story(session, story.id, by=by, now=now)

    _show(uri, run(work), as_json)


@commands.command()
def withhold(uri: Uri, reason: Reason, by: By, text: Text = None, as_json: AsJson = False) -> None:
    """Take a story back until further notice, and tell its partners."""
    _retract("withholdStory", withhold_story, uri, by, Retraction(reason, _texts(text or _WITHHELD)), as_json)


@commands.command()
def kill(uri: Uri, reason: Reason, by: By, text: Text = None, as_json: AsJson = False) -> None:
    """Take a story back for good, and tell its partners."""
    _retract("killStory", kill_story, uri, by, Retraction(reason, _texts(text or _KILLED)), as_json)


@commands.command()
def reinstate(
    uri: Uri, by: By, reason: Annotated[str | None, typer.Option(help="Why.")] = None, as_json: AsJson = False
) -> None:
    """Make a withheld story usable again, and tell its partners."""

    async def work(database: Database) -> Release:
        async with written(database, "reinstateStory") as session:
            keep_deadlines(session, load_settings().notice_deadlines)
            story = await story_by_uri(session, uri)
            about(session, global_id("Story", story.id), story_id=story.id)
            return (await reinstate_story(session, story.id, None, reason, Change(by, utc_now()))).release

    _show(uri, run(work), as_json)


def _retract(
    action: str,
    act: Callable[[AsyncSession, uuid.UUID, Retraction, Change], Awaitable[Outcome]],
    uri: str,
    by: str,
    given: Retraction,
    as_json: bool,
) -> None:
    async def work(database: Database) -> Release:
        async with written(database, action) as session:
            keep_deadlines(session, load_settings().notice_deadlines)
            story = await story_by_uri(session, uri)
            about(session, global_id("Story", story.id), story_id=story.id)
            return (await act(session, story.id, given, Change(by, utc_now()))).release

    _show(uri, run(work), as_json)


def _texts(given: Sequence[str]) -> dict[str, str]:
    return {default_language(text): text for text in given}


def _show(uri: str, made: Release, as_json: bool) -> None:
    if as_json:
        print_json({"uri": uri, "version": made.version, "kind": made.kind, "at": made.at})
    else:
        typer.echo(f"{uri}: version {made.version}, {made.kind}")
