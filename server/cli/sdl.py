"""`storypool sdl`."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import Annotated

import typer

import schema
from models.errors import OperationalError

CHECKED_IN = Path(schema.__file__).parent / "schema.graphql"


def sdl(
    check: Annotated[
        bool, typer.Option("--check", help="Print nothing; fail unless the checked-in file says the same.")
    ] = False,
) -> None:
    """Print the GraphQL schema in its definition language."""
    from schema.schema import build_schema, print_sdl

    printed = print_sdl(build_schema())
    if not check:
        sys.stdout.write(printed)
        return
    kept = CHECKED_IN.read_text(encoding="utf-8")
    if kept != printed:
        lines = difflib.unified_diff(kept.splitlines(), printed.splitlines(), lineterm="", n=0)
        changed = sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in lines)
        raise OperationalError(f"{CHECKED_IN.name} differs from the schema in {changed} lines: run make sdl")
