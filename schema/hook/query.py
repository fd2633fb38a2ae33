"""Queries of webhooks."""

from __future__ import annotations

import uuid
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.hook import (
    DeliveryFilter,
    DeliveryState,
    attempts_of,
    find_deliveries,
    find_delivery,
    find_hook,
    find_hooks,
)
from models.paging import decode_cursor, encode_cursor, page_request
from models.scope import Scope
from schema.access import RequiresScope
from schema.argument import After, Before, First, Last
from schema.context import Context
from schema.hook.hook import Delivery, DeliveryConnection, Hook, HookConnection, deliveries_of
from schema.identifier import uuid_of
from schema.node import Edge, page_info

_HOOKS, _DELIVERIES = "hooks", "deliveries"


@strawberry.input(name="DeliveryFilter", description="What deliveries must meet.")
class DeliveryFilterInput:
    states: list[DeliveryState] | None = strawberry.field(default=None, description="Only those that stand so.")
    hook_id: strawberry.ID | None = strawberry.field(default=None, description="Only those of this hook.")
    story_id: strawberry.ID | None = strawberry.field(default=None, description="Only those of this story.")

    def delivery_filter(self) -> DeliveryFilter:
        """The filter, as the models take it."""
        return DeliveryFilter(
            self.states,
            None if self.hook_id is None else uuid_of(self.hook_id, "Hook"),
            None if self.story_id is None else uuid_of(self.story_id, "Story"),
        )


@strawberry.type
class HookQueries:
    @strawberry.field(
        description="Your webhooks, the newest first; for staff, those of all partners.",
        extensions=[RequiresScope(Scope.HOOK_WRITE)],
    )
    async def hooks(
        self,
        info: Info[Context, None],
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> HookConnection | None:
        request = page_request(first, after, last, before, lambda cursor: decode_cursor(_HOOKS, cursor, (str,)))
        async with info.context.database.read() as session:
            page = await find_hooks(session, request, info.context.actor)
        edges = [
            Edge(node=Hook.of(row), cursor=encode_cursor(_HOOKS, key))
            for row, key in zip(page.items, page.keys, strict=True)
        ]
        return HookConnection(edges=edges, page_info=page_info(page, _HOOKS))

    @strawberry.field(
        description="What is and was on its way to your webhooks, the newest first; for staff, to all.",
        extensions=[RequiresScope(Scope.HOOK_WRITE)],
    )
    async def deliveries(
        self,
        info: Info[Context, None],
        filter: Annotated[DeliveryFilterInput | None, strawberry.argument(description="What they must meet.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> DeliveryConnection | None:
        request = page_request(first, after, last, before, lambda cursor: decode_cursor(_DELIVERIES, cursor, (str,)))
        wanted = (filter or DeliveryFilterInput()).delivery_filter()
        async with info.context.database.read() as session:
            page = await find_deliveries(session, request, info.context.actor, wanted)
        nodes = await deliveries_of(info.context, page.items)
        edges = [
            Edge(node=node, cursor=encode_cursor(_DELIVERIES, key)) for node, key in zip(nodes, page.keys, strict=True)
        ]
        return DeliveryConnection(edges=edges, page_info=page_info(page, _DELIVERIES))


async def one_hook(context: Context, hook_id: uuid.UUID) -> Hook:
    """A hook by its id.

    :raises NotFound: none, or another partner's.
    """
    async with context.database.read() as session:
        return Hook.of(await find_hook(session, hook_id, context.actor))


async def one_delivery(context: Context, delivery_id: uuid.UUID) -> Delivery:
    """A delivery by its id.

    :raises NotFound: none, or another partner's.
    """
    async with context.database.read() as session:
        row = await find_delivery(session, delivery_id, context.actor)
        return Delivery.of(row, (await attempts_of(session, [row.id]))[row.id])
