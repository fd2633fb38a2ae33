"""What is remembered of a request while it runs, for its log line and the metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starlette.types import Scope

from models.actor import Actor

Outcome = Literal["ok", "errors", "refused", "too_complex", "rate_limited", "internal"]
"""How a GraphQL operation ended: `errors` is a partial answer, `refused` never ran, `internal` is our fault."""


@dataclass(slots=True)
class Operation:
    """One GraphQL operation. Filled in as it proceeds; holds no variables and no text.

    :ivar kind: query, mutation or subscription; unknown until the document is read.
    :ivar name: as the client calls it.
    :ivar cost: as measured; None where it was refused before.
    :ivar seconds: from reading the request to having the answer.
    """

    kind: str = "unknown"
    name: str | None = None
    outcome: Outcome = "refused"
    cost: int | None = None
    seconds: float = 0.0


def operation_of(scope: Scope) -> Operation | None:
    """The GraphQL operation that this request ran, if it was one."""
    operation: Operation | None = scope.get("state", {}).get("operation")
    return operation


def actor_of(scope: Scope) -> Actor | None:
    """Who is asking, as authentication left it in the request's state under `actor`."""
    actor: Actor | None = scope.get("state", {}).get("actor")
    return actor
