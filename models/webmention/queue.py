"""What is received and waits to be looked at: bounded altogether and for each site, each page looked at only so often."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.key import add_with_key
from models.reprint.address import canonical_address
from models.webmention.table import Webmention, WebmentionState

MOST_WAITING: Final = 1000
"""Webmentions that wait to be looked at."""
MOST_OF_SITE: Final = 60
"""New ones of one site in an hour."""
QUIET: Final = timedelta(minutes=10)
"""Between two looks at the same page for the same pickup, however often it is sent."""
KEPT: Final = timedelta(days=30)
"""How long one is kept after it was sent last where nothing came of it."""
LEASE: Final = timedelta(minutes=10)
"""How long a process has for what it claimed; of one that died, others take it up."""
_HOUR: Final = timedelta(hours=1)
_BATCH: Final = 500
_SUFFIX: Final = re.compile("(?:ac|co|com|edu|go|gob|gov|gouv|govt|mil|ne|net|or|org)[.][a-z]{2}")
"""Under what domains are registered, in the countries that have such a level."""


class NotTaken(Exception):
    """No more is taken now.

    :param seconds: until more may be.
    """

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.message = message
        self.seconds = seconds


class SiteTooBusy(NotTaken):
    """One site sends too much."""


class QueueFull(NotTaken):
    """Too many wait altogether."""


async def is_known(session: AsyncSession, source: str, pickup_id: uuid.UUID) -> bool:
    """Whether it waits already, so that there is nothing to write; also when it was sent again already since it is being looked at.

    :raises BadUrl: the source is no address of a page.
    """
    waits = select(Webmention).where(
        Webmention.pair_key == _pair_key(source, pickup_id), col(Webmention.due_at).is_not(None)
    )
    row = (await session.exec(waits)).first()
    return row is not None and row.due_at is not None and (row.tries == 0 or row.last_at > row.due_at - LEASE)


async def receive(session: AsyncSession, source: str, target: str, pickup_id: uuid.UUID, now: datetime) -> Webmention:
    """Has a page looked at: at once, or `QUIET` after it was looked at last.

    :param target: the address of ours that it says it links to, of this pickup.
    :raises BadUrl: the source is no address of a page.
    :raises SiteTooBusy: the site has sent too many new ones within an hour.
    :raises QueueFull: too many wait.
    """
    key = _pair_key(source, pickup_id)
    held = select(Webmention).where(Webmention.pair_key == key).with_for_update()
    known = (await session.exec(held.execution_options(populate_existing=True))).first()
    if known is not None and known.due_at is not None:
        if known.tries:
            known.last_at = now
            session.add(known)
            await session.flush()
        return known
    if await _waiting(session) >= MOST_WAITING:
        raise QueueFull("too many Webmentions wait to be looked at; send it again later", 300)
    if known is None:
        site = site_of(urlsplit(canonical_address(source)).hostname or "")
        recent = select(sa.func.count()).where(Webmention.site == site, col(Webmention.first_at) > now - _HOUR)
        if (await session.exec(recent)).one() >= MOST_OF_SITE:
            raise SiteTooBusy(
                f"{site} has sent {MOST_OF_SITE} new Webmentions within an hour; send it again later", 3600
            )
        row = Webmention(
            pair_key=key, source=source, target=target, site=site, pickup_id=pickup_id, first_at=now, last_at=now, due_at=now
        )  # fmt: skip
        known, is_new = await add_with_key(session, row, "pair_key")
        if is_new:
            return known
    if known.due_at is None:
        known.due_at = max(now, (known.looked_at or now - QUIET) + QUIET)
        known.tries, known.source, known.target, known.last_at = 0, source, target, now
        session.add(known)
        await session.flush()
    return known


async def has_due(session: AsyncSession, now: datetime) -> bool:
    """Whether there is one to look at."""
    due = select(Webmention.id).where(col(Webmention.due_at) <= now).limit(1)
    return (await session.exec(due)).first() is not None


async def claim_due(session: AsyncSession, now: datetime, batch: int) -> Sequence[Webmention]:
    """Those that are to be looked at now, held for `LEASE`."""
    due = (
        select(Webmention)
        .where(col(Webmention.due_at) <= now)
        .order_by(col(Webmention.due_at), col(Webmention.id))
        .limit(batch)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    rows = (await session.exec(due)).all()
    for row in rows:
        row.due_at, row.tries = now + LEASE, row.tries + 1
        session.add(row)
    await session.flush()
    return rows


async def forget_old(session: AsyncSession, now: datetime) -> int:
    """Deletes those of which nothing came, long after they were sent last; a batch of them.

    :returns: how many.
    """
    old = (
        select(Webmention.id)
        .where(
            col(Webmention.due_at).is_(None),
            col(Webmention.reprint_id).is_(None),
            col(Webmention.state) != WebmentionState.CONFIRMED,
            col(Webmention.last_at) < now - KEPT,
        )
        .limit(_BATCH)
    )
    ids = (await session.exec(old)).all()
    await session.execute(sa.delete(Webmention).where(col(Webmention.id).in_(ids)))
    return len(ids)


def site_of(host: str) -> str:
    """The domain that a host is a part of, as far as it can be told from its name: all its hosts share one bound."""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        labels = host.split(".")
        kept = 3 if _SUFFIX.fullmatch(".".join(labels[-2:])) else 2
        return ".".join(labels[-kept:])[:255]


async def _waiting(session: AsyncSession) -> int:
    return (await session.exec(select(sa.func.count()).where(col(Webmention.due_at).is_not(None)))).one()


def _pair_key(source: str, pickup_id: uuid.UUID) -> str:
    return hashlib.sha256(f"{canonical_address(source)}\n{pickup_id}".encode()).hexdigest()
