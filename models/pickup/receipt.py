"""Receipts: what was taken, in the version taken, with the words to print beside it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject
from models.document import decode
from models.duty import AcceptedDuty
from models.language import wording
from models.pickup.table import Pickup
from models.pool.case import live_versions
from models.pool.reading import SeenAsset, SeenStory, SeenVariant
from models.pool.tables import Document, PoolStory
from models.story import PubStatus


@dataclass(frozen=True)
class OmittedAsset:
    """An asset that was left out, and why."""

    asset_id: str
    code: str
    message: str


@dataclass(frozen=True)
class Receipt:
    """A pickup with what it names.

    :param story: the story in the version taken; None once it is withheld or canceled: then nothing of it is shown again.
    :param variant: the variant in the version taken, whole; None likewise.
    :param duties: what was taken on, where it stands now.
    :param credit_line: in the variant's language, where the terms have it so; None likewise.
    """

    pickup: Pickup
    story: SeenStory | None
    variant: SeenVariant | None
    credit_line: str | None
    license_text: str | None
    omitted: tuple[OmittedAsset, ...]
    duties: tuple[AcceptedDuty, ...]


async def receipts_of(session: AsyncSession, pickups: Sequence[Pickup]) -> list[Receipt]:
    """The receipts of pickups, in their order. A partner keeps them after its agreement has ended."""
    numbers = {pickup.release_id for pickup in pickups}
    contents = await session.exec(select(Document).where(col(Document.release_id).in_(numbers)))
    documents = {row.release_id: decode(row.content) for row in contents}
    live = await live_versions(session, numbers)
    owed = select(AcceptedDuty).where(col(AcceptedDuty.pickup_id).in_([pickup.id for pickup in pickups]))
    duties: dict[uuid.UUID, list[AcceptedDuty]] = defaultdict(list)
    for duty in (await session.exec(owed.order_by(col(AcceptedDuty.id)))).all():
        assert duty.pickup_id is not None
        duties[duty.pickup_id].append(duty)
    return [
        _receipt(pickup, documents[pickup.release_id], live.get(pickup.story_id), tuple(duties[pickup.id]))
        for pickup in pickups
    ]


def _receipt(pickup: Pickup, document: JsonObject, live: PoolStory | None, duties: tuple[AcceptedDuty, ...]) -> Receipt:
    omitted = tuple(
        OmittedAsset(item["asset"], item["code"], item["message"]) for item in pickup.decision["omittedAssets"]
    )
    status = PubStatus.CANCELED if live is None else live.status_of(str(pickup.variant_id))
    if status is not PubStatus.USABLE:
        return Receipt(pickup, None, None, None, None, omitted, duties)
    assert live is not None
    part = next(part for part in document["variants"] if part["id"] == str(pickup.variant_id))
    variant = SeenVariant(part, status, readable=True)
    left_out = {item.asset_id for item in omitted}
    assets = tuple(
        SeenAsset(asset, readable=True)
        for asset in document["assets"]
        if asset["id"] in part["assets"] and asset["id"] not in left_out
    )
    story = SeenStory(
        document, pickup.story_version, status, live.embargoed_until, live.expires, False, (variant,), assets
    )
    terms = document["terms"][part["terms"]]
    return Receipt(
        pickup,
        story,
        variant,
        wording(terms["creditLine"], part["language"]),
        wording(terms["usageTerms"], part["language"]),
        omitted,
        duties,
    )
