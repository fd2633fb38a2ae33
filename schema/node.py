"""Relay's Node, pages and edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import strawberry

from models.paging import Page, encode_cursor

T = TypeVar("T")
Row = TypeVar("Row")


@strawberry.interface(description="Something with a global id, which `node` finds again.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque, and the same for ever.")


@strawberry.type(description="Where a page stands in its list (Relay Cursor Connections).")
class PageInfo:
    has_next_page: bool = strawberry.field(
        description="Whether there is more after this page, in the direction of the list."
    )
    has_previous_page: bool = strawberry.field(description="Whether there is something before this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first edge; null on an empty page.")
    end_cursor: str | None = strawberry.field(
        description="Where to go on from. Usually the cursor of the last edge; on a page that the search budget cut short, the "
        "last place that was examined."
    )


def page_info(page: Page[Any], name: str) -> PageInfo:
    """Where a page stands in the list of this name."""
    start = encode_cursor(name, page.keys[0]) if page.keys else None
    end = page.examined_to if page.examined_to is not None else page.keys[-1] if page.keys else None
    return PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.has_previous,
        start_cursor=start,
        end_cursor=encode_cursor(name, end) if end is not None else None,
    )


@strawberry.type(description="One of a list, on a page.")
class Edge(Generic[T]):
    node: T = strawberry.field(description="It.")
    cursor: str = strawberry.field(description="Its place in the list.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="What is on this page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")

    @classmethod
    def of(cls, page: Page[Row], name: str, node: Callable[[Row], T]) -> Connection[T]:
        """A page of rows as what they are in the schema.

        :param name: of the list, which its cursors carry.
        """
        edges = [
            Edge(node=node(row), cursor=encode_cursor(name, key))
            for row, key in zip(page.items, page.keys, strict=True)
        ]
        return cls(edges=edges, page_info=page_info(page, name))
