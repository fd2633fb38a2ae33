"""What a look at a page came to: its copy is reported, or what the page itself once said is taken back. What others said stays."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.pickup.publication import note_copies
from models.reprint.report import Copy, report
from models.reprint.source import Teller, announce
from models.reprint.table import EdgeBasis, Reprint, ReprintSource, ReprintState, ReprintWay
from models.webmention.queue import QUIET
from models.webmention.table import Webmention, WebmentionState

RETRY_AFTER: Final = (timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1), timedelta(hours=6))
"""When a page that did not answer is asked again."""


class Seen(StrEnum):
    """What was seen at the address of a page."""

    LINK = "LINK"
    """The page, with the link."""
    NO_LINK = "NO_LINK"
    """The page, without it."""
    GONE = "GONE"
    """Nothing, for good: 404 or 410."""
    NOTHING = "NOTHING"
    """Nothing that can be read, for now."""


async def keep_outcome(
    session: AsyncSession, webmention_id: uuid.UUID, seen: Seen, url: str, now: datetime
) -> Reprint | None:
    """Keeps what was seen, and reports the copy or takes it back.

    :param url: that answered, after redirects: of the copy. A page is not where an address that leads to it is.
    :param now: when the look began.
    :returns: the copy, where there is one.
    """
    held = select(Webmention).where(Webmention.id == webmention_id).with_for_update()
    row = (await session.exec(held.execution_options(populate_existing=True))).first()
    if row is None:
        return None
    if seen is Seen.NOTHING:
        tries = row.tries - 1
        row.due_at = now + RETRY_AFTER[tries] if tries < len(RETRY_AFTER) else None
        if row.due_at is None:
            row.state = WebmentionState.UNREACHABLE  # what was confirmed before stays: silence takes nothing back
        row.looked_at = now
        session.add(row)
        await session.flush()
        return None
    row.looked_at, row.tries = now, 0
    row.due_at = now + QUIET if row.last_at > now else None  # sent again while the page was being read
    before = row.reprint_id
    if seen is Seen.LINK:
        reprint: Reprint | None = (copy := await _reported(session, row, url, now))
        row.state, row.reprint_id = WebmentionState.CONFIRMED, copy.id
        if before is not None and before != copy.id:  # the address leads somewhere else now
            await _take_back(session, row, before, now)
    else:
        row.state = WebmentionState.GONE if seen is Seen.GONE else WebmentionState.NO_LINK
        reprint = None if before is None else await _take_back(session, row, before, now)
    session.add(row)
    await session.flush()
    return reprint


async def _reported(session: AsyncSession, row: Webmention, url: str, now: datetime) -> Reprint:
    teller = _teller(row, now)
    reprint = await report(session, Copy(url=url, pickup_id=row.pickup_id, edge_basis=EdgeBasis.LINKED), teller)
    told = select(ReprintSource.id).where(ReprintSource.reprint_id == reprint.id).limit(2)
    alone = len((await session.exec(told)).all()) == 1
    first = select(ReprintSource.first_at).where(
        ReprintSource.reprint_id == reprint.id, ReprintSource.source_key == teller.source_key()
    )
    said_anew = (await session.exec(first)).one() == now
    if reprint.state is ReprintState.WITHDRAWN and alone and said_anew:  # it was withdrawn when its last source was
        reprint.state, reprint.next_check_at = ReprintState.CLAIMED, now
        session.add(reprint)
        await note_copies(session, reprint.pickup_id)
    return reprint


async def _take_back(session: AsyncSession, row: Webmention, reprint_id: uuid.UUID, now: datetime) -> Reprint | None:
    """Takes back what the page said of a copy. Where nobody else knows of it, it is withdrawn."""
    held = select(Reprint).where(Reprint.id == reprint_id).with_for_update(key_share=True)
    reprint = (await session.exec(held.execution_options(populate_existing=True))).first()
    if reprint is None or reprint.state is ReprintState.WITHDRAWN:  # by staff, or by whoever reported it: that stays
        return reprint
    own = sa.and_(
        col(ReprintSource.reprint_id) == reprint_id, col(ReprintSource.source_key) == _teller(row, now).source_key()
    )
    removed = await session.execute(sa.delete(ReprintSource).where(own).returning(col(ReprintSource.id)))
    if removed.first() is None:
        return reprint
    others = select(ReprintSource.id).where(ReprintSource.reprint_id == reprint_id).limit(1)
    if (await session.exec(others)).first() is None:
        reprint.state, reprint.next_check_at = ReprintState.WITHDRAWN, None
    reprint.updated_at, reprint.revision = now, reprint.revision + 1
    session.add(reprint)
    await note_copies(session, reprint.pickup_id)
    await session.flush()
    announce(session, reprint, now)
    return reprint


def _teller(row: Webmention, now: datetime) -> Teller:
    """Each page is a source of its own, which it alone takes back."""
    return Teller(ReprintWay.WEBMENTION, f"webmention:{row.id}", now)
