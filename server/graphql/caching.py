"""304 for pollers: whoever asks again with the ETag that it has is told that nothing changed, without anything being executed.

Only for a GET of a registered document that reads the pool or the change log and nothing else (`CACHEABLE`), and nothing of what changes
without an event (`NEVER`): signed addresses above all. What was answered stands while the change log has not moved on, and until the
first moment at which it may change by the clock.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationType,
    SelectionSetNode,
)
from starlette.requests import Request
from starlette.responses import Response

from models.actor import Actor
from models.base import Clock, utc_now
from models.pool.validity import next_moment
from schema.context import Context
from server.conditional import has_etag, known_etags
from server.graphql.operations import Result, Started
from server.graphql.parameters import Parameters
from server.limits import Allowance

CACHEABLE: Final = frozenset({"story", "stories", "changes", "__typename"})
"""Root fields whose answers change with the change log and the clock alone."""
NEVER: Final = frozenset(
    {
        "href", "notice", "pickup", "recipients", "usageDecision", "explanation", "openedAt", "label", "closesAt", "topic", "query",
    }
)  # fmt: skip
"""Fields that change otherwise, or whose reading is written down, wherever they are selected."""
_NEVER_ARGUMENTS: Final = frozenset({"waitSeconds"})
UNCHANGED_COST: Final = 1
"""What a client pays for hearing that nothing changed."""
_KEPT: Final = 20_000


@dataclass(frozen=True)
class Asked:
    """A GET of a registered document.

    :param key: what its answer depends on: who asks with which rights, the document, the operation, the variables, the form.
    :param known: the ETags that the client has; `*` stands for any.
    :param position: of the change log when it was asked; None where that is not known.
    """

    key: tuple[Actor, str, str | None, bytes, str]
    known: frozenset[str]
    position: int | None

    @property
    def media_type(self) -> str:
        """The form of the answer."""
        return self.key[4]

    def has(self, etag: str) -> bool:
        """Whether the client has this answer."""
        return has_etag(self.known, etag)


@dataclass(frozen=True)
class _Told:
    etag: str
    position: int
    until: datetime | None


class AnswerCache:
    """What was answered to whom, by its ETag alone: no answer is kept.

    :param note: is told who asked, where nothing is executed that would notice.
    :param position: how far this process has followed the change log; None while it does not know.
    """

    def __init__(
        self,
        position: Callable[[], int | None],
        note: Callable[[Actor], None] = lambda actor: None,
        *,
        clock: Clock = utc_now,
    ) -> None:
        self._position = position
        self._clock = clock
        self.note = note
        self._told: OrderedDict[tuple[Actor, str, str | None, bytes, str], _Told] = OrderedDict()

    def asked(self, request: Request, actor: Actor, parameters: Parameters, media_type: str) -> Asked | None:
        """What is asked; None for what is always executed."""
        if request.method != "GET" or parameters.sha256 is None:
            return None
        variables = orjson.dumps(parameters.variables, option=orjson.OPT_SORT_KEYS)
        key = (actor, parameters.sha256, parameters.operation_name, variables, media_type)
        return Asked(key, known_etags(request.headers), self._position())

    def is_unchanged(self, asked: Asked) -> bool:
        """Whether the client has the answer that it would be given."""
        told = self._told.get(asked.key)
        if told is None or told.position != asked.position or not asked.has(told.etag):
            return False
        if told.until is not None and self._clock() >= told.until:
            return False
        self._told.move_to_end(asked.key)
        return True

    def unchanged(self, asked: Asked, cost: int, allowance: Allowance) -> Response:
        """The answer that nothing changed."""
        return _with_headers(Response(status_code=304), self._told[asked.key].etag, cost, allowance)

    async def answer(self, asked: Asked, started: Started, result: Result) -> Response | None:
        """The answer with its ETag, or that nothing changed; None where it has errors, and so no ETag."""
        if result.errors or not result.ran or result.allowance is None:
            return None
        context = started.context
        assert isinstance(context, Context)
        body = orjson.dumps({"data": result.data})
        etag = f'W/"{_name(asked, body)}"'
        if asked.position is not None and asked.position == self._position():
            viewer = await context.viewer()
            async with context.database.read() as session:
                until = await next_moment(session, viewer, context.book)
            if asked.position == self._position():
                self._keep(asked, _Told(etag, asked.position, until))
        if asked.has(etag):
            return _with_headers(Response(status_code=304), etag, started.cost, result.allowance)
        response = Response(body, media_type=f"{asked.media_type}; charset=utf-8")
        return _with_headers(response, etag, started.cost, result.allowance)

    def _keep(self, asked: Asked, told: _Told) -> None:
        self._told[asked.key] = told
        self._told.move_to_end(asked.key)
        while len(self._told) > _KEPT:
            self._told.popitem(last=False)


def is_cacheable(started: Started) -> bool:
    """Whether an operation reads only what changes with the change log and the clock."""
    if started.definition.operation is not OperationType.QUERY or not isinstance(started.context, Context):
        return False
    roots = [name for name, _ in _fields(started.definition.selection_set, started.fragments, deep=False)]
    if not CACHEABLE.issuperset(roots):
        return False
    return all(
        name not in NEVER and _NEVER_ARGUMENTS.isdisjoint(arguments)
        for name, arguments in _fields(started.definition.selection_set, started.fragments, deep=True)
    )


def _fields(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], *, deep: bool
) -> list[tuple[str, frozenset[str]]]:
    """The fields of a selection with the names of their arguments, fragments put in; below as well where `deep`."""
    found: list[tuple[str, frozenset[str]]] = []
    left: list[SelectionSetNode] = [selections]
    seen: set[str] = set()
    while left:
        for node in left.pop().selections:
            if isinstance(node, FieldNode):
                found.append((node.name.value, frozenset(argument.name.value for argument in node.arguments or ())))
                if deep and node.selection_set is not None:
                    left.append(node.selection_set)
            elif isinstance(node, InlineFragmentNode):
                left.append(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                left.append(fragments[node.name.value].selection_set)
    return found


def _name(asked: Asked, body: bytes) -> str:
    """A name for an answer to a certain question by a certain client."""
    actor, sha256, operation, variables, media_type = asked.key
    question = [actor.client_id, sorted(actor.scopes), sha256, operation, variables.decode(), media_type]
    return hashlib.sha256(orjson.dumps(question) + body).hexdigest()[:32]


def _with_headers(response: Response, etag: str, cost: int, allowance: Allowance) -> Response:
    """What may differ from answer to answer goes into headers, so that equal answers are equal."""
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Cost"] = str(cost)
    response.headers["X-Cost-Limit"] = str(allowance.limit)
    response.headers["X-Cost-Remaining"] = str(allowance.remaining)
    return response
