"""What a receipt says of its short link and its pixel, and how often they were asked for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

import strawberry
from strawberry.dataloader import DataLoader

from models.trace.count import Hits, hits_of
from models.trace.link import traces_of, tracked
from models.trace.table import Trace, TraceKind
from schema.context import Context
from schema.enum import describe
from schema.scalar import Count

describe(TraceKind)


@strawberry.type(
    description="How often a trace was asked for: as it was counted, and without robots, side by side. Nothing is known of who asked."
)
class TraceResult:
    kind: TraceKind = strawberry.field(description="What was asked for.")
    raw: Count = strawberry.field(description="How often, robots among it or not.")
    filtered: Count = strawberry.field(
        description="How often without the robots of the COUNTER lists, and without what browsers load ahead."
    )
    since: datetime = strawberry.field(description="Since when it has been counted: when the link was made.")


@dataclass(frozen=True)
class PickupTraces:
    """The link of a pickup, whether its copies are to carry the pixel, and its counts."""

    trace: Trace
    has_pixel: bool
    hits: dict[TraceKind, Hits]

    def results(self) -> list[TraceResult]:
        """For each of its kinds."""
        kinds = [TraceKind.SHORT_LINK, *([TraceKind.PIXEL] if self.has_pixel or TraceKind.PIXEL in self.hits else [])]
        counts = [(kind, self.hits.get(kind, Hits())) for kind in kinds]
        return [
            TraceResult(kind=kind, raw=Count(hits.raw), filtered=Count(hits.filtered), since=self.trace.created_at)
            for kind, hits in counts
        ]


def pickup_traces(context: Context) -> DataLoader[uuid.UUID, PickupTraces]:
    """The loader of this request, by the pickup's id. Only for pickups that the actor sees."""

    async def load(pickup_ids: list[uuid.UUID]) -> list[PickupTraces]:
        traces = await traces_of(context.database, pickup_ids, context.services.clock())
        async with context.database.read() as session:
            asked = await tracked(session, pickup_ids)
            hits = await hits_of(session, pickup_ids)
        return [
            PickupTraces(traces[pickup_id], pickup_id in asked, hits.get(pickup_id, {})) for pickup_id in pickup_ids
        ]

    kept: DataLoader[uuid.UUID, PickupTraces] = context.kept("pickup traces", lambda: DataLoader(load_fn=load))
    return kept
