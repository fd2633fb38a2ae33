"""`subscription { changes }`: the change log, followed live."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from models.log.reader import decode_change_cursor
from schema.context import Context
from schema.log.change import Change
from schema.log.filter import ChangeFilterInput


async def follow_changes(
    context: Context, wanted: ChangeFilterInput, after: str | None
) -> AsyncGenerator[Change, None]:
    """Changes from a cursor on. Each is told with the rights of its moment; `context.cursor` then names its place.

    :raises BadCursor: the log did not give the cursor, or has not come so far.
    :raises CursorTooOld: what came after the cursor is not kept any more.
    """
    cursor = context.cursor or after  # a stream that was cut goes on from where it was
    position = None if cursor is None else int(decode_change_cursor(cursor)[0])
    async with aclosing(context.services.hub.follow(context.actor, wanted.change_filter(), position)) as changes:
        context.services.polls.note(context.actor.partner_id, context.services.clock())
        async for told in changes:
            change = Change.of(told.event, told.previous)
            context.renew(told.viewer)
            context.cursor, context.is_lagging = change.cursor, told.is_lagging
            yield change
