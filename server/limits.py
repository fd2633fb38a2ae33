"""What clients may spend: a budget of query cost a minute for each, failures a minute, and the size of a request's body."""

from __future__ import annotations

import logging
import math
from collections.abc import Collection
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.aio.storage import SlidingWindowCounterSupport, Storage
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.errors import OperationalError
from server.problem import Problem, problem_response

logger = logging.getLogger(__name__)

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """The answer to a client that wants to spend.

    :ivar granted: whether it was spent.
    :ivar limit: cost a minute.
    :ivar remaining: what is left now.
    :ivar retry_after: seconds until the same would be granted; 0 when it was.
    """

    granted: bool
    limit: int
    remaining: int
    retry_after: int = 0


class CostBudget:
    """A sliding minute of cost for each client, kept in memory or in a Redis or Valkey that several servers share.

    While the shared storage does not answer, everything is granted and the log says so: limits protect the supply of
    stories, so they must not stop it.

    :param storage_url: `memory://`, `redis://…` or `valkey://…`.
    :param per_minute: cost that a client may spend in any minute.
    :raises OperationalError: the storage's driver is not installed.
    """

    def __init__(self, storage_url: str, per_minute: int) -> None:
        self._minutes = _SlidingMinutes(storage_url, "cost", per_minute)
        self.per_minute = per_minute

    async def spend(self, client_id: str, cost: int) -> Allowance:
        """Spend if the client's last minute leaves room for it; a refusal spends nothing."""
        try:
            granted = await self._minutes.spend(client_id, amount=cost)
            spent = await self._minutes.spent(client_id)
        except StorageError:
            logger.exception("the limits storage does not answer; the operation is let through")
            return Allowance(True, self.per_minute, self.per_minute)
        remaining = max(0, self.per_minute - spent.now)
        if granted:
            return Allowance(True, self.per_minute, remaining)
        return Allowance(False, self.per_minute, remaining, max(1, spent.wait_for(cost, self.per_minute)))


class FailureLimit:
    """A sliding minute of failures for each name of who fails. Who has failed too often waits, also with what would succeed.

    Storage and its failures as in `CostBudget`.

    :param per_minute: failures that a name may have in any minute.
    :raises OperationalError: the storage's driver is not installed.
    """

    def __init__(self, storage_url: str, per_minute: int) -> None:
        self._minutes = _SlidingMinutes(storage_url, "failures", per_minute)
        self._per_minute = per_minute

    async def wait(self, kind: str, name: str) -> int:
        """Seconds until the name may try again; 0: now."""
        try:
            spent = await self._minutes.spent(kind, name)
        except StorageError:
            logger.exception("the limits storage does not answer; the attempt is let through")
            return 0
        return spent.wait_for(1, self._per_minute)

    async def add(self, kind: str, name: str) -> None:
        """Remember a failure."""
        try:
            await self._minutes.spend(kind, name, amount=1)
        except StorageError:
            logger.exception("the limits storage does not answer; a failure is not counted")


@dataclass(frozen=True, slots=True)
class _Spent:
    """What somebody spent: see `seconds_until_affordable`."""

    previous: int
    previous_ends_in: float
    current: int
    current_ends_in: float

    @property
    def now(self) -> int:
        return math.floor(self.previous * self.previous_ends_in / WINDOW_SECONDS + self.current)

    def wait_for(self, amount: int, limit: int) -> int:
        """Whole seconds until there is room for an amount."""
        return math.ceil(
            seconds_until_affordable(
                amount, limit, self.previous, self.previous_ends_in, self.current, self.current_ends_in
            )
        )


class _SlidingMinutes:
    """What each of many spent in the last minute.

    :raises OperationalError: the storage's driver is not installed.
    """

    def __init__(self, storage_url: str, namespace: str, limit: int) -> None:
        scheme = storage_url.partition("://")[0]
        try:
            storage = storage_from_string(f"async+{storage_url}", wrap_exceptions=True)
        except ConfigurationError as error:
            raise OperationalError(
                f"The limits storage {scheme}:// needs its driver: pip install 'limits[async-{scheme}]'."
            ) from error
        assert isinstance(storage, Storage)
        assert isinstance(storage, SlidingWindowCounterSupport)
        self._storage = storage
        self._item = RateLimitItemPerMinute(limit, namespace=namespace)

    async def spend(self, *names: str, amount: int) -> bool:
        """Whether there was room for it; otherwise nothing is spent.

        :raises StorageError: the storage does not answer.
        """
        return await self._storage.acquire_sliding_window_entry(
            self._item.key_for(*names), self._item.amount, WINDOW_SECONDS, amount
        )

    async def spent(self, *names: str) -> _Spent:
        """What was spent until now.

        :raises StorageError: the storage does not answer.
        """
        previous, previous_ends_in, current, current_ttl = await self._storage.get_sliding_window(
            self._item.key_for(*names), WINDOW_SECONDS
        )
        return _Spent(previous, previous_ends_in, current, current_ttl % WINDOW_SECONDS)


def seconds_until_affordable(
    cost: int, limit: int, previous: int, previous_ends_in: float, current: int, current_ends_in: float
) -> float:
    """How long until a sliding minute has room for `cost`, if nothing else is spent.

    The minute is estimated as what was spent in the clock's current window, plus the share of the previous window that
    still overlaps it.

    :param previous: spent in the previous window, which stops counting in `previous_ends_in` seconds.
    :param current: spent in the current window, which becomes the previous one in `current_ends_in` seconds.
    """
    room = limit - cost - current
    if room >= 0 and previous > 0:
        return max(0.0, previous_ends_in - WINDOW_SECONDS * room / previous)
    if room >= 0:
        return 0.0
    return current_ends_in + max(0.0, WINDOW_SECONDS * (1 - (limit - cost) / current))


class BodyLimit:
    """Middleware that answers 413 to a request body over `max_bytes`, without reading the rest of it.

    :param exempt: paths that bound their bodies themselves, with everything below them.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, exempt: Collection[str] = ()) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.exempt = tuple(exempt)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_exempt(scope["path"]):
            await self.app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and (len(length) > 18 or int(length) > self.max_bytes):
            await problem_response(self._too_large(), scope)(scope, receive, send)
            return
        received = 0
        started = False

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > self.max_bytes:
                    raise self._too_large()
            return message

        async def send_noting_start(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive_within_limit, send_noting_start)
        except Problem as problem:
            if started or problem.status != 413:
                raise
            await problem_response(problem, scope)(scope, receive, send)

    def _is_exempt(self, path: str) -> bool:
        return any(path == bounded or path.startswith(f"{bounded}/") for bounded in self.exempt)

    def _too_large(self) -> Problem:
        return Problem(
            413,
            f"The request body is larger than {self.max_bytes:,} bytes. Send less at a time.",
            reason="BODY_TOO_LARGE",
            headers={"Connection": "close"},
        )
