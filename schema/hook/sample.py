"""What a hook would be sent for a kind of change."""

from __future__ import annotations

from typing import Any, cast

from strawberry.types import Info

from models.base import JsonObject
from models.document import timestamp
from models.event import EventKind, last_position
from models.hook import Hook
from models.log import ChangeFilter, read_before
from models.log.reader import BUDGET
from schema.context import Context
from schema.hook.body import Executes, body_of

_LOOKED_AT = 10 * BUDGET


async def sample_body(info: Info[Context, None], hook: Hook, kind: EventKind) -> JsonObject:
    """The body for the newest change of this kind that is there for the viewer; where there is none, the frame of the plain one."""
    context = info.context
    viewer = await context.viewer()
    async with context.database.read() as session:
        newest = await last_position(session) + 1
        wanted = ChangeFilter(kinds=frozenset({kind}))
        batch = await read_before(session, viewer, wanted, newest, 1, _LOOKED_AT)
    if batch.events:
        schema = cast(Executes, info.schema)
        body = await body_of(schema, context, hook.document, batch.events[0], _plainly)
        if body is not None:
            return body
    if hook.document is not None:
        return {"data": {"node": None}}
    return {"type": kind.value, "timestamp": timestamp(viewer.now), "data": {"kind": kind.value, "story": None}}


def _plainly(errors: Any) -> list[JsonObject]:
    return [{"message": error.message, "path": error.path} for error in errors]
