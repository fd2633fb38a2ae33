"""Lists filtered by a use, against lists that are not."""

from __future__ import annotations

import asyncio
import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from models.database import Database
from models.policy import DeliveryChannel
from tests.bench.documents import FILTERED_PAGE
from tests.bench.figures import Figure, at_most
from tests.bench.labels import SHARES, Labels, label, put_back
from tests.bench.pool import Pool, settle
from tests.bench.process import Load, Target, storypool

POLICIES: Final = (500, 20_000)
"""How many distinct policies a pool is labelled with."""
USABLE_BAR: Final = 1.5
MEMORY_BAR: Final = 400_000_000

_PAGE: Final = 50
_LEAST_SHARE: Final = 0.05
"""Below this share nothing is asked: the page may come short of its budget."""


def usable_for(load: Load, pool: Pool, seconds: float) -> Iterator[Figure]:
    """Pages filtered by a use against pages that are not, from one server, asked in turn. Nothing where the pool is too small."""
    for policies in POLICIES:
        if pool.stories < policies:
            continue
        labels = Labels(policies, pool.stories)
        with _labelled(pool, labels) as rights, storypool(pool) as target:
            yield from _Pages(load, pool, target, seconds, labels, rights).figures()


@contextmanager
def _labelled(pool: Pool, labels: Labels) -> Iterator[int]:
    """A pool with other terms, which it loses again."""
    try:
        rights: int = asyncio.run(_with_database(pool, lambda database: label(database, labels)))
        asyncio.run(settle(pool))
        yield rights
    finally:
        asyncio.run(_with_database(pool, put_back))


async def _with_database(pool: Pool, work: Callable[[Database], Any]) -> Any:
    database = Database(pool.url)
    try:
        return await work(database)
    finally:
        await database.close()


class _Pages:
    """A server over a pool that was just labelled."""

    def __init__(self, load: Load, pool: Pool, target: Target, seconds: float, labels: Labels, rights: int) -> None:
        self._load, self._pool, self._target, self._seconds = load, pool, target, seconds
        self._labels = labels
        self._name = f"usable for, {labels.policies:,} policies"
        self._rights = rights

    def figures(self) -> Iterator[Figure]:
        self._page(None)
        channels = list(SHARES)
        for what, channel in (("first look", channels[0]), ("first use", channels[1])):
            took, waited = self._first(channel)
            measured = f"{took:.0f} ms, others wait for {waited:.0f} ms at most ({self._rights:,} rights)"
            yield Figure(self._pool.engine, f"{self._name}, {what}", measured)
        for channel, share in SHARES.items():
            yield self._share(channel, share)
        used = self._target.resident_bytes()
        what = f"{self._name}, resident memory of the server"
        yield Figure(self._pool.engine, what, f"{used / 1e6:.0f} MB", bar="< 400 MB", met=used < MEMORY_BAR)

    def _share(self, channel: DeliveryChannel, share: float) -> Figure:
        page = self._page(channel)
        low, high = self._medians(channel)
        if share >= _LEAST_SHARE and high / low > USABLE_BAR:  # whatever else a machine does comes in bursts
            runs = [(low, high), self._medians(channel), self._medians(channel)]
            low, high = sorted(runs, key=lambda run: run[1] / run[0])[1]
        cut = "budget" if page["budgetExhausted"] else "whole"
        what = f"{self._name}, {share * 100:g} % permitted ({len(page['edges'])} found, {cut})"
        measured = f"{high:.2f} / {low:.2f} ms ({self._pool.stories:,})"
        if share < _LEAST_SHARE:
            return Figure(self._pool.engine, what, measured, high / low)
        return at_most(self._pool.engine, what, measured, high / low, USABLE_BAR)

    def _medians(self, channel: DeliveryChannel) -> tuple[float, float]:
        """The median without a filter and with it, in milliseconds, warm."""
        asked = [(self._target, self._variables(None)), (self._target, self._variables(channel))]
        self._load.send(asked, FILTERED_PAGE, seconds=self._seconds / 5)
        low, high = self._load.send(asked, FILTERED_PAGE, seconds=self._seconds)["targets"]
        return low["median"] * 1000, high["median"] * 1000

    def _first(self, channel: DeliveryChannel) -> tuple[float, float]:
        """How long a page takes for a use that was never asked for, and how long other requests wait meanwhile, in milliseconds."""
        with _probing(self._target.port) as waits:
            done = self._load.send([(self._target, self._variables(channel))], FILTERED_PAGE, seconds=60, requests=1)
        return done["targets"][0]["median"] * 1000, max(waits, default=0.0) * 1000

    def _page(self, channel: DeliveryChannel | None) -> dict[str, Any]:
        page: dict[str, Any] = self._load.ask(self._target, FILTERED_PAGE, self._variables(channel))["stories"]
        return page

    @staticmethod
    def _variables(channel: DeliveryChannel | None) -> dict[str, Any]:
        wanted = {} if channel is None else {"usableFor": {"territory": "FR", "channel": channel.value}}
        return {"filter": wanted, "orderBy": "NEWEST_FIRST", "first": _PAGE, "after": None}


@contextmanager
def _probing(port: int) -> Iterator[list[float]]:
    """Asks a server over and over whether it lives, and keeps how long each answer took, in seconds."""
    waits: list[float] = []
    ended = threading.Event()

    def probe() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while not ended.is_set():
            began = time.perf_counter()
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            waits.append(time.perf_counter() - began)
            ended.wait(0.002)
        connection.close()

    thread = threading.Thread(target=probe)
    thread.start()
    try:
        yield waits
    finally:
        ended.set()
        thread.join()
