"""Hooks and deliveries, as their partner and staff see them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.scalars import JSON
from strawberry.types import Info

from models.event import EventKind
from models.hook import Attempt as AttemptRow
from models.hook import Delivery as DeliveryRow
from models.hook import DeliveryState, HookStatus, attempts_of, find_hook
from models.hook import Hook as HookRow
from models.language import LanguageTag
from models.log import ChangeFilter
from models.log.reader import change_cursor
from models.variant import Form
from schema.context import Context
from schema.enum import describe
from schema.hook.sample import sample_body
from schema.identifier import global_id
from schema.log.kind import ChangeKind
from schema.node import Connection, Node
from schema.scalar import Url

describe(HookStatus)
describe(DeliveryState)


@strawberry.type(description="What the changes of a hook meet, as `ChangeFilter` asks; null for what it does not ask.")
class HookFilterResult:
    kinds: list[ChangeKind] | None = strawberry.field(description="Only changes of these kinds.")
    languages: list[LanguageTag] | None = strawberry.field(description="Language ranges.")
    forms: list[Form] | None = strawberry.field(description="Forms.")
    series: list[str] | None = strawberry.field(description="Keys of series.")
    topics: list[str] | None = strawberry.field(description="Keys of topics.")
    story_ids: list[strawberry.ID] | None = strawberry.field(description="Only changes of these stories.")

    @classmethod
    def of(cls, wanted: ChangeFilter) -> HookFilterResult:
        stories = wanted.story_ids
        return cls(
            kinds=None if wanted.kinds is None else [ChangeKind(kind.value) for kind in sorted(wanted.kinds)],
            languages=None if wanted.languages is None else sorted(wanted.languages),  # type: ignore[arg-type]
            forms=None if wanted.forms is None else [Form(form) for form in sorted(wanted.forms)],
            series=None if wanted.series is None else sorted(wanted.series),
            topics=None if wanted.topics is None else sorted(wanted.topics),
            story_ids=None if stories is None else [global_id("Story", story) for story in sorted(stories)],
        )


@strawberry.type(description="One try at a delivery.")
class AttemptResult:
    number: int = strawberry.field(description="Counts the tries, from 1.")
    at: datetime = strawberry.field(description="When it began.")
    milliseconds: int = strawberry.field(description="How long it took.")
    status: int | None = strawberry.field(description="The HTTP status that was answered; null where nothing was.")
    error: str | None = strawberry.field(description="Why no answer came.")

    @classmethod
    def of(cls, row: AttemptRow) -> AttemptResult:
        return cls(number=row.number, at=row.at, milliseconds=row.milliseconds, status=row.status, error=row.error)


@strawberry.type(description="One change on its way to one hook. Its message id is the same in every attempt.")
class Delivery(Node):
    hook_id: strawberry.ID = strawberry.field(description="The hook.")
    message_id: str = strawberry.field(description="The `webhook-id` that its calls carry.")
    kind: str = strawberry.field(
        description="What happened, as `ChangeKind` has it; PING for a call that says nothing."
    )
    cursor: str | None = strawberry.field(description="The place of the change in the log; null for a ping.")
    story_id: strawberry.ID | None = strawberry.field(description="The story that it is about.")
    state: DeliveryState = strawberry.field(description="Where it stands.")
    next_attempt_at: datetime | None = strawberry.field(
        description="When it is tried again at the earliest; null once it has ended."
    )
    created_at: datetime = strawberry.field(description="When it was put on its way.")
    finished_at: datetime | None = strawberry.field(description="When it ended.")
    attempts: list[AttemptResult] = strawberry.field(description="What was tried, the first first.")

    @classmethod
    def of(cls, row: DeliveryRow, attempts: Sequence[AttemptRow]) -> Delivery:
        pending = row.state is DeliveryState.PENDING
        return cls(
            id=global_id("Delivery", row.id),
            hook_id=global_id("Hook", row.hook_id),
            message_id=f"msg_{row.id.hex}",
            kind=row.kind,
            cursor=change_cursor(row.position) if row.position >= 0 else None,
            story_id=None if row.story_id is None else global_id("Story", row.story_id),
            state=row.state,
            next_attempt_at=row.next_at if pending else None,
            created_at=row.created_at,
            finished_at=row.finished_at,
            attempts=[AttemptResult.of(attempt) for attempt in attempts],
        )


async def deliveries_of(context: Context, rows: Sequence[DeliveryRow]) -> list[Delivery]:
    """Deliveries with their attempts."""
    async with context.database.read() as session:
        found: Mapping[uuid.UUID, Sequence[AttemptRow]] = await attempts_of(session, [row.id for row in rows])
    return [Delivery.of(row, found[row.id]) for row in rows]


@strawberry.type(description="A webhook: an address that is called when something changes for its partner.")
class Hook(Node):
    partner_id: strawberry.ID = strawberry.field(description="Whose it is.")
    url: Url = strawberry.field(description="The address that is called.")
    filter: HookFilterResult = strawberry.field(description="Which changes it is called for.")
    document: str | None = strawberry.field(
        description="The GraphQL query whose result is the body of its calls; null for the plain body."
    )
    note: str | None = strawberry.field(description="What its partner noted.")
    status: HookStatus = strawberry.field(description="Whether it is called.")
    status_reason: str | None = strawberry.field(description="Why it is as it is, where there is something to say.")
    cursor: str = strawberry.field(description="How far in the change log its deliveries were put on their way.")
    failures: int = strawberry.field(description="Attempts that failed in a row.")
    paused_until: datetime | None = strawberry.field(
        description="After failures in a row: until when it is left alone."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    row: strawberry.Private[HookRow]

    @strawberry.field(
        description="The body that its calls carry: for a change of your own log, or else an invented one of a kind."
    )
    async def sample(
        self,
        info: Info[Context, None],
        event: Annotated[ChangeKind, strawberry.argument(description="The kind of change.")],
    ) -> JSON | None:
        kind = EventKind(event.value)
        async with info.context.database.read() as session:
            hook = await find_hook(session, self.row.id, info.context.actor)
        return JSON(await sample_body(info, hook, kind))

    @classmethod
    def of(cls, row: HookRow) -> Hook:
        return cls(
            id=global_id("Hook", row.id),
            partner_id=global_id("Partner", row.partner_id),
            url=Url(row.url),
            filter=HookFilterResult.of(ChangeFilter.of_record(row.filter)),
            document=row.document,
            note=row.note,
            status=row.status,
            status_reason=row.status_reason,
            cursor=change_cursor(row.position),
            failures=row.failures,
            paused_until=row.open_until,
            created_at=row.created_at,
            row=row,
        )


@strawberry.type(description="A page of hooks.")
class HookConnection(Connection[Hook]):
    pass


@strawberry.type(description="A page of deliveries.")
class DeliveryConnection(Connection[Delivery]):
    pass
