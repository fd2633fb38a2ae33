"""The short way through plain attributes gives what the stock executor gives, errors included."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest
import strawberry

from schema.cost import QueryLimits
from schema.documents import LimitedSchema
from schema.executor import PlainFieldExecutor


@strawberry.enum
class Colour(Enum):
    RED = "red"


@strawberry.type
class Leaf:
    name: str
    size: int | None
    colour: Colour | None = None
    tags: list[str] | None = None

    @strawberry.field
    def shout(self, times: int = 1) -> str:
        return self.name.upper() * times

    @strawberry.field
    async def later(self) -> str:
        return self.name

    @strawberry.field
    def broken(self) -> str:
        raise ValueError("broken on purpose")

    @strawberry.field
    def broken_or_nothing(self) -> str | None:
        raise ValueError("broken on purpose")


@strawberry.type
class Branch:
    one: Leaf | None
    leaves: list[Leaf]
    gaps: list[Leaf | None] | None = None
    sure: Leaf | None = None


def tree() -> list[Branch]:
    good, red = Leaf(name="a", size=1), Leaf(name="b", size=None, colour=Colour.RED, tags=["x"])
    huge: Any = Leaf(name="c", size=2**40)
    nameless: Any = Leaf(name=None, size=1)  # type: ignore[arg-type]  # what the schema forbids
    return [
        Branch(one=good, leaves=[good, red], gaps=[good, None], sure=red),
        Branch(one=None, leaves=[], gaps=None),
        Branch(one=huge, leaves=[huge], gaps=[huge]),
        Branch(one=nameless, leaves=[good], gaps=[nameless, good]),
    ]


@strawberry.type
class Query:
    @strawberry.field
    def branches(self) -> list[Branch | None]:
        return list(tree())

    @strawberry.field
    def first(self) -> Branch | None:
        return tree()[0]


STOCK = LimitedSchema(Query, limits=QueryLimits(max_depth=20))
PLAIN = LimitedSchema(Query, limits=QueryLimits(max_depth=20), execution_context_class=PlainFieldExecutor)


@pytest.mark.parametrize(
    "document",
    [
        "{ first { one { name size colour tags } leaves { name } gaps { name size } sure { colour } } }",
        "{ branches { __typename one { name size } leaves { __typename size name } gaps { size } } }",
        "{ branches { one { name } gaps { name } } }",
        "{ branches { leaves { name size } } }",
        "{ first { leaves { n: name again: name shout s: shout(times: 2) } } }",
        "{ first { leaves { name later } one { later } } }",
        "{ branches { one { broken name } leaves { name } } }",
        "{ branches { one { brokenOrNothing name } leaves { brokenOrNothing } } }",
        "{ first { ...F leaves { ... on Leaf { name } } } } fragment F on Branch { one { name } leaves { size } }",
        "query($no: Boolean = false) { first { one { name @include(if: $no) size @skip(if: $no) } } }",
    ],
)
async def test_answers_and_errors_are_those_of_the_stock_executor(document: str) -> None:
    expected, found = await STOCK.execute(document), await PLAIN.execute(document)
    assert found.data == expected.data

    def told(errors: Any) -> list[tuple[str, Any]]:
        return sorted((error.message, error.path) for error in errors or [])

    assert told(found.errors) == told(expected.errors)
