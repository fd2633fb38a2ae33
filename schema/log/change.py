"""A change, as its reader sees it. It holds no content: what it is about is read anew, through the usage decision."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import Enum
from typing import Final

import strawberry
from strawberry.types import Info

from models.base import JsonObject
from models.errors import NotFound
from models.event import Event, EventKind
from models.language import LanguageTag
from models.log.reader import change_cursor, place_before
from models.topic.reading import find_topic
from models.variant import Form
from schema.context import Context
from schema.identifier import global_id, split_global_id
from schema.log.kind import ChangeKind
from schema.log.loading import notices_now, stories_now
from schema.node import Node
from schema.notice import Notice
from schema.pickup import Pickup, one_pickup
from schema.story import Story, Variant
from schema.topic import Topic


class Unknown(Enum):
    """Stands for a place that was not looked for."""

    UNKNOWN = "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
_NOTICES = (EventKind.NOTICE_ISSUED, EventKind.NOTICE_ACKNOWLEDGED, EventKind.NOTICE_OVERDUE)
_PICKUPS = (
    EventKind.PICKUP_ACKNOWLEDGED,
    EventKind.PICKUP_UPDATED,
    EventKind.PICKUP_RELEASED,
    EventKind.PICKUP_MISSING,
)


@strawberry.type(description="What an agreement covers. Null stands for all.")
class EntitlementScopeResult:
    languages: list[LanguageTag] | None = strawberry.field(description="Language ranges (RFC 4647).")
    forms: list[Form] | None = strawberry.field(description="Forms.")
    series: list[str] | None = strawberry.field(description="Keys of series.")
    topics: list[str] | None = strawberry.field(description="Keys of topics.")

    @classmethod
    def of(cls, record: JsonObject) -> EntitlementScopeResult:
        forms = record["forms"]
        return cls(
            languages=record["languages"],
            forms=None if forms is None else [Form(form) for form in forms],
            series=record["series"],
            topics=record["topics"],
        )


@strawberry.type(description="What a partner may see under an agreement, before and after it changed, began or ended.")
class EntitlementResult:
    agreement_id: strawberry.ID = strawberry.field(description="The agreement.")
    agreement_version: int = strawberry.field(description="The version of the agreement that holds now.")
    before: EntitlementScopeResult | None = strawberry.field(description="What it covered before; null for a new one.")
    after: EntitlementScopeResult = strawberry.field(description="What it covers now.")
    was_in_force: bool = strawberry.field(description="Whether it held before.")
    is_in_force: bool = strawberry.field(description="Whether it holds now.")


@strawberry.type(
    description="One fact in the change log. It holds no content: the story, the variant and the notice are as you see them now, and null "
    "where you see nothing of them any more."
)
class Change(Node):
    cursor: str = strawberry.field(description="Its place in the log: go on after it.")
    kind: ChangeKind = strawberry.field(description="What happened.")
    at: datetime = strawberry.field(description="When it happened.")
    story_id: strawberry.ID | None = strawberry.field(description="The story that it is about.")
    story_version: int | None = strawberry.field(description="The version of the story that it came with.")
    variant_id: strawberry.ID | None = strawberry.field(description="The variant, where it is about one alone.")
    partner_id: strawberry.ID | None = strawberry.field(description="The partner whose own affair it is.")
    event: strawberry.Private[Event]
    previous: strawberry.Private[int | Unknown | None]

    @strawberry.field(
        description="The place of the change before it for you; null at the beginning of the log. Where it is the cursor that you went on "
        "from, you missed nothing."
    )
    async def previous_cursor(self, info: Info[Context, None]) -> str | None:
        previous = self.previous
        if isinstance(previous, Unknown):
            context = info.context
            viewer = await context.viewer()
            async with context.database.read() as session:
                previous = await place_before(session, viewer, self.event.position)
        return None if previous is None else change_cursor(previous)

    @strawberry.field(description="The story now; of a withheld or killed one, what is left to see.")
    async def story(self, info: Info[Context, None]) -> Story | None:
        if self.event.story_id is None:
            return None
        found: Story | None = await stories_now(info.context).load(self.event.story_id)
        return found

    @strawberry.field(description="The variant now, where it is about one alone.")
    async def variant(self, info: Info[Context, None]) -> Variant | None:
        if self.event.story_id is None or self.event.variant_id is None:
            return None
        story = await stories_now(info.context).load(self.event.story_id)
        variants = story.all_variants if story else []
        return next((variant for variant in variants if variant.key == str(self.event.variant_id)), None)

    @strawberry.field(description="The notice that was issued, acknowledged or overdue.")
    async def notice(self, info: Info[Context, None]) -> Notice | None:
        if self.event.kind not in _NOTICES or self.event.subject_id is None:
            return None
        found: Notice | None = await notices_now(info.context).load(uuid.UUID(self.event.subject_id))
        return found

    @strawberry.field(description="The pickup that was acknowledged, changed, given back, or is missing.")
    async def pickup(self, info: Info[Context, None]) -> Pickup | None:
        if self.event.kind not in _PICKUPS or self.event.subject_id is None:
            return None
        try:
            return await one_pickup(info.context, uuid.UUID(self.event.subject_id))
        except NotFound:
            return None

    @strawberry.field(description="The topic that was opened; null once you see it no more.")
    async def topic(self, info: Info[Context, None]) -> Topic | None:
        if self.event.kind is not EventKind.TOPIC_OPENED or self.event.subject_id is None:
            return None
        viewer = await info.context.viewer()
        async with info.context.database.read() as session:
            try:
                return Topic.of(await find_topic(session, uuid.UUID(self.event.subject_id), viewer))
            except NotFound:
                return None

    @strawberry.field(description="With AGREEMENT_CHANGED: what you may see under the agreement, before and after.")
    def entitlement(self) -> EntitlementResult | None:
        if self.event.kind is not EventKind.AGREEMENT_CHANGED:
            return None
        scope = self.event.scope
        return EntitlementResult(
            agreement_id=global_id("Agreement", self.event.subject_id),
            agreement_version=scope["version"],
            before=EntitlementScopeResult.of(scope["before"]) if scope["before"] else None,
            after=EntitlementScopeResult.of(scope["after"]),
            was_in_force=scope.get("wasInForce", True),
            is_in_force=scope.get("inForce", True),
        )

    @classmethod
    def of(cls, event: Event, previous: int | Unknown | None = UNKNOWN) -> Change:
        """A change in its place.

        :param previous: the position that its reader went on from; looked for when it is asked for, where that is not known.
        """
        return cls(
            id=global_id("Change", event.position),
            cursor=change_cursor(event.position),
            kind=ChangeKind(event.kind.value),
            at=event.at,
            story_id=None if event.story_id is None else global_id("Story", event.story_id),
            story_version=event.story_version,
            variant_id=None if event.variant_id is None else global_id("Variant", event.variant_id),
            partner_id=None if event.partner_id is None else global_id("Partner", event.partner_id),
            event=event,
            previous=previous,
        )


def position_of(id: str) -> int:
    """The position in the global id of a change.

    :raises NotFound: it is none.
    """
    kind, key = split_global_id(id)
    if kind == "Change" and key.isascii() and key.isdigit() and len(key) <= 18:
        return int(key)
    raise NotFound(f"there is no Change with the id {id[:100]!r}")
