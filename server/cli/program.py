"""The program: its commands, and how their refusals end."""

from __future__ import annotations

import sys

import typer

from models.errors import StorypoolError
from server.cli import (
    audit,
    client,
    database,
    doctor,
    importing,
    keys,
    partner,
    reprint,
    rights,
    sdl,
    seed,
    serve,
    story,
    worker,
)
from server.settings import SettingsError

app = typer.Typer(
    name="storypool",
    help="Storypool: finished stories, supplied many times. Settings come from STORYPOOL_… variables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("demo")(serve.demo_command)
app.command("serve")(serve.serve_command)
app.command("import")(importing.import_command)
for command in (
    worker.worker,
    database.migrate,
    seed.seed,
    sdl.sdl,
    doctor.doctor,
    database.backup,
    database.restore,
    database.move,
):
    app.command()(command)
for noun in (client, partner, story, reprint, rights, keys, audit):
    app.add_typer(noun.commands, name=noun.__name__.rpartition(".")[2])


def main() -> None:
    """Runs a command. Exit codes: 0 done, 1 refused with one line on standard error, 2 called wrongly."""
    try:
        app()
    except (StorypoolError, SettingsError) as error:
        sys.stderr.write(f"storypool: {' / '.join(str(error).splitlines())}\n")
        sys.exit(1)
