"""Variants on the desk."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.desk.difference import FieldDifference, content_difference
from models.desk.draft import content_at, content_of, drafts_of
from models.desk.moves import DeskMove, MoveRule, allowed_moves
from models.desk.reading import VariantRecord, find_desk_variant
from models.errors import NotFound
from models.language import LanguageTag
from models.story import PubStatus
from models.variant import DeskState, Form, TranslationMethod
from schema.context import Context
from schema.difference import DifferenceSegmentResult, segments
from schema.enum import describe
from schema.identifier import global_id
from schema.node import Node

for _members in (DeskMove, DeskState, MoveRule):
    describe(_members)


@strawberry.type(description="Somebody has approved what a variant says now.")
class ApprovalResult:
    by: str = strawberry.field(description="Who: the OAuth client.")
    at: datetime = strawberry.field(description="When.")
    revision: int = strawberry.field(description="The revision that last changed what was approved.")


@strawberry.type(description="A move that you may make with a variant now.")
class DeskMoveResult:
    name: DeskMove = strawberry.field(description="What is done.")
    target: DeskState = strawberry.field(description="Where the variant stands then.")
    scope: str = strawberry.field(description="The scope that it takes.")
    rule: MoveRule = strawberry.field(description="Who of those with the scope may make it.")


@strawberry.type(description="One field of a variant that says something else.")
class FieldDifferenceResult:
    field: str = strawberry.field(
        description="Which: headline, description, bodyText, body (where its text is the same), by, located, or assets."
    )
    segments: list[DifferenceSegmentResult] = strawberry.field(
        description="The older text is all that is not ADDED, in order; the newer one all that is not REMOVED."
    )


@strawberry.type(description="What a variant said in a revision that was kept.")
class DraftResult:
    revision: int = strawberry.field(description="The revision that made it say so.")
    at: datetime = strawberry.field(description="When it was saved.")
    by: str = strawberry.field(description="Who saved it: the OAuth client.")
    released_version: int | None = strawberry.field(
        description="The version in which it was released; null where it never was."
    )
    headline: str = strawberry.field(description="The headline.")
    description: str | None = strawberry.field(description="The story in a sentence.")
    body: str = strawberry.field(description="The text as HTML.")
    body_text: str = strawberry.field(description="The same as plain text.")


@strawberry.type(description="Where a translation on the desk comes from.")
class DeskTranslationResult:
    variant_id: strawberry.ID = strawberry.field(description="The variant that was translated, on the desk.")
    language: LanguageTag = strawberry.field(description="Its language.")
    revision: int | None = strawberry.field(
        description="The revision of it that the translation follows; null where only a version is known."
    )
    version: int | None = strawberry.field(
        description="The released version of it that says the same; null where it was never released so."
    )
    current_revision: int = strawberry.field(description="The revision that last changed what it says.")
    method: TranslationMethod | None = strawberry.field(description="How the translation was made.")


@strawberry.type(description="One language in one form of a story, as it is written on the desk.")
class DeskVariant(Node):
    variant_id: strawberry.ID = strawberry.field(description="Its id in the pool, once it is released.")
    story_id: strawberry.ID = strawberry.field(description="Its story, on the desk.")
    uri: str = strawberry.field(description="Stable; the same in every version.")
    language: LanguageTag = strawberry.field(description="The language that it is written in. It never changes.")
    form: Form = strawberry.field(description="The form that it takes. It never changes.")
    label: str = strawberry.field(description="Tells variants of the same language and form apart; usually empty.")
    desk_state: DeskState = strawberry.field(description="Where its editing stands.")
    pub_status: PubStatus = strawberry.field(description="Whether what was released of it may be used.")
    version: int = strawberry.field(description="Counts the releases that changed it; 0 before the first.")
    version_created: datetime | None = strawberry.field(description="When its last version was released.")
    revision: int = strawberry.field(description="Counts saves and moves. Give it with the next change.")
    content_revision: int = strawberry.field(
        description="The revision that last changed what it says or shows: what is approved, and what is translated."
    )
    headline: str = strawberry.field(description="The headline.")
    description: str | None = strawberry.field(description="The story in a sentence.")
    body: str = strawberry.field(description="The text as HTML without scripts or styles.")
    body_text: str = strawberry.field(description="The same as plain text, a line a paragraph.")
    by: str | None = strawberry.field(description="Who wrote it, as it is printed.")
    located: str | None = strawberry.field(description="Where it was written.")
    word_count: int = strawberry.field(description="Words, counting each Chinese or Japanese character as one.")
    char_count: int = strawberry.field(description="Characters other than white space.")
    asset_ids: list[strawberry.ID] = strawberry.field(description="The assets that it shows, in order.")
    translated_from: DeskTranslationResult | None = strawberry.field(description="Where a translation comes from.")
    stale: bool = strawberry.field(
        description="Whether it is a translation whose source says or shows something else by now."
    )
    authors: list[str] = strawberry.field(
        description="Whose words have come in since the last release, by OAuth client: none of them approves it."
    )
    approvals: list[ApprovalResult] = strawberry.field(description="Who has approved what it says now.")
    review_note: str | None = strawberry.field(description="Why it was sent back, where it was.")
    terms_id: strawberry.ID | None = strawberry.field(description="Its own terms; null where its story's hold.")
    saved_by: str | None = strawberry.field(description="Who saved it last: the OAuth client.")
    saved_at: datetime = strawberry.field(description="When it was saved last.")
    record: strawberry.Private[VariantRecord]

    @strawberry.field(description="How many have to approve it.")
    def approvals_needed(self, info: Info[Context, None]) -> int:
        return info.context.services.desk.approvals

    @strawberry.field(description="What you may do with it now.")
    def allowed_moves(self, info: Info[Context, None]) -> list[DeskMoveResult]:
        actor, record = info.context.actor, self.record
        return [
            DeskMoveResult(name=move.name, target=move.target, scope=move.scope.value, rule=move.rule)
            for move in allowed_moves(record.story, record.variant, actor.client_id, actor.scopes)
        ]

    @strawberry.field(
        description="What the source of a translation says otherwise since; empty where it is not stale, null where what was translated "
        "was not kept, or the source was killed and you may not see it."
    )
    def source_difference(self, info: Info[Context, None]) -> list[FieldDifferenceResult] | None:
        translation = self.record.translation
        if translation is None or not translation.is_stale:
            return []
        if translation.base is None or translation.source.pub_status not in info.context.actor.content_statuses:
            return None
        return differences(
            content_difference(translation.base, translation.present, LanguageTag(translation.source.language))
        )

    @strawberry.field(description="The revisions that were kept, the newest first: up to 100.")
    async def drafts(self, info: Info[Context, None]) -> list[DraftResult]:
        async with info.context.database.read() as session:
            rows = await drafts_of(session, self.record.variant.id)
        return [
            DraftResult(
                revision=row.revision,
                at=row.at,
                by=row.by,
                released_version=row.released_version,
                headline=row.content["headline"],
                description=row.content["description"],
                body=row.content["body"],
                body_text=row.content["bodyText"],
            )
            for row in rows
        ]

    @strawberry.field(description="What it says otherwise in a later revision.")
    async def difference(
        self,
        info: Info[Context, None],
        from_revision: Annotated[int, strawberry.argument(name="from", description="The older revision.")],
        to_revision: Annotated[
            int | None, strawberry.argument(name="to", description="The newer revision; the present one where absent.")
        ] = None,
    ) -> list[FieldDifferenceResult] | None:
        row, present = self.record.variant, content_of(self.record.variant, self.record.shown)
        found = []
        async with info.context.database.read() as session:
            for revision in (from_revision, row.revision if to_revision is None else to_revision):
                content = await content_at(session, row, revision, present) if 0 < revision <= row.revision else None
                if content is None:
                    raise NotFound(
                        f"{row.uri} has no revision {revision}, or it was not kept; `drafts` lists those that were"
                    )
                found.append(content)
        before, after = found
        return differences(content_difference(before, after, LanguageTag(self.record.variant.language)))

    @classmethod
    def of(cls, record: VariantRecord) -> DeskVariant:
        row, translation = record.variant, record.translation
        return cls(
            id=global_id("DeskVariant", row.id),
            variant_id=global_id("Variant", row.id),
            story_id=global_id("DeskStory", row.story_id),
            uri=row.uri,
            language=LanguageTag(row.language),
            form=row.form,
            label=row.label,
            desk_state=row.desk_state,
            pub_status=row.pub_status,
            version=row.version,
            version_created=row.version_created,
            revision=row.revision,
            content_revision=row.content_revision,
            headline=row.headline,
            description=row.description,
            body=row.body,
            body_text=row.body_text,
            by=row.by,
            located=row.located,
            word_count=row.word_count,
            char_count=row.char_count,
            asset_ids=[global_id("Asset", asset_id) for asset_id in record.shown],
            translated_from=_source(record),
            stale=translation is not None and translation.is_stale,
            authors=list(row.authors),
            approvals=[
                ApprovalResult(by=approval.by, at=approval.at, revision=approval.revision)
                for approval in record.approvals
            ],
            review_note=row.review_note,
            terms_id=global_id("Terms", row.terms_id) if row.terms_id else None,
            saved_by=row.saved_by,
            saved_at=row.updated_at,
            record=record,
        )


def differences(found: Iterable[FieldDifference]) -> list[FieldDifferenceResult]:
    """Differences as they are answered."""
    return [
        FieldDifferenceResult(
            field=difference.field,
            segments=segments(difference.segments),
        )
        for difference in found
    ]


async def one_desk_variant(context: Context, variant_id: uuid.UUID) -> DeskVariant:
    """A variant of the desk.

    :raises NotFound: there is none.
    """
    async with context.database.read() as session:
        return DeskVariant.of(await find_desk_variant(session, variant_id, context.actor.content_statuses))


def _source(record: VariantRecord) -> DeskTranslationResult | None:
    translation = record.translation
    if translation is None:
        return None
    return DeskTranslationResult(
        variant_id=global_id("DeskVariant", translation.source.id),
        language=LanguageTag(translation.source.language),
        revision=translation.revision,
        version=translation.version,
        current_revision=translation.source.content_revision,
        method=record.variant.translation_method,
    )
