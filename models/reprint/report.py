"""Saying that a copy ran: the same copy, whoever says it and by whichever way, is one reprint with several sources."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import orjson
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject, new_id
from models.errors import BadInput, NotFound, WrongState
from models.key import add_with_key
from models.outlet import Outlet
from models.outlet_address import unclaimed_outlet
from models.pickup import Pickup
from models.pickup.publication import note_copies
from models.reprint.address import canonical_address, key_of_address
from models.reprint.chain import Edge, hang, hold_tree, renew
from models.reprint.source import Teller, add_source, announce
from models.reprint.table import (
    EdgeBasis,
    EdgeKind,
    Reprint,
    ReprintForm,
    ReprintState,
    ReprintWay,
    TimePrecision,
    TimeSource,
)
from models.story import Story
from models.variant import Variant

LONGEST: Final = {"title": 500, "place": 255, "note": 2000}
"""Characters of what is said of a copy."""
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
_AHEAD: Final = timedelta(minutes=10)
"""How far clocks may differ."""


@dataclass(frozen=True)
class Copy:
    """What somebody says of a copy. At least its address, or its outlet with the place in it, says which one it is.

    :param place: in something that has no address: page 7, the news at eight.
    :param pickup_id: under which it ran.
    :param parent_id: the copy that it came from.
    :param published_at: None where nobody knows: then it is when it was first heard of.
    """

    url: str | None = None
    outlet_id: uuid.UUID | None = None
    place: str | None = None
    title: str | None = None
    pickup_id: uuid.UUID | None = None
    parent_id: uuid.UUID | None = None
    variant_id: uuid.UUID | None = None
    story_id: uuid.UUID | None = None
    edge_kind: EdgeKind | None = None
    edge_basis: EdgeBasis = EdgeBasis.STATED
    edge_confidence: int | None = None
    language: str | None = None
    territory: str | None = None
    form: ReprintForm | None = None
    published_at: datetime | None = None
    published_precision: TimePrecision = TimePrecision.SECOND
    published_source: TimeSource = TimeSource.STATED
    note: str | None = None

    def said(self) -> JsonObject:
        """What a source keeps of it."""
        values = {name: value for name, value in vars(self).items() if value is not None}
        kept: JsonObject = orjson.loads(orjson.dumps(values, default=str))
        return kept


async def report(session: AsyncSession, copy: Copy, teller: Teller) -> Reprint:
    """Records a copy, or adds what is said of one that is known.

    What is known stays: a later source fills what was empty, and changes nothing. A partner says it of a pickup of its own, or of what
    came from one of its copies.

    :raises BadInput: a value cannot be right, or it is not said which copy it is.
    :raises NotFound: the pickup, the parent, the outlet, the variant or the story is not there for whoever says it.
    :raises WrongState: the pickup was given back.
    """
    copy = _checked(copy, teller)
    pickup = await _pickup(session, copy, teller)
    parent = await _seen_parent(session, copy, teller)
    if teller.partner_id is not None and pickup is None and parent is None:
        raise BadInput("say which of your pickups it came from, or which of your copies", field=["pickupId"])
    outlet, address = await _outlet(session, copy, teller)
    key = _copy_key(address, outlet, copy)
    if (
        copy.parent_id is not None
    ):  # before any row, and never in common first: two that want it alone would wait for each other
        await hold_tree(session, alone=pickup is not None)
    if (await session.exec(select(Reprint.id).where(Reprint.copy_key == key))).first() is None:
        new = await _new(session, copy, teller, outlet, address, key, pickup)
        reprint, is_new = await add_with_key(session, new, "copy_key")
        if is_new:
            await add_source(session, reprint, copy.said(), teller)
            await note_copies(session, reprint.pickup_id)
            announce(session, reprint, teller.at)
            return reprint
    if pickup is not None:
        await hold_tree(session, alone=True)
    known = await _known(session, key)
    changed = await _fill(session, known, copy, pickup, teller)
    heard = await add_source(session, known, copy.said(), teller)
    if changed or heard:
        known.updated_at, known.revision = teller.at, known.revision + 1
        session.add(known)
        await session.flush()
        announce(session, known, teller.at)
    return known


def _checked(copy: Copy, teller: Teller) -> Copy:
    for name, most in LONGEST.items():
        value: str | None = getattr(copy, name)
        if value is not None and len(value) > most:
            raise BadInput(f"{name} has {len(value)} characters; at most {most} are kept", field=[name])
    if copy.published_at is not None and not EARLIEST <= copy.published_at <= teller.at + _AHEAD:
        when = copy.published_at.isoformat()
        why = "lies in the future" if copy.published_at > teller.at else "is before 1900"
        raise BadInput(f"publishedAt {when} {why}; say when the copy ran", field=["publishedAt"])
    if copy.edge_confidence is not None and not 0 <= copy.edge_confidence <= 100:
        raise BadInput(f"the confidence {copy.edge_confidence} is not between 0 and 100", field=["confidence"])
    if copy.url is None and (copy.outlet_id is None or copy.place is None):
        raise BadInput(
            "say which copy it is: its url, or, where it has none, its outletId and the place in it", field=["url"]
        )
    return copy


async def _pickup(session: AsyncSession, copy: Copy, teller: Teller) -> Pickup | None:
    if copy.pickup_id is None:
        return None
    pickup = await session.get(Pickup, copy.pickup_id)
    if pickup is None or teller.partner_id not in (None, pickup.partner_id):
        raise NotFound(f"there is no pickup {copy.pickup_id}", field=["pickupId"])
    if pickup.released_at is not None and teller.partner_id is not None:
        raise WrongState(
            "the pickup was given back unused; acknowledge it again before you report a copy", field=["pickupId"]
        )
    return pickup


async def _seen_parent(session: AsyncSession, copy: Copy, teller: Teller) -> Reprint | None:
    if copy.parent_id is None:
        return None
    parent = await session.get(Reprint, copy.parent_id)
    if parent is None or teller.partner_id not in (None, parent.origin_partner_id):
        raise NotFound(f"there is no reprint {copy.parent_id}", field=["parentId"])
    return parent


async def _outlet(session: AsyncSession, copy: Copy, teller: Teller) -> tuple[Outlet, str | None]:
    address = canonical_address(copy.url) if copy.url is not None else None
    if copy.outlet_id is None:
        assert address is not None
        return await unclaimed_outlet(session, address), address
    outlet = await session.get(Outlet, copy.outlet_id)
    hidden = outlet is not None and outlet.partner_id is None and not outlet.unclaimed
    if outlet is None or (
        teller.partner_id is not None and (hidden or outlet.partner_id not in (None, teller.partner_id))
    ):
        raise NotFound(f"there is no outlet {copy.outlet_id}", field=["outletId"])
    return outlet, address


def _copy_key(address: str | None, outlet: Outlet, copy: Copy) -> str:
    if address is not None:
        return key_of_address(address)
    day = copy.published_at.date().isoformat() if copy.published_at is not None else ""
    place = " ".join((copy.place or "").split()).casefold()
    return hashlib.sha256(orjson.dumps([str(outlet.id), day, place])).hexdigest()


async def _known(session: AsyncSession, key: str) -> Reprint:
    statement = select(Reprint).where(Reprint.copy_key == key).with_for_update(key_share=True)
    return (await session.exec(statement.execution_options(populate_existing=True))).one()


async def _new(
    session: AsyncSession,
    copy: Copy,
    teller: Teller,
    outlet: Outlet,
    address: str | None,
    key: str,
    pickup: Pickup | None,
) -> Reprint:
    origin = await _origin(session, copy, pickup)
    reprint_id = new_id()
    reprint = Reprint(
        id=reprint_id,
        copy_key=key,
        url=copy.url,
        address=address,
        place=copy.place,
        title=copy.title,
        outlet_id=outlet.id,
        pickup_id=pickup.id if pickup else None,
        partner_id=pickup.partner_id if pickup else None,
        root_id=reprint_id,
        edge_kind=EdgeKind.REPRINT,
        edge_basis=copy.edge_basis,
        edge_confidence=0,
        story_id=origin.story_id,
        variant_id=origin.variant_id,
        variant_version=origin.version,
        language=copy.language or origin.language,
        territory=copy.territory or outlet.territory,
        form=copy.form,
        published_at=copy.published_at or teller.at,
        published_precision=copy.published_precision,
        published_source=copy.published_source if copy.published_at else TimeSource.FIRST_SEEN,
        note=copy.note,
        next_check_at=teller.at if address is not None else None,
        created_at=teller.at,
        updated_at=teller.at,
    )
    kind = copy.edge_kind or (EdgeKind.REPRINT if copy.parent_id is None else EdgeKind.REPOST)
    await hang(session, reprint, copy.parent_id, Edge(kind, copy.edge_basis, copy.edge_confidence))
    return reprint


@dataclass(frozen=True)
class _Origin:
    story_id: uuid.UUID | None = None
    variant_id: uuid.UUID | None = None
    version: int | None = None
    language: str | None = None


async def _origin(session: AsyncSession, copy: Copy, pickup: Pickup | None) -> _Origin:
    """What a copy is of: of its pickup, or as it is said, or as its parent."""
    if pickup is not None:
        variant = await session.get(Variant, pickup.variant_id)
        language = variant.language if variant is not None else None
        return _Origin(pickup.story_id, pickup.variant_id, pickup.variant_version, language)
    if copy.variant_id is not None:
        variant = await session.get(Variant, copy.variant_id)
        if variant is None:
            raise NotFound(f"there is no variant {copy.variant_id}", field=["variantId"])
        return _Origin(variant.story_id, variant.id, None, variant.language)
    if copy.story_id is not None:
        if await session.get(Story, copy.story_id) is None:
            raise NotFound(f"there is no story {copy.story_id}", field=["storyId"])
        return _Origin(copy.story_id)
    parent = await session.get(Reprint, copy.parent_id) if copy.parent_id is not None else None
    if parent is None:
        return _Origin()
    return _Origin(parent.story_id, parent.variant_id, parent.variant_version, parent.language)


async def _fill(session: AsyncSession, known: Reprint, copy: Copy, pickup: Pickup | None, teller: Teller) -> bool:
    """Fills what was not known of a copy; whether anything was."""
    before = known.model_dump(exclude={"updated_at", "revision"})
    if pickup is not None and known.pickup_id is None:
        origin = await _origin(session, copy, pickup)
        known.pickup_id, known.partner_id = pickup.id, pickup.partner_id
        known.story_id, known.variant_id, known.variant_version = origin.story_id, origin.variant_id, origin.version
    for name in ("title", "language", "territory", "form", "note", "place"):
        if getattr(known, name) is None and getattr(copy, name) is not None:
            setattr(known, name, getattr(copy, name))
    if copy.published_at is not None and known.published_source is TimeSource.FIRST_SEEN:
        known.published_at, known.published_precision = copy.published_at, copy.published_precision
        known.published_source = copy.published_source
    if known.story_id is None and (copy.variant_id or copy.story_id):
        origin = await _origin(session, copy, None)
        known.story_id, known.variant_id = origin.story_id, origin.variant_id
    if known.state is ReprintState.WITHDRAWN and teller.way in (ReprintWay.PARTNER, ReprintWay.EDITOR):
        known.state = ReprintState.CLAIMED
    session.add(known)
    await session.flush()
    changed = known.model_dump(exclude={"updated_at", "revision"}) != before
    if before["partner_id"] != known.partner_id:
        await renew(session, known)
    if (before["pickup_id"], before["state"]) != (known.pickup_id, known.state):
        await note_copies(session, known.pickup_id)
    return changed
