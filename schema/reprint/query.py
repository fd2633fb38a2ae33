"""Queries of reprints: the list, a chain, and the figures behind a figure."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.types import Info

from models.actor import Actor
from models.errors import BadInput, NotFound
from models.language import LanguageTag
from models.metric.standing import snapshots_of
from models.metric.table import Measure, MetricSnapshot
from models.outlet import Outlet as OutletRow
from models.paging import decode_cursor, encode_cursor, page_request
from models.reprint.chain import summarise
from models.reprint.index import Reuse, catch_up, reuses
from models.reprint.listing import ReprintFilter, find_reprint, find_reprints
from models.reprint.record import records_of
from models.reprint.table import ReprintForm, ReprintState
from models.scope import Scope
from schema.access import RequiresScope
from schema.argument import After, Before, First, Last
from schema.context import Context
from schema.identifier import global_id, split_global_id, uuid_of
from schema.metric.figure import MetricSnapshotNode
from schema.node import Edge, page_info
from schema.reprint.reprint import Reprint, ReprintConnection

_LIST = "reprints"
MOST_CHARACTERS = 200_000


@strawberry.input(name="ReprintFilter", description="What reprints must meet.")
class ReprintFilterInput:
    story_id: strawberry.ID | None = strawberry.field(default=None, description="Only copies of this story.")
    pickup_id: strawberry.ID | None = strawberry.field(default=None, description="Only copies of this pickup.")
    outlet_id: strawberry.ID | None = strawberry.field(default=None, description="Only copies at this outlet.")
    partner_id: strawberry.ID | None = strawberry.field(
        default=None, description="Only copies of this partner's pickups."
    )
    root_id: strawberry.ID | None = strawberry.field(
        default=None, description="Only copies of the chain of this first one."
    )
    parent_id: strawberry.ID | None = strawberry.field(default=None, description="Only copies that came from this one.")
    states: list[ReprintState] | None = strawberry.field(
        default=None, description="Only copies of which this is known."
    )
    languages: list[str] | None = strawberry.field(default=None, description="Only copies in these languages.")
    published_from: datetime | None = strawberry.field(default=None, description="Only copies published then or later.")
    published_before: datetime | None = strawberry.field(default=None, description="Only copies published before then.")

    def reprint_filter(self) -> ReprintFilter:
        """The filter, as the models take it."""
        kinds = {"story_id": "Story", "pickup_id": "Pickup", "outlet_id": "Outlet", "partner_id": "Partner"}
        kinds |= {"root_id": "Reprint", "parent_id": "Reprint"}
        values = dict(vars(self))
        for name, kind in kinds.items():
            values[name] = None if values[name] is None else uuid_of(values[name], kind)
        return ReprintFilter(**values)


@strawberry.type(description="All copies of a chain that are so many steps from the first.")
class ChainLevelResult:
    depth: int = strawberry.field(description="How many steps.")
    copies: int = strawberry.field(description="How many copies.")
    parents: int = strawberry.field(description="From how many different copies they came.")
    first_at: datetime = strawberry.field(description="When the first of them was published.")
    last_at: datetime = strawberry.field(description="When the last of them was.")


@strawberry.type(description="How a chain of copies spread. What was withdrawn is not counted.")
class ReprintChainResult:
    root_id: strawberry.ID = strawberry.field(description="The first copy.")
    copies: int = strawberry.field(description="How many there are, the first included.")
    depth: int = strawberry.field(description="How many steps it is to the farthest.")
    branches: int = strawberry.field(description="How many copies others came from.")
    widest: int = strawberry.field(description="How many came from one and the same copy, at most.")
    outlets: int = strawberry.field(description="At how many outlets.")
    territories: int = strawberry.field(description="In how many countries and regions.")
    languages: int = strawberry.field(description="In how many languages.")
    unsure: int = strawberry.field(description="How many steps are less than 50 per cent sure.")
    seconds: float = strawberry.field(description="From the first copy to the last.")
    levels: list[ChainLevelResult] = strawberry.field(description="By the number of steps.")


@strawberry.type(description="A stretch that stands in a text and in a variant: half-open, in characters of each.")
class ReuseSpanResult:
    page_start: int = strawberry.field(description="Where it begins in the text that was given.")
    page_end: int = strawberry.field(description="Where it ends there.")
    variant_start: int = strawberry.field(description="Where it begins in the variant's plain text.")
    variant_end: int = strawberry.field(description="Where it ends there.")


@strawberry.type(description="A variant that a text reuses.")
class ReuseResult:
    variant_id: strawberry.ID = strawberry.field(description="The variant.")
    story_id: strawberry.ID = strawberry.field(description="Its story.")
    story_uri: str = strawberry.field(description="The URI of that.")
    version: int = strawberry.field(description="The version of the variant that fits best.")
    language: LanguageTag = strawberry.field(description="Its language.")
    form: ReprintForm = strawberry.field(description="FULL, EDITED, EXCERPT or QUOTATION.")
    coverage: float = strawberry.field(description="The share of the variant that the text holds, from 0 to 1.")
    page_share: float = strawberry.field(description="The share of the text that comes from the variant.")
    spans: list[ReuseSpanResult] = strawberry.field(description="The stretches that stand in both.")

    @classmethod
    def of(cls, reuse: Reuse) -> ReuseResult:
        found = reuse.found
        return cls(
            variant_id=global_id("Variant", reuse.variant_id),
            story_id=global_id("Story", reuse.story_id),
            story_uri=reuse.story_uri,
            version=reuse.version,
            language=LanguageTag(reuse.language),
            form=ReprintForm(found.form.value),
            coverage=round(found.coverage, 4),
            page_share=round(found.page_share, 4),
            spans=[ReuseSpanResult(**span._asdict()) for span in found.spans],
        )


@strawberry.type
class ReprintQueries:
    """The part of the root of queries that is about reprints."""

    @strawberry.field(
        description="Copies that ran, the one that was heard of last first. A partner sees its own, what came from them, and what it "
        "reported.",
        extensions=[RequiresScope(Scope.REPORT_READ)],
    )
    async def reprints(
        self,
        info: Info[Context, None],
        filter: Annotated[ReprintFilterInput | None, strawberry.argument(description="What they must meet.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ReprintConnection | None:
        request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (str,)))
        wanted, actor = (filter or ReprintFilterInput()).reprint_filter(), info.context.actor
        async with info.context.database.read() as session:
            page = await find_reprints(session, request, actor, wanted)
            records = await records_of(session, page.items, actor)
        edges = [
            Edge(node=Reprint.of(record), cursor=encode_cursor(_LIST, key))
            for record, key in zip(records, page.keys, strict=True)
        ]
        return ReprintConnection(edges=edges, page_info=page_info(page, _LIST))

    @strawberry.field(
        description="Which variants a text reuses, across the whole pool: the one that it holds most of first.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
    async def text_reuses(
        self,
        info: Info[Context, None],
        text: Annotated[
            str, strawberry.argument(description="Plain text, a paragraph a line; at most 200,000 characters.")
        ],
    ) -> list[ReuseResult] | None:
        if len(text) > MOST_CHARACTERS:
            raise BadInput(f"text has {len(text)} characters; at most {MOST_CHARACTERS} are looked at", field=["text"])
        await catch_up(info.context.database)
        async with info.context.database.read() as session:
            return [ReuseResult.of(reuse) for reuse in await reuses(session, text)]

    @strawberry.field(
        description="How a chain of copies spread, for staff.", extensions=[RequiresScope(Scope.REPORT_READ)]
    )
    async def reprint_chain(
        self,
        info: Info[Context, None],
        reprint_id: Annotated[strawberry.ID, strawberry.argument(description="Any copy of the chain.")],
    ) -> ReprintChainResult | None:
        actor = info.context.actor
        if not actor.is_staff:
            raise NotFound("chains are for staff; read the reprints that came from yours")
        async with info.context.database.read() as session:
            row = await find_reprint(session, uuid_of(reprint_id, "Reprint"), actor)
            found = await summarise(session, row.root_id)
        levels = [ChainLevelResult(**vars(level)) for level in found.levels]
        return ReprintChainResult(
            root_id=global_id("Reprint", found.root_id),
            copies=found.copies,
            depth=found.depth,
            branches=found.branches,
            widest=found.widest,
            outlets=found.outlets,
            territories=found.territories,
            languages=found.languages,
            unsure=found.unsure,
            seconds=found.seconds,
            levels=levels,
        )

    @strawberry.field(
        description="The figures that were given of a copy, a group or an outlet, in the order in which they were true; at most 1,000.",
        extensions=[RequiresScope(Scope.REPORT_READ)],
    )
    async def metric_snapshots(
        self,
        info: Info[Context, None],
        subject_id: Annotated[strawberry.ID, strawberry.argument(description="The copy, the group or the outlet.")],
        measure: Annotated[Measure | None, strawberry.argument(description="Only of this measure.")] = None,
    ) -> list[MetricSnapshotNode] | None:
        async with info.context.database.read() as session:
            subject = await _subject(session, info.context.actor, subject_id)
            rows = await snapshots_of(session, subject, measure)
        return [MetricSnapshotNode.of(row) for row in rows[-1000:]]


async def one_snapshot(context: Context, snapshot_id: uuid.UUID) -> MetricSnapshotNode:
    """A figure by its id.

    :raises NotFound: none, or one of something that is not this actor's.
    """
    async with context.database.read() as session:
        row = await session.get(MetricSnapshot, snapshot_id)
        if row is None:
            raise NotFound("there is no such figure")
        node = MetricSnapshotNode.of(row)
        await _subject(session, context.actor, node.subject_id)
    return node


async def _subject(session: AsyncSession, actor: Actor, subject_id: str) -> uuid.UUID:
    """The row of what figures are of, where its figures are this actor's to see.

    :raises NotFound: they are not.
    """
    kind, _ = split_global_id(subject_id)
    missing = NotFound("there is no such reprint, group or outlet of yours", field=["subjectId"])
    if kind == "Reprint":
        row = await find_reprint(session, uuid_of(subject_id, kind), actor)
        if not actor.is_staff and row.partner_id != actor.partner_id:
            raise missing
        return row.id
    if kind == "MetricGroup" and actor.is_staff:
        return uuid_of(subject_id, kind)
    if kind == "Outlet":
        outlet = await session.get(OutletRow, uuid_of(subject_id, kind))
        if outlet is not None and (actor.is_staff or outlet.partner_id == actor.partner_id):
            return outlet.id
    raise missing
