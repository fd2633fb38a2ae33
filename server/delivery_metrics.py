"""What `/metrics` tells of delivery: read when it is asked for, from the database and from what this process has open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlmodel import col, select

from models import event as log
from models.database import Database
from models.hook import Delivery, DeliveryState, Hook, HookStatus
from models.log import oldest_readable
from models.log.hub import Hub
from server.hook import HookRunner
from server.streams import Ending, Streams

_MOST_HOOKS: Final = 1000
"""Hooks whose lag is told one by one."""


@dataclass(frozen=True)
class _Read:
    position: int = 0
    length: int = 0
    hooks: tuple[tuple[str, int], ...] = ()
    pending: int = 0


class DeliveryCollector(Collector):
    """Collects for one process; `read` first, then let the registry collect."""

    def __init__(self, database: Database, streams: Streams, hub: Hub, hooks: HookRunner) -> None:
        self._database = database
        self._streams = streams
        self._hub = hub
        self._hooks = hooks
        self._read = _Read()

    async def read(self) -> None:
        """Reads what the database knows."""
        async with self._database.read() as session:
            position = await log.last_position(session)
            length = position - await oldest_readable(session)
            places = select(Hook.id, Hook.position).where(Hook.status == HookStatus.ACTIVE).limit(_MOST_HOOKS)
            hooks = tuple((str(id), position - place) for id, place in (await session.exec(places)).all())
            waiting = select(sa.func.count()).where(col(Delivery.state) == DeliveryState.PENDING)
            self._read = _Read(position, length, hooks, (await session.exec(waiting)).one())

    def collect(self) -> Iterator[Metric]:
        """See `prometheus_client.registry.Collector`."""
        read = self._read
        yield GaugeMetricFamily("storypool_log_position", "Position of the newest event.", value=read.position)
        yield GaugeMetricFamily(
            "storypool_log_length", "Positions that the change log can be read over.", value=read.length
        )
        lag = GaugeMetricFamily("storypool_hook_lag_events", "Events that a hook has yet to look at.", labels=["hook"])
        for hook, behind in read.hooks:
            lag.add_metric([hook], behind)
        yield lag
        yield GaugeMetricFamily("storypool_deliveries_pending", "Deliveries on their way.", value=read.pending)
        outcomes = CounterMetricFamily(
            "storypool_delivery_attempts", "Attempts at deliveries by this process, by outcome.", labels=["outcome"]
        )
        for outcome in ("arrived", "failed", "needless"):
            outcomes.add_metric([outcome], self._hooks.outcomes[outcome])
        yield outcomes
        streams = GaugeMetricFamily("storypool_streams", "Streams that are open.", labels=["transport"])
        for transport in ("websocket", "sse"):
            streams.add_metric([transport], self._streams.count(transport))
        yield streams
        endings = CounterMetricFamily(
            "storypool_stream_endings", "Streams that were ended, by reason.", labels=["reason"]
        )
        for ending in Ending:
            endings.add_metric([ending.value], self._streams.endings[ending])
        yield endings
        yield GaugeMetricFamily("storypool_subscriptions", "Subscriptions to the change log.", value=len(self._hub))
        yield GaugeMetricFamily(
            "storypool_subscription_lag_events",
            "Events that wait for the slowest subscription.",
            value=self._hub.longest_queue,
        )
        yield CounterMetricFamily(
            "storypool_subscriptions_fell_behind",
            "Times that a subscription fell behind and caught up from the log.",
            value=self._hub.fell_behind,
        )
