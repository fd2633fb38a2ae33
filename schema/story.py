"""Stories and variants as one viewer sees them.

Everything a page shows is put together once from the frozen document, as plain attributes: a field then costs no more than
reading one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.base import JsonObject
from models.language import LanguageTag, language_covers
from models.pool.case import variant_case
from models.pool.reading import SeenStory, SeenVariant
from models.story import PubStatus
from models.variant import Form, TranslationMethod
from schema.asset import Asset
from schema.concept import Concept
from schema.context import Context
from schema.contributor import Contributor
from schema.identifier import global_id, uuid_of
from schema.media import MediaAddress
from schema.node import Node
from schema.notice.latest import latest_notices
from schema.notice.notice import Notice
from schema.odrl.export import report_of
from schema.organisation import Organisation
from schema.series import Series
from schema.terms import Terms
from schema.topic import Topic
from schema.usage import UsageDecision, UseInput


@strawberry.type(description="Where a translation comes from.")
class TranslationSource:
    id: strawberry.ID = strawberry.field(description="The id of the variant that was translated.")
    version: int | None = strawberry.field(description="Its version at that time.")
    language: LanguageTag = strawberry.field(description="Its language.")
    method: TranslationMethod | None = strawberry.field(description="How the translation was made.")


@strawberry.type(description="One language in one form of a story.")
class Variant(Node):
    uri: str = strawberry.field(description="Stable; the same in every version.")
    version: int = strawberry.field(description="Counts the releases that changed this variant.")
    version_created: datetime = strawberry.field(description="When this version was released.")
    pub_status: PubStatus = strawberry.field(description="Whether it may be used.")
    language: LanguageTag = strawberry.field(description="The language that it is written in.")
    form: Form = strawberry.field(description="The form that it takes.")
    label: str = strawberry.field(description="Tells variants of the same language and form apart; usually empty.")
    headline: str | None = strawberry.field(description="The headline.")
    description: str | None = strawberry.field(description="The story in a sentence.")
    body: str | None = strawberry.field(
        description="The text as HTML without scripts or styles; null where the terms permit this partner no use at all."
    )
    body_text: str | None = strawberry.field(description="The same as plain text, a line a paragraph.")
    by: str | None = strawberry.field(description="Who wrote it.")
    located: str | None = strawberry.field(description="Where it was written.")
    word_count: int | None = strawberry.field(description="Words, counting each Chinese or Japanese character as one.")
    char_count: int | None = strawberry.field(description="Characters other than white space.")
    translated_from: TranslationSource | None = strawberry.field(description="Where a translation comes from.")
    stale: bool = strawberry.field(
        description="Whether it is a translation whose source has been released in a newer version, or in other words, since."
    )
    assets: list[Asset] = strawberry.field(description="What is shown with it, in order.")
    terms: Terms | None = strawberry.field(description="The terms that hold for it.")
    own_terms: bool = strawberry.field(description="Whether it has terms of its own; otherwise they are the story's.")

    @strawberry.field(description="May it be used so?")
    async def usage_decision(
        self,
        info: Info[Context, None],
        use: Annotated[UseInput, strawberry.argument(description="What is meant to be done with it.")],
    ) -> UsageDecision | None:
        return await decide(info.context, uuid.UUID(self.key), use)

    key: strawberry.Private[str]

    @classmethod
    def of(
        cls, seen: SeenVariant, assets: dict[str, Asset], terms: dict[str, Terms], versions: dict[str, int]
    ) -> Variant:
        """A variant as its viewer sees it.

        :param versions: of all variants in the same document, by their ids.
        """
        part, readable = seen.part, seen.readable
        source = part["translatedFrom"]
        return cls(
            id=global_id("Variant", part["id"]),
            key=part["id"],
            uri=part["uri"],
            version=part["version"],
            version_created=part["versionCreated"],
            pub_status=seen.pub_status,
            language=part["language"],
            form=Form(part["form"]),
            label=part["label"],
            headline=part["headline"],
            description=part["description"],
            body=part["body"] if readable else None,
            body_text=part["bodyText"] if readable else None,
            by=part["by"],
            located=part["located"],
            word_count=part["wordCount"],
            char_count=part["charCount"],
            translated_from=_source(source, part["translationMethod"]) if source else None,
            stale=source is not None and _has_moved_on(source, versions.get(source["id"])),
            assets=[assets[asset] for asset in part["assets"] if asset in assets],
            terms=terms[part["terms"]].held(own=part["ownTerms"]),
            own_terms=part["ownTerms"],
        )


@strawberry.type(
    description="A language that a story exists in for this viewer, with the state of what there is in it."
)
class LanguageStatusResult:
    language: LanguageTag = strawberry.field(description="The language.")
    form: Form = strawberry.field(description="The form.")
    pub_status: PubStatus = strawberry.field(description="Whether it may be used.")
    version: int = strawberry.field(description="The version of the variant.")


@strawberry.type(
    description="A story in its live version. Of a withheld or canceled one, partners see only uri, version and pubStatus."
)
class Story(Node):
    uri: str = strawberry.field(description="A NewsML URN; the same in every version.")
    version: int = strawberry.field(description="Counts releases and changes of status.")
    version_created: datetime = strawberry.field(description="When this version came to be.")
    pub_status: PubStatus = strawberry.field(description="Whether it may be used.")
    slugline: str | None = strawberry.field(description="A short working title.")
    urgency: int | None = strawberry.field(description="From 1, most urgent, to 9.")
    content_created: datetime | None = strawberry.field(description="When what it tells of happened.")
    embargoed_until: datetime | None = strawberry.field(description="No use before this moment, of any version.")
    expires: datetime | None = strawberry.field(description="When its editorial relevance ends.")
    demonstration: str | None = strawberry.field(
        description="What in this story was made up for demonstration; null in real ones."
    )
    genres: list[Concept] = strawberry.field(description="What kind of writing it is.")
    subjects: list[Concept] = strawberry.field(description="What it is about: IPTC Media Topics.")
    places: list[Concept] = strawberry.field(description="Where it happens.")
    people: list[Concept] = strawberry.field(description="Who it is about.")
    organisations: list[Organisation] = strawberry.field(description="Which organisations it is about.")
    contributors: list[Contributor] = strawberry.field(description="Who told and shot it.")
    series: Series | None = strawberry.field(description="The content brand that it belongs to.")
    topic: Topic | None = strawberry.field(description="The hot topic that it hangs on.")
    assets: list[Asset] = strawberry.field(description="All its pictures, videos and other assets.")
    terms: Terms | None = strawberry.field(description="The terms that hold for all that has no terms of its own.")
    languages: list[LanguageStatusResult] = strawberry.field(
        description="What exists in which language, with its state."
    )
    all_variants: strawberry.Private[list[Variant]]

    @strawberry.field(
        description="The newest notice to you that it was corrected, withheld or killed; for staff, to anybody. Drills are none."
    )
    async def notice(self, info: Info[Context, None]) -> Notice | None:
        story_id = uuid_of(self.id, "Story")
        found: Notice | None = await latest_notices(info.context).load(story_id)
        return found

    @strawberry.field(
        description="What there is of it for this viewer; narrowed to languages (RFC 4647 ranges) and forms where given."
    )
    def variants(
        self,
        languages: Annotated[list[LanguageTag] | None, strawberry.argument(description="Only these languages.")] = None,
        forms: Annotated[list[Form] | None, strawberry.argument(description="Only these forms.")] = None,
    ) -> list[Variant]:
        if languages is None and forms is None:
            return self.all_variants
        return [
            variant
            for variant in self.all_variants
            if (languages is None or any(language_covers(wanted, variant.language) for wanted in languages))
            and (forms is None or variant.form in forms)
        ]

    @strawberry.field(
        description="The first that exists, going through the languages in this order. Its `language` says which one was served."
    )
    def variant(
        self,
        languages: Annotated[
            list[LanguageTag], strawberry.argument(description="Language ranges, the preferred first.")
        ],
        form: Annotated[Form | None, strawberry.argument(description="Only this form.")] = None,
    ) -> Variant | None:
        for wanted in languages:
            for candidate in self.all_variants:
                if language_covers(wanted, candidate.language) and form in (None, candidate.form):
                    return candidate
        return None

    @classmethod
    def of(cls, seen: SeenStory, address: MediaAddress) -> Story:
        """A story as its viewer sees it."""
        story = seen.document["story"]
        if seen.is_stub:
            return cls(**_identity(story, seen), **_nothing())
        terms = {key: Terms.of(part) for key, part in seen.document["terms"].items()}
        assets = {asset.part["id"]: Asset.of(asset, terms[asset.part["terms"]], address) for asset in seen.assets}
        versions = {part["id"]: part["version"] for part in seen.document["variants"]}
        variants = [Variant.of(variant, assets, terms, versions) for variant in seen.variants]
        return cls(
            **_identity(story, seen),
            slugline=story["slugline"],
            urgency=story["urgency"],
            content_created=story["contentCreated"],
            embargoed_until=seen.embargoed_until,
            expires=seen.expires,
            demonstration=story["demonstration"],
            genres=_concepts("Genre", story["genres"]),
            subjects=_concepts("Subject", story["subjects"]),
            places=_concepts("Place", story["places"]),
            people=_concepts("Person", story["people"]),
            organisations=[Organisation.of_part(part) for part in story["organisations"]],
            contributors=[Contributor.of(part) for part in story["contributors"]],
            series=Series.of_part(story["series"]) if story["series"] else None,
            topic=Topic.of_part(story["topic"]) if story["topic"] else None,
            assets=list(assets.values()),
            terms=terms[story["terms"]],
            languages=[
                LanguageStatusResult(
                    language=variant.language, form=variant.form, pub_status=variant.pub_status, version=variant.version
                )
                for variant in variants
            ],
            all_variants=variants,
        )


async def decide(context: Context, variant_id: uuid.UUID, use: UseInput) -> UsageDecision:
    """The usage decision for a live variant, at the moment that the use names.

    :raises NotFound: the variant is not there for this viewer.
    """
    viewer = await context.viewer()
    async with context.database.read() as session:
        case = await variant_case(session, variant_id, viewer, context.book)
    at = use.at or viewer.now
    asked = use.use()
    answer = case.decide(asked, viewer, at)
    return UsageDecision.of(answer, at, asked, report_of(answer, case, viewer, asked, at))


def _identity(story: JsonObject, seen: SeenStory) -> JsonObject:
    return {
        "id": global_id("Story", story["id"]),
        "uri": story["uri"],
        "version": seen.version,
        "version_created": story["versionCreated"],
        "pub_status": seen.pub_status,
    }


def _nothing() -> JsonObject:
    empty: JsonObject = dict.fromkeys(
        (
            "slugline",
            "urgency",
            "content_created",
            "embargoed_until",
            "expires",
            "demonstration",
            "series",
            "topic",
            "terms",
        )
    )
    lists = (
        "genres",
        "subjects",
        "places",
        "people",
        "organisations",
        "contributors",
        "assets",
        "languages",
        "all_variants",
    )
    return empty | {name: [] for name in lists}


def _concepts(kind: str, parts: Iterable[JsonObject]) -> list[Concept]:
    return [Concept.of(kind, part) for part in parts]


def _has_moved_on(source: JsonObject, version: int | None) -> bool:
    """Whether the source of a translation has a newer version; one that was never released as it was translated has other words."""
    return version is not None and (source["version"] is None or source["version"] < version)


def _source(source: JsonObject, method: str | None) -> TranslationSource:
    return TranslationSource(
        id=global_id("Variant", source["id"]),
        version=source["version"],
        language=source["language"],
        method=TranslationMethod(method) if method else None,
    )
