"""`storypool audit …`: whether the audit trail is as it was made."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated

import typer

from models.audit.verify import Head, Verification, newest_seal
from models.audit.verify import verify as verify_trail
from models.database import Database
from models.errors import BadInput, NotFound
from server.cli.installation import run
from server.cli.output import AsJson, print_json

commands = typer.Typer(help="The audit trail: verify it, show its newest seal.", no_args_is_help=True)
_HEAD = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})", re.ASCII)


@commands.command()
def verify(
    first: Annotated[
        int, typer.Option("--from", min=1, metavar="NUMBER", help="Begin with this seal; trust those before it.")
    ] = 1,
    expect: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER:HASH", help="A seal that storypool audit head once printed; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compute every hash again. Exit code 1, and the first place that is wrong, where anything was changed."""
    expected = [_read_head(given) for given in expect or ()]

    async def work(database: Database) -> Verification:
        async with database.read() as session:
            return await verify_trail(session, first=first, expected=expected)

    report = run(work)
    if as_json:
        print_json(_as_json(report))
    else:
        typer.echo(f"{report.seals} seals over {report.entries} entries; the newest is {report.head or 'none'}")
        if report.unsealed:
            typer.echo(f"{report.unsealed} entries wait for a seal, the oldest since {report.unsealed_since}")
    if report.broken is not None:
        typer.echo(f"storypool: {report.broken.place}: {report.broken.problem}", err=True)
        raise typer.Exit(1)


@commands.command()
def head(as_json: AsJson = False) -> None:
    """Print the newest seal. Write it down elsewhere: verify --expect then shows whether the trail was cut off or made anew."""

    async def work(database: Database) -> Head | None:
        async with database.read() as session:
            return await newest_seal(session)

    newest = run(work)
    if newest is None:
        raise NotFound("nothing is sealed yet; a running server seals what is written within a second")
    if as_json:
        print_json(asdict(newest))
    else:
        typer.echo(str(newest))


def _read_head(given: str) -> Head:
    match = _HEAD.fullmatch(given)
    if match is None:
        raise BadInput(f"{given[:100]!r} is no seal; write it as storypool audit head prints it: NUMBER:HASH")
    return Head(int(match[1]), match[2])


def _as_json(report: Verification) -> dict[str, object]:
    return {
        "ok": report.broken is None,
        "seals": report.seals,
        "entries": report.entries,
        "head": None if report.head is None else asdict(report.head),
        "unsealed": report.unsealed,
        "unsealedSince": report.unsealed_since,
        "broken": None if report.broken is None else asdict(report.broken),
    }
