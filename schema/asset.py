"""Assets and their renditions."""

from __future__ import annotations

from datetime import datetime

import strawberry

from models.asset import AssetKind
from models.language import wording
from models.pool.reading import SeenAsset
from schema.argument import InLanguage
from schema.identifier import global_id
from schema.node import Node
from schema.scalar import Url
from schema.terms import Terms


@strawberry.type(description="One file of an asset.")
class Rendition:
    id: strawberry.ID = strawberry.field(description="Opaque.")
    name: str = strawberry.field(description="What the file is for: original, web, small, thumbnail.")
    href: Url | None = strawberry.field(
        description="Where the file is, for requests with the same token; null where the terms permit no use."
    )
    mime_type: str = strawberry.field(description="Its media type.")
    width: int | None = strawberry.field(description="In pixels.")
    height: int | None = strawberry.field(description="In pixels.")
    size: int = strawberry.field(description="In bytes.")
    sha256: str = strawberry.field(description="The SHA-256 of the file, in hexadecimal.")


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
    def of(cls, seen: SeenAsset, terms: Terms, media_url: str) -> Asset:
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
                Rendition(
                    id=global_id("Rendition", rendition["id"]),
                    name=rendition["name"],
                    href=Url(f"{media_url}/{rendition['sha256']}") if seen.readable else None,
                    mime_type=rendition["mimeType"],
                    width=rendition["width"],
                    height=rendition["height"],
                    size=rendition["size"],
                    sha256=rendition["sha256"],
                )
                for rendition in part["renditions"]
            ],
        )
