"""`storypool reprint …`: which stories a page reuses, and the index behind that."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject, utc_now
from models.database import Database
from models.errors import BadInput, OperationalError, StorypoolError
from models.reprint import index
from models.reprint.expected import expectation, expected_of
from models.reprint.importing import keep_row, unread_columns
from models.reprint.index import Reuse
from models.reprint.listing import reprint_at
from models.reprint.page import MOST_BYTES, Page, block_of, read_page
from models.reprint.sheet import MOST_BYTES as MOST_TABLE_BYTES
from models.reprint.sheet import Line, read_rows
from models.reprint.source import Teller
from models.reprint.table import ReprintWay
from models.reprint.translation import Proposal, article_of, in_words, translations
from models.reprint.verify import Finding, judge
from models.rollup.fold import fold, zone_kept
from models.rollup.rebuild import differences, rebuild
from schema.identifier import global_id
from server.cli.installation import run, settings_with
from server.cli.output import AsJson, print_json, print_table
from server.cli.writing import person, written
from server.outgoing import GuardedClient, OutgoingError
from server.settings import Settings

commands = typer.Typer(help="Reprints: which stories a page reuses, and the index behind that.", no_args_is_help=True)

DataDir = Annotated[Path | None, typer.Option(help="Folder that keeps everything.", show_default="./data")]
_PLAIN = (".txt", ".text", ".md")


class _Source(NamedTuple):
    """A page, and why it is not the article, if it is not."""

    page: Page
    blocked: str | None
    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})


@commands.command("match")
def match_command(
    file_or_url: Annotated[str, typer.Argument(help="A file of HTML or plain text, or an http or https address.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Tell which variants a page reuses, how much of them, and where, and of which it may be a translation."""
    settings = settings_with(data_dir=data_dir)
    source = _read(file_or_url, settings)

    async def matched(database: Database) -> tuple[list[Reuse], list[Proposal]]:
        await index.catch_up(database)
        async with database.read() as session:
            reuses = await index.reuses(session, source.page.text)
            return reuses, await _proposals(session, source.page, reuses, settings)

    reuses, proposals = run(matched, settings)
    blocked = None if reuses else source.blocked  # what holds a story is no wall, whatever stands around it
    if as_json:
        matches = [{**reuse.record(), "variantId": global_id("Variant", reuse.variant_id)} for reuse in reuses]
        print_json({"matches": matches, "blocked": blocked, "translations": _proposal_records(proposals)})
        return
    if blocked is not None:
        typer.echo(f"This is not the article: {blocked}")
    if reuses:
        _print_reuses(reuses)
    else:
        typer.echo("Nothing of the pool is in it.")
    if proposals:
        typer.echo("Possible translations (proposed, not decided):")
        rows = [
            (f"{one.found.score:.0f}", one.language, one.version, one.story_uri, in_words(one.found.shared))
            for one in proposals
        ]
        print_table(("Score", "From", "Version", "Story", "Shared"), rows)


async def _proposals(session: AsyncSession, page: Page, reuses: Sequence[Reuse], settings: Settings) -> list[Proposal]:
    published = None if page.published is None else page.published.in_zone(ZoneInfo(settings.report_zone))
    known = {reuse.story_id for reuse in reuses}
    text = article_of(page)
    return await translations(session, text, language=page.language, published_at=published, known=known)


def _proposal_records(proposals: Sequence[Proposal]) -> list[JsonObject]:
    return [{**one.record(), "variantId": global_id("Variant", one.variant_id)} for one in proposals]


def _print_reuses(reuses: Sequence[Reuse]) -> None:
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


@commands.command("check")
def check_command(
    url: Annotated[str, typer.Argument(help="The http or https address of a page.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Look at a page as at a reported copy, and show all that is found. Keeps nothing.

    Where the address is that of a copy that is known, it is judged by what was agreed with its pickup."""
    settings = settings_with(data_dir=data_dir)
    source = _read(url, settings)

    async def looked(database: Database) -> tuple[list[Reuse], Finding, list[Proposal]]:
        await index.catch_up(database)
        async with database.read() as session:
            reuses = await index.reuses(session, source.page.text)
            story_id = reuses[0].story_id if reuses else None
            variant_id = reuses[0].variant_id if reuses else None
            known = await reprint_at(session, url)
            if known is not None:
                expected = await expected_of(session, known)
            else:
                expected = await expectation(session, story_id, variant_id, None, source.page.language)
            proposals = await _proposals(session, source.page, reuses, settings)
        return reuses, judge(source.page, source.status, source.headers, expected, utc_now()), proposals

    reuses, finding, proposals = run(looked, settings)
    shown = _shown(source.page, reuses, finding)
    if as_json:
        shown["translations"] = _proposal_records(proposals)
    else:
        shown["possible translations"] = [f"{one.story_uri} ({in_words(one.found.shared)})" for one in proposals]
    if as_json:
        print_json(shown)
    else:
        print_table(("What", "Found"), [(name, _in_words(value)) for name, value in shown.items()])


def _shown(page: Page, reuses: list[Reuse], finding: Finding) -> JsonObject:
    best, credit, published = reuses[0] if reuses else None, finding.credit, page.published
    return {
        "url": page.url,
        "state": finding.state.value,
        "reasons": list(finding.reasons),
        "blocked": finding.blocked,
        "title": page.title,
        "language": finding.language,
        "published": None if published is None else published.at.isoformat(),
        "publishedBy": None if published is None else f"{published.source} {published.precision}",
        "charset": page.charset,
        "storyUri": None if best is None else best.story_uri,
        "variant": None if best is None else f"{best.language}, version {best.version}",
        "form": None if finding.form is None else finding.form.value,
        "coverage": None if finding.match is None else round(finding.match.coverage, 4),
        "pageShare": None if finding.match is None else round(finding.match.page_share, 4),
        "paragraphs": {fate.value: number for fate, number in finding.paragraphs.items()},
        "credit": None if credit is None else credit.state.value,
        "creditWho": None if credit is None else credit.who,
        "links": len(page.links),
        "images": len(page.images),
    }


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


@commands.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="A table of copies, a row each: CSV or XLSX.")],
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Read copies and their figures from a table. The same again changes nothing; a row that cannot be right is told of and left out."""
    settings = settings_with(data_dir=data_dir)
    if not file.is_file():
        raise BadInput(f"there is no file {str(file)[:200]!r}")
    with file.open("rb") as opened:
        content = opened.read(MOST_TABLE_BYTES + 1)
    rows = list(read_rows(content))
    unread = sorted({name for _, line in rows for name in unread_columns(line)})
    zone = ZoneInfo(settings.report_zone)

    async def kept(database: Database) -> list[JsonObject]:
        return [await _kept(database, number, line, zone) for number, line in rows]

    results = run(kept, settings)
    refused = [result for result in results if result["error"] is not None]
    if as_json:
        print_json({"rows": results, "unreadColumns": unread})
    else:
        for result in refused:
            typer.echo(f"row {result['row']}: {result['error']}", err=True)
        if unread:
            typer.echo(f"columns that were not read: {', '.join(unread)}", err=True)
        typer.echo(f"{len(results) - len(refused)} rows kept, {len(refused)} refused")
    if refused:
        raise typer.Exit(1)


async def _kept(database: Database, number: int, line: Line, zone: ZoneInfo) -> JsonObject:
    try:
        async with written(database, "importReprint", row=number) as session:
            teller = Teller(ReprintWay.IMPORT, person(), utc_now())
            found = await keep_row(session, line, teller, zone)
            return {
                "row": number,
                "reprintId": global_id("Reprint", found.reprint.id),
                "figures": found.figures,
                "error": None,
            }
    except StorypoolError as error:
        return {"row": number, "reprintId": None, "figures": 0, "error": error.message}


@commands.command("index")
def index_command(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Make the index of matching anew from the releases."""
    texts = run(index.rebuild, settings_with(data_dir=data_dir))
    if as_json:
        print_json({"texts": texts})
    else:
        typer.echo(f"{texts} texts are in the index.")


@commands.command("rollup")
def rollup_command(
    data_dir: DataDir = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail unless what is kept is what the rows say.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Count copies and pickups anew for the reports, by the days of STORYPOOL_REPORT_ZONE."""
    settings = settings_with(data_dir=data_dir)
    zone = ZoneInfo(settings.report_zone)

    async def counted(database: Database) -> int:
        return await rebuild(database, zone)

    async def differing(database: Database) -> list[str]:
        await fold(database)
        async with database.read() as session:
            kept = await zone_kept(session)
            if kept is None or kept.key != zone.key:
                raise OperationalError(f"nothing was counted by the days of {zone.key}: run storypool reprint rollup")
            return await differences(session, zone)

    if not check:
        cells = run(counted, settings)
        print_json({"cells": cells}) if as_json else typer.echo(f"{cells} numbers are kept for the reports.")
        return
    different = run(differing, settings)
    if as_json:
        print_json({"different": different})
    elif not different:
        typer.echo("What is kept is what the rows say.")
    if different:
        raise OperationalError(
            f"{len(different)} numbers differ from the rows, such as {different[0]}: run storypool reprint rollup"
        )


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
    return _Source(page, block_of(page, answer.status, headers), answer.status, headers)
