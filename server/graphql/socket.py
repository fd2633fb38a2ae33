"""Subscriptions over WebSockets: the protocol `graphql-transport-ws`, as Strawberry has it, behind this server's door.

Close codes beyond the protocol's own: 4403 where the token is missing, wrong or expired, or its client suspended; 4410 where the client
does not take what is sent; 1012 where the server stops.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import Operation as SocketOperation
from strawberry.subscriptions.protocols.graphql_transport_ws.types import Message

from server.challenge import AuthenticationError
from server.graphql.parameters import Parameters, read_parameters
from server.graphql.streaming import StreamRequest, frames
from server.problem import MASKED, ErrorCode, Problem
from server.request_id import request_id_of
from server.streams import Ending, Stream

if TYPE_CHECKING:
    from server.graphql.endpoint import GraphQLEndpoint

logger = logging.getLogger("storypool.graphql")

FORBIDDEN: Final = 4403
TOO_SLOW: Final = 4410
SERVICE_RESTART: Final = 1012
_CLOSE: Final = {
    Ending.TOKEN_EXPIRED: (FORBIDDEN, "the access token has expired"),
    Ending.CLIENT_SUSPENDED: (FORBIDDEN, "the client is suspended"),
    Ending.TOO_SLOW: (TOO_SLOW, "messages are not taken; go on after the last cursor"),
    Ending.SHUTTING_DOWN: (SERVICE_RESTART, "the server restarts"),
}
_LONGEST_REASON: Final = 120
"""Bytes: a close frame holds 123."""
_CLOSING_SECONDS: Final = 5.0


@dataclass
class SocketState:
    """What is known of a connection once it was initialised.

    :param connection_params: the payload of its `connection_init`.
    """

    websocket: WebSocket
    connection_params: Mapping[str, object] = field(default_factory=dict)
    stream: Stream | None = None
    handler: SocketHandler = field(init=False)

    def authorization(self) -> str | None:
        """The credentials: of the payload, or else of the handshake."""
        for name, value in self.connection_params.items():
            if name.lower() == "authorization" and isinstance(value, str):
                return value
        return self.websocket.headers.get("authorization")


class SocketAdapter(ASGIWebSocketAdapter):
    """Closes once, and says so where the other side went away first."""

    async def close(self, code: int, reason: str) -> None:
        if self.ws.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                async with asyncio.timeout(_CLOSING_SECONDS):
                    await self.ws.close(code, reason.encode()[:_LONGEST_REASON].decode(errors="ignore"))


class SocketHandler(BaseGraphQLTransportWSHandler[Any, None]):
    """One connection."""

    endpoint: GraphQLEndpoint
    context: SocketState

    async def handle(self) -> None:
        """Serves the connection until it ends."""
        self.endpoint = cast("GraphQLEndpoint", self.view)
        self.context.handler = self
        async with AsyncExitStack() as self._open:
            with contextlib.suppress(WebSocketDisconnected, WebSocketDisconnect):
                await super().handle()

    async def handle_message(self, message: object) -> None:
        """Takes one message; one that has not the protocol's shape ends the connection with 4400."""
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            await self.handle_invalid_message("A message must be an object with a type")
        elif message["type"] in ("subscribe", "complete") and not isinstance(message.get("id"), str):
            await self.handle_invalid_message("A message of this type must have an id")
        elif message["type"] == "subscribe" and not _is_payload(message.get("payload")):
            await self.handle_invalid_message("A subscribe message must have a payload with a query")
        else:
            await super().handle_message(cast(Message, message))

    async def handle_connection_init(self, message: Any) -> None:
        """Lets a client in, once."""
        if message.get("payload", {}) is None:
            message = {"type": "connection_init"}
        await super().handle_connection_init(message)
        if self.connection_acknowledged and self.context.stream is not None:
            watch = asyncio.create_task(self._watch(self.context.stream))
            self._open.callback(watch.cancel)

    async def admit(self) -> None:
        """Checks who is connecting.

        :raises ConnectionRejectionError: nobody who is served; the connection is closed with the reason.
        """
        try:
            admission = await self.endpoint.gate.admit(self.context.authorization())
        except AuthenticationError as error:
            await self.websocket.close(FORBIDDEN, error.description)
            raise ConnectionRejectionError from None
        opened = self.endpoint.streams.open(admission, "websocket")
        self.context.stream = await self._open.enter_async_context(opened)

    async def run_operation(self, operation: SocketOperation[Any, None]) -> None:
        """Sends what an operation comes to."""
        stream = self.context.stream
        assert stream is not None
        actor = stream.admission.actor
        try:
            with self.endpoint.streams.subscription(actor.client_id) as granted:
                if not granted:
                    await self._refuse(operation, [_too_many(self.endpoint.streams.per_client)])
                    return
                asked = StreamRequest(self.context.websocket, actor, _parameters(operation))
                async with aclosing(frames(self.endpoint.operations, asked)) as results:
                    async for frame in results:
                        await self.endpoint.streams.settled()
                        if stream.ended.done():
                            return
                        if frame.refused:
                            await self._refuse(operation, frame.body["errors"])
                            return
                        await operation.send_operation_message(
                            {"id": operation.id, "type": "next", "payload": cast(Any, frame.body)}
                        )
            await operation.send_operation_message({"id": operation.id, "type": "complete"})
        except Problem as problem:
            await self._refuse(operation, problem.body(request_id_of(self.context.websocket.scope))["errors"])
        except (WebSocketDisconnected, WebSocketDisconnect):
            self.operations.pop(operation.id, None)
        except Exception:
            logger.exception("an operation over a WebSocket failed")
            body = Problem(500, MASKED, code=ErrorCode.INTERNAL).body(request_id_of(self.context.websocket.scope))
            await self._refuse(operation, body["errors"])

    async def send_message(self, message: Message) -> None:
        """Sends a message; a client that does not take it in time is let go."""
        try:
            async with asyncio.timeout(self.endpoint.stall_seconds):
                await super().send_message(message)
        except TimeoutError:
            if self.context.stream is not None:
                self.context.stream.end(Ending.TOO_SLOW)
            raise WebSocketDisconnected from None
        except RuntimeError:  # closed already: what comes after goes nowhere
            raise WebSocketDisconnected from None

    async def _refuse(self, operation: SocketOperation[Any, None], errors: object) -> None:
        with contextlib.suppress(WebSocketDisconnected, WebSocketDisconnect):
            await operation.send_operation_message({"id": operation.id, "type": "error", "payload": cast(Any, errors)})

    async def _watch(self, stream: Stream) -> None:
        code, reason = _CLOSE[await asyncio.shield(stream.ended)]
        for operation_id in list(self.operations):
            await self.cleanup_operation(operation_id)
        await self.websocket.close(code, reason)


def _is_payload(payload: object) -> bool:
    return isinstance(payload, dict) and isinstance(payload.get("query"), str)


def _parameters(operation: SocketOperation[Any, None]) -> Parameters:
    given = {
        "query": operation.query,
        "variables": operation.variables,
        "operationName": operation.operation_name,
    }
    return read_parameters(given)


def _too_many(most: int) -> dict[str, object]:
    message = f"This client has {most} operations open over its connections, as many as it may; complete one first."
    return {"message": message, "extensions": {"code": ErrorCode.RATE_LIMITED.value}}
