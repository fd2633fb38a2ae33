"""`changes`: the change log, page by page, or as soon as there is something."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import strawberry

from models.errors import BadInput, NotFound
from models.event import Event
from models.log import ChangeFilter, ChangePage, read_changes, read_nothing_new
from models.log.reader import change_cursor, decode_change_cursor
from models.paging import PageRequest, page_request
from schema.context import Context
from schema.log.change import Change, position_of
from schema.log.filter import ChangeFilterInput
from schema.log.loading import changes_now
from schema.node import PageInfo

LONGEST_WAIT: Final = 30
"""Seconds that `changes` waits for something new."""
RETRY_AFTER: Final = 5
"""Seconds after which it is worth asking again once everything was read."""


@strawberry.type(description="A change on a page.")
class ChangeEdge:
    node: Change = strawberry.field(description="The change.")
    cursor: str = strawberry.field(description="Its place in the log.")


@strawberry.type(description="A page of changes, the oldest first.")
class ChangeConnection:
    edges: list[ChangeEdge] = strawberry.field(description="The changes of this page.")
    page_info: PageInfo = strawberry.field(
        description="Where the page stands in the log. endCursor is where to go on, also from an empty page."
    )
    retry_after: int = strawberry.field(
        description="After how many seconds it is worth asking again; 0 where there is more to read now."
    )
    latest_cursor: str = strawberry.field(
        description="The end of the log: where to begin for whoever wants to hear only of what is to come."
    )

    @classmethod
    def of(cls, page: ChangePage) -> ChangeConnection:
        info = PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=None if page.start is None else change_cursor(page.start),
            end_cursor=change_cursor(page.end),
        )
        return cls(
            edges=[
                ChangeEdge(node=change, cursor=change.cursor) for change in in_order(page.events, page.before_first)
            ],
            page_info=info,
            retry_after=0 if page.has_next else RETRY_AFTER,
            latest_cursor=change_cursor(page.latest),
        )


def in_order(events: Sequence[Event], before_first: int | None) -> list[Change]:
    """Changes, each with the place of the one before it."""
    places = [before_first, *(event.position for event in events)]
    return [Change.of(event, place) for event, place in zip(events, places, strict=False)]


async def list_changes(
    context: Context,
    wanted: ChangeFilterInput,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
    wait_seconds: int,
) -> ChangeConnection:
    """A page of the change log. Where there is nothing new, it waits for that as long as it is told to, holding no connection meanwhile.

    :raises BadInput: a wait that is too long, or backward.
    """
    if not 0 <= wait_seconds <= LONGEST_WAIT:
        raise BadInput(
            f"waitSeconds is {wait_seconds}; it must lie between 0 and {LONGEST_WAIT}", field=["waitSeconds"]
        )
    if wait_seconds and (last is not None or before is not None):
        raise BadInput("waitSeconds goes with first and after only", field=["waitSeconds"])
    request = page_request(first, after, last, before, decode_change_cursor)
    context.services.polls.note(context.actor.partner_id, context.services.clock())
    change_filter = wanted.change_filter()
    loop = asyncio.get_running_loop()
    until = loop.time() + wait_seconds
    asked = request
    while True:
        page = await _read(context, change_filter, request)
        left = until - loop.time()
        if page.events or page.has_next or left <= 0:
            break
        await context.services.news.beyond(page.latest, left)
        context.renew()  # rights may have changed meanwhile
        request = replace(request, after=(page.end,))
    return ChangeConnection.of(_as_asked(page, asked))


async def _read(context: Context, change_filter: ChangeFilter, request: PageRequest) -> ChangePage:
    async with context.database.read() as session:
        nothing = await read_nothing_new(session, request)
    if nothing is not None:  # as most polls find it: whose it is need not be known
        return nothing
    viewer = await context.viewer()
    async with context.database.read() as session:
        return await read_changes(session, viewer, change_filter, request)


def _as_asked(page: ChangePage, asked: PageRequest) -> ChangePage:
    """The page, as it stands to the cursor that was given, however far it was looked for."""
    if asked.backward:
        return page
    before_first = None if asked.after is None else int(asked.after[0])
    return replace(page, before_first=before_first, has_previous=asked.after is not None)


async def one_change(context: Context, id: str) -> Change:
    """A change by its global id.

    :raises NotFound: none, or not for this viewer.
    """
    event = await changes_now(context).load(position_of(id))
    if event is None:
        raise NotFound("there is no such change")
    return Change.of(event)
