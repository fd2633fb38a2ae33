"""The chain of copies: who came from whom, without circles, and how it spread.

What a copy keeps of its chain (`root_id`, `depth`, `origin_partner_id`) is worked out when it gets a parent, and anew for all that came
from it when it gets another. Whoever hangs a copy below another holds `TREE` in common, whoever moves one holds it alone, so that nothing
moves away under a copy that is being hung up, and two that are hung below each other in the same instant cannot close a circle.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import UTCDateTime
from models.errors import NotFound, ReprintCycle
from models.event import Counter
from models.reprint.table import EdgeBasis, EdgeKind, Reprint, ReprintState

TREE: Final = "reprint-tree"
"""The row that is locked; its number means nothing."""

CONFIDENCE: Final = {
    EdgeBasis.BY_HAND: 100,
    EdgeBasis.LINKED: 95,
    EdgeBasis.STATED: 90,
    EdgeBasis.MATCHED: 70,
    EdgeBasis.INFERRED: 30,
}
"""How sure an edge is where nothing better is known of it, in per cent. Somebody decided; the copy itself names the other; somebody with an
interest says so; the words are the same, which a common source would explain as well; only the order in time speaks for it."""


UNSURE: Final = 50
"""Per cent below which an edge is unsure."""


@dataclass(frozen=True)
class Edge:
    """How a copy is held to come from its parent.

    :param confidence: in per cent; None for what the basis is worth.
    """

    kind: EdgeKind
    basis: EdgeBasis
    confidence: int | None = None

    @property
    def percent(self) -> int:
        """The confidence, given or not."""
        return CONFIDENCE[self.basis] if self.confidence is None else self.confidence


async def hold_tree(session: AsyncSession, *, alone: bool = False) -> None:
    """Locks what hangs together, until the transaction ends."""
    statement = select(Counter).where(Counter.name == TREE)
    (await session.exec(statement.with_for_update(read=not alone))).one()


async def hang(session: AsyncSession, reprint: Reprint, parent_id: uuid.UUID | None, edge: Edge) -> None:
    """Says where a new copy came from. Who enters one without a parent has not said that it has none: that is `move`'s to say.

    :raises NotFound: there is no such parent.
    """
    if parent_id is None and edge.basis is EdgeBasis.BY_HAND:
        edge = Edge(edge.kind, EdgeBasis.STATED)
    reprint.edge_kind, reprint.edge_basis, reprint.edge_confidence = edge.kind, edge.basis, edge.percent
    reprint.parent_id, reprint.root_id, reprint.depth = None, reprint.id, 0
    reprint.origin_partner_id = reprint.partner_id
    if parent_id is None:
        return
    await hold_tree(session)
    parent = await _parent(session, parent_id)
    reprint.parent_id, reprint.root_id, reprint.depth = parent.id, parent.root_id, parent.depth + 1
    reprint.origin_partner_id = reprint.partner_id or parent.origin_partner_id


async def move(session: AsyncSession, reprint: Reprint, parent_id: uuid.UUID | None, edge: Edge, now: datetime) -> None:
    """Says anew where a copy came from; all that came from it goes with it.

    :raises NotFound: there is no such parent.
    :raises ReprintCycle: the parent is the copy itself, or came from it.
    """
    await hold_tree(session, alone=True)
    await session.refresh(
        reprint
    )  # whoever held the tree before may have moved it; what is not written anew must not be old
    if parent_id is not None:
        await _parent(session, parent_id)
        if parent_id == reprint.id or reprint.id in await _ancestors(session, parent_id):
            raise ReprintCycle(
                f"the copy {parent_id} came from this one; this one cannot come from it", field=["parentId"]
            )
    reprint.edge_kind, reprint.edge_basis, reprint.edge_confidence = edge.kind, edge.basis, edge.percent
    reprint.parent_id, reprint.updated_at, reprint.revision = parent_id, now, reprint.revision + 1
    session.add(reprint)
    await renew(session, reprint)


async def renew(session: AsyncSession, top: Reprint) -> None:
    """Works out anew what a copy, and all that came from it, keep of their chain; the tree must be held."""
    await session.flush()
    parent = await session.get(Reprint, top.parent_id) if top.parent_id is not None else None
    root, depth = (parent.root_id, parent.depth + 1) if parent is not None else (top.id, 0)
    origin = top.partner_id or (parent.origin_partner_id if parent is not None else None)
    below = (
        select(
            col(Reprint.id).label("id"),
            sa.literal(depth).label("depth"),
            sa.literal(origin, sa.Uuid()).label("origin"),
        )
        .where(Reprint.id == top.id)
        .cte("below", recursive=True)
    )
    child = aliased(Reprint)
    below = below.union_all(
        sa.select(
            col(child.id), below.c.depth + 1, sa.func.coalesce(col(child.partner_id), below.c.origin, type_=sa.Uuid())
        ).where(col(child.parent_id) == below.c.id)
    )
    await session.execute(
        sa.update(Reprint)
        .where(col(Reprint.id) == below.c.id)
        .values(root_id=root, depth=below.c.depth, origin_partner_id=below.c.origin)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(top)


async def _parent(session: AsyncSession, parent_id: uuid.UUID) -> Reprint:
    found = select(Reprint).where(Reprint.id == parent_id).execution_options(populate_existing=True)
    parent = (await session.exec(found)).first()
    if parent is None:
        raise NotFound(f"there is no reprint {parent_id}", field=["parentId"])
    return parent


async def _ancestors(session: AsyncSession, reprint_id: uuid.UUID) -> set[uuid.UUID]:
    above = select(Reprint.id, Reprint.parent_id).where(Reprint.id == reprint_id).cte("above", recursive=True)
    parent = aliased(Reprint)
    above = above.union(sa.select(col(parent.id), col(parent.parent_id)).where(col(parent.id) == above.c.parent_id))
    return set((await session.execute(sa.select(above.c.id))).scalars().all())


@dataclass(frozen=True)
class Level:
    """All copies that are so many steps from the first.

    :param parents: how many different copies they came from.
    """

    depth: int
    copies: int
    parents: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class ChainSummary:
    """How a chain spread.

    :param levels: from the first copy on.
    :param widest: how many came from one and the same copy, at most.
    :param outlets: how many different ones.
    :param unsure: how many edges are below 50 per cent.
    """

    root_id: uuid.UUID
    levels: tuple[Level, ...]
    widest: int
    outlets: int
    territories: int
    languages: int
    unsure: int

    @property
    def copies(self) -> int:
        """How many copies there are, the first included."""
        return sum(level.copies for level in self.levels)

    @property
    def depth(self) -> int:
        """How many steps it is from the first copy to the farthest."""
        return self.levels[-1].depth if self.levels else 0

    @property
    def branches(self) -> int:
        """How many copies others came from."""
        return sum(level.parents for level in self.levels)

    @property
    def seconds(self) -> float:
        """From the first copy to the last; copies whose moment lies before the first count from there."""
        if not self.levels:
            return 0.0
        return (
            max(level.last_at for level in self.levels) - min(level.first_at for level in self.levels)
        ).total_seconds()


async def summarise(session: AsyncSession, root_id: uuid.UUID) -> ChainSummary:
    """How the chain from a first copy spread; what was withdrawn is not counted."""
    there = sa.and_(col(Reprint.root_id) == root_id, col(Reprint.state) != ReprintState.WITHDRAWN)
    published = sa.type_coerce(col(Reprint.published_at), UTCDateTime())
    by_depth = (
        sa.select(
            col(Reprint.depth),
            sa.func.count(),
            sa.func.count(sa.distinct(col(Reprint.parent_id))),
            sa.func.min(published),
            sa.func.max(published),
        )
        .where(there)
        .group_by(col(Reprint.depth))
        .order_by(col(Reprint.depth))
    )
    levels = tuple(Level(*row) for row in (await session.execute(by_depth)).all())
    children = sa.select(sa.func.count().label("number")).where(there, col(Reprint.parent_id).is_not(None))
    widest = sa.select(sa.func.max(children.group_by(col(Reprint.parent_id)).subquery().c.number))
    most = (await session.execute(widest)).scalar_one() or 0
    unsure = sa.and_(col(Reprint.parent_id).is_not(None), col(Reprint.edge_confidence) < UNSURE)
    together = sa.select(
        sa.func.count(sa.distinct(col(Reprint.outlet_id))),
        sa.func.count(sa.distinct(col(Reprint.territory))),
        sa.func.count(sa.distinct(col(Reprint.language))),
        sa.func.coalesce(sa.func.sum(sa.case((unsure, 1), else_=0)), 0),
    ).where(there)
    outlets, territories, languages, doubtful = (await session.execute(together)).one()
    return ChainSummary(root_id, levels, most, outlets, territories, languages, int(doubtful))
