from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from schema.cost import QueryLimits
from tests.server.tiny import Tiny, tiny_app

pytestmark = pytest.mark.anyio


async def samples(tiny: Tiny) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    async with tiny.client() as client:
        response = await client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def labels(**given: str) -> frozenset[tuple[str, str]]:
    return frozenset(given.items())


async def test_requests_are_counted_by_method_route_and_status() -> None:
    tiny = tiny_app()
    async with tiny.client() as client:
        await client.get("/healthz")
        await client.get("/graphql")
        await client.get("/no/such/path")
        await client.request("BREW", "/no/such/path")
    found = await samples(tiny)
    name = "storypool_http_requests_total"
    assert found[name, labels(method="GET", route="/healthz", status="200")] == 1
    assert found[name, labels(method="GET", route="/graphql", status="400")] == 1
    assert found[name, labels(method="GET", route="unmatched", status="404")] == 1
    assert found[name, labels(method="OTHER", route="unmatched", status="404")] == 1
    assert found["storypool_http_request_seconds_count", labels(method="GET", route="/healthz")] == 1


async def test_operations_are_counted_by_type_and_outcome() -> None:
    tiny = tiny_app(limits=QueryLimits(max_cost=20), per_minute=20)
    queries = ("{hello}", "{missing}", "{crash}", "{nope}", "mutation {ping}", "{items {edges {node {id}}}}")
    async with tiny.client() as client:
        for query in (*queries, "{a: hello items(first: 7) {edges {node {id}}}}"):
            await client.post("/graphql", json={"query": query})
    found = await samples(tiny)
    name = "storypool_graphql_operations_total"
    for kind, outcome in (
        ("query", "ok"),
        ("query", "errors"),
        ("query", "internal"),
        ("unknown", "refused"),
        ("mutation", "ok"),
        ("unknown", "too_complex"),
        ("query", "rate_limited"),
    ):
        assert found[name, labels(type=kind, outcome=outcome)] == 1, (kind, outcome)
    assert found["storypool_graphql_operation_cost_sum", labels(type="mutation")] == 1


async def test_no_client_can_make_labels_grow() -> None:
    tiny = tiny_app()
    async with tiny.client() as client:
        for number in range(20):
            await client.get(f"/path/{number}")
            await client.post("/graphql", json={"query": f"query Name{number} {{hello}}"})
    found = await samples(tiny)
    assert len([1 for name, _ in found if name == "storypool_http_requests_total"]) == 2
    assert len([1 for name, _ in found if name == "storypool_graphql_operations_total"]) == 1


async def test_two_applications_count_apart() -> None:
    one, other = tiny_app(), tiny_app()
    async with one.client() as client:
        await client.get("/healthz")
    key = ("storypool_http_requests_total", labels(method="GET", route="/healthz", status="200"))
    assert key in await samples(one)
    assert key not in await samples(other)
