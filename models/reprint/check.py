"""Looks at copies: which are due, what came of a look, and when the next is, over the first quarter after publication."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject, new_id
from models.reprint.page import Page
from models.reprint.source import announce
from models.reprint.table import Reprint, ReprintCheck, ReprintState, TimePrecision, TimeSource
from models.reprint.verify import Finding

AFTER: Final = (
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=30),
    timedelta(days=90),
)
"""When a copy is looked at, after the centre heard of it. The first look is at once."""
LEASE: Final = timedelta(minutes=10)
"""How long a process has for what it claimed; of one that died, others take it up."""
_PRECISIONS: Final = {"DAY": TimePrecision.DAY, "MINUTE": TimePrecision.MINUTE, "SECOND": TimePrecision.SECOND}
_SOURCES: Final = {
    "JSON_LD": TimeSource.STRUCTURED_DATA,
    "META": TimeSource.META,
    "TIME": TimeSource.TIME_ELEMENT,
    "SCRIPT": TimeSource.STRUCTURED_DATA,
    "TEXT": TimeSource.TEXT,
    "ADDRESS": TimeSource.ADDRESS,
}


async def has_due(session: AsyncSession, now: datetime) -> bool:
    """Whether there is a copy to look at."""
    due = select(Reprint.id).where(col(Reprint.next_check_at) <= now).limit(1)
    return (await session.exec(due)).first() is not None


async def claim_due(session: AsyncSession, now: datetime, batch: int) -> list[Reprint]:
    """Copies that are to be looked at now, held for `LEASE`."""
    due = (
        select(Reprint)
        .where(col(Reprint.next_check_at) <= now)
        .order_by(col(Reprint.next_check_at), col(Reprint.id))
        .limit(batch)
        .with_for_update(key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    rows = list((await session.exec(due)).all())
    for row in rows:
        row.next_check_at = now + LEASE
        session.add(row)
    await session.flush()
    return rows


async def look_again(session: AsyncSession, story_id: uuid.UUID, now: datetime) -> None:
    """Has the copies of a story looked at at once: it was corrected, or taken back."""
    await session.execute(
        sa.update(Reprint)
        .where(
            col(Reprint.story_id) == story_id,
            col(Reprint.state) != ReprintState.WITHDRAWN,
            col(Reprint.address).is_not(None),
        )
        .values(next_check_at=now)
        .execution_options(synchronize_session=False)
    )


async def keep_finding(
    session: AsyncSession,
    reprint_id: uuid.UUID,
    finding: Finding,
    now: datetime,
    *,
    page: Page | None = None,
    status: int | None = None,
    sha256: str | None = None,
    published_at: datetime | None = None,
) -> ReprintCheck | None:
    """Keeps what came of a look, and says when the next is; None where the copy was withdrawn meanwhile.

    What somebody stated stays: a look fills in form, language, title and moment where nobody has said them.

    :param sha256: of the page's bytes, where they are kept as evidence.
    :param published_at: by the page, where it says a moment.
    """
    held = select(Reprint).where(Reprint.id == reprint_id).with_for_update(key_share=True)
    reprint = (await session.exec(held.execution_options(populate_existing=True))).first()
    if reprint is None or reprint.state is ReprintState.WITHDRAWN:
        return None
    check = ReprintCheck(
        id=new_id(),
        reprint_id=reprint.id,
        at=now,
        state=finding.state,
        reasons=list(finding.reasons),
        form=finding.form,
        status=status,
        url=None if page is None else page.url[:2048],
        sha256=sha256,
        details=_details(finding, page),
    )
    session.add(check)
    was = reprint.state
    reprint.state = finding.state
    reprint.form = reprint.form or finding.form
    reprint.language = reprint.language or finding.language
    if page is not None and page.title:
        reprint.title = reprint.title or page.title[:500]
    if reprint.published_source is TimeSource.FIRST_SEEN:
        _date(reprint, page, published_at, now)
    planned = [*(reprint.created_at + after for after in AFTER), *([finding.due_at] if finding.due_at else [])]
    reprint.next_check_at = min((moment for moment in planned if moment > now), default=None)
    if was is not reprint.state:
        reprint.revision += 1
    reprint.updated_at = now
    session.add(reprint)
    await session.flush()
    if was is not reprint.state:
        announce(session, reprint, now)
    return check


def _date(reprint: Reprint, page: Page | None, published_at: datetime | None, now: datetime) -> None:
    """Dates a copy by its page, where that says a moment that can be right."""
    if page is None or page.published is None or published_at is None or published_at > now:
        return
    reprint.published_at = published_at
    reprint.published_precision = _PRECISIONS[page.published.precision.value]
    reprint.published_source = _SOURCES[page.published.source.value]


def _details(finding: Finding, page: Page | None) -> JsonObject:
    found = finding.match
    return {
        "coverage": None if found is None else round(found.coverage, 4),
        "reach": None if found is None else round(found.reach, 4),
        "pageShare": None if found is None else round(found.page_share, 4),
        "credit": None if finding.credit is None else finding.credit.state.value,
        "creditWho": None if finding.credit is None or finding.credit.who is None else finding.credit.who[:255],
        "blocked": finding.blocked,
        "language": finding.language,
        "paragraphs": {fate.value: number for fate, number in finding.paragraphs.items()},
        "title": None if page is None else page.title[:500],
        "translation": finding.translation,
    }


async def checks_of(session: AsyncSession, reprint_id: uuid.UUID) -> Sequence[ReprintCheck]:
    """What came of the looks at a copy, the newest first; at most 50."""
    statement = select(ReprintCheck).where(ReprintCheck.reprint_id == reprint_id)
    return (await session.exec(statement.order_by(col(ReprintCheck.id).desc()).limit(50))).all()
