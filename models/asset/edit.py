"""Editing the assets of a story on the desk. Partners see it with the story's next release."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.asset.source_type import parse_source_type
from models.asset.table import Asset, AssetOriginal, DetachedFile, Rendition, VariantAsset
from models.change import Change
from models.desk.conflict import revision_conflict
from models.desk.hold import hold_story
from models.desk.moves import refuse_canceled
from models.errors import BadInput, KeyTaken, NotFound, WrongState
from models.media.intake import TakenMedia
from models.story import Story
from models.text import parse_texts
from models.upload import Upload
from models.variant import Variant

LONGEST_CAPTION = 2000
"""Characters of a caption in one language."""
LONGEST_CREDIT = 255
MOST_ASSETS = 300
"""Of one story."""
LARGEST_ORDINAL = 100_000


class AssetChanges(TypedDict, total=False):
    """What is to be said of an asset anew; what is left out stays as it is."""

    captions: dict[str, str]
    credit: str | None
    digital_source_type: str | None
    content_created: datetime | None
    ordinal: int


async def attach_asset(
    session: AsyncSession,
    upload_id: uuid.UUID,
    story_id: uuid.UUID,
    media: TakenMedia,
    changes: AssetChanges,
    change: Change,
) -> Asset:
    """Makes an uploaded file into an asset of a story. The same upload again gives the same asset, whatever is said of it.

    :param media: what the file was made into; it lies in the media store.
    :raises NotFound: no such story, or no such upload.
    :raises KeyTaken: the upload is an asset of another story.
    :raises WrongState: the story was killed.
    :raises BadInput: a value cannot be right, or the story has as many assets as it can.
    """
    values = read_changes(changes)
    story = await hold_story(session, story_id)
    held = select(Upload).where(Upload.id == upload_id).with_for_update().execution_options(populate_existing=True)
    upload = (await session.exec(held)).first()
    if upload is None:
        raise NotFound(f"there is no upload {upload_id}", field=["uploadId"])
    if upload.asset_id is not None:
        return await attached_asset(session, upload, story_id)
    refuse_canceled(story)
    counted = select(sa.func.count(), sa.func.max(Asset.ordinal)).where(Asset.story_id == story_id)
    present, last = (await session.exec(counted)).one()
    if present >= MOST_ASSETS:
        raise BadInput(f"the story has {present} assets; at most {MOST_ASSETS} are possible", field=["storyId"])
    values.setdefault("ordinal", 0 if last is None else min(last + 1, LARGEST_ORDINAL))
    asset = Asset(story_id=story_id, kind=media.kind, updated_at=change.at, saved_by=change.by, **values)
    session.add(asset)
    await session.flush()
    original = media.original
    session.add(
        AssetOriginal(
            asset_id=asset.id,
            sha256=original.sha256,
            mime_type=original.mime_type,
            size=original.size,
            file_name=upload.file_name,
            uploaded_at=upload.created_at,
            uploaded_by=change.by,
        )
    )
    for file in media.renditions:
        session.add(
            Rendition(
                asset_id=asset.id,
                name=file.name,
                mime_type=file.mime_type,
                width=file.width,
                height=file.height,
                size=file.size,
                sha256=file.sha256,
            )
        )
    upload.asset_id, upload.sha256 = asset.id, original.sha256
    upload.finished_at = upload.finished_at or change.at
    _touch(session, story, change)
    await session.flush()
    return asset


async def attached_asset(session: AsyncSession, upload: Upload, story_id: uuid.UUID) -> Asset:
    """The asset that an upload has become.

    :raises KeyTaken: it is one of another story.
    :raises NotFound: it was taken off its story.
    """
    asset = await session.get(Asset, upload.asset_id)
    if asset is None:
        raise NotFound("the asset was taken off its story; upload the file again", field=["uploadId"])
    if asset.story_id != story_id:
        raise KeyTaken("the upload has become an asset of another story; upload the file again", field=["uploadId"])
    return asset


async def update_asset(
    session: AsyncSession, asset_id: uuid.UUID, changes: AssetChanges, change: Change, *, revision: int
) -> Asset:
    """Says something of an asset anew. The same again changes nothing, whatever revision it was read in.

    :param revision: in which the asset was read.
    :raises NotFound: no such asset.
    :raises RevisionConflict: it was saved in between.
    :raises WrongState: its story was killed.
    :raises BadInput: a value cannot be right.
    """
    values = read_changes(changes)
    story, asset = await _hold(session, asset_id)
    different = [name for name, value in values.items() if getattr(asset, name) != value]
    if not different:
        return asset
    if revision != asset.revision:
        yours, theirs = _compared(values), _compared({name: getattr(asset, name) for name in values})
        names = [name for name in {**yours, **theirs} if yours.get(name) != theirs.get(name)]
        missing = dict.fromkeys(names)
        raise revision_conflict(revision, asset, names, base=None, yours=missing | yours, theirs=missing | theirs)
    refuse_canceled(story)
    for name in different:
        setattr(asset, name, values[name])
    asset.revision += 1
    asset.saved_by, asset.updated_at = change.by, change.at
    session.add(asset)
    _touch(session, story, change)
    await session.flush()
    return asset


async def detach_asset(session: AsyncSession, asset_id: uuid.UUID, change: Change) -> Story:
    """Takes an asset off its story on the desk. What was released with it keeps it, and its files, until the next release.

    :raises NotFound: no such asset.
    :raises WrongState: its story was killed, or a variant on the desk shows it.
    """
    story, asset = await _hold(session, asset_id)
    refuse_canceled(story)
    showing = select(Variant).join(VariantAsset, col(VariantAsset.variant_id) == Variant.id)
    variant = (await session.exec(showing.where(VariantAsset.asset_id == asset_id).order_by(col(Variant.uri)))).first()
    if variant is not None:
        raise WrongState(f"{variant.uri} shows it; save that variant without it first", field=["assetId"])
    if story.version > 0:
        files = select(Rendition.sha256, Rendition.mime_type).where(Rendition.asset_id == asset_id)
        for sha256, mime_type in sorted({*(await session.exec(files)).all()}):
            await session.merge(DetachedFile(story_id=story.id, sha256=sha256, mime_type=mime_type))
    await session.delete(asset)
    _touch(session, story, change)
    await session.flush()
    return story


def read_changes(changes: AssetChanges) -> dict[str, Any]:
    """What is to be said, checked and in its kept form.

    :raises BadInput: a value cannot be right.
    """
    read: dict[str, Any] = dict(changes)
    if "captions" in changes:
        read["captions"] = parse_texts(changes["captions"], ["captions"], least=0, longest=LONGEST_CAPTION)
    if (credit := changes.get("credit")) is not None:
        read["credit"] = credit.strip() or None
        if len(credit) > LONGEST_CREDIT:
            raise BadInput(f"credit has {len(credit)} characters; give at most {LONGEST_CREDIT}", field=["credit"])
    if (source_type := changes.get("digital_source_type")) is not None:
        read["digital_source_type"] = parse_source_type(source_type)
    if not 0 <= changes.get("ordinal", 0) <= LARGEST_ORDINAL:
        raise BadInput(f"ordinal is {changes['ordinal']}; give 0 to {LARGEST_ORDINAL}", field=["ordinal"])
    return read


async def _hold(session: AsyncSession, asset_id: uuid.UUID) -> tuple[Story, Asset]:
    """An asset with its story, held from the story down.

    :raises NotFound: no such asset.
    """
    story_id = (await session.exec(select(Asset.story_id).where(Asset.id == asset_id))).first()
    asset = None
    if story_id is not None:
        story = await hold_story(session, story_id)
        held = select(Asset).where(Asset.id == asset_id).with_for_update()
        asset = (await session.exec(held.execution_options(populate_existing=True))).first()
    if asset is None:
        raise NotFound(f"there is no asset {asset_id}", field=["assetId"])
    return story, asset


def _compared(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values under the names of the input, each caption by itself."""
    names = {"digital_source_type": "digitalSourceType", "content_created": "contentCreated"}
    flat = {names.get(name, name): value for name, value in values.items() if name != "captions"}
    return flat | {f"captions.{language}": text for language, text in values.get("captions", {}).items()}


def _touch(session: AsyncSession, story: Story, change: Change) -> None:
    """A story whose assets change was worked at."""
    story.updated_at = change.at
    session.add(story)
