"""Proposals of what a text may be a translation of."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.base import JsonObject
from models.errors import BadInput
from models.language import LanguageTag
from models.reprint.fact.fact import FactKind
from models.reprint.fact.score import Shared
from models.reprint.index import catch_up, reuses
from models.reprint.translation import Proposal, translations
from models.scope import Scope
from schema.access import RequiresScope
from schema.context import Context
from schema.enum import describe
from schema.identifier import global_id

MOST_CHARACTERS = 200_000
describe(FactKind)


@strawberry.type(description="A number, a date or a name that a text and a variant share.")
class SharedFactResult:
    kind: FactKind = strawberry.field(description="What it is.")
    value: str = strawberry.field(description="In one form for all languages: `3700000` for 3.7 million and 370万.")
    page: str = strawberry.field(description="What the text has for it.")
    variant: str = strawberry.field(description="What the variant has for it.")
    bits: float = strawberry.field(
        description="What it weighs: 10 bits are one chance in a thousand that an unrelated text has it. 0 where another one counts that "
        "stands beside it."
    )

    @classmethod
    def of(cls, one: Shared) -> SharedFactResult:
        return cls(
            kind=one.page.kind,
            value=one.page.value,
            page=one.page.words,
            variant=one.variant.words,
            bits=round(one.bits, 1),
        )


@strawberry.type(
    description="A variant that a text may be a translation of. Proposed, not decided: others who report the same have the "
    "same numbers."
)
class TranslationResult:
    variant_id: strawberry.ID = strawberry.field(description="The variant that is nearest by what it shares.")
    story_id: strawberry.ID = strawberry.field(description="Its story.")
    story_uri: str = strawberry.field(description="The URI of that.")
    version: int = strawberry.field(description="The version of the variant that is nearest.")
    language: LanguageTag = strawberry.field(description="Its language.")
    score: float = strawberry.field(
        description="How surprising it is that an unrelated text shares so much, in bits: 10 are one chance in a thousand, 20 in a million."
    )
    shared: list[SharedFactResult] = strawberry.field(description="What both have, the heaviest first.")

    @classmethod
    def of(cls, one: Proposal) -> TranslationResult:
        return cls(
            variant_id=global_id("Variant", one.variant_id),
            story_id=global_id("Story", one.story_id),
            story_uri=one.story_uri,
            version=one.version,
            language=LanguageTag(one.language),
            score=round(one.found.score, 1),
            shared=[SharedFactResult.of(shared) for shared in one.found.shared],
        )


@strawberry.type(
    description="What a look at a copy in a language that its story was not supplied in says for a translation."
)
class TranslationLeadResult:
    variant_id: strawberry.ID = strawberry.field(description="The variant that is nearest by what it shares.")
    version: int = strawberry.field(description="The version of the variant that is nearest.")
    score: float = strawberry.field(description="How surprising it is that an unrelated text shares so much, in bits.")
    shared: list[SharedFactResult] = strawberry.field(description="What both have, the heaviest first.")

    @classmethod
    def of(cls, record: JsonObject) -> TranslationLeadResult:
        return cls(
            variant_id=global_id("Variant", uuid.UUID(record["variantId"])),
            version=record["version"],
            score=record["score"],
            shared=[SharedFactResult(**{**one, "kind": FactKind(one["kind"])}) for one in record["shared"]],
        )


@strawberry.type
class TranslationQueries:
    """The part of the root of queries that is about translations by others."""

    @strawberry.field(
        description="Which stories a text may be a translation of, from shared numbers, dates and names; the likeliest first, at most 8. "
        "Stories that it reuses word for word are told by `textReuses`, and left out.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
    async def text_translations(
        self,
        info: Info[Context, None],
        text: Annotated[
            str, strawberry.argument(description="Plain text, a paragraph a line; at most 200,000 characters.")
        ],
        published_at: Annotated[
            datetime | None,
            strawberry.argument(
                description="When it ran: stories that were released more than a day later are left out."
            ),
        ] = None,
    ) -> list[TranslationResult] | None:
        if len(text) > MOST_CHARACTERS:
            raise BadInput(f"text has {len(text)} characters; at most {MOST_CHARACTERS} are looked at", field=["text"])
        await catch_up(info.context.database)
        async with info.context.database.read() as session:
            known = {reuse.story_id for reuse in await reuses(session, text)}
            found = await translations(session, text, published_at=published_at, known=known)
        return [TranslationResult.of(one) for one in found]
