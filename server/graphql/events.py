"""Subscriptions over Server-Sent Events: the protocol of graphql-sse in its distinct connections mode.

Each result is an event `next` whose id is its place in the change log; a browser that connects again sends the last one back
(`Last-Event-ID`), and goes on from there. `complete` ends the stream.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

import anyio
from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import AppStatus, SendTimeoutError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from server.admission import Admission
from server.graphql.negotiation import EVENT_STREAM
from server.graphql.parameters import Parameters
from server.graphql.streaming import Frame, StreamRequest, frames
from server.problem import ErrorCode, Problem
from server.request_id import request_id_of
from server.streams import Ending

if TYPE_CHECKING:
    from server.graphql.endpoint import GraphQLEndpoint

logger = logging.getLogger("storypool.graphql")

PING_SECONDS: Final = 15
_LONGEST_ID: Final = 200
AppStatus.enable_automatic_graceful_drain = (
    False  # streams end when `server.streams` says so, with a last word to whoever follows them
)
_ENDINGS: Final = {
    Ending.TOKEN_EXPIRED: (
        ErrorCode.UNAUTHENTICATED,
        "The access token has expired: get a new one, and connect again.",
    ),
    Ending.CLIENT_SUSPENDED: (ErrorCode.FORBIDDEN, "The client is suspended."),
    Ending.SHUTTING_DOWN: (ErrorCode.INTERNAL, "The server restarts: connect again."),
}


def accepts_events(accept: str) -> bool:
    """Whether the client names event streams, and nothing else, as what it takes."""
    ranges = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    return EVENT_STREAM in ranges and not any(part.startswith("application/") for part in ranges)


def event_stream(endpoint: GraphQLEndpoint, request: Request, admission: Admission, parameters: Parameters) -> Response:
    """An answer that lasts.

    :raises Problem: the client has as many streams open as it may, or its Last-Event-ID is too long.
    """
    resume = request.headers.get("last-event-id") or None
    if resume is not None and len(resume) > _LONGEST_ID:
        raise Problem(
            400, f"Last-Event-ID is {len(resume)} characters long; it must be the id of an event of this stream."
        )
    asked = StreamRequest(request, admission.actor, parameters, resume)
    return EventStream(
        _events(endpoint, admission, asked),
        ping=PING_SECONDS,
        send_timeout=endpoint.stall_seconds,
        headers={"Cache-Control": "no-cache"},
        sep="\n",
    )


class EventStream(EventSourceResponse):
    """Lets a client go that does not take what is sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            logger.info("an event stream was ended: the client does not take what is sent")


async def _events(
    endpoint: GraphQLEndpoint, admission: Admission, asked: StreamRequest
) -> AsyncGenerator[ServerSentEvent, None]:
    client_id = admission.actor.client_id
    with endpoint.streams.subscription(client_id) as granted:
        if not granted:
            most = endpoint.streams.per_client
            problem = Problem(
                429,
                f"This client has {most} streams open, as many as it may; end one first.",
                code=ErrorCode.RATE_LIMITED,
            )
            yield _next(endpoint, Frame(problem.body(request_id_of(asked.connection.scope))))
            yield _complete()
            return
        async with (
            endpoint.streams.open(admission, "sse") as stream,
            aclosing(frames(endpoint.operations, asked)) as results,
        ):
            while True:
                following = asyncio.create_task(_following(results))
                try:
                    awaited: list[asyncio.Future[Any]] = [following, stream.ended]
                    await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
                    if not following.done():
                        break
                finally:
                    if not following.done():
                        following.cancel()
                        with anyio.CancelScope(shield=True):  # what is cancelled here is so again at every await
                            await asyncio.wait([following])
                frame = following.result()
                if frame is None:
                    yield _complete()
                    return
                await endpoint.streams.settled()
                if stream.ended.done():
                    break
                yield _next(endpoint, frame)
            code, message = _ENDINGS[stream.ended.result()]
            problem = Problem(400, message, code=code)
            yield _next(endpoint, Frame(problem.body(request_id_of(asked.connection.scope))))
            yield _complete()


async def _following(results: AsyncGenerator[Frame, None]) -> Frame | None:
    return await anext(results, None)


def _next(endpoint: GraphQLEndpoint, frame: Frame) -> ServerSentEvent:
    return ServerSentEvent(endpoint.encode_json(frame.body), event="next", id=frame.cursor)


def _complete() -> ServerSentEvent:
    return ServerSentEvent("", event="complete")
