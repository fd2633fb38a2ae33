"""Groups of copies or outlets for which one figure was given together."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

import strawberry
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.types import Info

from models.audit.subject import about
from models.errors import NotFound
from models.metric.group import GroupChanges, save_group
from models.metric.standing import standing_figures
from models.metric.table import MetricGroup as MetricGroupRow
from models.metric.table import MetricGroupMember, StandingFigure
from models.reprint.table import TimePrecision
from schema.change import Payload, attempt
from schema.context import Context
from schema.identifier import global_id, uuid_of
from schema.metric.figure import StandingFigureResult
from schema.node import Node


@strawberry.type(description="Copies or outlets for which one figure was given together.")
class MetricGroup(Node):
    key: str = strawberry.field(description="Its key.")
    name: str = strawberry.field(description="What it is.")
    story_id: strawberry.ID | None = strawberry.field(description="The story, where it is about one.")
    reprint_ids: list[strawberry.ID] = strawberry.field(description="The copies in it that are known.")
    outlet_ids: list[strawberry.ID] = strawberry.field(description="The outlets in it.")
    stated_size: int | None = strawberry.field(description="How many there are by whoever gave the figure.")
    ran_at: datetime | None = strawberry.field(
        description="When what is in it ran; null where nobody knows, or where it is about accounts as such."
    )
    ran_precision: TimePrecision | None = strawberry.field(description="How exactly that is known.")
    figures: list[StandingFigureResult] = strawberry.field(
        description="What stands of the figures that were given for it."
    )
    note: str | None = strawberry.field(description="A note.")
    created_at: datetime = strawberry.field(description="When it was added.")


@strawberry.input(description="A group, by its key. It becomes what is said here.")
class SaveMetricGroupInput:
    key: str = strawberry.field(description="Its key: a-z, 0-9, colon, dot and hyphen. It never changes.")
    name: str = strawberry.field(description="What it is.")
    story_id: strawberry.ID | None = strawberry.field(default=None, description="The story, where it is about one.")
    reprint_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="The copies in it. A copy is in one group at most."
    )
    outlet_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="The outlets in it.")
    stated_size: int | None = strawberry.field(
        default=None, description="How many there are by whoever gave the figure, where not all are known."
    )
    ran_at: datetime | None = strawberry.field(default=None, description="When what is in it ran.")
    ran_precision: TimePrecision | None = strawberry.field(default=None, description="How exactly that is known.")
    note: str | None = strawberry.field(default=None, description="A note.")


@strawberry.type(description="What saving a group gave.")
class MetricGroupPayload(Payload):
    group: MetricGroup | None = strawberry.field(description="The group; null where it was refused.")


async def save_metric_group(
    info: Info[Context, None],
    input: Annotated[SaveMetricGroupInput, strawberry.argument(description="The group.")],
) -> MetricGroupPayload | None:
    """Saves a group in one write transaction."""
    group, errors = await attempt(_saved(info.context, input))
    return MetricGroupPayload(group=group, user_errors=errors)


async def one_metric_group(context: Context, group_id: uuid.UUID) -> MetricGroup:
    """A group by its id, for staff.

    :raises NotFound: none, or not for this actor.
    """
    async with context.database.read() as session:
        row = await session.get(MetricGroupRow, group_id) if context.actor.is_staff else None
        if row is None:
            raise NotFound("there is no such group")
        return await read_group(session, row)


async def read_group(session: AsyncSession, row: MetricGroupRow) -> MetricGroup:
    """A group with its members and figures."""
    statement = select(MetricGroupMember).where(MetricGroupMember.group_id == row.id)
    members = (await session.exec(statement.order_by(col(MetricGroupMember.id)))).all()
    figures: list[StandingFigure] = (await standing_figures(session, [row.id]))[row.id]
    return MetricGroup(
        id=global_id("MetricGroup", row.id),
        key=row.key,
        name=row.name,
        story_id=None if row.story_id is None else global_id("Story", row.story_id),
        reprint_ids=[global_id("Reprint", one.reprint_id) for one in members if one.reprint_id is not None],
        outlet_ids=[global_id("Outlet", one.outlet_id) for one in members if one.outlet_id is not None],
        stated_size=row.stated_size,
        ran_at=row.ran_at,
        ran_precision=row.ran_precision,
        figures=[StandingFigureResult.of(figure) for figure in figures],
        note=row.note,
        created_at=row.created_at,
    )


async def _saved(context: Context, given: SaveMetricGroupInput) -> MetricGroup:
    changes = GroupChanges(
        name=given.name,
        story_id=None if given.story_id is None else uuid_of(given.story_id, "Story"),
        reprint_ids={uuid_of(id, "Reprint") for id in given.reprint_ids or ()},
        outlet_ids={uuid_of(id, "Outlet") for id in given.outlet_ids or ()},
        stated_size=given.stated_size,
        ran_at=given.ran_at,
        ran_precision=given.ran_precision or (None if given.ran_at is None else TimePrecision.SECOND),
        note=given.note,
    )
    async with context.write("saveMetricGroup", given) as session:
        row = await save_group(session, given.key, changes, context.services.clock())
        about(session, global_id("MetricGroup", row.id), story_id=row.story_id)
        return await read_group(session, row)
