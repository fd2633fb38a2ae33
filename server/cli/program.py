"""The program: its commands, and how their refusals end. Only the module of the command that is called is imported."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Final

import typer

from models.errors import StorypoolError
from server.settings import SettingsError

COMMANDS: Final = {
    "demo": ("serve", "demo_command"),
    "serve": ("serve", "serve_command"),
    "import": ("importing", "import_command"),
    "worker": ("worker", "worker"),
    "migrate": ("database", "migrate"),
    "seed": ("seed", "seed"),
    "sdl": ("sdl", "sdl"),
    "doctor": ("doctor", "doctor"),
    "backup": ("database", "backup"),
    "restore": ("database", "restore"),
    "move": ("database", "move"),
}
"""The module and the function of each command, in the order of the help."""
NOUNS: Final = ("client", "partner", "story", "reprint", "rights", "keys", "audit")
"""Groups of commands; each is the `commands` of the module of its name."""


def program(called: str | None = None) -> typer.Typer:
    """The program with the command that is called, or with all of them where that is none that it knows."""
    app = typer.Typer(
        name="storypool",
        help="Storypool: finished stories, supplied many times. Settings come from STORYPOOL_… variables.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_nothing)  # so that a single command has to be named, too
    every = called not in COMMANDS and called not in NOUNS
    for name, (module, function) in COMMANDS.items():
        if every or name == called:
            app.command(name)(getattr(import_module(f"server.cli.{module}"), function))
    for noun in NOUNS:
        if every or noun == called:
            app.add_typer(import_module(f"server.cli.{noun}").commands, name=noun)
    return app


def _nothing() -> None:
    """Storypool: finished stories, supplied many times. Settings come from STORYPOOL_… variables."""


def main() -> None:
    """Runs a command. Exit codes: 0 done, 1 refused with one line on standard error, 2 called wrongly."""
    try:
        program(sys.argv[1] if len(sys.argv) > 1 else None)()
    except (StorypoolError, SettingsError) as error:
        sys.stderr.write(f"storypool: {' / '.join(str(error).splitlines())}\n")
        sys.exit(1)
