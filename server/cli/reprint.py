"""`storypool reprint …`: which stories a page reuses, and the index behind that."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from models.database import Database
from models.errors import BadInput, OperationalError
from models.reprint import index
from models.reprint.index import Reuse
from models.reprint.page import MOST_BYTES, Page, block_of, read_page
from schema.identifier import global_id
from server.cli.installation import run, settings_with
from server.cli.output import AsJson, print_json, print_table
from server.outgoing import GuardedClient, OutgoingError
from server.settings import Settings

commands = typer.Typer(help="Reprints: which stories a page reuses, and the index behind that.", no_args_is_help=True)

DataDir = Annotated[Path | None, typer.Option(help="Folder that keeps everything.", show_default="./data")]
_PLAIN = (".txt", ".text", ".md")


class _Source(NamedTuple):
    """A page, and why it is not the article, if it is not."""

    page: Page
    blocked: str | None


@commands.command("match")
def match_command(
    file_or_url: Annotated[str, typer.Argument(help="A file of HTML or plain text, or an http or https address.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Tell which variants a page reuses, how much of them, and where."""
    settings = settings_with(data_dir=data_dir)
    source = _read(file_or_url, settings)

    async def matched(database: Database) -> list[Reuse]:
        await index.catch_up(database)
        async with database.read() as session:
            return await index.reuses(session, source.page.text)

    reuses = run(matched, settings)
    blocked = None if reuses else source.blocked  # what holds a story is no wall, whatever stands around it
    if as_json:
        matches = [{**reuse.record(), "variantId": global_id("Variant", reuse.variant_id)} for reuse in reuses]
        print_json({"matches": matches, "blocked": blocked})
        return
    if blocked is not None:
        typer.echo(f"This is not the article: {blocked}")
    if not reuses:
        typer.echo("Nothing of the pool is in it.")
        return
    rows = [
        (
            reuse.found.form,
            f"{reuse.found.coverage:.0%}",
            f"{reuse.found.page_share:.0%}",
            reuse.language,
            reuse.version,
            reuse.story_uri,
        )
        for reuse in reuses
    ]
    print_table(("Form", "Of the variant", "Of the page", "Language", "Version", "Story"), rows)


@commands.command("index")
def index_command(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Make the index of matching anew from the releases."""
    texts = run(index.rebuild, settings_with(data_dir=data_dir))
    if as_json:
        print_json({"texts": texts})
    else:
        typer.echo(f"{texts} texts are in the index.")


def _read(file_or_url: str, settings: Settings) -> _Source:
    """The page in a file or at an address.

    :raises BadInput: there is no such file, it is too large, or the address is none.
    :raises OperationalError: the address does not answer.
    """
    if file_or_url.startswith(("http://", "https://")):
        return asyncio.run(_fetch(file_or_url, settings))
    path = Path(file_or_url)
    if not path.is_file():
        raise BadInput(f"{file_or_url[:200]!r} is neither a file nor an http or https address")
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    kind = "text/plain" if path.suffix.lower() in _PLAIN else None
    page = read_page(content, url=path.resolve().as_uri(), content_type=kind)
    return _Source(page, block_of(page, 200, {}))


async def _fetch(url: str, settings: Settings) -> _Source:
    client = GuardedClient(allow_private=settings.outgoing_private, most_bytes=MOST_BYTES)
    try:
        answer = await client.get(url)
    except OutgoingError as error:
        raise OperationalError(f"{url[:200]} gave no page: {error}") from None
    finally:
        await client.close()
    headers = {name.lower(): value for name, value in answer.headers.items()}
    page = read_page(answer.body, url=answer.url, content_type=headers.get("content-type"))
    return _Source(page, block_of(page, answer.status, headers))
