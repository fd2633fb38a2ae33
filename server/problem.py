"""Refusals as JSON: what is answered when a request fails before, or outside, a GraphQL operation."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import orjson
from starlette.responses import Response
from starlette.types import Scope

from server.request_id import request_id_of

JSON = "application/json"


class ErrorCode(StrEnum):
    """`extensions.code`: what a program should go by."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    """No valid access token came with the request."""
    FORBIDDEN = "FORBIDDEN"
    """The token lacks a scope, or the client is suspended."""
    NOT_FOUND = "NOT_FOUND"
    """Does not exist, or not for this client."""
    BAD_USER_INPUT = "BAD_USER_INPUT"
    """The request cannot be right; `extensions.reason` says in which way where there is more to say."""
    TOO_COMPLEX = "TOO_COMPLEX"
    """The document or operation asks for more than the limits allow."""
    RATE_LIMITED = "RATE_LIMITED"
    """The client has spent its cost for this minute; `Retry-After` says when to come back."""
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    """No document is registered under this hash: send it once with its text."""
    INTERNAL = "INTERNAL"
    """Our fault; details are in the server's log under the request id."""


class Problem(Exception):
    """A request that is refused as a whole.

    :param status: HTTP status.
    :param message: one English sentence: what was wrong, with which value, what to do.
    :param code: for programs.
    :param reason: a narrower code, in capitals, where one helps.
    :param headers: to be sent with the answer, such as `Allow` or `Retry-After`.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: ErrorCode = ErrorCode.BAD_USER_INPUT,
        reason: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.reason = reason
        self.headers = dict(headers or {})

    def body(self, request_id: str) -> dict[str, object]:
        """The answer's JSON: one error in the form of a GraphQL error."""
        extensions: dict[str, object] = {"code": self.code.value, "requestId": request_id}
        if self.reason is not None:
            extensions["reason"] = self.reason
        return {"errors": [{"message": self.message, "extensions": extensions}]}


def problem_response(problem: Problem, scope: Scope, media_type: str = JSON) -> Response:
    """The answer to a refused request.

    :param scope: of the request, for its id.
    """
    return Response(
        orjson.dumps(problem.body(request_id_of(scope))),
        status_code=problem.status,
        media_type=media_type,
        headers=problem.headers,
    )
