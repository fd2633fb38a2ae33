"""Assets on the desk."""

from __future__ import annotations

import uuid
from datetime import datetime

import strawberry

from models.asset import AssetKind, AssetOriginal
from models.asset.reading import AssetRecord, find_desk_asset, read_assets_of
from models.document import rendition_part, terms_part
from schema.asset import Rendition
from schema.context import Context
from schema.identifier import global_id
from schema.media import MediaAddress
from schema.node import Node
from schema.scalar import ByteCount, Url
from schema.terms import Terms
from schema.text import Text, all_texts


@strawberry.type(
    description="A file as it was uploaded, with everything that it says of itself. Partners never get it."
)
class OriginalFileResult:
    file_name: str | None = strawberry.field(description="What the client that uploaded it called it.")
    mime_type: str = strawberry.field(description="Its media type, told by its content.")
    bytes: ByteCount = strawberry.field(description="In bytes.")
    sha256: str = strawberry.field(description="The SHA-256 of the file, in hexadecimal.")
    uploaded_at: datetime = strawberry.field(description="When its upload began.")
    uploaded_by: str = strawberry.field(description="Who made it an asset: the OAuth client.")
    address: strawberry.Private[MediaAddress]

    @strawberry.field(description="Where it can be saved from, for a few minutes.")
    def href(self) -> Url:
        return self.address(self.sha256)

    @classmethod
    def of(cls, row: AssetOriginal, address: MediaAddress) -> OriginalFileResult:
        return cls(
            file_name=row.file_name,
            mime_type=row.mime_type,
            bytes=ByteCount(row.size),
            sha256=row.sha256,
            uploaded_at=row.uploaded_at,
            uploaded_by=row.uploaded_by,
            address=address,
        )


@strawberry.type(
    description="A picture, video, sound, graphic or text track as it is edited. Partners see what was released: `Asset`."
)
class DeskAsset(Node):
    asset_id: strawberry.ID = strawberry.field(description="Its id in the pool, once it is released.")
    story_id: strawberry.ID = strawberry.field(description="The story that it belongs to, in the pool.")
    kind: AssetKind = strawberry.field(description="What it is.")
    revision: int = strawberry.field(description="Counts saves. Give it with the next change.")
    ordinal: int = strawberry.field(description="Its place among the assets of its story, the lowest first.")
    captions: list[Text] = strawberry.field(description="Its caption in every language.")
    credit: str | None = strawberry.field(description="Whom to credit for it. Without a credit it cannot be released.")
    digital_source_type: str | None = strawberry.field(
        description="How it came to be: a term of the IPTC vocabulary of that name."
    )
    content_created: datetime | None = strawberry.field(description="When it was made.")
    renditions: list[Rendition] = strawberry.field(description="The files that partners get.")
    original: OriginalFileResult | None = strawberry.field(
        description="The file as it was uploaded; null where there was none, as in the demonstration."
    )
    terms: Terms | None = strawberry.field(description="Its own terms; null where those of its story hold.")
    saved_by: str | None = strawberry.field(description="Who saved it last: the OAuth client.")
    saved_at: datetime | None = strawberry.field(description="When.")

    @classmethod
    def of(cls, record: AssetRecord, address: MediaAddress) -> DeskAsset:
        row = record.asset
        return cls(
            id=global_id("DeskAsset", row.id),
            asset_id=global_id("Asset", row.id),
            story_id=global_id("Story", row.story_id),
            kind=row.kind,
            revision=row.revision,
            ordinal=row.ordinal,
            captions=all_texts(row.captions),
            credit=row.credit,
            digital_source_type=row.digital_source_type,
            content_created=row.content_created,
            renditions=[Rendition.of(rendition_part(rendition), address) for rendition in record.renditions],
            original=OriginalFileResult.of(record.original, address) if record.original else None,
            terms=Terms.of(terms_part(record.terms)) if record.terms else None,
            saved_by=row.saved_by,
            saved_at=row.updated_at,
        )


async def one_desk_asset(context: Context, asset_id: uuid.UUID) -> DeskAsset:
    """An asset of the desk.

    :raises NotFound: there is none, or it was killed and whoever asks is no auditor.
    """
    address = await context.media_address()
    async with context.database.read() as session:
        return DeskAsset.of(await find_desk_asset(session, asset_id, context.actor.content_statuses), address)


async def desk_assets_of(context: Context, story_id: uuid.UUID) -> list[DeskAsset]:
    """The assets of a story on the desk, in order."""
    address = await context.media_address()
    async with context.database.read() as session:
        return [DeskAsset.of(record, address) for record in await read_assets_of(session, story_id)]
