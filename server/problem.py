"""Refusals as JSON: what is answered when a request fails before, or outside, a GraphQL operation."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from server.request_id import HEADER, request_id_of

JSON = "application/json"
MASKED = "Something went wrong on our side. Quote extensions.requestId when you report it."
"""What clients are told of a failure of ours."""


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
        media_type=f"{media_type}; charset=utf-8",
        headers=problem.headers,
    )


async def answer_http_exception(request: Request, error: Exception) -> Response:
    """Starlette's own refusals (no such route, no such method) in the form of all others."""
    assert isinstance(error, HTTPException)
    codes = {401: ErrorCode.UNAUTHENTICATED, 403: ErrorCode.FORBIDDEN, 404: ErrorCode.NOT_FOUND}
    problem = Problem(
        error.status_code,
        f"{error.detail}: {request.method[:20]} {request.url.path[:200]}",
        code=codes.get(error.status_code, ErrorCode.BAD_USER_INPUT),
        headers=error.headers,
    )
    return problem_response(problem, request.scope)


async def answer_problem(request: Request, problem: Exception) -> Response:
    """A `Problem` that a handler raised."""
    assert isinstance(problem, Problem)
    return problem_response(problem, request.scope)


async def answer_failure(request: Request, error: Exception) -> Response:
    """Anything else is our fault, and stays between us and the log. Answers outside of all middleware."""
    problem = Problem(500, MASKED, code=ErrorCode.INTERNAL, headers={HEADER: request_id_of(request.scope)})
    return problem_response(problem, request.scope)


EXCEPTION_HANDLERS = {HTTPException: answer_http_exception, Problem: answer_problem, Exception: answer_failure}
"""For `Starlette(exception_handlers=…)`."""
