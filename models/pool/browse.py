"""A page of stories with what a reader of lists asks for beside it: passages that match, how many there are, and facets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject
from models.errors import BadInput
from models.language import language_covers
from models.paging import CursorKey, Page, PageRequest, cut_page
from models.pool import index
from models.pool.filter import StoryFilter, conditions_of, live_languages, span_of
from models.pool.find import RANKED, StoryOrder, find_releases, matching_positions, text_matches
from models.pool.key import EVERYTHING, KeyKind
from models.pool.reading import SeenStory, SeenVariant, read_documents, read_releases
from models.pool.rights import RightsBook
from models.pool.tables import POSITIONS_PER_RELEASE, PoolEntry, PoolKey, release_of
from models.pool.walk import walk
from models.search.query import SearchQuery, parse_query
from models.search.ranking import Candidate, ranked
from models.search.snippet import Snippet, snippet
from models.viewer import Viewer

COUNTED = 1_000
"""How many of the newest matches are counted, and have their facets counted, when a filter is set."""
COUNTED_OPEN = 10_000
"""Up to how many stories an open list is counted exactly."""
HIDDEN_LIMIT = 10_000
"""Up to how many hidden entries are taken off the counts of an open list."""

FACETS = {
    "languages": KeyKind.LANGUAGE,
    "forms": KeyKind.FORM,
    "series": KeyKind.SERIES,
    "subjects": KeyKind.SUBJECT,
}
"""The facets, and the keys that count them."""


@dataclass(frozen=True)
class Passage:
    """A passage of a variant that matches the text asked for."""

    variant: SeenVariant
    snippet: Snippet


@dataclass(frozen=True)
class StoryRow:
    """A story on a page."""

    story: SeenStory
    passage: Passage | None


@dataclass(frozen=True)
class Count:
    """How many stories match: exactly, or at least so many."""

    value: int
    is_exact: bool


@dataclass(frozen=True)
class Facets:
    """How many stories carry which value.

    :param counts: facet name → value → number of stories.
    :param examined: the number of newest matches that were counted; None where all were.
    """

    counts: dict[str, dict[str, int]]
    examined: int | None


async def browse(
    session: AsyncSession,
    wanted: StoryFilter,
    order: StoryOrder,
    request: PageRequest,
    viewer: Viewer,
    book: RightsBook,
) -> Page[StoryRow]:
    """A page of stories as the viewer sees them.

    :raises BadInput: RELEVANCE without a text.
    """
    page = await (_by_relevance if order is StoryOrder.RELEVANCE else find_releases)(
        session, wanted, order, request, viewer, book
    )
    seen = await read_releases(session, page.items, viewer, book)
    query = parse_query(wanted.text, await live_languages(session)) if wanted.text is not None else None
    rows, keys = [], []
    for number, key in zip(page.items, page.keys, strict=True):
        if (story := seen.get(number)) is not None:
            rows.append(StoryRow(story, _passage(story, query, wanted) if query else None))
            keys.append(key)
    return Page(rows, keys, page.has_next, page.has_previous, page.examined_to)


async def count(session: AsyncSession, wanted: StoryFilter, viewer: Viewer, book: RightsBook) -> Count:
    """How many stories match."""
    limit = COUNTED_OPEN if wanted.is_open() and viewer.covers_everything() else COUNTED
    numbers, complete = await _newest(session, wanted, limit, viewer, book)
    return Count(min(len(numbers), limit), complete)


async def facets(session: AsyncSession, wanted: StoryFilter, viewer: Viewer, book: RightsBook) -> Facets:
    """Which languages, forms, series and subjects the matching stories have, and how many stories each."""
    if wanted.is_open() and viewer.covers_everything():
        counted = await _open_facets(session, wanted, viewer)
        if counted is not None:
            return counted
    numbers, complete = await _newest(session, wanted, COUNTED, viewer, book)
    seen = await read_releases(session, numbers[:COUNTED], viewer, book)
    counters: dict[str, Counter[str]] = {name: Counter() for name in FACETS}
    for story in seen.values():
        for name, values in _values(story.document, [variant.part for variant in story.variants]).items():
            counters[name].update(values)
    return Facets({name: dict(counter) for name, counter in counters.items()}, None if complete else len(seen))


async def _by_relevance(
    session: AsyncSession,
    wanted: StoryFilter,
    order: StoryOrder,
    request: PageRequest,
    viewer: Viewer,
    book: RightsBook,
) -> Page[int]:
    """A page of the newest matches, ranked in code: bounded whatever the pool's size."""
    if wanted.text is None:
        raise BadInput("orderBy RELEVANCE needs filter.text", field=["orderBy"])
    conditions = await conditions_of(session, wanted, viewer, book)
    positions = await matching_positions(session, wanted.text, conditions, await span_of(session, wanted), RANKED)
    documents = await read_documents(session, {release_of(position) for position in positions})
    candidates = []
    for position in positions:
        part = documents[release_of(position)]["variants"][position % POSITIONS_PER_RELEASE]
        candidates.append(
            Candidate(position, part["language"], part["headline"], f"{part['description'] or ''}\n{part['bodyText']}")
        )
    query = parse_query(wanted.text, await live_languages(session))
    best: dict[int, float] = {}
    for match in ranked(query, candidates):
        best.setdefault(release_of(match.position), match.score)
    places: list[tuple[float, int]] = [(score, number) for number, score in best.items()]
    places.sort(key=lambda place: (-place[0], -place[1]))
    if request.after is not None:
        places = [place for place in places if _comes_after(place, request.after)]
    if request.before is not None:
        places = [place for place in places if _comes_after((float(request.before[0]), int(request.before[1])), place)]
    if request.backward:
        places.reverse()
    page = cut_page(places, lambda place: place, request)
    return Page([number for _, number in page.items], page.keys, page.has_next, page.has_previous)


def _comes_after(place: CursorKey, other: CursorKey) -> bool:
    return (-float(place[0]), -int(place[1])) > (-float(other[0]), -int(other[1]))


async def _newest(
    session: AsyncSession, wanted: StoryFilter, limit: int, viewer: Viewer, book: RightsBook
) -> tuple[list[int], bool]:
    """The newest matching releases, and whether they are all."""
    conditions = await conditions_of(session, wanted, viewer, book)
    span = await span_of(session, wanted)
    if wanted.text is not None:
        numbers, reached = await text_matches(session, wanted.text, conditions, span, limit + 1)
    else:
        stretch = await walk(session, conditions, span, limit + 1, budget=max(limit + 1, COUNTED_OPEN))
        numbers, reached = stretch.releases, stretch.examined_to
    return numbers, len(numbers) <= limit and reached is None


async def _open_facets(session: AsyncSession, wanted: StoryFilter, viewer: Viewer) -> Facets | None:
    """The facets of an open list from the kept counts, less the stories that are hidden now; None where those are too many."""
    keys = (await session.exec(select(PoolKey).where(col(PoolKey.kind).in_([*FACETS.values(), EVERYTHING.kind])))).all()
    entry = PoolEntry
    hidden = sa.or_(
        col(entry.pub_status).not_in(wanted.statuses),
        col(entry.expires) <= viewer.now,
        sa.false() if viewer.reads_ahead else col(entry.embargoed_until) > viewer.now,
    )
    suspects = sa.or_(
        col(entry.embargoed_until).is_not(None), col(entry.expires).is_not(None), col(entry.pub_status) != "USABLE"
    )
    statement = select(entry.position).where(suspects, hidden).limit(HIDDEN_LIMIT + 1)
    positions = set((await session.exec(statement)).all())
    if len(positions) > HIDDEN_LIMIT:
        return None
    counts = {name: {key.value: key.stories for key in keys if key.kind == kind} for name, kind in FACETS.items()}
    documents = await read_documents(session, {release_of(position) for position in positions})
    for number, document in documents.items():
        shown = [part for position, part in index.positions(number, document) if position not in positions]
        all_values = _values(document, document["variants"])
        still = _values(document, shown)
        for name, values in all_values.items():
            for value in values - still[name]:
                counts[name][value] -= 1
    return Facets(
        {name: {value: number for value, number in found.items() if number > 0} for name, found in counts.items()}, None
    )


def _values(document: JsonObject, parts: Sequence[JsonObject]) -> dict[str, set[str]]:
    """What the facets count of a story of which these variants are shown; nothing where none is."""
    story = document["story"]
    return {
        "languages": {part["language"] for part in parts},
        "forms": {part["form"] for part in parts},
        "series": {story["series"]["key"]} if story["series"] and parts else set(),
        "subjects": {subject["code"] for subject in story["subjects"] if parts},
    }


def _passage(story: SeenStory, query: SearchQuery, wanted: StoryFilter) -> Passage | None:
    """The best passage among the variants shown; of a body that may not be read, nothing."""
    best: tuple[int, Passage] | None = None
    for variant in story.variants:
        part = variant.part
        if wanted.languages and not any(language_covers(tag, part["language"]) for tag in wanted.languages):
            continue
        texts = [part["headline"], part["description"] or "", part["bodyText"] if variant.readable else ""]
        found = snippet("\n".join(text for text in texts if text), query, part["language"])
        if found.highlights and (best is None or len(found.highlights) > best[0]):
            best = len(found.highlights), Passage(variant, found)
    return best[1] if best else None
