"""What a call carries: read at the moment of the attempt, as the partner sees it then, so that nothing killed is ever sent late."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, cast

import orjson
from graphql import GraphQLError

from models.actor import Actor
from models.base import JsonObject
from models.document import timestamp
from models.hook import Claimed
from models.hook.outcome import PING
from models.pool.validity import next_moment
from models.viewer import Viewer, load_viewer
from schema.context import Context, Services
from schema.documents import LimitedSchema
from schema.hook.body import Executes, body_of
from schema.hook.document import PLAIN_DOCUMENT
from schema.log.loading import changes_now
from server.graphql.errors import answer_errors

_KEPT: Final = 2000
_HELD: Final = timedelta(seconds=1)
"""For how long anything is held, whatever the change log says."""


class Needless(Exception):
    """There is nothing to be sent: the partner sees nothing of the change now."""


@dataclass(frozen=True)
class _Reader:
    """Who reads, with what was read for it, and the first moment after which it may see something else by the clock alone."""

    context: Context
    viewer: Viewer
    until: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it still sees what it saw; not after a clock was set back."""
        return self.viewer.now <= now < self.viewer.now + _HELD and (self.until is None or now < self.until)


@dataclass
class Bodies:
    """Makes bodies. What several hooks of one client want alike is made once, as long as nothing has changed since.

    :param clock: the present moment.
    """

    schema: LimitedSchema
    services: Services
    clock: Callable[[], datetime]
    _position: int = -1
    _readers: dict[Actor, asyncio.Task[_Reader]] = field(default_factory=dict)
    _made: dict[tuple[Actor, int, str], asyncio.Task[bytes | None]] = field(default_factory=dict)

    def hold_for(self, position: int) -> None:
        """Forgets what was made before the change log came to this position, or before the clock changed what there is to see."""
        now = self.clock()
        is_over = any(
            not task.done() or task.exception() or not task.result().holds(now) for task in self._readers.values()
        )
        if position > self._position or is_over or len(self._made) > _KEPT:
            self._position = max(position, self._position)
            self._readers.clear()
            self._made.clear()

    async def of(self, claimed: Claimed) -> bytes:
        """The body of a delivery.

        :raises Needless: the change is not there for the partner any more.
        """
        delivery, hook = claimed.delivery, claimed.hook
        if delivery.kind == PING:
            return orjson.dumps({"type": "ping", "timestamp": timestamp(self.clock()), "data": {}})
        key = (claimed.actor, delivery.position, hook.document or PLAIN_DOCUMENT)
        made = self._made.get(key)
        if made is None:
            made = asyncio.create_task(self._make(claimed.actor, delivery.position, hook.document))
            self._made[key] = made
        try:
            body = made.result() if made.done() else await asyncio.shield(made)
        except Exception:
            self._made.clear()  # with whatever it was that failed
            self._readers.clear()
            raise
        if body is None:
            raise Needless
        return body

    async def _make(self, actor: Actor, position: int, document: str | None) -> bytes | None:
        if actor not in self._readers:
            self._readers[actor] = asyncio.create_task(self._read_for(actor))
        context = (await asyncio.shield(self._readers[actor])).context
        event = await changes_now(context).load(position)
        if event is None:
            return None
        schema = cast(Executes, self.schema)
        body = await body_of(schema, context, document, event, lambda errors: _shown(errors, context.request_id))
        return None if body is None else orjson.dumps(body)

    async def _read_for(self, actor: Actor) -> _Reader:
        async with self.services.database.read() as session:
            viewer = await load_viewer(session, actor, self.services.book.policies, self.clock())
            until = await next_moment(session, viewer, self.services.book)
        context = Context(actor, self.services, f"hooks-{self._position}")
        context.renew(viewer)
        return _Reader(context, viewer, until)


def _shown(errors: Sequence[GraphQLError], request_id: str) -> list[JsonObject]:
    return [dict(answered.error) for answered in answer_errors(errors, request_id)]
