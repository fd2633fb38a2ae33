"""What a call carries: read at the moment of the attempt, as the partner sees it then, so that nothing killed is ever sent late."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast

import orjson
from graphql import GraphQLError

from models.actor import Actor
from models.base import JsonObject
from models.document import timestamp
from models.errors import NotFound
from models.hook import Claimed
from models.hook.outcome import PING
from models.log import find_change
from models.viewer import Viewer, load_viewer
from schema.context import Context, Services
from schema.documents import LimitedSchema
from schema.hook.body import Executes, body_of
from schema.hook.document import PLAIN_DOCUMENT
from server.graphql.errors import answer_errors

_KEPT: Final = 2000


class Needless(Exception):
    """There is nothing to be sent: the partner sees nothing of the change now."""


@dataclass
class Bodies:
    """Makes the bodies of one batch. What several hooks of one client want alike is made once.

    :param clock: the present moment.
    """

    schema: LimitedSchema
    services: Services
    clock: Callable[[], datetime]
    _viewers: dict[Actor, Viewer] = field(default_factory=dict)
    _made: dict[tuple[Actor, int, str], bytes | None] = field(default_factory=dict)

    async def of(self, claimed: Claimed) -> bytes:
        """The body of a delivery.

        :raises Needless: the change is not there for the partner any more.
        """
        delivery, hook = claimed.delivery, claimed.hook
        if delivery.kind == PING:
            return orjson.dumps({"type": "ping", "timestamp": timestamp(self.clock()), "data": {}})
        document = hook.document or PLAIN_DOCUMENT
        key = (claimed.actor, delivery.position, document)
        if key not in self._made:
            if len(self._made) > _KEPT:
                self._made.clear()
            self._made[key] = await self._make(claimed.actor, delivery.position, hook.document)
        body = self._made[key]
        if body is None:
            raise Needless
        return body

    async def _make(self, actor: Actor, position: int, document: str | None) -> bytes | None:
        if actor not in self._viewers:
            async with self.services.database.read() as session:
                self._viewers[actor] = await load_viewer(session, actor, self.services.book.policies, self.clock())
        viewer = self._viewers[actor]
        async with self.services.database.read() as session:
            try:
                event, _ = await find_change(session, viewer, position)
            except NotFound:
                return None
        context = Context(actor, self.services, f"hook-{position}")
        context.renew(viewer)
        schema = cast(Executes, self.schema)
        body = await body_of(schema, context, document, event, lambda errors: _shown(errors, context.request_id))
        return None if body is None else orjson.dumps(body)


def _shown(errors: Sequence[GraphQLError], request_id: str) -> list[JsonObject]:
    return [dict(answered.error) for answered in answer_errors(errors, request_id)]
