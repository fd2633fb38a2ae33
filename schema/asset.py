"""Assets and their renditions."""

from __future__ import annotations

from datetime import datetime

import strawberry

from models.asset import AssetKind
from models.base import JsonObject
from models.language import wording
from models.pool.reading import SeenAsset
from schema.argument import InLanguage
from schema.identifier import global_id
from schema.media import MediaAddress
from schema.node import Node
from schema.scalar import LARGEST_INT, ByteCount, Url
from schema.terms import Terms


@strawberry.type(description="One file of an asset.")
class Rendition:
    id: strawberry.ID = strawberry.field(description="Opaque.")
    name: str = strawberry.field(
        description="What the file is for: original, web, small, thumbnail; poster: a frame of a film."
    )
    mime_type: str = strawberry.field(description="Its media type.")
    width: int | None = strawberry.field(description="In pixels.")
    height: int | None = strawberry.field(description="In pixels.")
    size: int = strawberry.field(
        description="In bytes; of a file of 2 GiB and more, 2147483647: `bytes` says how large it is."
    )
    bytes: ByteCount = strawberry.field(description="In bytes, of whatever size.")
    sha256: str = strawberry.field(description="The SHA-256 of the file, in hexadecimal.")
    address: strawberry.Private[MediaAddress | None]

    @strawberry.field(
        description="Where the file is: an address that opens it for a few minutes without a token, or for longer with yours. Ask again"
        " rather than keep it; each download looks at your rights anew. Null where the terms permit no use."
    )
    def href(self) -> Url | None:
        return None if self.address is None else self.address(self.sha256)

    @classmethod
    def of(cls, part: JsonObject, address: MediaAddress | None) -> Rendition:
        """A rendition as it lies in a document.

        :param address: makes its address; None where it is not to be had.
        """
        return cls(
            id=global_id("Rendition", part["id"]),
            name=part["name"],
            address=address,
            mime_type=part["mimeType"],
            width=part["width"],
            height=part["height"],
            size=min(part["size"], LARGEST_INT),
            bytes=ByteCount(part["size"]),
            sha256=part["sha256"],
        )


@strawberry.type(description="A picture, video, sound, graphic or text track.")
class Asset(Node):
    kind: AssetKind = strawberry.field(description="What it is.")
    credit: str | None = strawberry.field(description="Whom to credit for it.")
    digital_source_type: str | None = strawberry.field(
        description="How it came to be: a term of the IPTC vocabulary of that name."
    )
    content_created: datetime | None = strawberry.field(description="When it was made.")
    renditions: list[Rendition] = strawberry.field(description="Its files.")
    terms: Terms = strawberry.field(description="The terms that hold for it.")
    own_terms: bool = strawberry.field(description="Whether it has terms of its own; otherwise they are the story's.")
    captions: strawberry.Private[dict[str, str]]

    @strawberry.field(description="The caption in a language, or in the nearest that there is.")
    def caption(self, language: InLanguage = None) -> str | None:
        return wording(self.captions, language or "en")

    @classmethod
    def of(cls, seen: SeenAsset, terms: Terms, address: MediaAddress) -> Asset:
        """An asset as its viewer sees it."""
        part = seen.part
        return cls(
            id=global_id("Asset", part["id"]),
            kind=AssetKind(part["kind"]),
            credit=part["credit"],
            digital_source_type=part["digitalSourceType"],
            content_created=part["contentCreated"],
            terms=terms.held(own=part["ownTerms"]),
            own_terms=part["ownTerms"],
            captions=part["captions"],
            renditions=[
                Rendition.of(rendition, address if seen.readable else None) for rendition in part["renditions"]
            ],
        )
