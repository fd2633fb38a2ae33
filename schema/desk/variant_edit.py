"""`saveVariant` and `removeVariant`."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from models.desk.reading import find_desk_story, find_desk_variant
from models.desk.variant import VariantChanges, VariantKey
from models.desk.variant import remove_variant as remove
from models.desk.variant import save_variant as save
from models.language import LanguageTag
from models.variant import Form, TranslationMethod
from schema.change import LEFT_OUT, Payload, attempt, change_by, given_fields
from schema.context import Context
from schema.desk.story import DeskStory
from schema.desk.variant import DeskVariant
from schema.identifier import desk_uuid

_NULLABLE = (
    "description",
    "by",
    "located",
    "translated_from_id",
    "translated_from_revision",
    "translation_method",
)
_NAMING = ("story_id", "language", "form", "label", "revision")


@strawberry.input(
    description="What somebody has written. Story, language, form and label name the variant; what is left out stays as it is. The same "
    "again changes nothing, so a text can be saved as it is typed."
)
class SaveVariantInput:
    story_id: strawberry.ID = strawberry.field(description="Its story.")
    language: LanguageTag = strawberry.field(description="The language that it is written in.")
    form: Form = strawberry.field(default=Form.ARTICLE, description="The form that it takes.")
    label: str = strawberry.field(
        default="",
        description="Tells variants of the same language and form apart: up to 64 ASCII letters, digits, . _ and -.",
    )
    revision: int | None = strawberry.field(
        default=None, description="The revision in which it was read; absent for a new variant."
    )
    headline: str | None = strawberry.field(default=LEFT_OUT, description="The headline: up to 500 characters.")
    description: str | None = strawberry.field(
        default=LEFT_OUT, description="The story in a sentence: up to 2,000 characters."
    )
    body: str | None = strawberry.field(
        default=LEFT_OUT, description="The text as HTML, as it was pasted; the answer holds what was kept of it."
    )
    by: str | None = strawberry.field(default=LEFT_OUT, description="Who wrote it, as it is printed.")
    located: str | None = strawberry.field(default=LEFT_OUT, description="Where it was written.")
    asset_ids: list[strawberry.ID] | None = strawberry.field(
        default=LEFT_OUT, description="The assets of the story that it shows, in order."
    )
    translated_from_id: strawberry.ID | None = strawberry.field(
        default=LEFT_OUT, description="The variant of the same story that it was translated from. Null: none."
    )
    translated_from_revision: int | None = strawberry.field(
        default=LEFT_OUT,
        description="The revision of the source that it follows. Where a source is named for the first time: its present one where "
        "absent. A translation stays in its revision until you say that it has followed its source to a later one.",
    )
    translation_method: TranslationMethod | None = strawberry.field(
        default=LEFT_OUT, description="How the translation was made."
    )

    def changes(self) -> VariantChanges:
        """What is to be said anew.

        :raises BadInput: a field is null that cannot be.
        :raises NotFound: an id is not one of its kind.
        """
        read: dict[str, Any] = given_fields(self, nullable=_NULLABLE, without=_NAMING)
        if "asset_ids" in read:
            read["asset_ids"] = [desk_uuid(given, "Asset", "assetIds") for given in read["asset_ids"]]
        if read.get("translated_from_id") is not None:
            read["translated_from_id"] = desk_uuid(read["translated_from_id"], "Variant", "translatedFromId")
        changes: VariantChanges = read  # type: ignore[assignment]  # the input has the same fields
        return changes


@strawberry.input(description="A draft to remove.")
class RemoveVariantInput:
    variant_id: strawberry.ID = strawberry.field(description="A variant that was never released.")
    revision: int | None = strawberry.field(default=None, description="The revision in which it was read.")


@strawberry.type(description="What writing a variant gave.")
class DeskVariantPayload(Payload):
    variant: DeskVariant | None = strawberry.field(description="The variant as it is now; null where it was refused.")


@strawberry.type(description="What removing a draft gave.")
class RemoveVariantPayload(Payload):
    story: DeskStory | None = strawberry.field(description="Its story without it; null where it was refused.")


async def save_variant(
    info: Info[Context, None],
    input: Annotated[SaveVariantInput, strawberry.argument(description="What was written.")],
) -> DeskVariantPayload | None:
    """Saves a variant in one write transaction."""

    async def work() -> DeskVariant:
        story_id = desk_uuid(input.story_id, "Story", "storyId")
        key, changes = VariantKey(input.language, input.form, input.label), input.changes()
        async with info.context.write("saveVariant", input) as session:
            row = await save(session, story_id, key, changes, change_by(info.context), revision=input.revision)
            return DeskVariant.of(await find_desk_variant(session, row.id, info.context.actor.content_statuses))

    variant, refusals = await attempt(work())
    return DeskVariantPayload(variant=variant, user_errors=refusals)


async def remove_variant(
    info: Info[Context, None],
    input: Annotated[RemoveVariantInput, strawberry.argument(description="The draft.")],
) -> RemoveVariantPayload | None:
    """Removes a draft in one write transaction."""

    async def work() -> DeskStory:
        variant_id = desk_uuid(input.variant_id, "Variant", "variantId")
        async with info.context.write("removeVariant", input) as session:
            story = await remove(session, variant_id, change_by(info.context), revision=input.revision)
            return DeskStory.of(await find_desk_story(session, story.id, info.context.actor.content_statuses))

    story, refusals = await attempt(work())
    return RemoveVariantPayload(story=story, user_errors=refusals)
