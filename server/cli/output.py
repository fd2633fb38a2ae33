"""What commands print: data on standard output, as JSON or for people; everything else on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from seed.progress import Progress as Report

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

_PATIENCE_SECONDS = 2.0


def print_json(data: object) -> None:
    """One line of JSON."""
    sys.stdout.write(orjson.dumps(data).decode() + "\n")
    sys.stdout.flush()


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table whose cells can be copied: nothing is cut off or broken, however narrow the terminal."""
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        column.no_wrap = True
        column.overflow = "ignore"
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console = Console(highlight=False, markup=False)
    console.width = max(console.width, console.measure(table, options=console.options.update_width(10_000)).maximum)
    console.print(table, crop=False)


@contextmanager
def progress_bar(label: str) -> Iterator[Report]:
    """What long work tells of its progress; shown once it has taken two seconds, and only to a terminal."""
    began = time.monotonic()
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with_bar: Progress | None = None

    def report(done: int, total: int) -> None:
        nonlocal with_bar
        if with_bar is None and sys.stderr.isatty() and time.monotonic() - began > _PATIENCE_SECONDS:
            with_bar = Progress(*columns, console=Console(stderr=True), transient=True)
            with_bar.add_task(label)
            with_bar.start()
        if with_bar is not None:
            with_bar.update(with_bar.task_ids[0], completed=done, total=total)

    try:
        yield report
    finally:
        if with_bar is not None:
            with_bar.stop()
