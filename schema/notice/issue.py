"""Issuing notices that go with no act at the release door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.types import Info

from models.notice.advisory import issue_advisory, issue_drill
from models.notice.table import Notice as NoticeRow
from models.notice.table import NoticeKind
from schema.change import Payload, attempt, change_by
from schema.context import Context
from schema.identifier import uuid_of
from schema.notice.notice import Notice, notices_for
from schema.text import TextInput, texts_by_language


@strawberry.input(description="A notice to issue.")
class IssueNoticeInput:
    story_id: strawberry.ID = strawberry.field(description="The story that it is about.")
    texts: list[TextInput] = strawberry.field(description="What it says, up to 2,000 characters a language.")
    kind: NoticeKind = strawberry.field(
        default=NoticeKind.ADVISORY,
        description="ADVISORY. The other kinds go with what is done to the story: updateReleased, correctStory, withholdStory, killStory.",
    )
    partner_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="To whom, of those who could read the story; all of them where absent."
    )


@strawberry.input(description="An exercise of a kill.")
class IssueKillDrillInput:
    story_id: strawberry.ID = strawberry.field(description="The story that is said to be killed; it stays as it is.")
    partner_ids: list[strawberry.ID] = strawberry.field(description="Who takes part: sandbox partners alone.")
    texts: list[TextInput] = strawberry.field(description="What it says, up to 2,000 characters a language.")


@strawberry.type(description="What issuing a notice gave.")
class IssueNoticePayload(Payload):
    notice: Notice | None = strawberry.field(description="The notice; null where it was refused.")


async def issue_notice(
    info: Info[Context, None], input: Annotated[IssueNoticeInput, strawberry.argument(description="The notice.")]
) -> IssueNoticePayload | None:
    """Issues an advisory."""
    context = info.context

    async def work(session: AsyncSession) -> NoticeRow:
        return await issue_advisory(
            session,
            uuid_of(input.story_id, "Story"),
            texts_by_language(input.texts, "texts"),
            None if input.partner_ids is None else [uuid_of(key, "Partner") for key in input.partner_ids],
            change_by(context),
            kind=input.kind,
        )

    return await _answered(context, "issueNotice", input, work)


async def issue_kill_drill(
    info: Info[Context, None], input: Annotated[IssueKillDrillInput, strawberry.argument(description="The exercise.")]
) -> IssueNoticePayload | None:
    """Issues a kill that is an exercise."""
    context = info.context

    async def work(session: AsyncSession) -> NoticeRow:
        return await issue_drill(
            session,
            uuid_of(input.story_id, "Story"),
            [uuid_of(key, "Partner") for key in input.partner_ids],
            texts_by_language(input.texts, "texts"),
            change_by(context),
        )

    return await _answered(context, "issueKillDrill", input, work)


async def _answered(
    context: Context, action: str, given: object, work: Callable[[AsyncSession], Awaitable[NoticeRow]]
) -> IssueNoticePayload:
    """What the work gives, in one write transaction."""

    async def done() -> Notice:
        async with context.write(action, given) as session:
            row = await work(session)
        return (await notices_for(context, [row]))[0]

    notice, errors = await attempt(done())
    return IssueNoticePayload(notice=notice, user_errors=errors)
