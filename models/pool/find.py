"""Finds stories: a page of release numbers in the order asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UTCDateTime
from models.errors import BadCursor, BadInput
from models.paging import CursorKey, Page, PageRequest, cut_page
from models.pool.filter import StoryFilter, conditions_of, live_languages, span_of
from models.pool.reading import read_documents
from models.pool.rights import RightsBook
from models.pool.tables import POSITIONS_PER_RELEASE, PoolEntry, PoolStory, first_position, release_of
from models.pool.walk import BUDGET, Conditions, Span, matches, walk
from models.search import index as full_text
from models.search.query import SearchQuery, parse_query
from models.viewer import Viewer

RANKED = 500
"""How many of the newest matches are ranked by relevance."""


class StoryOrder(StrEnum):
    """The order of a list of stories."""

    NEWEST_FIRST = "NEWEST_FIRST"
    """The newest version first."""
    OLDEST_FIRST = "OLDEST_FIRST"
    """The oldest version first: for reading on from where one stopped."""
    CONTENT_NEWEST_FIRST = "CONTENT_NEWEST_FIRST"
    """By the content's own time, the newest first."""
    RELEVANCE = "RELEVANCE"
    """The best match for the text first, among the newest 500 matches."""


CURSOR_KINDS: dict[StoryOrder, tuple[type, ...]] = {
    StoryOrder.NEWEST_FIRST: (int,),
    StoryOrder.OLDEST_FIRST: (int,),
    StoryOrder.CONTENT_NEWEST_FIRST: (str, int),
    StoryOrder.RELEVANCE: (float, int),
}
"""The values that a cursor holds in each order; the release number is the last."""


async def find_releases(
    session: AsyncSession,
    wanted: StoryFilter,
    order: StoryOrder,
    request: PageRequest,
    viewer: Viewer,
    book: RightsBook,
) -> Page[int]:
    """A page of matching release numbers, in any order but RELEVANCE (`models.pool.browse`).

    :raises BadInput: a text in the order of the content's own time.
    """
    if order is StoryOrder.CONTENT_NEWEST_FIRST and wanted.text is not None:
        raise BadInput(
            "a list with a text can be ordered by NEWEST_FIRST, OLDEST_FIRST or RELEVANCE only", field=["orderBy"]
        )
    by_content = order is StoryOrder.CONTENT_NEWEST_FIRST
    conditions = await conditions_of(session, wanted, viewer, book, of_content=by_content)
    span = await span_of(session, wanted)
    if by_content:
        return await _by_content(session, conditions, wanted, span, request)
    newest_first = order is StoryOrder.NEWEST_FIRST
    for place, is_after in ((request.after, True), (request.before, False)):
        if place is not None:
            number = int(place[-1])
            span = span.below(number) if is_after == newest_first else span.above(number)
    ascending = newest_first == request.backward
    if wanted.text is None:
        stretch = await walk(session, conditions, span, request.size + 1, ascending=ascending)
        return cut_page(stretch.releases, _number_key, request, _place(stretch.examined_to))
    releases, examined_to = await text_matches(
        session, wanted.text, conditions, span, request.size + 1, ascending=ascending
    )
    return cut_page(releases, _number_key, request, _place(examined_to))


async def text_matches(
    session: AsyncSession, text: str, conditions: Conditions, span: Span, limit: int, *, ascending: bool = False
) -> tuple[list[int], int | None]:
    """Up to `limit` releases with a matching text, newest first, or oldest first when `ascending`.

    And the last one examined whole where a budget ended the search.
    """
    found: dict[int, None] = {}
    async for positions, edge in _text_batches(session, text, conditions, span, ascending=ascending):
        found |= dict.fromkeys(release_of(position) for position in positions)
        if len(found) >= limit:
            return list(found)[:limit], None
        if edge is not None:
            return [number for number in found if (number <= edge if ascending else number >= edge)], edge
    return list(found), None


async def matching_positions(
    session: AsyncSession, text: str, conditions: Conditions, span: Span, limit: int
) -> list[int]:
    """Up to `limit` positions of matching variants that meet the conditions, newest first."""
    found: list[int] = []
    async for positions, _ in _text_batches(session, text, conditions, span, ascending=False):
        found += positions
        if len(found) >= limit:
            break
    return found[:limit]


async def _text_batches(
    session: AsyncSession, text: str, conditions: Conditions, span: Span, *, ascending: bool
) -> AsyncIterator[tuple[list[int], int | None]]:
    """Batches of matching positions in order, each with the last release examined whole where a budget ended the search."""
    query = parse_query(text, await live_languages(session))
    low = 0 if span.low is None else first_position(span.low)
    high = None if span.high is None else first_position(span.high)
    size, left = 256, BUDGET
    while True:
        asked = min(size, left)
        if ascending:
            batch = await full_text.oldest_matches(session, query, start=low, limit=asked)
        else:
            batch = await full_text.newest_matches(session, query, before=high, limit=asked)
        inside = [position for position in batch.positions if low <= position and (high is None or position < high)]
        left -= len(batch.positions)
        ended = batch.examined_to is None or len(inside) < len(batch.positions)
        starved = not ended and (left == 0 or len(batch.positions) < asked)
        kept = await _accepted(session, await _kept(session, inside, conditions), query)
        if ended or batch.examined_to is None:
            yield kept, None
            return
        if starved:
            yield kept, release_of(batch.examined_to) - 1 if ascending else release_of(batch.examined_to - 1) + 1
            return
        yield kept, None
        low, high = (batch.examined_to, high) if ascending else (low, batch.examined_to)
        size *= 2


async def _accepted(session: AsyncSession, positions: list[int], query: SearchQuery) -> list[int]:
    """The positions whose texts hold every quoted phrase; the index cannot tell."""
    if not query.phrases or not positions:
        return positions
    documents = await read_documents(session, {release_of(position) for position in positions})
    accepted = []
    for position in positions:
        part = documents[release_of(position)]["variants"][position % POSITIONS_PER_RELEASE]
        texts = [part["headline"], part["description"] or "", part["bodyText"]]
        if query.accepts(part["language"], texts):
            accepted.append(position)
    return accepted


async def _kept(session: AsyncSession, positions: list[int], conditions: Conditions) -> list[int]:
    """The positions whose variant meets the conditions, in the order given."""
    if not positions:
        return []
    position = col(PoolEntry.position)
    release = position // first_position(1)
    statement = sa.select(position).where(position.in_(positions), conditions.entry, *conditions.members(release))
    kept = set((await session.execute(statement)).scalars())
    return [number for number in positions if number in kept]


async def _by_content(
    session: AsyncSession, conditions: Conditions, wanted: StoryFilter, span: Span, request: PageRequest
) -> Page[int]:
    """A page in the order of the content's own time, the newest first; the release number breaks ties."""
    created, number = col(PoolStory.content_created), col(PoolStory.release_id)
    place = sa.tuple_(created, number)
    bounds = span.holds(number)
    if wanted.content_created.start is not None:
        bounds.append(created >= wanted.content_created.start)
    if wanted.content_created.until is not None:
        bounds.append(created < wanted.content_created.until)
    for key, is_after in ((request.after, True), (request.before, False)):
        if key is not None:
            moment = _literal_place(_moment(key), int(key[1]))
            bounds.append(place < moment if is_after else place > moment)
    ascending = request.backward
    ordering = (created.asc(), number.asc()) if ascending else (created.desc(), number.desc())
    edge_row = (
        await session.execute(sa.select(created, number).where(*bounds).order_by(*ordering).offset(BUDGET - 1).limit(1))
    ).first()
    if edge_row is not None:
        edge = _literal_place(edge_row[0], edge_row[1])
        bounds.append(place <= edge if ascending else place >= edge)
    statement = (
        sa.select(created, number)
        .where(*bounds, matches(number, conditions))
        .order_by(*ordering)
        .limit(request.size + 1)
    )
    rows = [(created_at, release_id) for created_at, release_id in await session.execute(statement)]
    short = edge_row is not None and len(rows) <= request.size
    page = cut_page(
        rows, _content_key, request, _content_key((edge_row[0], edge_row[1])) if short and edge_row else None
    )
    return Page([number for _, number in page.items], page.keys, page.has_next, page.has_previous, page.examined_to)


def _number_key(number: int) -> CursorKey:
    return (number,)


def _place(number: int | None) -> CursorKey | None:
    return None if number is None else (number,)


def _literal_place(created: datetime, number: int) -> sa.Tuple:
    return sa.tuple_(sa.literal(created, UTCDateTime()), sa.literal(number, sa.BigInteger()))


def _content_key(row: tuple[datetime, int]) -> CursorKey:
    return row[0].isoformat(), row[1]


def _moment(key: CursorKey) -> datetime:
    try:
        return datetime.fromisoformat(str(key[0]))
    except ValueError:
        raise BadCursor("the cursor names no moment; take one from the list's pageInfo or edges") from None
