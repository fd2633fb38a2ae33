from __future__ import annotations

import pytest
import strawberry
from graphql import GraphQLError

from schema.cost import QueryLimits
from schema.documents import LimitedSchema, TooComplex

pytestmark = pytest.mark.anyio


@strawberry.type
class Item:
    id: int


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        return "hello"

    @strawberry.field
    def items(self, first: int = 20) -> list[Item]:
        return [Item(id=number) for number in range(first)]

    @strawberry.field
    def crash(self) -> str | None:
        raise RuntimeError("crashed")


SCHEMA = LimitedSchema(Query, limits=QueryLimits(max_tokens=100, max_depth=3, max_aliases=2, max_cost=50))


def test_a_document_is_read_once() -> None:
    assert SCHEMA.documents.prepare("{hello}") is SCHEMA.documents.prepare("{hello}")


def test_documents_are_forgotten_when_there_are_too_many() -> None:
    documents = LimitedSchema(Query).documents
    first = documents.prepare("{hello} # " + "x" * 15_000)
    for number in range(30):
        documents.prepare(f"{{hello}} # {number}" + "x" * 15_000)
    assert documents.prepare(first.text) is not first


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{" + "hello " * 200 + "}", "more than 100 tokens"),
        ("{a: hello b: hello c: hello}", "aliases and repeated fields of this operation is 3; at most 2"),
        ("{items(first: 60) {id}}", "The cost of this operation is 61; at most 50"),
    ],
)
def test_a_document_over_a_limit_says_which(text: str, says: str) -> None:
    [error] = SCHEMA.documents.prepare(text).errors
    assert isinstance(error, TooComplex)
    assert says in error.message


async def test_limits_hold_however_the_schema_is_executed() -> None:
    result = await SCHEMA.execute("{a: hello b: hello c: hello}")
    assert result.data is None
    assert [error.message[:21] for error in result.errors or ()] == ["The number of aliases"]


async def test_syntax_and_validation_errors_come_out_of_an_execution_too() -> None:
    for text in ("{", "{nope}", "{" + "hello " * 200 + "}"):
        result = await SCHEMA.execute(text)
        assert result.data is None
        assert len(result.errors or ()) == 1


async def test_an_execution_prints_nothing(caplog: pytest.LogCaptureFixture) -> None:
    await SCHEMA.execute("{nope}")
    await SCHEMA.execute("{crash}")
    assert not caplog.records


def test_the_cost_of_an_operation_depends_on_its_variables() -> None:
    prepared = SCHEMA.documents.prepare("query($n: Int!) {items(first: $n) {id}}")
    operation = prepared.operation(None)
    assert not prepared.errors
    assert prepared.cost(operation, {"n": 10}) == 11
    assert prepared.cost(operation, {"n": 20}) == 21
    assert prepared.cost(operation, {"n": 10}) == 11
    with pytest.raises(TooComplex):
        prepared.cost(operation, {"n": 50})


@pytest.mark.parametrize("size", ["ten", 1.5, None, {"a": 1}, [[1]], True])
def test_a_variable_of_the_wrong_type_does_not_break_the_measure(size: object) -> None:
    prepared = SCHEMA.documents.prepare("query($n: Int!) {items(first: $n) {id}}")
    assert prepared.cost(prepared.operation(None), {"n": size}) >= 2


def test_the_operation_is_chosen_by_its_name_or_because_it_is_alone() -> None:
    two = SCHEMA.documents.prepare("query A {hello} query B {hello}")
    chosen = two.operation("B").name
    assert chosen is not None
    assert chosen.value == "B"
    for name in (None, "C"):
        with pytest.raises(GraphQLError):
            two.operation(name)
    with pytest.raises(GraphQLError):
        SCHEMA.documents.prepare("fragment F on Query {hello}").operation(None)


def test_without_introspection_only_the_type_names_can_be_asked() -> None:
    documents = LimitedSchema(Query, introspection=False).documents
    assert documents.prepare("{__schema {queryType {name}}}").errors
    assert documents.prepare('{__type(name: "Item") {name}}').errors
    assert not documents.prepare("{__typename}").errors
