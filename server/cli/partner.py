"""`storypool partner …`: who is supplied."""

from __future__ import annotations

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
from models.errors import NotFound
from models.partner import Partner
from models.partner.edit import reactivate_partner, suspend_partner
from schema.identifier import global_id
from server.cli.installation import run
from server.cli.output import AsJson, print_json, print_table
from server.cli.writing import written

commands = typer.Typer(help="Partners: list, suspend, reactivate.", no_args_is_help=True)
CHANGED_BY = "command line"
PartnerKey = Annotated[str, typer.Argument(metavar="KEY", help="As storypool partner list shows it.")]


async def find_partner(session: AsyncSession, key: str) -> Partner:
    """The partner of that key.

    :raises NotFound: there is none.
    """
    partner = (await session.exec(select(Partner).where(col(Partner.key) == key))).one_or_none()
    if partner is None:
        raise NotFound(f"there is no partner {key!r}; storypool partner list names them")
    return partner


@commands.command("list")
def list_(as_json: AsJson = False) -> None:
    """Every partner."""

    async def work(database: Database) -> Sequence[Partner]:
        async with database.read() as session:
            return (await session.exec(select(Partner).order_by(col(Partner.key)))).all()

    partners = run(work)
    if as_json:
        fields = ("key", "kind", "status", "names", "languages", "territories")
        print_json([{name: getattr(partner, name) for name in fields} for partner in partners])
    else:
        rows = [
            (part.key, part.kind, part.status, part.names.get("en", ""), " ".join(part.languages)) for part in partners
        ]
        print_table(("Key", "Kind", "Status", "Name", "Languages"), rows)


@commands.command()
def suspend(key: PartnerKey, as_json: AsJson = False) -> None:
    """Stop supplying a partner; its clients are refused."""
    _change("suspendPartner", key, suspend_partner, as_json)


@commands.command()
def reactivate(key: PartnerKey, as_json: AsJson = False) -> None:
    """Supply a partner again."""
    _change("reactivatePartner", key, reactivate_partner, as_json)


def _change(
    action: str, key: str, door: Callable[[AsyncSession, uuid.UUID, Change], Awaitable[Partner]], as_json: bool
) -> None:
    async def work(database: Database) -> Partner:
        async with written(database, action, partner=key) as session:
            partner = await find_partner(session, key)
            about(session, global_id("Partner", partner.id), partner_id=partner.id)
            return await door(session, partner.id, Change(by=CHANGED_BY, at=utc_now()))

    status = run(work).status
    if as_json:
        print_json({"key": key, "status": status})
    else:
        typer.echo(f"{key} is {status}")
