"""What editors say at the release door."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

import strawberry

from models.errors import BadInput
from models.language import LanguageTag
from models.release import Fate, Retraction, Revision, Schedule
from models.release.words import default_language
from models.story import PubStatus
from schema.change import LEFT_OUT
from schema.enum import describe
from schema.identifier import uuid_of
from schema.text import TextInput, texts_by_language

describe(Fate)

_REVISION = "The story's revision that you have looked at; a later one is refused."
_MAYBE_REVISION = "The story's revision that you have looked at, where it matters; a later one is then refused."
_FREE = "What partners are told, per language. It must say nothing of what is taken back: no headline, no words of the body."
_REASON = "Why, for staff alone."


@strawberry.input(description="What becomes of one variant.")
class VariantFateInput:
    variant_id: strawberry.ID = strawberry.field(description="A released variant.")
    fate: Fate = strawberry.field(description="What becomes of it.")


@strawberry.input(description="What is let out: variants by their ids, or the approved ones in some languages.")
class ReleaseStoryInput:
    story_id: strawberry.ID = strawberry.field(description="The story.")
    revision: int = strawberry.field(description=_REVISION)
    variant_ids: list[strawberry.ID] | None = strawberry.field(
        default=None,
        description="These variants. With neither these nor languages: all that are approved and not out yet.",
    )
    languages: list[LanguageTag] | None = strawberry.field(
        default=None, description="The approved variants in these languages (RFC 4647 ranges)."
    )


@strawberry.input(description="New words of released variants.")
class UpdateReleasedInput:
    story_id: strawberry.ID = strawberry.field(description="The story.")
    variant_ids: list[strawberry.ID] = strawberry.field(
        description="The variants whose words on the desk are released."
    )
    revision: int = strawberry.field(description=_REVISION)
    texts: list[TextInput] | None = strawberry.field(
        default=None, description="What partners are told of the update, per language."
    )

    def given(self) -> Revision:
        return Revision(
            variant_ids(self.variant_ids), texts_by_language(self.texts or (), "texts"), revision=self.revision
        )


@strawberry.input(description="Corrected words of released variants.")
class CorrectStoryInput:
    story_id: strawberry.ID = strawberry.field(description="The story.")
    variant_ids: list[strawberry.ID] = strawberry.field(
        description="The variants whose words on the desk are released."
    )
    texts: list[TextInput] = strawberry.field(
        description="What was wrong, and what is right, per language; apart from the body."
    )
    revision: int = strawberry.field(description=_REVISION)
    others: list[VariantFateInput] | None = strawberry.field(
        default=None, description="What becomes of other released variants; those left out stay as they are."
    )

    def given(self) -> Revision:
        return Revision(
            variant_ids(self.variant_ids),
            texts_by_language(self.texts, "texts"),
            fates(self.others),
            self.revision,
        )


@strawberry.input(description="A story to withhold.")
class WithholdStoryInput:
    story_id: strawberry.ID = strawberry.field(description="The story.")
    reason: str = strawberry.field(description=_REASON)
    texts: list[TextInput] = strawberry.field(description=_FREE)
    others: list[VariantFateInput] | None = strawberry.field(
        default=None, description="What becomes of single variants instead; all others are withheld."
    )
    revision: int | None = strawberry.field(default=None, description=_MAYBE_REVISION)

    def given(self) -> Retraction:
        return Retraction(self.reason, texts_by_language(self.texts, "texts"), fates(self.others), self.revision)


@strawberry.input(description="A story to kill.")
class KillStoryInput:
    story_id: strawberry.ID = strawberry.field(description="The story.")
    reason: str = strawberry.field(description=_REASON)
    text: str = strawberry.field(
        description="What partners are told, in Chinese or in English. It must say nothing of what is killed: no headline, no words of "
        "the body."
    )
    revision: int | None = strawberry.field(default=None, description=_MAYBE_REVISION)
    texts: list[TextInput] | None = strawberry.field(default=None, description="The same in other languages.")
    others: list[VariantFateInput] | None = strawberry.field(
        default=None, description="What becomes of single variants instead; all others are killed."
    )

    def given(self) -> Retraction:
        texts = texts_by_language(self.texts or (), "texts")
        own = default_language(self.text)
        if own in texts:
            raise BadInput(f"text is in {own}, and so is one of texts; give one", field=["texts"])
        return Retraction(self.reason, {own: self.text, **texts}, fates(self.others), self.revision)


@strawberry.input(description="What is given back of what was withheld.")
class ReinstateStoryInput:
    story_id: strawberry.ID = strawberry.field(description="The story.")
    variant_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Only these variants; otherwise all that is withheld."
    )
    reason: str | None = strawberry.field(default=None, description=_REASON)
    revision: int | None = strawberry.field(default=None, description=_MAYBE_REVISION)


@strawberry.input(description="One released variant to take back.")
class WithdrawVariantInput:
    variant_id: strawberry.ID = strawberry.field(description="The variant.")
    reason: str = strawberry.field(description=_REASON)
    texts: list[TextInput] = strawberry.field(description=_FREE)
    status: PubStatus = strawberry.field(
        default=PubStatus.CANCELED, description="CANCELED, or WITHHELD until further notice."
    )
    revision: int | None = strawberry.field(default=None, description=_MAYBE_REVISION)

    def given(self) -> Retraction:
        return Retraction(self.reason, texts_by_language(self.texts, "texts"), revision=self.revision)


@strawberry.input(
    description="When a released story's embargo lifts, and when it expires. What is left out stays as it is."
)
class RescheduleStoryInput:
    story_id: strawberry.ID = strawberry.field(description="The story.")
    revision: int = strawberry.field(description=_REVISION)
    embargoed_until: datetime | None = strawberry.field(
        default=LEFT_OUT, description="Until when it is under embargo; null, or a moment that has come, lifts it now."
    )
    expires: datetime | None = strawberry.field(
        default=LEFT_OUT, description="When its editorial relevance ends; null: never."
    )

    def given(self) -> Schedule:
        found = Schedule()
        if self.embargoed_until is not strawberry.UNSET:
            found["embargoed_until"] = self.embargoed_until
        if self.expires is not strawberry.UNSET:
            found["expires"] = self.expires
        return found


def variant_ids(given: Sequence[strawberry.ID]) -> list[uuid.UUID]:
    """The keys of variants.

    :raises NotFound: one of them is none.
    """
    return [uuid_of(id, "Variant") for id in given]


def fates(given: Sequence[VariantFateInput] | None) -> dict[uuid.UUID, Fate]:
    """The fates of variants.

    :raises BadInput: a variant has two.
    """
    found: dict[uuid.UUID, Fate] = {}
    for place, one in enumerate(given or ()):
        key = uuid_of(one.variant_id, "Variant")
        if key in found:
            raise BadInput(f"{one.variant_id} stands in others twice; give one fate", field=["others", str(place)])
        found[key] = one.fate
    return found
