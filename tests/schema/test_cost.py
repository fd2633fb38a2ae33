from __future__ import annotations

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, get_introspection_query, parse
from hypothesis import given
from hypothesis import strategies as st

from models.paging import DEFAULT_PAGE_SIZE
from schema.cost import (
    UNPAGED_LIST_SIZE,
    DocumentMeasure,
    IntrospectionSizes,
    Measure,
    QueryLimits,
    size_variables,
)

SCHEMA: GraphQLSchema = build_schema(
    """
    interface Node { id: ID! }
    type Story implements Node { id: ID! title: String variants: [Variant!]! related(first: Int, last: Int): Stories! }
    type Variant implements Node { id: ID! story: Story }
    type Edge { node: Story! cursor: String! }
    type Stories { edges: [Edge!]! nodes: [Story!]! total: Int! languages: [Language!]! }
    type Language { tag: String! }
    type Query {
      story: Story
      stories(first: Int, last: Int): Stories!
      recent(first: Int = 3): Stories!
      nodes(ids: [ID!]!): [Node]!
      latest(first: Int): [Story!]!
    }
    """
)
INTROSPECTION = IntrospectionSizes(SCHEMA)


def measure(text: str, variables: dict[str, object] | None = None) -> Measure:
    document = parse(text)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return DocumentMeasure(SCHEMA, document, INTROSPECTION).measure(operation, variables or {})


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("{story {id}}", 2),
        ("{story {id title __typename}}", 4),
        ("{story {variants {id}}}", 2 + UNPAGED_LIST_SIZE),
        ("{story {variants {story {id}}}}", 2 + UNPAGED_LIST_SIZE * 2),
        ("{stories(first: 50) {total edges {node {id}}}}", 3 + 50 * 2),
        ("{stories(last: 50) {total edges {node {id}}}}", 3 + 50 * 2),
        ("{stories(first: 2, last: 9) {nodes {id}}}", 2 + 9),
        ("{stories(first: 50) {edges {node {id}} nodes {id}}}", 3 + 50 * 3),
        ("{stories(first: 50) {languages {tag}}}", 2 + UNPAGED_LIST_SIZE),
        ("{stories {nodes {id}}}", 2 + DEFAULT_PAGE_SIZE),
        ("{recent {nodes {id}}}", 2 + 3),
        ("{stories(first: 0) {nodes {id}}}", 2 + 1),
        ("{stories(first: -5) {nodes {id}}}", 2 + 1),
        ("{stories(first: 10) {nodes {related(first: 10) {nodes {id}}}}}", 2 + 10 * (2 + 10)),
        ("{nodes(ids: [1, 2, 3]) {id}}", 1 + 3),
        ("{latest(first: 7) {id}}", 1 + 7),
        ("{stories(first: 10) {...F}} fragment F on Stories {edges {...E}} fragment E on Edge {node {id}}", 2 + 10 * 2),
        ("{stories(first: 10) {... on Stories {nodes {id}}}}", 2 + 10),
        ("{nodes(ids: [1]) {... on Story {title}}}", 1 + 1),
        ("query($n: Int = 4) {stories(first: $n) {nodes {id}}}", 2 + 4),
        ("query($n: Int) {stories(first: $n) {nodes {id}}}", 2 + DEFAULT_PAGE_SIZE),
        ("mutation {anything}", 1),
        ("{unknown {fields {are} counted}}", 4),
    ],
)
def test_a_cost_is_the_number_of_fields_that_the_answer_may_hold(text: str, cost: int) -> None:
    assert measure(text).cost == cost


def test_sizes_may_come_from_variables() -> None:
    page = "query($n: Int, $last: Int) {stories(first: $n, last: $last) {nodes {id}}}"
    assert measure(page, {"n": 30}).cost == 2 + 30
    assert measure(page, {"n": None, "last": 8}).cost == 2 + 8
    assert measure("query($ids: [ID!]!) {nodes(ids: $ids) {id}}", {"ids": ["a"] * 40}).cost == 1 + 40


def test_the_variables_that_give_sizes_are_known() -> None:
    document = parse("query($a: Int, $b: [ID!]!, $c: Int) {stories(first: $a) {total} nodes(ids: $b) {id} x(y: $c)}")
    assert size_variables(document) == ("a", "b")


def test_an_integer_too_long_to_convert_is_just_too_large() -> None:
    assert measure("{stories(first: " + "9" * 5000 + ") {nodes {id}}}").cost > 10**8


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("{story {id}}", 2),
        ("{story {... on Story {...F}}} fragment F on Story {variants {id}}", 3),
        ("{a: story {id} story {variants {story {id}}}}", 4),
    ],
)
def test_fragments_do_not_count_as_depth(text: str, depth: int) -> None:
    assert measure(text).depth == depth


@pytest.mark.parametrize(
    ("text", "aliases"),
    [
        ("{story {id title}}", 0),
        ("{a: story {b: id title}}", 2),
        ("{story {id id id}}", 2),
        ("{story {id ... on Story {id} ... on Node {id}}}", 2),
        ("{story {...F variants {story {...F}}}} fragment F on Story {a: id b: id}", 4),
    ],
)
def test_aliases_and_repeated_fields_are_counted_after_fragments_are_put_in(text: str, aliases: int) -> None:
    assert measure(text).aliases == aliases


def test_the_standard_introspection_query_is_within_the_default_limits() -> None:
    limits = QueryLimits()
    found = measure(get_introspection_query(input_value_deprecation=True, directive_is_repeatable=True))
    assert found.depth <= limits.max_depth
    assert found.aliases <= limits.max_aliases
    assert len(SCHEMA.type_map) * 10 < found.cost <= limits.max_cost


def test_nested_introspection_multiplies() -> None:
    once = measure("{__schema {types {fields {name}}}}").cost
    twice = measure("{__schema {types {fields {type {fields {name}}}}}}").cost
    assert twice > once + len(SCHEMA.type_map)


def doubling(levels: int) -> str:
    spreads = " ".join(f"fragment f{n} on Story {{...f{n + 1} ...f{n + 1}}}" for n in range(levels))
    return f"{{story {{...f0}}}} {spreads} fragment f{levels} on Story {{id}}"


def test_fragments_that_double_are_measured_once_each_and_in_full() -> None:
    assert measure(doubling(100)).cost == 1 + 2**100  # one by one, that would never end


def test_a_cycle_of_fragments_ends() -> None:
    assert measure("{story {...A}} fragment A on Story {id ...B} fragment B on Story {title ...A}").cost == 3


@given(st.integers(1, 100), st.integers(1, 100))
def test_asking_for_more_never_costs_less(smaller: int, larger: int) -> None:
    page = "query($n: Int) {stories(first: $n) {edges {node {variants {id}}}}}"
    smaller, larger = sorted((smaller, larger))
    assert measure(page, {"n": smaller}).cost <= measure(page, {"n": larger}).cost
