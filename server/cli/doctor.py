"""`storypool doctor`: is the installation in order?"""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
import typer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import migration
from models.audit.verify import newest_seal, verify
from models.base import POSTGRESQL, utc_now
from models.database import Database
from models.document import decode
from models.errors import OperationalError
from models.mail import count_waiting
from models.migration import why_not_ready
from models.pool.index import positions
from models.pool.key import keys_of
from models.pool.tables import POSITIONS_PER_RELEASE, Document, PoolEntry, PoolKey, PoolStory, Posting, first_position
from models.token import current_key, published_keys
from seed.progress import Progress
from server.cli.demonstration import SECRETS_FILE
from server.cli.installation import open_database
from server.cli.output import AsJson, print_json, progress_bar
from server.settings import Settings, SettingsError, load_settings

_STORIES_AT_ONCE = 200
_SEALS_LOOKED_AT = 1000


@dataclass(frozen=True)
class Finding:
    """What one check came to; `problem` is None where all is well."""

    check: str
    problem: str | None

    def as_json(self) -> dict[str, object]:
        """The form that `storypool doctor --json` prints."""
        return {"check": self.check, "ok": self.problem is None, "problem": self.problem}


def doctor(as_json: AsJson = False) -> None:
    """Check settings, database, migrations, the pool index against its documents, keys and permissions."""
    findings = asyncio.run(examine())
    if as_json:
        print_json(
            {"ok": all(finding.problem is None for finding in findings), "checks": [f.as_json() for f in findings]}
        )
    else:
        for finding in findings:
            typer.echo(
                f"{'ok  ' if finding.problem is None else 'FAIL'}  {finding.check}: {finding.problem or 'in order'}"
            )
    if any(finding.problem for finding in findings):
        raise typer.Exit(1)


async def examine() -> list[Finding]:
    """Every check that can be made, in order; those that need what has failed already are left out."""
    try:
        settings = load_settings()
    except SettingsError as error:
        return [Finding("settings", str(error))]
    findings = [Finding("settings", None), Finding("data folder", _data_folder(settings))]
    try:
        async with open_database(settings.database) as database:
            findings.append(Finding("database", await _answers(database)))
            findings.append(Finding("migration", await why_not_ready(database)))
            if findings[-1].problem is not None:
                return findings
            findings.append(
                Finding("tables", _some(await migration.differences(database), "differences from the program's"))
            )
            async with database.read() as session:
                for name, check in CHECKS:
                    findings.append(Finding(name, await check(session)))
                findings.append(Finding("mail", await _mail(session, settings)))
                with progress_bar("Reading documents") as progress:
                    findings.append(Finding("entries", await _entries(session, progress)))
    except OperationalError as error:
        findings.append(Finding("database", error.message))
    return findings


def _data_folder(settings: Settings) -> str | None:
    folder = settings.data_dir
    if not folder.is_dir():
        return f"{folder} is no folder"
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return f"{folder} cannot be written to"
    if folder.stat().st_mode & stat.S_IWOTH:
        return f"{folder} can be written to by everybody"
    secrets = folder / SECRETS_FILE
    if secrets.exists() and secrets.stat().st_mode & 0o077:
        return f"{secrets} can be read by others; its mode must be 600"
    return None


async def _answers(database: Database) -> str | None:
    async with database.read() as session:
        await session.execute(sa.text("SELECT 1"))
    return None


async def _signing_key(session: AsyncSession) -> str | None:
    now = utc_now()
    signing = current_key(await published_keys(session, now), now)
    return None if signing else "there is no signing key: run storypool keys rotate"


async def _mail(session: AsyncSession, settings: Settings) -> str | None:
    if settings.smtp_url is not None or not (waiting := await count_waiting(session)):
        return None
    return f"{waiting} mails to partners wait: set STORYPOOL_SMTP_URL, so that the server sends them"


async def _audit_trail(session: AsyncSession) -> str | None:
    """The newest seals only; the whole trail is what `storypool audit verify` is for."""
    newest = await newest_seal(session)
    report = await verify(session, first=max(1, (newest.number if newest else 0) - _SEALS_LOOKED_AT))
    return None if report.broken is None else f"{report.broken.place}: {report.broken.problem}"


async def _documents(session: AsyncSession) -> str | None:
    lost = (
        sa.select(sa.func.count())
        .select_from(PoolStory)
        .outerjoin(Document, col(Document.release_id) == PoolStory.release_id)
        .where(col(Document.release_id).is_(None))
    )
    return _none(await _number(session, lost), "live stories without a document")


async def _full_text(session: AsyncSession) -> str | None:
    on_postgresql = (await session.connection()).dialect.name == POSTGRESQL
    text = sa.table("pool_text" if on_postgresql else "pool_text_source", sa.column("position"))
    position = col(PoolEntry.position)
    missing = await _number(
        session, sa.select(sa.func.count()).select_from(PoolEntry).where(position.not_in(sa.select(text.c.position)))
    )
    beyond = await _number(
        session, sa.select(sa.func.count()).select_from(text).where(text.c.position.not_in(sa.select(position)))
    )
    return _none(missing, "live variants that search does not find") or _none(beyond, "search rows of no live variant")


async def _key_counts(session: AsyncSession) -> str | None:
    counted = (
        sa.select(col(Posting.key_id).label("key_id"), sa.func.count().label("stories"))
        .group_by(col(Posting.key_id))
        .subquery()
    )
    wrong = (
        sa.select(sa.func.count())
        .select_from(sa.join(PoolKey, counted, col(PoolKey.id) == counted.c.key_id, isouter=True))
        .where(col(PoolKey.stories) != sa.func.coalesce(counted.c.stories, 0))
    )
    live = sa.select(col(PoolStory.release_id))
    stale = sa.select(sa.func.count()).select_from(Posting).where(col(Posting.release_id).not_in(live))
    return _none(await _number(session, wrong), "filter keys whose count of stories is wrong") or _none(
        await _number(session, stale), "filter entries of no live story"
    )


async def _entries(session: AsyncSession, progress: Progress) -> str | None:
    """Whether each live story has the entries, and as many postings, as its document says."""
    total = await _number(session, sa.select(sa.func.count()).select_from(PoolStory))
    wrong = done = expected_postings = 0
    last = -1
    while True:
        batch = (
            select(PoolStory.release_id, Document.content)
            .join(Document, col(Document.release_id) == PoolStory.release_id)
            .where(PoolStory.release_id > last)
            .order_by(col(PoolStory.release_id))
            .limit(_STORIES_AT_ONCE)
        )
        stories = (await session.exec(batch)).all()
        if not stories:
            break
        upper = first_position(stories[-1][0]) + POSITIONS_PER_RELEASE
        entries = select(PoolEntry.position, PoolEntry.variant_id).where(
            PoolEntry.position > first_position(last), PoolEntry.position < upper
        )
        found: dict[int, UUID] = dict((await session.exec(entries)).all())
        for release_id, content in stories:
            document = decode(content)
            expected = {position: UUID(variant["id"]) for position, variant in positions(release_id, document)}
            start = first_position(release_id)
            held = {place: found[place] for place in range(start, start + len(expected) + 1) if place in found}
            wrong += held != expected
            expected_postings += len(keys_of(document))
        last = stories[-1][0]
        done += len(stories)
        progress(done, total)
    postings = await _number(session, sa.select(sa.func.count()).select_from(Posting))
    if not wrong and postings != expected_postings:
        return f"the documents call for {expected_postings} filter entries, and there are {postings}"
    return _none(wrong, "live stories whose index entries differ from their document")


CHECKS: tuple[tuple[str, Callable[[AsyncSession], Awaitable[str | None]]], ...] = (
    ("signing key", _signing_key),
    ("audit trail", _audit_trail),
    ("documents", _documents),
    ("full text", _full_text),
    ("filter keys", _key_counts),
)


async def _number(session: AsyncSession, statement: sa.Select[int]) -> int:
    return int((await session.execute(statement)).scalar_one())


def _none(number: int, what: str) -> str | None:
    return f"{number} {what}" if number else None


def _some(found: list[object], what: str) -> str | None:
    return _none(len(found), what)
