"""`storypool keys …`: what access tokens and addresses are signed with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import typer

from models.base import utc_now
from models.database import Database
from models.token import SigningKey, current_key, published_keys, rotate_signing_key
from models.url_key import UrlKey, rotate_url_key
from server.cli.installation import run
from server.cli.output import AsJson, print_json, print_table
from server.cli.writing import written

commands = typer.Typer(
    help="Signing keys: list, rotate; those of access tokens and of addresses.", no_args_is_help=True
)


@commands.command("list")
def list_(as_json: AsJson = False) -> None:
    """The keys that are published, without their private halves."""

    async def work(database: Database) -> Sequence[SigningKey]:
        async with database.read() as session:
            return await published_keys(session, utc_now())

    _show(run(work), as_json)


@commands.command()
def rotate(
    lead: Annotated[
        int, typer.Option(min=0, metavar="SECONDS", help="Publish the new key so long before it signs.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Sign with a new key. Tokens that the former key signed stay good until they expire."""

    async def work(database: Database) -> Sequence[SigningKey]:
        async with written(database, "rotateSigningKey", lead=lead) as session:
            await rotate_signing_key(session, utc_now(), lead=timedelta(seconds=lead))
        async with database.read() as session:
            return await published_keys(session, utc_now())

    _show(run(work), as_json)


@commands.command("rotate-url")
def rotate_url(as_json: AsJson = False) -> None:
    """Sign addresses of files, and of pages in mails, with a new key. Those that the former key signed stay good; older ones do not."""

    async def work(database: Database) -> UrlKey:
        async with written(database, "rotateUrlKey") as session:
            return await rotate_url_key(session, utc_now())

    key = run(work)
    if as_json:
        print_json({"number": key.id, "createdAt": key.created_at})
    else:
        print_table(("Key", "Created at"), [(key.id, key.created_at)])


def _show(keys: Sequence[SigningKey], as_json: bool) -> None:
    signing = current_key(keys, utc_now())
    rows = [
        {"kid": key.kid, "signs": key is signing, "activeFrom": key.active_from, "retiredAt": key.retired_at}
        for key in keys
    ]
    if as_json:
        print_json(rows)
    else:
        shown = [(row["kid"], "yes" if row["signs"] else "no", row["activeFrom"], row["retiredAt"]) for row in rows]
        print_table(("Key id", "Signs", "Active from", "Retired at"), shown)
