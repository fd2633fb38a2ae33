"""The keys that sign access tokens (ES256: ECDSA on P-256 with SHA-256, RFC 7518, section 3.4).

A key is published when it is made, signs from `active_from` on, and is retired when a newer one takes over. It stays
published until the last token that it signed has expired, so that a rotation breaks no token.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from joserfc.jwk import ECKey
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.base import Json, JsonObject, Table, UTCDateTime
from models.errors import BadInput, NotFound
from models.event import Event, EventAudience, EventKind

SIGNING_ALGORITHM = "ES256"
LONGEST_TOKEN = timedelta(hours=1)
"""No access token lives longer, whatever the settings say."""
_PUBLISHED_AFTER_RETIREMENT = LONGEST_TOKEN + timedelta(minutes=5)  # a process may hear of a rotation late
_CURVE = "P-256"


class SigningKey(Table, table=True):
    """A signing key. `kid` is the RFC 7638 thumbprint of its public half; `private_jwk` is an RFC 7517 JSON Web Key."""

    kid: str = Field(primary_key=True, max_length=64)
    private_jwk: JsonObject = Field(sa_type=Json, repr=False)
    created_at: datetime = Field(sa_type=UTCDateTime)
    active_from: datetime = Field(sa_type=UTCDateTime)
    retired_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

    def is_published(self, now: datetime) -> bool:
        """Whether a token that it signed can still be alive."""
        return self.retired_at is None or now < self.retired_at + _PUBLISHED_AFTER_RETIREMENT


def current_key(keys: Sequence[SigningKey], now: datetime) -> SigningKey | None:
    """The key that signs at this moment: the newest that is active. The same for every server process."""
    active = [key for key in keys if key.active_from <= now and (key.retired_at is None or now < key.retired_at)]
    return max(active, key=lambda key: (key.active_from, key.kid), default=None)


async def published_keys(session: AsyncSession, now: datetime) -> list[SigningKey]:
    """Every key that a living token may have been signed with, or will be, the oldest first."""
    keys = await session.exec(select(SigningKey).order_by(col(SigningKey.active_from), col(SigningKey.kid)))
    return [key for key in keys if key.is_published(now)]


async def ensure_signing_key(session: AsyncSession, now: datetime) -> SigningKey:
    """The key that signs now; made when there is none.

    Two servers that start at once on an empty PostgreSQL may each make one. That is harmless: both are published, and
    all processes settle on the same one.
    """
    return current_key(await published_keys(session, now), now) or _add_key(session, now, active_from=now)


async def rotate_signing_key(session: AsyncSession, now: datetime, *, lead: timedelta = timedelta(0)) -> SigningKey:
    """Makes a new key, retires those before it, and deletes the retired ones that no living token needs.

    :param lead: how long the new key is published before it signs, for verifiers elsewhere that cache the key set.
    :raises BadInput: a negative lead.
    """
    if lead < timedelta(0):
        raise BadInput(f"the lead must not be negative: {lead}", field=["lead"])
    active_from = now + lead
    for key in await session.exec(select(SigningKey)):
        if not key.is_published(now):
            await session.delete(key)
        elif key.retired_at is None or key.retired_at > active_from:
            key.retired_at = max(active_from, key.active_from)
            session.add(key)
    return _add_key(session, now, active_from=active_from)


async def withdraw_signing_key(session: AsyncSession, kid: str, now: datetime) -> None:
    """Deletes a key that may have leaked: every token that it signed is refused from now on.

    :raises NotFound: no such key.
    :raises BadInput: it signs at present; rotate first.
    """
    key = await session.get(SigningKey, kid)
    if key is None:
        raise NotFound(f"no signing key {kid!r}", field=["kid"])
    if key == current_key(await published_keys(session, now), now):
        raise BadInput(f"key {kid!r} signs at present: rotate first, then withdraw it", field=["kid"])
    await session.delete(key)
    _append_rotation(session, kid, now)


def _add_key(session: AsyncSession, now: datetime, *, active_from: datetime) -> SigningKey:
    jwk = ECKey.generate_key(_CURVE, {"use": "sig", "alg": SIGNING_ALGORITHM}, auto_kid=True)
    assert jwk.kid is not None
    key = SigningKey(kid=jwk.kid, private_jwk=dict(jwk.as_dict(private=True)), created_at=now, active_from=active_from)
    session.add(key)
    _append_rotation(session, key.kid, now)
    return key


def _append_rotation(session: AsyncSession, kid: str, now: datetime) -> None:
    event.append(
        session, Event(kind=EventKind.SIGNING_KEY_ROTATED, at=now, audience=EventAudience.SYSTEM, subject_id=kid)
    )
