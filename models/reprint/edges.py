"""Edges that a look at a copy shows: where it came from, by its links, by what it shares with another copy alone, or by time.

Only what nobody knows, or knows less surely, is said anew: an editor's word stands, even that it came from nowhere known, and so does
whatever is worth as much (`models.reprint.chain.CONFIDENCE`). A copy under a pickup, and one at the centre's own outlets, came from the
centre: nothing is looked for. Wherever two others are possible, nothing is said.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.errors import BadUrl, ReprintCycle
from models.outlet import Outlet, OutletKind
from models.reprint.address import canonical_address, key_of_address
from models.reprint.agreed import published_within
from models.reprint.chain import CONFIDENCE, Edge, hold_tree, move
from models.reprint.match import Form, Match, match
from models.reprint.page import Page, read_page
from models.reprint.record import is_own
from models.reprint.source import announce
from models.reprint.table import (
    EdgeBasis,
    EdgeKind,
    Reprint,
    ReprintCheck,
    ReprintForm,
    ReprintState,
    TimeSource,
)

MOST_LINKS: Final = 200
"""Of a page that are looked at, of those in its article."""
MOST_OTHERS: Final = 50
"""Copies of a story among which an origin is looked for; among more than these nothing can be said."""
MOST_PAGES: Final = 5
"""Pages of other copies that are read for one look."""
_IS_COPY: Final = frozenset(
    {
        ReprintState.CLAIMED,
        ReprintState.VERIFIED,
        ReprintState.PARTIAL,
        ReprintState.CREDIT_MISSING,
        ReprintState.CHANGED,
    }
)
"""States of what is held to be a copy; of the others that is not known."""
_SHARED: Final = frozenset({Form.FULL, Form.EDITED, Form.EXCERPT})


@dataclass(frozen=True)
class Origin:
    """Where a copy is seen to come from."""

    parent_id: uuid.UUID
    edge: Edge


@dataclass(frozen=True)
class Evidence:
    """The page of another copy, as it was kept: the SHA-256 (hex) of its bytes, and its address."""

    reprint_id: uuid.UUID
    sha256: str
    url: str


@dataclass(frozen=True)
class Others:
    """What is known of a copy and of the others of its story.

    :param linked: those at other outlets that it links to, and that were not published after it.
    :param earlier: those at other outlets that were published before it for certain, as far as their pages are kept.
    :param before: the one that came before it, where there is exactly one that can have.
    """

    reprint: Reprint
    kind: EdgeKind
    linked: Sequence[uuid.UUID]
    earlier: Sequence[Evidence]
    before: uuid.UUID | None

    def by(self, basis: EdgeBasis, parent_id: uuid.UUID) -> Origin | None:
        """The origin on a basis; None where what is known is worth as much."""
        edge = Edge(self.kind, basis)
        return Origin(parent_id, edge) if is_open_to(self.reprint, edge) else None


def is_open_to(reprint: Reprint, edge: Edge) -> bool:
    """Whether an edge would say more of where a copy came from than is known."""
    if reprint.edge_basis is EdgeBasis.BY_HAND:
        return False
    return reprint.parent_id is None or max(CONFIDENCE[reprint.edge_basis], reprint.edge_confidence) < edge.percent


def article_links(page: Page) -> list[str]:
    """What a page links to within its article, in canonical form, each once, at most `MOST_LINKS`.

    Navigation, related stories and comments are not in the text of the article; where that was not found, no link is in it.
    """
    article = " ".join(page.display_text.split())
    found: dict[str, None] = {}
    for link in page.links:
        text = " ".join(link.text.split())
        if not link.shown or not text or text not in article:
            continue
        try:
            found[canonical_address(link.url)] = None
        except BadUrl:
            continue
        if len(found) == MOST_LINKS:
            break
    return list(found)


async def others_of(session: AsyncSession, reprint_id: uuid.UUID, page: Page) -> Others | None:
    """The others of a copy's story; None where nothing is looked for."""
    reprint = await session.get(Reprint, reprint_id)
    if reprint is None or reprint.story_id is None or not is_open_to(reprint, Edge(EdgeKind.REPRINT, EdgeBasis.LINKED)):
        return None
    outlet = await session.get(Outlet, reprint.outlet_id)
    assert outlet is not None
    if not _can_come_from_a_copy(reprint, outlet):
        return None
    of_story = select(Reprint).where(
        Reprint.story_id == reprint.story_id, Reprint.id != reprint.id, Reprint.state != ReprintState.WITHDRAWN
    )
    keys = [key_of_address(address) for address in article_links(page)]
    linked = (await session.exec(of_story.where(col(Reprint.copy_key).in_(keys)))).all() if keys else ()
    mine = published_within(reprint)
    known = (await session.exec(of_story.order_by(col(Reprint.id)).limit(MOST_OTHERS + 1))).all()
    possible = [
        one
        for one in known
        if not mine.is_before(published_within(one)) and reprint.id not in (one.root_id, one.parent_id)
    ]
    surely = [one for one in possible if one.outlet_id != reprint.outlet_id and published_within(one).is_before(mine)]
    few = len(known) <= MOST_OTHERS
    return Others(
        reprint=reprint,
        kind=_kind(reprint, outlet),
        linked=[
            one.id for one in linked if one.outlet_id != reprint.outlet_id and not mine.is_before(published_within(one))
        ],
        earlier=await _evidence(session, surely) if few else (),
        before=_before(reprint, possible, surely) if few else None,
    )


def _can_come_from_a_copy(reprint: Reprint, outlet: Outlet) -> bool:
    return reprint.pickup_id is None and not is_own(outlet) and reprint.state is not ReprintState.WITHDRAWN


def _kind(reprint: Reprint, outlet: Outlet) -> EdgeKind:
    if reprint.parent_id is not None:
        return reprint.edge_kind
    if reprint.form is ReprintForm.QUOTATION:
        return EdgeKind.QUOTE
    if reprint.form is ReprintForm.TRANSLATION:
        return EdgeKind.TRANSLATION
    return EdgeKind.REPOST if outlet.kind is OutletKind.ACCOUNT else EdgeKind.REPRINT


def _before(reprint: Reprint, possible: Sequence[Reprint], surely: Sequence[Reprint]) -> uuid.UUID | None:
    """The only copy in the same language that can have come before, where it did for certain."""
    if reprint.language is None or reprint.published_source is TimeSource.FIRST_SEEN:
        return None
    mine = _primary(reprint.language)
    alike = [one for one in possible if one.language is None or _primary(one.language) == mine]
    if len(alike) != 1 or alike[0].language is None or alike[0].state not in _IS_COPY:
        return None
    return alike[0].id if alike[0] in surely else None


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()


async def _evidence(session: AsyncSession, earlier: Sequence[Reprint]) -> Sequence[Evidence]:
    """The newest pages that are kept of copies; none where there are more than are read."""
    ids = [one.id for one in earlier]
    kept = select(ReprintCheck.reprint_id, ReprintCheck.sha256, ReprintCheck.url).where(
        col(ReprintCheck.reprint_id).in_(ids), col(ReprintCheck.sha256).is_not(None)
    )
    rows = (await session.exec(kept.order_by(col(ReprintCheck.id)).limit(20 * MOST_OTHERS))).all()
    newest = {reprint_id: Evidence(reprint_id, sha256 or "", url or "") for reprint_id, sha256, url in rows}
    return list(newest.values()) if len(newest) <= MOST_PAGES else ()


def origin_of(
    others: Others, page: Page, found: Match, texts: Sequence[str], names: Sequence[str], read: Callable[[str], bytes]
) -> Origin | None:
    """Where a copy came from, on the best basis that there is; reads pages, and knows no database.

    :param found: what the copy's page holds of the centre's text that fits best; `texts` all of these.
    :param names: of the centre, and its credit lines: a paragraph that holds one is nobody's addition.
    :param read: the bytes of a page that was kept, by their SHA-256 (hex).
    """
    if len(others.linked) == 1:
        return others.by(EdgeBasis.LINKED, others.linked[0])
    if others.linked:
        return None
    if is_open_to(others.reprint, Edge(others.kind, EdgeBasis.MATCHED)):
        alike = list(_sharing(others.earlier, "\n".join(_added(page, found, names)), texts, read))
        if alike:
            return others.by(EdgeBasis.MATCHED, alike[0]) if len(alike) == 1 else None
    return others.by(EdgeBasis.INFERRED, others.before) if others.before is not None else None


def _added(page: Page, found: Match, names: Sequence[str]) -> Iterator[str]:
    """The paragraphs of the article that are not the centre's."""
    text, article = page.text, " ".join(page.display_text.split())
    for paragraph in found.added:
        line = " ".join(text[paragraph.start : paragraph.end].split())
        if line in article and not any(name in line for name in names if name):
            yield line


def _sharing(
    earlier: Sequence[Evidence], added: str, texts: Sequence[str], read: Callable[[str], bytes]
) -> Iterator[uuid.UUID]:
    """The copies whose article holds a stretch of what was added that nobody writes twice."""
    if not added or not earlier or any(one.form in _SHARED for one in match(added, list(texts))):
        return
    for evidence in earlier:
        other = read_page(read(evidence.sha256), url=evidence.url, content_type=None)
        (shared,) = match(added, [other.display_text])
        if shared.form in _SHARED:
            yield evidence.reprint_id


async def establish(session: AsyncSession, reprint_id: uuid.UUID, origin: Origin, now: datetime) -> bool:
    """Hangs a copy below its origin, where nobody said better meanwhile; whether that was so.

    A circle is no way that anything came: then nothing is said.
    """
    await hold_tree(session, alone=True)
    fresh = select(Reprint).where(col(Reprint.id).in_((reprint_id, origin.parent_id)))
    rows = {one.id: one for one in (await session.exec(fresh.execution_options(populate_existing=True))).all()}
    reprint, parent = rows.get(reprint_id), rows.get(origin.parent_id)
    if reprint is None or parent is None or parent.state is ReprintState.WITHDRAWN:
        return False
    outlet = await session.get(Outlet, reprint.outlet_id)
    assert outlet is not None
    if not _can_come_from_a_copy(reprint, outlet) or not is_open_to(reprint, origin.edge):
        return False
    if parent.story_id != reprint.story_id:
        return False
    try:
        await move(session, reprint, parent.id, origin.edge, now)
    except ReprintCycle:
        return False
    announce(session, reprint, now)
    return True
