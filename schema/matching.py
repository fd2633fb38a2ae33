"""Partner matching: which partners would take a story, in which language, and why."""

from __future__ import annotations

from typing import Annotated

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.types import Info

from models.errors import PageSizeOutOfRange
from models.language import LanguageTag
from models.matching import (
    LanguageMatch,
    MatchReasonCode,
    PartnerMatch,
    Reason,
    language_matches,
    partner_matches,
)
from models.matching.wording import message
from models.paging import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from models.partner.reading import PartnerRecord, read_partners
from models.scope import Scope
from models.variant import Form
from schema.access import RequiresScope
from schema.argument import First
from schema.context import Context
from schema.identifier import uuid_of
from schema.partner import Partner

MOST_TAKERS = 20
"""Partners that are named for each language."""

ReasonLanguage = Annotated[
    LanguageTag | None, strawberry.argument(description="zh for Chinese; English in all other cases.")
]


@strawberry.type(name="MatchReasonResult", description="One part of a score.")
class MatchReason:
    code: MatchReasonCode = strawberry.field(description="What it is about.")
    points: int = strawberry.field(description="What it gives.")
    most: int = strawberry.field(description="What it could give. All reasons together could give 100.")
    reason: strawberry.Private[Reason]

    @strawberry.field(description="The reason as a sentence.")
    def message(self, language: ReasonLanguage = None) -> str:
        return message(self.reason, language or LanguageTag("en"))

    @classmethod
    def of(cls, reason: Reason) -> MatchReason:
        return cls(code=reason.code, points=reason.points, most=reason.most, reason=reason)


@strawberry.type(name="PartnerMatchResult", description="How well a story fits a partner.")
class PartnerMatchAnswer:
    partner: Partner = strawberry.field(description="The partner; `audience` says who its public is.")
    language: LanguageTag = strawberry.field(description="The language that was matched: the one that fits best.")
    form: Form = strawberry.field(description="The form that was matched.")
    score: int = strawberry.field(description="0 to 100: the points of the reasons together.")
    would_take: bool = strawberry.field(description="Whether the score is 40 or more.")
    reasons: list[MatchReason] = strawberry.field(description="What makes the score.")

    @classmethod
    def of(cls, match: PartnerMatch, record: PartnerRecord) -> PartnerMatchAnswer:
        return cls(
            partner=Partner.of(record),
            language=match.language,
            form=match.form,
            score=match.score,
            would_take=match.would_take,
            reasons=[MatchReason.of(reason) for reason in match.reasons],
        )


@strawberry.type(name="LanguageMatchResult", description="How far a story would reach in a language.")
class LanguageMatchAnswer:
    language: LanguageTag = strawberry.field(description="The language.")
    is_present: bool = strawberry.field(description="Whether the story has it.")
    partner_count: int = strawberry.field(
        description="How many partners whose public reads it would take it (score 40 or more)."
    )
    newly_served: int = strawberry.field(
        description="How many of them would take nothing in the languages that the story has."
    )
    score: int = strawberry.field(
        description="Their scores together, to order languages by: it counts no people, for followers and readers are never added up."
    )
    partners: list[PartnerMatchAnswer] = strawberry.field(
        description="The partners that would take it, best first, up to 20, with their reasons; `audience` says who they reach."
    )

    @classmethod
    def of(cls, match: LanguageMatch, records: list[PartnerRecord]) -> LanguageMatchAnswer:
        partners = [PartnerMatchAnswer.of(*taker) for taker in zip(match.takers[:MOST_TAKERS], records, strict=True)]
        return cls(
            language=match.language,
            is_present=match.is_present,
            partner_count=len(match.takers),
            newly_served=match.newly_served,
            score=match.score,
            partners=partners,
        )


@strawberry.input(description="The story to match with partners.")
class PartnerMatchesInput:
    story_id: strawberry.ID = strawberry.field(description="The story, as it lies on the desk.")
    language: LanguageTag | None = strawberry.field(
        default=None,
        description="A language that the story has or lacks; the best of those that it has for each partner, where absent.",
    )
    form: Form | None = strawberry.field(
        default=None, description="A form that the story has or lacks; those that it has where absent."
    )
    partner_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Only these partners; otherwise every one that can be supplied, up to 500."
    )


async def match_partners(
    info: Info[Context, None],
    input: Annotated[PartnerMatchesInput, strawberry.argument(description="What to match.")],
    first: First = None,
) -> list[PartnerMatchAnswer] | None:
    """The partners that fit best.

    :raises PageSizeOutOfRange: `first` is not 1 to 100.
    """
    size = DEFAULT_PAGE_SIZE if first is None else first
    if not 1 <= size <= MAX_PAGE_SIZE:
        raise PageSizeOutOfRange(f"first is {size}; it must lie between 1 and {MAX_PAGE_SIZE}", field=["first"])
    partners = None if input.partner_ids is None else {uuid_of(id, "Partner") for id in input.partner_ids}
    async with info.context.database.read() as session:
        found = await partner_matches(
            session,
            uuid_of(input.story_id, "Story"),
            info.context.book.policies,
            info.context.services.clock(),
            language=input.language,
            form=input.form,
            partner_ids=partners,
        )
        shown = found[:size]
        records = await _records(session, shown)
    return [PartnerMatchAnswer.of(*match) for match in zip(shown, records, strict=True)]


async def match_languages(
    info: Info[Context, None],
    story_id: Annotated[strawberry.ID, strawberry.argument(description="The story, as it lies on the desk.")],
) -> list[LanguageMatchAnswer] | None:
    """The languages that reach most."""
    async with info.context.database.read() as session:
        found = await language_matches(
            session, uuid_of(story_id, "Story"), info.context.book.policies, info.context.services.clock()
        )
        return [LanguageMatchAnswer.of(match, await _records(session, match.takers[:MOST_TAKERS])) for match in found]


async def _records(
    session: AsyncSession, matches: tuple[PartnerMatch, ...] | list[PartnerMatch]
) -> list[PartnerRecord]:
    return await read_partners(session, [match.partner for match in matches])


@strawberry.type(description="What can be asked about who would take a story.")
class MatchingQueries:
    partner_matches: list[PartnerMatchAnswer] | None = strawberry.field(
        resolver=match_partners,
        description="Which partners would take a story, best first: by language, places, rights and what they took, with the reasons. "
        "Suspended partners, sandboxes and those without an agreement in force are left out.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
    language_matches: list[LanguageMatchAnswer] | None = strawberry.field(
        resolver=match_languages,
        description="Which language, of those that the story has or lacks, would reach most partners, the one that reaches most first.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
