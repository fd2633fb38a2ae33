"""Copies of what a notice is about, and what partners did with them."""

from __future__ import annotations

import uuid
from datetime import datetime

import strawberry

from models.errors import NotFound
from models.notice.table import CopyAction, NoticeCopy
from schema.context import Context
from schema.identifier import global_id
from schema.node import Node
from schema.scalar import Url


@strawberry.type(
    description="A copy that a partner answers for. It is known by the pickup that it came from and the address where it ran."
)
class Copy(Node):
    notice_id: strawberry.ID = strawberry.field(description="The notice that it answers.")
    partner_id: strawberry.ID = strawberry.field(description="Whose copy it is.")
    pickup_id: strawberry.ID | None = strawberry.field(description="The pickup that it came from.")
    outlet_id: strawberry.ID | None = strawberry.field(description="Where it ran.")
    url: Url | None = strawberry.field(description="The address where it ran.")
    action: CopyAction | None = strawberry.field(description="What was done with it; null while nothing was.")
    done_at: datetime | None = strawberry.field(description="When it was corrected or removed.")
    due_at: datetime | None = strawberry.field(description="By when it will be.")
    note: str | None = strawberry.field(description="What the partner says of it.")
    verified_at: datetime | None = strawberry.field(
        description="When the centre looked, and found it as the partner says."
    )
    created_at: datetime = strawberry.field(description="When the partner spoke of it first.")
    updated_at: datetime = strawberry.field(description="When the partner said anything of it last.")

    @classmethod
    def of(cls, row: NoticeCopy) -> Copy:
        return cls(
            id=global_id("Copy", row.id),
            notice_id=global_id("Notice", row.notice_id),
            partner_id=global_id("Partner", row.partner_id),
            pickup_id=_id("Pickup", row.pickup_id),
            outlet_id=_id("Outlet", row.outlet_id),
            url=None if row.url is None else Url(row.url),
            action=row.action,
            done_at=row.done_at,
            due_at=row.due_at,
            note=row.note,
            verified_at=row.verified_at,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


async def one_copy(context: Context, copy_id: uuid.UUID) -> Copy:
    """A copy by its id.

    :raises NotFound: none, or another partner's.
    """
    async with context.database.read() as session:
        row = await session.get(NoticeCopy, copy_id)
    actor = context.actor
    if row is None or (not actor.is_staff and row.partner_id != actor.partner_id):
        raise NotFound("there is no such copy")
    return Copy.of(row)


def _id(kind: str, key: uuid.UUID | None) -> strawberry.ID | None:
    return None if key is None else global_id(kind, key)
