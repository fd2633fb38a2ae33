"""`storypool import`: documents of other systems, as drafts on the desk."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import orjson
import typer

from models.base import utc_now
from models.change import Change
from models.database import Database
from models.errors import BadInput, StorypoolError
from models.importing import Note, Outcome, ReadItem, Report, Unreadable, keep, read_atom, read_ninjs
from models.language import LanguageTag, parse_language
from server.cli.installation import open_database
from server.cli.output import AsJson, print_json
from server.cli.writing import person, written
from server.settings import Settings, load_settings

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of one file."""
_SUFFIXES: Final = (".json", ".jsonl", ".ndjson", ".xml", ".atom")


def import_command(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of files: .json, .jsonl, .xml, .atom.")],
    language: Annotated[str | None, typer.Option(help="Language of documents that name none, as a BCP 47 tag.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read ninjs 2.x and 3.x and Atom into the desk as drafts: the same again changes nothing. Prints what came in and what did not."""
    settings = load_settings()
    fallback = None if language is None else parse_language(language)
    reports = asyncio.run(_import(settings, list(_files(paths)), fallback))
    if as_json:
        print_json([report.as_json() for report in reports])
    else:
        _print(reports)
    if any(report.outcome is Outcome.REFUSED for report in reports):
        raise typer.Exit(1)


async def _import(settings: Settings, files: list[Path], fallback: LanguageTag | None) -> list[Report]:
    reports, seen = [], set()
    async with open_database(settings.database) as database:
        for path in files:
            for item in _items(path, fallback):
                if isinstance(item, Unreadable):
                    reports.append(Report(str(path), Outcome.REFUSED, None, str(item)))
                elif item.uri in seen:
                    reports.append(Report(item.uri, Outcome.REFUSED, None, "the URI stands twice in this import"))
                else:
                    seen.add(item.uri)
                    reports.append(await _keep(settings, database, item))
    return reports


async def _keep(settings: Settings, database: Database, item: ReadItem) -> Report:
    try:
        async with written(database, "import", uri=item.uri[:500]) as session:
            return await keep(session, item, settings.desk, Change(person(), utc_now()))
    except StorypoolError as error:
        return Report(item.uri, Outcome.REFUSED, None, error.message, item.notes)


def _files(paths: list[Path]) -> Iterator[Path]:
    """The files themselves, and those in folders.

    :raises BadInput: there is no such file.
    """
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.suffix.lower() in _SUFFIXES and one.is_file())
        elif path.is_file():
            yield path
        else:
            raise BadInput(f"there is no file or folder {path}")


def _items(path: Path, fallback: LanguageTag | None) -> Iterator[ReadItem | Unreadable]:
    """The documents of a file; what cannot be read as what is wrong with it."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable(f"the file has {path.stat().st_size:,} bytes; at most {MOST_BYTES:,} are read")
        text = path.read_bytes()
        if text.lstrip()[:1] == b"<":
            yield from read_atom(text, fallback)
            return
        for document in _documents(text):
            try:
                yield read_ninjs(document, fallback)
            except Unreadable as problem:
                yield problem
    except Unreadable as problem:
        yield problem


def _documents(text: bytes) -> list[object]:
    """One document, a list of them, a page of a feed (`items`), or one a line."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise Unreadable(f"the file is not JSON: {error}") from None
        try:
            return [orjson.loads(line) for line in lines]
        except orjson.JSONDecodeError:
            raise Unreadable(f"the file is not JSON: {error}") from None
    if isinstance(value, dict) and "uri" not in value and isinstance(value.get("items"), list):
        value = value["items"]
    return value if isinstance(value, list) else [value]


def _print(reports: list[Report]) -> None:
    for report in reports:
        why = f": {report.why}" if report.why else ""
        draft = f" → {report.story_uri}" if report.story_uri else ""
        typer.echo(f"{report.outcome.value:<9} {report.uri}{draft}{why}")
        for note in report.notes:
            typer.echo(f"            {_line(note)}")
    counts = Counter(report.outcome.value for report in reports)
    typer.echo(", ".join(f"{counts[outcome.value]} {outcome.value}" for outcome in Outcome))


def _line(note: Note) -> str:
    return f"{note.name}: {note.what}"
