"""The short link and the pixel of each pickup: made with it, or when first asked for."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import POSTGRESQL
from models.database import Database
from models.duty import AcceptedDuty, DutyState
from models.policy import DutyAction
from models.trace.table import Trace
from models.url_key import ensure_url_key

SHORT_PATH: Final = "/s"
"""Under this path of the server are the short links."""
ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""What is not taken for something else when it is read off paper."""
CODE_LENGTH: Final = 14
"""Characters: 69 random bits. Of a million links none is found by guessing."""
_PURPOSE: Final = b"storypool pixel"
"""Keys are derived for it, so that no signature that was made for something else is one of a pixel."""


def new_code() -> str:
    """A code that nobody guesses."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def signature_of(code: str, key: bytes) -> str:
    """What makes the address of a pixel: HMAC-SHA-256 (RFC 2104) of the code, its first 128 bits in hexadecimal."""
    derived = hmac.digest(key, _PURPOSE, "sha256")
    return hmac.new(derived, code.encode(), hashlib.sha256).hexdigest()[:32]


def is_signature(given: str, trace_signature: str) -> bool:
    """Whether it is the signature, in a time that tells nothing of it."""
    return hmac.compare_digest(given.encode(), trace_signature.encode())


def short_link(public_url: str, code: str) -> str:
    """The address that is printed.

    :param public_url: of the server, without a trailing slash.
    """
    return f"{public_url}{SHORT_PATH}/{code}"


def pixel_address(public_url: str, trace: Trace) -> str:
    """The signed address of the picture."""
    return f"{short_link(public_url, trace.code)}/{trace.signature}.gif"


def pixel_html(public_url: str, trace: Trace) -> str:
    """What a copy embeds. The page's address comes with the request, whatever the page lets its other links tell; what is after the
    question mark in it is never kept."""
    return (
        f'<img src="{pixel_address(public_url, trace)}" alt="" width="1" height="1"'
        ' referrerpolicy="no-referrer-when-downgrade">'
    )


async def make_traces(
    session: AsyncSession, pickup_ids: Sequence[uuid.UUID], now: datetime, *, code: Callable[[], str] = new_code
) -> None:
    """Makes the links of pickups that have none. Two that make one at once settle on the first."""
    if not pickup_ids:
        return
    key = bytes.fromhex((await ensure_url_key(session, now)).secret)
    codes = {pickup_id: code() for pickup_id in sorted(pickup_ids)}
    rows = [
        {
            "pickup_id": pickup_id,
            "code": made,
            "signature": signature_of(made, key),
            "pixel_copies": 0,
            "created_at": now,
        }
        for pickup_id, made in codes.items()
    ]
    insert = postgresql.insert if session.get_bind().dialect.name == POSTGRESQL else sqlite.insert
    await session.execute(insert(Trace).values(rows).on_conflict_do_nothing(index_elements=["pickup_id"]))


async def traces_of(database: Database, pickup_ids: Sequence[uuid.UUID], now: datetime) -> dict[uuid.UUID, Trace]:
    """The links of pickups; those of pickups from before there were links are made now."""
    async with database.read() as session:
        found = await _find(session, pickup_ids)
    missing = [pickup_id for pickup_id in pickup_ids if pickup_id not in found]
    if missing:
        async with database.write() as session:
            await make_traces(session, missing, now)
            found |= await _find(session, missing)
    return found


async def _find(session: AsyncSession, pickup_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Trace]:
    rows = await session.exec(select(Trace).where(col(Trace.pickup_id).in_(pickup_ids)))
    return {row.pickup_id: row for row in rows}


async def tracked(session: AsyncSession, pickup_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the pickups whose copies are to carry the pixel: it was agreed to accept tracking (ODRL `acceptTracking`), and the centre
    does not do without it."""
    asked = select(AcceptedDuty.pickup_id).where(
        col(AcceptedDuty.pickup_id).in_(pickup_ids),
        AcceptedDuty.action == DutyAction.ACCEPT_TRACKING,
        AcceptedDuty.state != DutyState.WAIVED,
    )
    return {pickup_id for pickup_id in (await session.exec(asked)).all() if pickup_id is not None}


@dataclass(frozen=True)
class Link:
    """What a code stands for.

    :param has_pixel: whether copies of the pickup are to carry the pixel.
    """

    pickup_id: uuid.UUID
    code: str
    signature: str
    has_pixel: bool


async def find_link(session: AsyncSession, code: str) -> Link | None:
    """What a code stands for; None where there is none such."""
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET):
        return None
    asked = sa.exists().where(
        col(AcceptedDuty.pickup_id) == col(Trace.pickup_id),
        col(AcceptedDuty.action) == DutyAction.ACCEPT_TRACKING,
        col(AcceptedDuty.state) != DutyState.WAIVED,
    )
    row = (await session.exec(select(Trace, asked).where(Trace.code == code))).first()
    return None if row is None else Link(row[0].pickup_id, row[0].code, row[0].signature, bool(row[1]))
