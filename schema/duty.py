"""Duties that partners have taken upon themselves, and how they are settled."""

from __future__ import annotations

import uuid
from datetime import datetime

import strawberry
from strawberry.types import Info

from models.audit.subject import about
from models.duty import AcceptedDuty as DutyRow
from models.duty import DutyState
from models.errors import BadInput, Forbidden, NotFound
from models.paging import decode_cursor, encode_cursor, page_request
from models.partner import Partner as PartnerRow
from models.pickup.duty import Beforehand, find_duties, find_duty, fulfil, fulfil_beforehand, settle
from models.policy import DutyAction
from models.pool.case import variant_case
from schema.context import Context
from schema.identifier import global_id, uuid_of
from schema.node import Node, PageInfo, page_info

_LIST = "duties"


@strawberry.type(description="A duty that a partner has taken upon itself, and where it stands.")
class AcceptedDuty(Node):
    action: DutyAction = strawberry.field(description="What must be done.")
    state: DutyState = strawberry.field(
        description="Where it stands now; past its deadline, a pending one is violated."
    )
    deadline: datetime | None = strawberry.field(description="Until when it must be done.")
    blocking: bool = strawberry.field(description="Whether it shuts further uses of the story while it is violated.")
    partner_id: strawberry.ID = strawberry.field(description="Who owes it.")
    story_id: strawberry.ID | None = strawberry.field(
        description="The story; null where it is owed by an agreement alone."
    )
    agreement_id: strawberry.ID | None = strawberry.field(
        description="The agreement whose own policy asks for it; null where the story's terms do."
    )
    pickup_id: strawberry.ID | None = strawberry.field(
        description="The pickup that it was taken on with; null for what is done beforehand."
    )
    note: str | None = strawberry.field(description="What was said of it last.")
    updated_at: datetime = strawberry.field(description="When it was settled, or said anything of, last.")

    @classmethod
    def of(cls, row: DutyRow, now: datetime) -> AcceptedDuty:
        return cls(
            id=global_id("AcceptedDuty", row.id),
            action=row.action,
            state=row.state_at(now),
            deadline=row.deadline,
            blocking=row.blocking,
            partner_id=global_id("Partner", row.partner_id),
            story_id=global_id("Story", row.story_id) if row.story_id else None,
            agreement_id=global_id("Agreement", row.agreement_id) if row.agreement_id else None,
            pickup_id=global_id("Pickup", row.pickup_id) if row.pickup_id else None,
            note=row.note,
            updated_at=row.updated_at,
        )


@strawberry.type(description="A duty on a page.")
class AcceptedDutyEdge:
    node: AcceptedDuty = strawberry.field(description="The duty.")
    cursor: str = strawberry.field(description="Its place in the list.")


@strawberry.type(description="A page of duties.")
class AcceptedDutyConnection:
    edges: list[AcceptedDutyEdge] = strawberry.field(description="The duties of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")


@strawberry.input(
    description="A duty that is fulfilled: one that was taken on, by `dutyId`; or one that must be done beforehand, by `action` and "
    "what asks for it."
)
class FulfilDutyInput:
    duty_id: strawberry.ID | None = strawberry.field(default=None, description="A duty that was taken on.")
    action: DutyAction | None = strawberry.field(default=None, description="What must be done beforehand.")
    variant_id: strawberry.ID | None = strawberry.field(default=None, description="The variant whose terms ask for it.")
    note: str | None = strawberry.field(default=None, description="How it was done, up to 2,000 characters.")


@strawberry.input(
    description="Where a duty stands, as the centre says: one that was taken on, by `dutyId`; or the centre's part in one that must be "
    "done beforehand, such as its consent, by `partnerId`, `action` and `variantId`."
)
class SettleDutyInput:
    state: DutyState = strawberry.field(description="Where it stands from now on.")
    duty_id: strawberry.ID | None = strawberry.field(default=None, description="A duty that was taken on.")
    partner_id: strawberry.ID | None = strawberry.field(default=None, description="The partner.")
    action: DutyAction | None = strawberry.field(default=None, description="What must be done beforehand.")
    variant_id: strawberry.ID | None = strawberry.field(default=None, description="The variant whose terms ask for it.")
    note: str | None = strawberry.field(default=None, description="Why, up to 2,000 characters.")


async def list_duties(
    context: Context,
    state: DutyState | None,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> AcceptedDutyConnection:
    """A page of duties, the newest first: a partner's own, or all for staff."""
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (str,)))
    viewer = await context.viewer()
    async with context.database.read() as session:
        page = await find_duties(session, request, viewer, state)
    edges = [
        AcceptedDutyEdge(node=AcceptedDuty.of(row, viewer.now), cursor=encode_cursor(_LIST, key))
        for row, key in zip(page.items, page.keys, strict=True)
    ]
    return AcceptedDutyConnection(edges=edges, page_info=page_info(page, _LIST))


async def one_duty(context: Context, duty_id: uuid.UUID) -> AcceptedDuty:
    """A duty by its id.

    :raises NotFound: none, or another partner's.
    """
    viewer = await context.viewer()
    async with context.database.read() as session:
        return AcceptedDuty.of(await find_duty(session, duty_id, viewer), viewer.now)


async def fulfil_duty(info: Info[Context, None], given: FulfilDutyInput) -> AcceptedDuty:
    """A partner has done what it owes."""
    if given.duty_id is None:
        return await _beforehand(info.context, "fulfilDuty", given, None)
    if given.action is not None or given.variant_id is not None:
        raise BadInput("give either dutyId, or action and variantId", field=["dutyId"])
    viewer = await info.context.viewer()
    async with info.context.write("fulfilDuty", given) as session:
        row = await fulfil(session, uuid_of(given.duty_id, "AcceptedDuty"), given.note, viewer)
    return AcceptedDuty.of(row, viewer.now)


async def settle_duty(info: Info[Context, None], given: SettleDutyInput) -> AcceptedDuty:
    """Staff say where a duty stands."""
    context = info.context
    if given.duty_id is not None:
        viewer = await context.viewer()
        async with context.write("settleDuty", given) as session:
            row = await settle(session, uuid_of(given.duty_id, "AcceptedDuty"), given.state, given.note, viewer)
        return AcceptedDuty.of(row, viewer.now)
    if given.partner_id is None:
        raise BadInput("give either dutyId, or partnerId, action and variantId", field=["dutyId"])
    if given.state is not DutyState.FULFILLED:
        raise BadInput(
            "what must be done beforehand can only be FULFILLED; name its dutyId to change it", field=["state"]
        )
    partner_id = uuid_of(given.partner_id, "Partner")
    return await _beforehand(context, "settleDuty", given, partner_id)


async def _beforehand(
    context: Context, mutation: str, given: FulfilDutyInput | SettleDutyInput, partner_id: uuid.UUID | None
) -> AcceptedDuty:
    if given.action is None or given.variant_id is None:
        raise BadInput("give either dutyId, or action and variantId", field=["dutyId"])
    viewer = await context.viewer()
    owner = partner_id or viewer.actor.partner_id
    if owner is None:
        raise Forbidden("staff owe no duties; use settleDuty")
    async with context.write(mutation, given) as session:
        if partner_id is not None and await session.get(PartnerRow, partner_id) is None:
            raise NotFound(f"there is no partner {partner_id}", field=["partnerId"])
        case = await variant_case(session, uuid_of(given.variant_id, "Variant"), viewer, context.book)
        wanted = Beforehand(owner, given.action, variant_id=uuid.UUID(case.part["id"]))
        policy = case.policies[case.part["policy"]]
        row = await fulfil_beforehand(session, wanted, policy, case.live.story_id, given.note, viewer)
        about(session, global_id("AcceptedDuty", row.id), story_id=row.story_id, partner_id=owner)
    return AcceptedDuty.of(row, viewer.now)
