"""Assets on the desk with all that belongs to them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.asset.table import Asset, AssetOriginal, Rendition
from models.errors import NotFound
from models.story import PubStatus, Story
from models.terms import Terms


@dataclass(frozen=True)
class AssetRecord:
    """An asset, its files, and its own terms.

    :param renditions: the largest first.
    """

    asset: Asset
    renditions: tuple[Rendition, ...]
    original: AssetOriginal | None
    terms: Terms | None


async def find_desk_asset(session: AsyncSession, asset_id: uuid.UUID, shown: Collection[PubStatus]) -> AssetRecord:
    """An asset of the desk.

    :param shown: the statuses of stories whose content is shown to whoever asks.
    :raises NotFound: there is none, or it is not shown.
    """
    row = await session.get(Asset, asset_id)
    story = None if row is None else await session.get(Story, row.story_id)
    if row is None or story is None or story.pub_status not in shown:
        raise NotFound("there is no such asset", field=["assetId"])
    return (await _with_parts(session, [row]))[0]


async def read_assets_of(session: AsyncSession, story_id: uuid.UUID) -> list[AssetRecord]:
    """The assets of a story, in order."""
    statement = select(Asset).where(Asset.story_id == story_id).order_by(col(Asset.ordinal), col(Asset.id))
    return await _with_parts(session, (await session.exec(statement)).all())


async def _with_parts(session: AsyncSession, rows: Sequence[Asset]) -> list[AssetRecord]:
    ids = [row.id for row in rows]
    renditions: dict[uuid.UUID, list[Rendition]] = defaultdict(list)
    files = select(Rendition).where(col(Rendition.asset_id).in_(ids))
    for rendition in await session.exec(files.order_by(col(Rendition.size).desc(), col(Rendition.name))):
        renditions[rendition.asset_id].append(rendition)
    uploaded = select(AssetOriginal).where(col(AssetOriginal.asset_id).in_(ids))
    originals = {original.asset_id: original for original in await session.exec(uploaded)}
    own = {row.terms_id for row in rows if row.terms_id is not None}
    terms = {found.id: found for found in await session.exec(select(Terms).where(col(Terms.id).in_(own)))}
    return [
        AssetRecord(
            row,
            tuple(renditions[row.id]),
            originals.get(row.id),
            terms[row.terms_id] if row.terms_id is not None else None,
        )
        for row in rows
    ]
