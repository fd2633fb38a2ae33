"""`storypool client …`: the programs that may get access tokens."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlmodel import col, select

from models import client as clients
from models.audit.subject import about
from models.base import utc_now
from models.client import Client
from models.database import Database
from models.partner import Partner
from models.scope import PARTNER_SCOPES, Scope, known_scopes, scope_text
from server.cli.installation import run
from server.cli.output import AsJson, print_json, print_table
from server.cli.partner import find_partner
from server.cli.writing import written

commands = typer.Typer(
    help="OAuth clients: create, list, suspend, reactivate, rotate their secrets.", no_args_is_help=True
)
ClientId = Annotated[str, typer.Argument(metavar="CLIENT_ID", help="As storypool client list shows it.")]


@commands.command()
def create(
    partner: Annotated[str | None, typer.Option(metavar="KEY", help="The partner it acts for.")] = None,
    staff: Annotated[bool, typer.Option("--staff", help="It acts for the centre's own staff.")] = False,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="May be repeated. Default: all of a partner's but embargo:read; for staff, all."),
    ] = None,
    name: Annotated[str, typer.Option(help="What people call it.")] = "Created on the command line",
    as_json: AsJson = False,
) -> None:
    """Register a client and show its secret, this once."""
    if staff is (partner is not None):
        raise typer.BadParameter("name a partner with --partner KEY, or say --staff")
    granted = scope or list(Scope if staff else PARTNER_SCOPES - {Scope.EMBARGO_READ})

    async def work(database: Database) -> tuple[Client, str]:
        async with written(database, "createClient", partner=partner, scopes=sorted(granted)) as session:
            partner_id = None if partner is None else (await find_partner(session, partner)).id
            about(session, partner_id=partner_id)
            client, secret = await clients.create_client(session, partner_id, name, granted, utc_now())
            about(session, client.client_id)
            return client, secret

    _show_secret(*run(work), partner, as_json)


@commands.command("list")
def list_(as_json: AsJson = False) -> None:
    """Every client, without its secret."""

    async def work(database: Database) -> list[tuple[Client, str | None]]:
        statement = (
            select(Client, Partner.key)
            .outerjoin(Partner, col(Partner.id) == col(Client.partner_id))
            .order_by(col(Client.created_at), col(Client.id))
        )
        async with database.read() as session:
            return list((await session.exec(statement)).all())

    rows = [
        {
            "clientId": client.client_id,
            "partner": partner,
            "name": client.name,
            "status": client.status.value,
            "scope": " ".join(client.scopes),
            "createdAt": client.created_at.isoformat(),
        }
        for client, partner in run(work)
    ]
    if as_json:
        print_json(rows)
    else:
        shown = [
            (row["clientId"], row["partner"] or "(staff)", row["status"], row["name"], row["scope"]) for row in rows
        ]
        print_table(("Client id", "Partner", "Status", "Name", "Scope"), shown)


@commands.command()
def suspend(client_id: ClientId, as_json: AsJson = False) -> None:
    """Refuse a client from now on, and the tokens that it has."""

    async def work(database: Database) -> Client:
        async with written(database, "suspendClient") as session:
            about(session, client_id)
            return await clients.suspend_client(session, client_id, utc_now())

    _show_status(run(work), as_json)


@commands.command()
def reactivate(client_id: ClientId, as_json: AsJson = False) -> None:
    """Take a suspension back."""

    async def work(database: Database) -> Client:
        async with written(database, "reactivateClient") as session:
            about(session, client_id)
            return await clients.reactivate_client(session, client_id, utc_now())

    _show_status(run(work), as_json)


@commands.command()
def rotate(client_id: ClientId, as_json: AsJson = False) -> None:
    """Replace a client's secret and show the new one, this once."""

    async def work(database: Database) -> tuple[Client, str, str | None]:
        async with written(database, "rotateClientSecret") as session:
            about(session, client_id)
            client, secret = await clients.rotate_secret(session, client_id, utc_now())
            partner = await session.get(Partner, client.partner_id) if client.partner_id else None
            return client, secret, partner.key if partner else None

    client, secret, partner = run(work)
    _show_secret(client, secret, partner, as_json)


def _show_secret(client: Client, secret: str, partner: str | None, as_json: bool) -> None:
    scope = scope_text(known_scopes(client.scopes))
    if as_json:
        print_json({"partner": partner, "clientId": client.client_id, "clientSecret": secret, "scope": scope})
        return
    typer.echo(f"client id      {client.client_id}\nclient secret  {secret}\nscope          {scope}")
    typer.echo("The secret is shown this once; only its hash is kept.", err=True)


def _show_status(client: Client, as_json: bool) -> None:
    if as_json:
        print_json({"clientId": client.client_id, "status": client.status.value})
    else:
        typer.echo(f"{client.client_id} is {client.status}")
