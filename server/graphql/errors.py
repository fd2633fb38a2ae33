"""GraphQL errors as clients see them: a code, the request's id, and nothing that is ours to keep."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import NamedTuple

from graphql import FieldNode, GraphQLError

from models.errors import BadInput, ClientSuspended, CursorTooOld, Forbidden, NotFound, OperationalError, StorypoolError
from server.operation import Outcome
from server.problem import MASKED, ErrorCode

logger = logging.getLogger("storypool.graphql")

_CODES: tuple[tuple[type[StorypoolError], ErrorCode], ...] = (
    (BadInput, ErrorCode.BAD_USER_INPUT),
    (NotFound, ErrorCode.NOT_FOUND),
    (Forbidden, ErrorCode.FORBIDDEN),
    (ClientSuspended, ErrorCode.FORBIDDEN),
    (OperationalError, ErrorCode.INTERNAL),
)
_SUGGESTION = re.compile(r" Did you mean [^?]*\?")
_OWN_CODES = frozenset(ErrorCode)


class Answered(NamedTuple):
    """One error, ready for the client.

    :ivar error: in the form of the GraphQL specification, section 7.1.2.
    :ivar code: its `extensions.code`.
    """

    error: dict[str, object]
    code: str


def answer_errors(errors: Sequence[GraphQLError], request_id: str) -> list[Answered]:
    """Put errors into the client's form; log those that are our fault, with their tracebacks."""
    return [_answer(error, request_id) for error in errors]


def outcome_of(answered: Sequence[Answered], *, ran: bool) -> Outcome:
    """How an operation with these errors ended; the worst counts.

    :param ran: whether there is data, whole or in part.
    """
    codes = {error.code for error in answered}
    if ErrorCode.INTERNAL in codes:
        return "internal"
    if ErrorCode.RATE_LIMITED in codes:
        return "rate_limited"
    if ErrorCode.TOO_COMPLEX in codes:
        return "too_complex"
    if ran:
        return "errors" if answered else "ok"
    return "refused"


def _answer(error: GraphQLError, request_id: str) -> Answered:
    original = _original(error)
    message, extensions = _describe(error, original)
    code = str(extensions["code"])
    if code == ErrorCode.INTERNAL:
        logger.error(
            "a GraphQL field failed",
            exc_info=original or error,
            extra={"fieldPath": ".".join(map(str, error.path or ()))},
        )
    answer: dict[str, object] = {"message": message}
    if error.locations:
        answer["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        answer["path"] = list(error.path)
    answer["extensions"] = extensions | {"requestId": request_id}
    return Answered(answer, code)


def _describe(error: GraphQLError, original: Exception | None) -> tuple[str, dict[str, object]]:
    """The message and the extensions, without the request's id."""
    if isinstance(original, StorypoolError):
        return _describe_own(error, original)
    extensions = dict(error.extensions or {})
    if extensions.get("code") in _OWN_CODES:
        return error.message, extensions
    if isinstance(original, RecursionError) and error.path is None:
        return "The request is nested too deeply.", {"code": ErrorCode.TOO_COMPLEX}
    if _is_the_clients(error, original):
        return _SUGGESTION.sub("", error.message), {"code": ErrorCode.BAD_USER_INPUT}
    return MASKED, {"code": ErrorCode.INTERNAL}


def _describe_own(error: GraphQLError, original: StorypoolError) -> tuple[str, dict[str, object]]:
    code = next((code.value for kind, code in _CODES if isinstance(original, kind)), original.code)
    if code == ErrorCode.INTERNAL:
        return MASKED, {"code": ErrorCode.INTERNAL}
    extensions: dict[str, object] = {"code": code}
    if original.code != code:
        extensions["reason"] = original.code
    if original.field is not None:
        extensions["field"] = original.field
    if isinstance(original, CursorTooOld):
        extensions["resumeAfter"] = original.resume_after
    # Outside of execution graphql-core says which variable or argument it was, and then repeats our message.
    return (original.message if error.path else error.message), extensions


def _is_the_clients(error: GraphQLError, original: Exception | None) -> bool:
    """Whether graphql-core found fault with the request rather than with our answer.

    Syntax, validation and variables are judged before there is a path, and point into the document. With a path, only
    the coercion of arguments points at something other than the field (graphql-core 3.3).
    """
    if error.path is None:
        return original is None or bool(error.nodes)
    return any(not isinstance(node, FieldNode) for node in error.nodes or ())


def _original(error: GraphQLError) -> Exception | None:
    """The exception below any number of GraphQL errors."""
    original = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    return original
