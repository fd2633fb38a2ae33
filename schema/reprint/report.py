"""Reporting copies and figures: of partners about their own, of staff about all."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.audit.subject import about
from models.errors import BadInput, NotFound
from models.language import LanguageTag
from models.metric.record import Subject, record
from models.metric.table import MetricGroup
from models.outlet import Outlet as OutletRow
from models.reprint.chain import Edge, move
from models.reprint.edit import withdraw
from models.reprint.listing import find_reprint
from models.reprint.record import records_of
from models.reprint.report import Copy, report
from models.reprint.source import Teller, announce
from models.reprint.table import EdgeBasis, EdgeKind, ReprintForm, ReprintWay, TimePrecision
from models.territory import Territory
from schema.change import Payload, attempt
from schema.context import Context
from schema.identifier import global_id, split_global_id, uuid_of
from schema.metric.figure import FigureInput, MetricSnapshotNode
from schema.reprint.reprint import Reprint
from schema.scalar import Url


@strawberry.input(description="A copy that ran. Its address, or its outlet and the place in it, says which one it is.")
class ReportReprintInput:
    url: Url | None = strawberry.field(default=None, description="Its address.")
    outlet_id: strawberry.ID | None = strawberry.field(
        default=None, description="Where it ran; by the address where absent. A copy without an address needs it."
    )
    place: str | None = strawberry.field(
        default=None, description="Its place in something that has no address, such as `page 7`."
    )
    pickup_id: strawberry.ID | None = strawberry.field(default=None, description="Your pickup that it ran under.")
    parent_id: strawberry.ID | None = strawberry.field(default=None, description="The copy that it came from.")
    variant_id: strawberry.ID | None = strawberry.field(
        default=None, description="The variant, where staff report a copy without a pickup."
    )
    edge_kind: EdgeKind | None = strawberry.field(
        default=None, description="What it is to that copy: a repost where absent; without one, a reprint."
    )
    title: str | None = strawberry.field(default=None, description="Its title, in up to 500 characters.")
    language: LanguageTag | None = strawberry.field(
        default=None, description="Its language: the variant's where absent."
    )
    territory: Territory | None = strawberry.field(
        default=None, description="The country or region where it ran: the outlet's where absent."
    )
    form: ReprintForm | None = strawberry.field(default=None, description="How much of the story it carries.")
    published_at: datetime | None = strawberry.field(default=None, description="When it was published.")
    published_precision: TimePrecision = strawberry.field(
        default=TimePrecision.SECOND, description="How exactly that is known."
    )
    note: str | None = strawberry.field(default=None, description="A note, in up to 2,000 characters.")

    def copy(self, *, is_staff: bool) -> Copy:
        """The copy, as the models take it."""
        if self.variant_id is not None and not is_staff:
            raise BadInput("give the pickup; the variant is that of it", field=["variantId"])
        return Copy(
            url=self.url,
            outlet_id=_optional(self.outlet_id, "Outlet"),
            place=self.place,
            title=self.title,
            pickup_id=_optional(self.pickup_id, "Pickup"),
            parent_id=_optional(self.parent_id, "Reprint"),
            variant_id=_optional(self.variant_id, "Variant"),
            edge_kind=self.edge_kind,
            edge_basis=EdgeBasis.BY_HAND if is_staff else EdgeBasis.STATED,
            language=self.language,
            territory=self.territory,
            form=self.form,
            published_at=self.published_at,
            published_precision=self.published_precision,
            note=self.note,
        )


@strawberry.type(description="What a change of a reprint gave.")
class ReprintPayload(Payload):
    reprint: Reprint | None = strawberry.field(description="The reprint; null where it was refused.")


async def report_reprint(
    info: Info[Context, None],
    input: Annotated[ReportReprintInput, strawberry.argument(description="The copy.")],
) -> ReprintPayload | None:
    """Records a copy in one write transaction."""
    reprint, errors = await attempt(_reported(info.context, input))
    return ReprintPayload(reprint=reprint, user_errors=errors)


async def _reported(context: Context, given: ReportReprintInput) -> Reprint:
    actor = context.actor
    way = ReprintWay.EDITOR if actor.is_staff else ReprintWay.PARTNER
    copy = given.copy(is_staff=actor.is_staff)
    teller = Teller(way, actor.client_id, context.services.clock(), actor.partner_id)
    async with context.write("reportReprint", given) as session:
        row = await report(session, copy, teller)
        about(session, global_id("Reprint", row.id), story_id=row.story_id, partner_id=row.partner_id)
        (found,) = await records_of(session, [row], actor)
        return Reprint.of(found)


@strawberry.input(description="A copy that did not run after all.")
class WithdrawReprintInput:
    reprint_id: strawberry.ID = strawberry.field(description="The reprint, which nobody else reported.")


async def withdraw_reprint(
    info: Info[Context, None],
    input: Annotated[WithdrawReprintInput, strawberry.argument(description="The copy.")],
) -> ReprintPayload | None:
    """Takes a report back in one write transaction."""
    reprint, errors = await attempt(_withdrawn(info.context, input))
    return ReprintPayload(reprint=reprint, user_errors=errors)


async def _withdrawn(context: Context, given: WithdrawReprintInput) -> Reprint:
    async with context.write("withdrawReprint", given) as session:
        reprint_id = uuid_of(given.reprint_id, "Reprint")
        row = await withdraw(session, reprint_id, context.actor.partner_id, context.services.clock())
        (found,) = await records_of(session, [row], context.actor)
        return Reprint.of(found)


@strawberry.input(description="Where a copy came from, as somebody decided.")
class MoveReprintInput:
    reprint_id: strawberry.ID = strawberry.field(description="The copy. All that came from it goes with it.")
    parent_id: strawberry.ID | None = strawberry.field(
        default=None, description="The copy that it came from; null where nobody knows."
    )
    edge_kind: EdgeKind = strawberry.field(default=EdgeKind.REPOST, description="What it is to that copy.")
    basis: EdgeBasis = strawberry.field(default=EdgeBasis.BY_HAND, description="Why it is held to come from there.")
    confidence: int | None = strawberry.field(
        default=None, description="How sure that is, in per cent; what the basis is worth where absent."
    )


async def move_reprint(
    info: Info[Context, None],
    input: Annotated[MoveReprintInput, strawberry.argument(description="The copy, and where it came from.")],
) -> ReprintPayload | None:
    """Gives a copy another parent in one write transaction."""
    reprint, errors = await attempt(_moved(info.context, input))
    return ReprintPayload(reprint=reprint, user_errors=errors)


async def _moved(context: Context, given: MoveReprintInput) -> Reprint:
    if given.confidence is not None and not 0 <= given.confidence <= 100:
        raise BadInput(f"the confidence {given.confidence} is not between 0 and 100", field=["confidence"])
    async with context.write("moveReprint", given) as session:
        row = await find_reprint(session, uuid_of(given.reprint_id, "Reprint"), context.actor)
        edge = Edge(given.edge_kind, given.basis, given.confidence)
        now = context.services.clock()
        await move(session, row, _optional(given.parent_id, "Reprint"), edge, now)
        announce(session, row, now)
        (found,) = await records_of(session, [row], context.actor)
        return Reprint.of(found)


@strawberry.input(description="Figures of a copy, a group or an outlet.")
class RecordMetricsInput:
    subject_id: strawberry.ID = strawberry.field(
        description="The reprint; for staff also the group or the outlet. Partners give figures of their own copies and outlets."
    )
    figures: list[FigureInput] = strawberry.field(description="1 to 200 figures. All are kept, or none.")


@strawberry.type(description="What recording figures gave.")
class RecordMetricsPayload(Payload):
    snapshots: list[MetricSnapshotNode] | None = strawberry.field(
        description="The figures as they are kept, in the order in which they were true; null where they were refused."
    )


async def record_metrics(
    info: Info[Context, None],
    input: Annotated[RecordMetricsInput, strawberry.argument(description="The figures.")],
) -> RecordMetricsPayload | None:
    """Keeps figures in one write transaction."""
    snapshots, errors = await attempt(_recorded(info.context, input))
    return RecordMetricsPayload(snapshots=snapshots, user_errors=errors)


async def _recorded(context: Context, given: RecordMetricsInput) -> list[MetricSnapshotNode]:
    actor, now = context.actor, context.services.clock()
    figures = [figure.figure() for figure in given.figures]
    async with context.write("recordMetrics", given) as session:
        kind, _ = split_global_id(given.subject_id)
        missing = NotFound("there is no such reprint, group or outlet of yours", field=["subjectId"])
        if kind == "Reprint":
            row = await find_reprint(session, uuid_of(given.subject_id, kind), actor)
            if not actor.is_staff and row.partner_id != actor.partner_id:
                raise missing
            subject = Subject(reprint_id=row.id)
        elif kind == "Outlet":
            outlet = await session.get(OutletRow, uuid_of(given.subject_id, kind))
            if outlet is None or (not actor.is_staff and outlet.partner_id != actor.partner_id):
                raise missing
            subject = Subject(outlet_id=outlet.id)
        elif kind == "MetricGroup" and actor.is_staff:
            group = await session.get(MetricGroup, uuid_of(given.subject_id, kind))
            if group is None:
                raise missing
            subject = Subject(group_id=group.id)
        else:
            raise missing
        rows = await record(session, subject, figures, actor.client_id, now, actor.partner_id)
        return [MetricSnapshotNode.of(row) for row in rows]


def _optional(given: strawberry.ID | None, kind: str) -> uuid.UUID | None:
    return None if given is None else uuid_of(given, kind)
