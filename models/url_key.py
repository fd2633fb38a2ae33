"""Keys that sign the addresses which this server hands out: of files, and of pages in mails."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.base import POSTGRESQL, Table, UTCDateTime
from models.event import Event, EventAudience, EventKind


class UrlKey(Table, table=True):
    """A key; the newest signs, the one before it is still honoured. `secret` is 256 random bits in hexadecimal."""

    __tablename__ = "url_key"

    id: int = Field(primary_key=True)
    secret: str = Field(max_length=64, repr=False)
    created_at: datetime = Field(sa_type=UTCDateTime)


async def url_keys(session: AsyncSession) -> list[UrlKey]:
    """The key that signs, and the one before it where there is one."""
    return list((await session.exec(select(UrlKey).order_by(col(UrlKey.id).desc()).limit(2))).all())


async def ensure_url_key(
    session: AsyncSession, now: datetime, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes
) -> UrlKey:
    """The key that signs; made when there is none. Two servers that start at once settle on one."""
    if not (keys := await url_keys(session)):
        insert = postgresql.insert if session.get_bind().dialect.name == POSTGRESQL else sqlite.insert
        first = insert(UrlKey).values(id=1, secret=random_bytes(32).hex(), created_at=now)
        await session.execute(first.on_conflict_do_nothing())
        keys = await url_keys(session)
    return keys[0]


async def rotate_url_key(
    session: AsyncSession, now: datetime, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes
) -> UrlKey:
    """Makes a new key that signs. The one before it is still honoured; those before that are deleted, with every address they signed."""
    present = await ensure_url_key(session, now, random_bytes=random_bytes)
    await session.execute(sa.delete(UrlKey).where(col(UrlKey.id) < present.id))
    key = UrlKey(id=present.id + 1, secret=random_bytes(32).hex(), created_at=now)
    session.add(key)
    rotated = Event(kind=EventKind.URL_KEY_ROTATED, at=now, audience=EventAudience.SYSTEM, subject_id=str(key.id))
    event.append(session, rotated)
    return key
