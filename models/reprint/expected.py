"""Reads what a copy is of, and what was agreed, out of the documents of the releases."""

from __future__ import annotations

import uuid
from dataclasses import replace

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject
from models.document import decode
from models.language import wording
from models.outlet import Outlet
from models.pickup import Pickup
from models.pool.tables import POSITIONS_PER_RELEASE, Document, PoolStory
from models.reprint.agreed import Where, channels_of, published_within
from models.reprint.agreement import agreed_with
from models.reprint.table import MatchText, Reprint, ReprintCheck
from models.reprint.verify import Expected
from models.story import PubStatus, Story

_MOST_TEXTS = 60


async def expected_of(session: AsyncSession, reprint: Reprint) -> Expected:
    """What a copy is expected to hold: any version of any variant of its story. The index of matching must be at the newest release."""
    pickup = await session.get(Pickup, reprint.pickup_id) if reprint.pickup_id is not None else None
    found = await expectation(session, reprint.story_id, reprint.variant_id, pickup, reprint.language)
    agreed = await agreed_with(session, pickup) if pickup is not None else None
    where = await _where(session, reprint)
    return replace(
        found, state=reprint.state, was_there=await _was_there(session, reprint.id), agreed=agreed, where=where
    )


async def _where(session: AsyncSession, reprint: Reprint) -> Where:
    """Where and when a copy runs; what is said of the copy itself goes before what is known of its outlet."""
    outlet = await session.get(Outlet, reprint.outlet_id)
    assert outlet is not None
    return Where(reprint.territory or outlet.territory, channels_of(outlet), published_within(reprint), reprint.form)


async def _was_there(session: AsyncSession, reprint_id: uuid.UUID) -> bool:
    """Whether any look found the copy."""
    seen = select(ReprintCheck.id).where(ReprintCheck.reprint_id == reprint_id, col(ReprintCheck.form).is_not(None))
    return (await session.exec(seen.limit(1))).first() is not None


async def expectation(
    session: AsyncSession,
    story_id: uuid.UUID | None,
    variant_id: uuid.UUID | None,
    pickup: Pickup | None,
    language: str | None,
) -> Expected:
    """What a copy of a story is expected to hold.

    :param language: of the copy, where it is known: in it the credit line is looked for.
    """
    if story_id is None:
        return Expected()
    texts = select(MatchText).where(MatchText.story_id == story_id)
    rows = (await session.exec(texts.order_by(col(MatchText.id).desc()).limit(_MOST_TEXTS))).all()
    releases = {row.id // POSITIONS_PER_RELEASE for row in rows}
    found = (await session.exec(select(Document).where(col(Document.release_id).in_(releases)))).all()
    documents = {row.release_id: decode(row.content) for row in found}
    parts = [documents[row.id // POSITIONS_PER_RELEASE]["variants"][row.id % POSITIONS_PER_RELEASE] for row in rows]
    line, names = await _credit(session, variant_id, language, pickup, documents)
    return Expected(
        texts=[part["bodyText"] or "" for part in parts],
        languages=[part["language"] for part in parts],
        credit_line=line,
        names=names,
        needs_credit=pickup is not None and _owes_credit(pickup),
        status=await _status(session, story_id, variant_id),
    )


async def _credit(
    session: AsyncSession,
    variant_id: uuid.UUID | None,
    language: str | None,
    pickup: Pickup | None,
    documents: dict[int, JsonObject],
) -> tuple[str, list[str]]:
    """The credit line in the language of the copy, and every name that the holder goes by."""
    document: JsonObject | None = documents[max(documents)] if documents else None
    if pickup is not None:
        content = (await session.exec(select(Document.content).where(Document.release_id == pickup.release_id))).first()
        document = decode(content) if content is not None else document
    if document is None:
        return "", []
    part = _part(document, variant_id)
    terms = document["terms"][part["terms"] if part is not None else document["story"]["terms"]]
    line = wording(terms["creditLine"], language or (part["language"] if part is not None else "en")) or ""
    names = {*terms["creditLine"].values(), *terms["copyrightHolder"].values()}
    return line, sorted(names)


def _part(document: JsonObject, variant_id: uuid.UUID | None) -> JsonObject | None:
    parts: list[JsonObject] = document["variants"]
    return next((part for part in parts if part["id"] == str(variant_id)), parts[0] if parts else None)


def _owes_credit(pickup: Pickup) -> bool:
    return any(duty["action"].lower() == "attribute" for use in pickup.decision["uses"] for duty in use["duties"])


async def _status(session: AsyncSession, story_id: uuid.UUID, variant_id: uuid.UUID | None) -> PubStatus:
    live = await session.get(PoolStory, story_id)
    if live is not None:
        return live.status_of(str(variant_id)) if variant_id is not None else live.pub_status
    story = await session.get(Story, story_id)
    return story.pub_status if story is not None else PubStatus.USABLE
