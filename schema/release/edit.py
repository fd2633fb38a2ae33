"""The mutations of the release door: one act each, in one transaction with its notice."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.types import Info

from models.pool.reading import read_story
from models.pool.tables import ReleaseKind
from models.release import (
    Outcome,
    correct_story,
    kill_story,
    reinstate_story,
    release_variants,
    reschedule_story,
    update_released,
    withdraw_variant,
    withhold_story,
)
from models.release.first import Wanted
from models.scope import Scope
from schema.access import RequiresScope
from schema.change import Payload, attempt, change_by
from schema.context import Context
from schema.enum import describe
from schema.identifier import global_id, uuid_of
from schema.release.input import (
    CorrectStoryInput,
    KillStoryInput,
    ReinstateStoryInput,
    ReleaseStoryInput,
    RescheduleStoryInput,
    UpdateReleasedInput,
    WithdrawVariantInput,
    WithholdStoryInput,
    variant_ids,
)
from schema.story import Story

describe(ReleaseKind)


@strawberry.type(description="What an act at the release door gave.")
class ReleaseResult:
    version: int = strawberry.field(description="The story's version.")
    kind: ReleaseKind = strawberry.field(description="What it is; of several things done at once, the most serious.")
    at: datetime = strawberry.field(description="When it came to be.")
    variant_ids: list[strawberry.ID] | None = strawberry.field(
        description="The variants that it is about; null where it is about all."
    )
    notice_ids: list[strawberry.ID] = strawberry.field(
        description="What was issued with it, the most serious first: one notice for what is killed, one for what is withheld."
    )

    @classmethod
    def of(cls, outcome: Outcome) -> ReleaseResult:
        release = outcome.release
        about = release.variant_ids
        return cls(
            version=release.version,
            kind=release.kind,
            at=release.at,
            variant_ids=None if about is None else [global_id("Variant", key) for key in about],
            notice_ids=[global_id("Notice", notice.id) for notice in outcome.notices],
        )


@strawberry.type(description="What an act at the release door gave.")
class ReleasePayload(Payload):
    story: Story | None = strawberry.field(description="The story as you see it now; null where it was refused.")
    release: ReleaseResult | None = strawberry.field(
        description="The version that it gave, of a retry the first one's; null where it was refused."
    )
    notice_id: strawberry.ID | None = strawberry.field(
        description="The notice to partners, the most serious where there are several; null where none was issued."
    )


@strawberry.type(description="What moving embargo and expiry gave.")
class RescheduleStoryPayload(Payload):
    story: Story | None = strawberry.field(description="The story as you see it now; null where it was refused.")


Act = Callable[[AsyncSession], Awaitable[Outcome]]


async def _act(info: Info[Context, None], name: str, given: object, prepare: Callable[[], Act]) -> ReleasePayload:
    """One act in one write transaction.

    :param prepare: reads the input, and gives what is to be done.
    """

    async def done() -> tuple[Story | None, Outcome]:
        act = prepare()
        viewer = await info.context.viewer()
        async with info.context.write(name, given) as session:
            outcome = await act(session)
            return await _story(info.context, session, outcome.release.story_id, viewer), outcome

    result, errors = await attempt(done())
    if result is None:
        return ReleasePayload(story=None, release=None, notice_id=None, user_errors=errors)
    story, outcome = result
    made = ReleaseResult.of(outcome)
    first = made.notice_ids[0] if made.notice_ids else None
    return ReleasePayload(story=story, release=made, notice_id=first, user_errors=errors)


async def _story(context: Context, session: AsyncSession, story_id: uuid.UUID, viewer: Any) -> Story | None:
    await session.flush()
    seen = await read_story(session, story_id, viewer, context.book)
    return None if seen is None else Story.of(seen, await context.media_address())


def _letting_out(description: str) -> Any:
    return strawberry.argument(description=description)


async def release(
    info: Info[Context, None], input: Annotated[ReleaseStoryInput, _letting_out("What is let out.")]
) -> ReleasePayload | None:
    def prepare() -> Act:
        story_id = uuid_of(input.story_id, "Story")
        ids = None if input.variant_ids is None else variant_ids(input.variant_ids)
        wanted, change = Wanted(ids, input.languages), change_by(info.context)
        return lambda session: release_variants(session, story_id, wanted, input.revision, change)

    return await _act(info, "releaseStory", input, prepare)


async def update(
    info: Info[Context, None], input: Annotated[UpdateReleasedInput, _letting_out("What is released anew.")]
) -> ReleasePayload | None:
    def prepare() -> Act:
        story_id, given, change = uuid_of(input.story_id, "Story"), input.given(), change_by(info.context)
        return lambda session: update_released(session, story_id, given, change)

    return await _act(info, "updateReleased", input, prepare)


async def correct(
    info: Info[Context, None], input: Annotated[CorrectStoryInput, _letting_out("What is corrected.")]
) -> ReleasePayload | None:
    def prepare() -> Act:
        story_id, given, change = uuid_of(input.story_id, "Story"), input.given(), change_by(info.context)
        return lambda session: correct_story(session, story_id, given, change)

    return await _act(info, "correctStory", input, prepare)


async def withhold(
    info: Info[Context, None], input: Annotated[WithholdStoryInput, _letting_out("What is withheld.")]
) -> ReleasePayload | None:
    def prepare() -> Act:
        story_id, given, change = uuid_of(input.story_id, "Story"), input.given(), change_by(info.context)
        return lambda session: withhold_story(session, story_id, given, change)

    return await _act(info, "withholdStory", input, prepare)


async def kill(
    info: Info[Context, None], input: Annotated[KillStoryInput, _letting_out("What is killed.")]
) -> ReleasePayload | None:
    def prepare() -> Act:
        story_id, given, change = uuid_of(input.story_id, "Story"), input.given(), change_by(info.context)
        return lambda session: kill_story(session, story_id, given, change)

    return await _act(info, "killStory", input, prepare)


async def reinstate(
    info: Info[Context, None], input: Annotated[ReinstateStoryInput, _letting_out("What is given back.")]
) -> ReleasePayload | None:
    def prepare() -> Act:
        story_id, change = uuid_of(input.story_id, "Story"), change_by(info.context)
        ids = None if input.variant_ids is None else variant_ids(input.variant_ids)
        return lambda session: reinstate_story(session, story_id, ids, input.reason, change, input.revision)

    return await _act(info, "reinstateStory", input, prepare)


async def withdraw(
    info: Info[Context, None], input: Annotated[WithdrawVariantInput, _letting_out("What is taken back.")]
) -> ReleasePayload | None:
    def prepare() -> Act:
        variant_id, given, change = uuid_of(input.variant_id, "Variant"), input.given(), change_by(info.context)
        return lambda session: withdraw_variant(session, variant_id, input.status, given, change)

    return await _act(info, "withdrawVariant", input, prepare)


async def reschedule(
    info: Info[Context, None], input: Annotated[RescheduleStoryInput, _letting_out("When.")]
) -> RescheduleStoryPayload | None:
    async def done() -> Story | None:
        story_id, change = uuid_of(input.story_id, "Story"), change_by(info.context)
        viewer = await info.context.viewer()
        async with info.context.write("rescheduleStory", input) as session:
            await reschedule_story(session, story_id, input.given(), input.revision, change)
            return await _story(info.context, session, story_id, viewer)

    story, errors = await attempt(done())
    return RescheduleStoryPayload(story=story, user_errors=errors)


def _mutation(resolver: Callable[..., Any], description: str) -> Any:
    return strawberry.mutation(
        resolver=resolver, description=description, extensions=[RequiresScope(Scope.STORY_RELEASE)]
    )


@strawberry.type(description="What can be done at the release door.")
class ReleaseMutations:
    release_story: ReleasePayload | None = _mutation(
        release,
        "Lets a story's first or further variants out; those that are out stay as they are. Again changes nothing.",
    )
    update_released: ReleasePayload | None = _mutation(
        update, "Releases new words of variants that are out, and tells partners that there is a newer version."
    )
    correct_story: ReleasePayload | None = _mutation(
        correct,
        "Releases corrected words, tells partners what was wrong, and decides what becomes of the other variants.",
    )
    withhold_story: ReleasePayload | None = _mutation(
        withhold, "Takes a story back until further notice. The same again changes nothing."
    )
    kill_story: ReleasePayload | None = _mutation(
        kill, "Takes a story back for good, in every language unless you say otherwise. The same again changes nothing."
    )
    reinstate_story: ReleasePayload | None = _mutation(
        reinstate, "Gives back what was withheld: all of it, or single variants. The same again changes nothing."
    )
    withdraw_variant: ReleasePayload | None = _mutation(
        withdraw, "Takes one released variant back, for good or until further notice. The same again changes nothing."
    )
    reschedule_story: RescheduleStoryPayload | None = _mutation(
        reschedule,
        "Moves embargo and expiry of a released story, at once and without a new version. Again changes nothing.",
    )
