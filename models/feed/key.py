"""Keys that open a partner's feeds, for readers that can keep an address but no token. Revoked one by one; kept as their hash alone."""

from __future__ import annotations

import base64
import hashlib
import secrets
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.actor import Actor
from models.base import Table, UTCDateTime, new_id
from models.client import Client, ClientStatus
from models.errors import BadInput, Forbidden, NotFound
from models.partner.table import Partner, PartnerStatus

RandomBytes = Callable[[int], bytes]
MOST_KEYS: Final = 100
"""Of one partner, that are not revoked."""
_SECRET_BYTES: Final = 32
_LONGEST_NOTE: Final = 500


class FeedKey(Table, table=True):
    """A key. It reads as the client that made it, and nothing but feeds."""

    __tablename__ = "feed_key"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    partner_id: uuid.UUID = Field(foreign_key="partner.id", index=True)
    client_id: uuid.UUID = Field(foreign_key="client.id")
    secret_hash: str = Field(max_length=64, unique=True, repr=False)
    note: str | None = Field(default=None, max_length=500)
    created_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


async def create_feed_key(
    session: AsyncSession,
    actor: Actor,
    note: str | None,
    now: datetime,
    *,
    random_bytes: RandomBytes = secrets.token_bytes,
) -> tuple[FeedKey, str]:
    """Makes a key, with its secret, which is shown this once.

    :raises Forbidden: staff have no feeds of their own.
    :raises BadInput: the partner has as many as it may, or the note is too long.
    """
    if actor.partner_id is None:
        raise Forbidden("feed keys belong to partners; use a client of the partner")
    if note is not None and len(note) > _LONGEST_NOTE:
        raise BadInput(f"note has {len(note)} characters; at most {_LONGEST_NOTE} are kept", field=["note"])
    own = select(sa.func.count()).where(FeedKey.partner_id == actor.partner_id, col(FeedKey.revoked_at).is_(None))
    if (await session.exec(own)).one() >= MOST_KEYS:
        raise BadInput(f"a partner has at most {MOST_KEYS} feed keys; revoke one first")
    secret = base64.urlsafe_b64encode(random_bytes(_SECRET_BYTES)).decode().rstrip("=")
    key = FeedKey(
        partner_id=actor.partner_id,
        client_id=actor.client_uuid,
        secret_hash=_hash(secret),
        note=note,
        created_at=now,
    )
    session.add(key)
    await session.flush()
    return key, secret


async def revoke_feed_key(session: AsyncSession, key_id: uuid.UUID, actor: Actor, now: datetime) -> FeedKey:
    """Makes a key worth nothing, at once. One that was revoked stays so.

    :raises NotFound: no such key of the partner.
    """
    key = await session.get(FeedKey, key_id)
    if key is None or (not actor.is_staff and key.partner_id != actor.partner_id):
        raise NotFound(f"there is no feed key {key_id}", field=["feedKeyId"])
    key.revoked_at = key.revoked_at or now
    session.add(key)
    return key


async def feed_keys_of(session: AsyncSession, actor: Actor) -> list[FeedKey]:
    """The keys that are not revoked, the oldest first: a partner's own, for staff those of all."""
    statement = select(FeedKey).where(col(FeedKey.revoked_at).is_(None)).order_by(col(FeedKey.id))
    if not actor.is_staff:
        statement = statement.where(FeedKey.partner_id == actor.partner_id)
    return list((await session.exec(statement)).all())


async def find_by_secret(session: AsyncSession, secret: str) -> tuple[FeedKey, Client] | None:
    """The key with this secret and the client that it reads as; None where it opens nothing (any more)."""
    statement = (
        select(FeedKey, Client)
        .join(Client, col(Client.id) == col(FeedKey.client_id))
        .join(Partner, col(Partner.id) == col(FeedKey.partner_id))
        .where(
            FeedKey.secret_hash == _hash(secret),
            col(FeedKey.revoked_at).is_(None),
            Client.status == ClientStatus.ACTIVE,
            Partner.status == PartnerStatus.ACTIVE,
        )
    )
    return (await session.exec(statement)).first()


def _hash(secret: str) -> str:
    """SHA-256 in hexadecimal: a key has 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
