"""`storypool serve` and `storypool demo`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from models.database import database_url
from models.errors import MigrationNeeded
from models.migration import require_head, upgrade
from server.cli.demonstration import SECRETS_FILE, Credentials, set_up
from server.cli.installation import media_folder, open_database, run, settings_with
from server.cli.output import AsJson, print_json, print_table, progress_bar
from server.listening import end_quietly_when_told, listening_socket, serve_on, settled
from server.logging import configure_logging
from server.mail import PrintingMailer
from server.oauth.metadata import TOKEN_PATH
from server.paths import GRAPHQL_PATH
from server.settings import Settings

Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.", show_default="8000")]
Host = Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")]


def serve_command(port: Port = None, host: Host = None) -> None:
    """Serve the installation that the environment describes."""
    end_quietly_when_told()
    settings = settings_with(port=port, host=host)
    configure_logging(settings.log_level, settings.log_format)
    run(_nothing, settings)
    bound = listening_socket(settings.host, settings.port)
    serve_on(bound, settled(settings, bound))


async def _nothing(_database: object) -> None:
    """To have the database checked is all that is wanted."""


def demo_command(
    port: Port = None,
    host: Host = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder that keeps everything.", show_default="./data")] = None,
    database_url: Annotated[
        str | None, typer.Option(help="Database, where it is not the folder's SQLite file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set up the demonstration, or go on with it, print its addresses and credentials, and serve it."""
    end_quietly_when_told()
    settings = settings_with(port=port, host=host, data_dir=data_dir, database_url=database_url)
    log_format = settings.log_format if "log_format" in settings.model_fields_set else "text"
    configure_logging(settings.log_level, log_format)
    bound = listening_socket(settings.host, settings.port)
    settings = settled(settings, bound)
    if "outgoing_private" not in settings.model_fields_set:  # so that webhooks can be tried on one machine
        settings = settings.model_copy(update={"outgoing_private": True})
    clients = asyncio.run(_set_up(settings))
    bound.listen()  # so that whoever reads the addresses below can call at once
    if as_json:
        print_json(
            {
                "url": settings.issuer,
                "graphqlUrl": settings.issuer + GRAPHQL_PATH,
                "tokenUrl": settings.issuer + TOKEN_PATH,
                "clients": [client.as_json() for client in clients],
            }
        )
    else:
        _introduce(settings, clients)
    serve_on(bound, settings, PrintingMailer() if settings.smtp_url is None else None)


async def _set_up(settings: Settings) -> list[Credentials]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    async with open_database(settings.database) as database:
        try:
            await require_head(database)
        except MigrationNeeded:
            await upgrade(database_url(settings.database))
        with progress_bar("Drawing and releasing the demonstration's stories") as progress:
            return await set_up(database, media_folder(settings), settings.data_dir / SECRETS_FILE, progress)


def _introduce(settings: Settings, clients: list[Credentials]) -> None:
    typer.echo(f"\nGraphQL    {settings.issuer}{GRAPHQL_PATH}")
    typer.echo(f"Tokens     {settings.issuer}{TOKEN_PATH}")
    typer.echo(f"Kept in    {settings.data_dir}\n")
    rows = [(client.partner or "(staff)", client.client_id, client.client_secret) for client in clients]
    print_table(("Partner", "Client id", "Client secret"), rows)
    typer.echo("\nPaste these one after another into another terminal:\n")
    for command in walk(settings.issuer, clients[0]):
        typer.echo(command + "\n")


def walk(url: str, client: Credentials) -> list[str]:
    """Three shell commands, to be run in this order in one shell: a token, stories, a pickup of the first of them."""
    query = (
        'query Stories { stories(first: 3, filter: {languages: ["en"], usableFor: {territory: "FR", channel: WEB}})'
        ' { edges { node { uri variants(languages: ["en"]) { id version headline } } } } }'
    )
    pickup = (
        "mutation Take($input: AcknowledgePickupInput!) { acknowledgePickup(input: $input)"
        " { pickup { id } userErrors { code message } } }"
    )
    return [
        f"TOKEN=$(curl -s -u '{client.client_id}:{client.client_secret}' -d grant_type=client_credentials"
        f" {url}{TOKEN_PATH} | python3 -c 'import json, sys; print(json.load(sys.stdin)[\"access_token\"])')",
        f'STORIES=$(curl -s {url}{GRAPHQL_PATH} -H "Authorization: Bearer $TOKEN"'
        f" -G --data-urlencode 'query={query}'); echo \"$STORIES\"",
        'PICKUP=$(echo "$STORIES" | python3 -c \'import json, sys;'
        ' variant = json.load(sys.stdin)["data"]["stories"]["edges"][0]["node"]["variants"][0];'
        f' print(json.dumps({{"query": "{pickup}", "variables": {{"input": {{"variantId": variant["id"],'
        ' "version": variant["version"], "uses": [{"territory": "FR", "channel": "WEB"}]}}}))\');'
        f" curl -s {url}{GRAPHQL_PATH} -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json'"
        ' -d "$PICKUP"',
    ]
