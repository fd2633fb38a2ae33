"""`attachAsset`, `updateAsset` and `detachAsset`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from models.asset import AssetKind
from models.asset.edit import AssetChanges, attached_asset, read_changes
from models.asset.edit import attach_asset as attach
from models.asset.edit import detach_asset as detach
from models.asset.edit import update_asset as update
from models.asset.intake import drop_bytes, take_upload
from models.audit.subject import about
from models.errors import NotFound
from models.story import Story
from models.upload import Upload
from models.upload.lifecycle import find_upload
from schema.change import LEFT_OUT, Payload, attempt, change_by, given_fields
from schema.context import Context
from schema.desk.asset import DeskAsset, one_desk_asset
from schema.desk.story import DeskStory, one_desk_story
from schema.identifier import desk_uuid, global_id
from schema.text import TextInput, texts_by_language

_NULLABLE = ("credit", "digital_source_type", "content_created")
_NAMING = ("story_id", "upload_id", "asset_id", "kind", "revision")


@strawberry.input(description="An uploaded file to make an asset of. The same upload again gives the same asset.")
class AttachAssetInput:
    story_id: strawberry.ID = strawberry.field(description="The story, on the desk or in the pool.")
    upload_id: strawberry.ID = strawberry.field(
        description="The upload, which must be whole: the last part of its address. It is yours alone."
    )
    kind: AssetKind | None = strawberry.field(
        default=None,
        description="What it is. Its content decides; say GRAPHIC of a drawing, map or chart, which else would be a PICTURE.",
    )
    captions: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT, description="Its caption in every language: at most 2,000 characters each."
    )
    credit: str | None = strawberry.field(default=LEFT_OUT, description="Whom to credit for it.")
    digital_source_type: str | None = strawberry.field(
        default=LEFT_OUT,
        description="How it came to be: a term of the IPTC vocabulary of that name, such as digitalCapture.",
    )
    content_created: datetime | None = strawberry.field(default=LEFT_OUT, description="When it was made.")
    ordinal: int | None = strawberry.field(
        default=LEFT_OUT, description="Its place among the assets of the story; the last where absent."
    )


@strawberry.input(description="What to say of an asset anew. What is left out stays as it is.")
class UpdateAssetInput:
    asset_id: strawberry.ID = strawberry.field(description="The asset, on the desk or in the pool.")
    revision: int = strawberry.field(description="The revision in which it was read.")
    captions: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT,
        description="Its caption in every language: at most 2,000 characters each. Others are taken away.",
    )
    credit: str | None = strawberry.field(default=LEFT_OUT, description="Whom to credit for it. Null: nobody.")
    digital_source_type: str | None = strawberry.field(
        default=LEFT_OUT, description="How it came to be: a term of the IPTC vocabulary of that name. Null: not said."
    )
    content_created: datetime | None = strawberry.field(
        default=LEFT_OUT, description="When it was made. Null: not said."
    )
    ordinal: int | None = strawberry.field(default=LEFT_OUT, description="Its place among the assets of the story.")


@strawberry.input(description="An asset to take off its story.")
class DetachAssetInput:
    asset_id: strawberry.ID = strawberry.field(description="The asset, on the desk or in the pool.")


@strawberry.type(description="What editing an asset gave.")
class DeskAssetPayload(Payload):
    asset: DeskAsset | None = strawberry.field(description="The asset as it is now; null where it was refused.")


@strawberry.type(description="What taking an asset off its story gave.")
class DetachAssetPayload(Payload):
    story: DeskStory | None = strawberry.field(description="The story without it; null where it was refused.")


async def attach_asset(
    info: Info[Context, None],
    input: Annotated[AttachAssetInput, strawberry.argument(description="The file, and what to say of it.")],
) -> DeskAssetPayload | None:
    """Makes an upload into an asset: first the files, outside of any transaction, then all rows in one."""
    asset, refusals = await attempt(_attach(info.context, input))
    return DeskAssetPayload(asset=asset, user_errors=refusals)


async def update_asset(
    info: Info[Context, None],
    input: Annotated[UpdateAssetInput, strawberry.argument(description="The asset, and what to say of it.")],
) -> DeskAssetPayload | None:
    """Changes an asset in one write transaction."""

    async def work() -> DeskAsset:
        changes, change = _changes(input), change_by(info.context)
        asset_id = desk_uuid(input.asset_id, "Asset", "assetId")
        async with info.context.write("updateAsset", input) as session:
            row = await update(session, asset_id, changes, change, revision=input.revision)
            about(session, global_id("Asset", row.id), story_id=row.story_id)
        return await one_desk_asset(info.context, asset_id)

    asset, refusals = await attempt(work())
    return DeskAssetPayload(asset=asset, user_errors=refusals)


async def detach_asset(
    info: Info[Context, None],
    input: Annotated[DetachAssetInput, strawberry.argument(description="The asset.")],
) -> DetachAssetPayload | None:
    """Takes an asset off its story in one write transaction."""

    async def work() -> DeskStory:
        asset_id = desk_uuid(input.asset_id, "Asset", "assetId")
        async with info.context.write("detachAsset", input) as session:
            story = await detach(session, asset_id, change_by(info.context))
            about(session, global_id("Asset", asset_id), story_id=story.id)
        return await one_desk_story(info.context, story.id)

    story, refusals = await attempt(work())
    return DetachAssetPayload(story=story, user_errors=refusals)


async def _attach(context: Context, given: AttachAssetInput) -> DeskAsset:
    changes, change = _changes(given), change_by(context)
    read_changes(changes)  # what cannot be right is refused before the file is looked at
    story_id = desk_uuid(given.story_id, "Story", "storyId")
    upload = await _upload(context, given)
    async with context.database.read() as session:
        if await session.get(Story, story_id) is None:
            raise NotFound(f"there is no story {story_id}", field=["storyId"])
    taken = None
    if upload.asset_id is None:
        if upload.expires_at <= change.at:
            raise NotFound("the upload has expired; upload the file again", field=["uploadId"])
        try:
            taken = await take_upload(context.services.files, upload, given.kind)
        except NotFound:
            upload = await _upload(context, given)  # the same request at the same time may have made an asset of it
            if upload.asset_id is None:
                raise
    async with context.write("attachAsset", given) as session:
        if taken is None:
            asset = await attached_asset(session, upload, story_id)
        else:
            asset = await attach(session, upload.id, story_id, taken, changes, change)
        about(session, global_id("Asset", asset.id), story_id=story_id)
    await drop_bytes(context.services.files, upload)
    return await one_desk_asset(context, asset.id)


async def _upload(context: Context, given: AttachAssetInput) -> Upload:
    upload_id = desk_uuid(given.upload_id, "Upload", "uploadId")
    async with context.database.read() as session:
        return await find_upload(session, upload_id, context.actor.client_uuid)


def _changes(given: AttachAssetInput | UpdateAssetInput) -> AssetChanges:
    read: dict[str, Any] = given_fields(given, nullable=_NULLABLE, without=_NAMING)
    if "captions" in read:
        read["captions"] = texts_by_language(read["captions"], "captions")
    changes: AssetChanges = read  # type: ignore[assignment]  # the inputs have the same fields
    return changes
