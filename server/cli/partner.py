"""`storypool partner …`: who is supplied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.base import utc_now
from models.database import Database
from models.errors import NotFound
from models.event import Event, EventAudience, EventKind
from models.partner import Partner, PartnerStatus
from server.cli.installation import run
from server.cli.output import AsJson, print_json, print_table

commands = typer.Typer(help="Partners: list, suspend, reactivate.", no_args_is_help=True)
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
    _set_status(key, PartnerStatus.SUSPENDED, as_json)


@commands.command()
def reactivate(key: PartnerKey, as_json: AsJson = False) -> None:
    """Supply a partner again."""
    _set_status(key, PartnerStatus.ACTIVE, as_json)


def _set_status(key: str, status: PartnerStatus, as_json: bool) -> None:
    async def work(database: Database) -> None:
        async with database.write() as session:
            partner = await find_partner(session, key)
            if partner.status is status:
                return
            partner.status = status
            session.add(partner)
            changed = Event(
                kind=EventKind.PARTNER_CHANGED,
                at=utc_now(),
                audience=EventAudience.SYSTEM,
                partner_id=partner.id,
                subject_id=str(partner.id),
            )
            event.append(session, changed)

    run(work)
    if as_json:
        print_json({"key": key, "status": status})
    else:
        typer.echo(f"{key} is {status}")
