"""`storypool seed`."""

from __future__ import annotations

from typing import Annotated

import typer

from models.base import utc_now
from models.database import Database
from seed.loader import load
from server.cli.installation import media_folder, run
from server.cli.output import AsJson, print_json, progress_bar
from server.settings import load_settings


def seed(
    stories: Annotated[
        int | None, typer.Option(min=1, help="Then add synthetic stories until there are this many, for measuring.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Load the demonstration's stories and partners; what is there already stays as it is."""
    settings = load_settings()

    async def work(database: Database) -> dict[str, int]:
        with progress_bar("Drawing and releasing stories") as progress:
            report = await load(database, media_folder(settings), now=utc_now(), progress=progress)
        added = 0
        if stories is not None:
            from seed.synthetic import grow  # only here: its stock of phrases is not needed otherwise

            with progress_bar("Growing the pool") as progress:
                added = await grow(database, stories, now=utc_now(), progress=progress)
        return {"added": report.stories, "present": report.stories_present, "synthetic": added}

    counts = run(work, settings)
    if as_json:
        print_json(counts)
    else:
        typer.echo(f"{counts['added']} stories added, {counts['present']} were there, {counts['synthetic']} synthetic")
