"""Prometheus metrics: requests, GraphQL operations, how long and how costly they were, and uploads.

Labels come from fixed sets (routes, not paths; kinds and outcomes, not operation names): no client can make them grow.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from server.operation import operation_of

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_COSTS = (1, 10, 100, 1_000, 5_000, 10_000, 25_000, 50_000, 100_000)


class Metrics:
    """The metrics of one application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._reads: list[Callable[[], Awaitable[None]]] = []
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "storypool_http_requests", "HTTP requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.request_seconds = Histogram(
            "storypool_http_request_seconds",
            "Seconds from request to the end of the answer.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.operations = Counter(
            "storypool_graphql_operations",
            "GraphQL operations by kind and outcome.",
            ("type", "outcome"),
            registry=self.registry,
        )
        self.operation_seconds = Histogram(
            "storypool_graphql_operation_seconds",
            "Seconds that GraphQL operations took.",
            ("type",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.operation_cost = Histogram(
            "storypool_graphql_operation_cost",
            "Cost of GraphQL operations, as measured before they ran.",
            ("type",),
            buckets=_COSTS,
            registry=self.registry,
        )
        self.uploads_writing = Gauge(
            "storypool_uploads_writing", "Requests that are writing to an upload.", registry=self.registry
        )
        self.upload_bytes = Counter(
            "storypool_upload_bytes", "Bytes of uploads that came and were kept.", registry=self.registry
        )

    def add(self, collector: Collector, read: Callable[[], Awaitable[None]]) -> None:
        """Adds what is collected when it is asked for.

        :param read: is awaited before.
        """
        self.registry.register(collector)
        self._reads.append(read)

    async def endpoint(self, request: Request) -> Response:
        """`/metrics` in Prometheus's text format."""
        for read in self._reads:
            await read()
        return Response(generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request that has been answered, and the GraphQL operation in it; see `server.answer`."""
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route: str = getattr(scope.get("route"), "path", "unmatched")
        self.requests.labels(method, route, str(status)).inc()
        self.request_seconds.labels(method, route).observe(seconds)
        operation = operation_of(scope)
        if operation is None:
            return
        self.operations.labels(operation.kind, operation.outcome).inc()
        self.operation_seconds.labels(operation.kind).observe(operation.seconds)
        if operation.cost is not None:
            self.operation_cost.labels(operation.kind).observe(operation.cost)
