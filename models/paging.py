"""Pages of lists: sizes, directions, and keyset cursors."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import orjson
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from models.errors import BadCursor, PageSizeOutOfRange

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100

CursorKey = tuple[str | int | float, ...]
"""What identifies a place in an ordered list: the values that the list is ordered by, the id last."""

T = TypeVar("T")


def encode_cursor(list_name: str, key: CursorKey) -> str:
    """An opaque cursor for a place in a list."""
    return base64.urlsafe_b64encode(orjson.dumps([list_name, *key])).decode().rstrip("=")


def decode_cursor(list_name: str, cursor: str, kinds: Sequence[type]) -> CursorKey:
    """The place that a cursor names.

    :param kinds: the types of the values in the key.
    :raises BadCursor: when this list did not give it.
    """
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
    except (binascii.Error, UnicodeError, orjson.JSONDecodeError):
        values = None
    if isinstance(values, list) and values[:1] == [list_name] and [type(value) for value in values[1:]] == list(kinds):
        numbers = [value for value in values[1:] if isinstance(value, int)]
        if all(0 <= number < 2**62 for number in numbers):
            return tuple(values[1:])
    raise BadCursor(
        f"{cursor[:100]!r} is not a cursor of this list; take one from its pageInfo or edges, with the same order"
    )


@dataclass(frozen=True)
class PageRequest:
    """Which page of a list is wanted.

    :param size: 1–100.
    :param backward: the last `size` before `before`, instead of the first after `after`.
    """

    size: int = DEFAULT_PAGE_SIZE
    after: CursorKey | None = None
    before: CursorKey | None = None
    backward: bool = False


def page_request(
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
    decode: Callable[[str], CursorKey],
) -> PageRequest:
    """The page that Relay's four arguments ask for.

    :raises PageSizeOutOfRange: sizes outside 1–100, or `first` and `last` together.
    :raises BadCursor: see `decode_cursor`.
    """
    if first is not None and last is not None:
        raise PageSizeOutOfRange("give first or last, not both", field=["last"])
    for name, size in (("first", first), ("last", last)):
        if size is not None and not 1 <= size <= MAX_PAGE_SIZE:
            raise PageSizeOutOfRange(f"{name} is {size}; it must lie between 1 and {MAX_PAGE_SIZE}", field=[name])
    return PageRequest(
        size=first or last or DEFAULT_PAGE_SIZE,
        after=decode(after) if after is not None else None,
        before=decode(before) if before is not None else None,
        backward=last is not None,
    )


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page of a list, in the list's order.

    :param keys: the cursor key of each item.
    :param examined_to: where a budget ended the search before the page was full: the place to go on from.
    """

    items: list[T]
    keys: list[CursorKey]
    has_next: bool
    has_previous: bool
    examined_to: CursorKey | None = None


def cut_page(
    found: Sequence[T], key: Callable[[T], CursorKey], request: PageRequest, examined_to: CursorKey | None = None
) -> Page[T]:
    """The page out of one row more than was asked for, as found in the direction of the request."""
    more = len(found) > request.size or examined_to is not None
    items = list(found[: request.size])
    if request.backward:
        items.reverse()
    return Page(
        items=items,
        keys=[key(item) for item in items],
        has_next=request.before is not None if request.backward else more,
        has_previous=more if request.backward else request.after is not None,
        examined_to=examined_to,
    )


def id_in_cursor(key: CursorKey, noun: str) -> uuid.UUID:
    """The id that a cursor of a list in the order of ids holds.

    :raises BadCursor: it holds none.
    """
    try:
        return uuid.UUID(hex=str(key[0]))
    except ValueError:
        raise BadCursor(f"the cursor names no {noun}; take one from the list's pageInfo or edges") from None


class _Known(Protocol):
    id: Any


K = TypeVar("K", bound=_Known)


async def newest_first(
    session: AsyncSession, statement: SelectOfScalar[K], table: type[K], noun: str, request: PageRequest
) -> Page[K]:
    """A page of rows in the order of their ids, which grow with time: the newest first.

    :param noun: what a row is, for whoever gives a cursor that names none.
    :raises BadCursor: see `id_in_cursor`.
    """
    id = col(table.id)
    if request.after is not None:
        statement = statement.where(id < id_in_cursor(request.after, noun))
    if request.before is not None:
        statement = statement.where(id > id_in_cursor(request.before, noun))
    order = id.asc() if request.backward else id.desc()
    found = (await session.exec(statement.order_by(order).limit(request.size + 1))).all()
    return cut_page(found, lambda row: (row.id.hex,), request)
