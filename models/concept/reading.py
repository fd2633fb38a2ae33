"""Finds terms of the vocabularies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.concept.table import Concept, ConceptKind
from models.errors import NotFound
from models.paging import CursorKey, Page, PageRequest, cut_page

MOST_EXAMINED: Final = 5_000
"""Terms that one page looks at for a text."""
_AT_ONCE: Final = 500


async def find_concepts(
    session: AsyncSession, request: PageRequest, *, kind: ConceptKind | None = None, text: str | None = None
) -> Page[Concept]:
    """A page of terms by code, then kind.

    :param text: what the code or a name in any language has in it, in capitals or not. A page that is looked through
        `MOST_EXAMINED` terms for comes short, and names the place to go on from.
    """
    wanted = text.casefold() if text else None
    found: list[Concept] = []
    place = request.before if request.backward else request.after
    for _ in range(MOST_EXAMINED // _AT_ONCE):
        size = request.size + 1 if wanted is None else _AT_ONCE
        rows = await _next(session, request, place, kind, size)
        found += [row for row in rows if wanted is None or _holds(row, wanted)]
        if len(found) > request.size or len(rows) < size or wanted is None:
            return cut_page(found, _key, request)
        place = _key(rows[-1])
    return cut_page(found, _key, request, place)


async def find_concept(session: AsyncSession, kind: ConceptKind, code: str) -> Concept:
    """One term.

    :raises NotFound: none of that code.
    """
    concept = (await session.exec(select(Concept).where(Concept.kind == kind, Concept.code == code))).first()
    if concept is None:
        raise NotFound("there is no such concept")
    return concept


async def _next(
    session: AsyncSession, request: PageRequest, place: CursorKey | None, kind: ConceptKind | None, size: int
) -> Sequence[Concept]:
    """The terms after a place, in the direction of the request."""
    code, of_kind = col(Concept.code), sa.cast(col(Concept.kind), sa.String)
    statement = select(Concept)
    if kind is not None:
        statement = statement.where(Concept.kind == kind)
    for after, bound in ((True, request.after), (False, request.before)):
        edge = place if after is not request.backward else bound
        if edge is not None:
            at_code, at_kind = str(edge[0]), str(edge[1])
            beyond = code > at_code if after else code < at_code
            next_kind = of_kind > at_kind if after else of_kind < at_kind
            statement = statement.where(sa.or_(beyond, sa.and_(code == at_code, next_kind)))
    order = (code.desc(), of_kind.desc()) if request.backward else (code.asc(), of_kind.asc())
    return (await session.exec(statement.order_by(*order).limit(size))).all()


def _key(row: Concept) -> CursorKey:
    return (row.code, row.kind.value)


def _holds(row: Concept, text: str) -> bool:
    return any(text in said.casefold() for said in (row.code, *row.names.values()))
