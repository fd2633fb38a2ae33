"""Who has done what about notices, and how long it took."""

from __future__ import annotations

import uuid
from datetime import datetime

import strawberry

from models.errors import NotFound
from models.language import wording
from models.notice.compliance import (
    Compliance,
    ComplianceFilter,
    find_compliance,
    is_copy_overdue,
    seconds_between,
)
from models.notice.standing import NoticeState, state_of
from models.notice.table import NoticeChannel, NoticeCopy, NoticeKind
from models.paging import PageRequest, decode_cursor, encode_cursor, page_request
from schema.argument import InLanguage
from schema.context import Context
from schema.identifier import global_id, uuid_of
from schema.node import Node, PageInfo, page_info
from schema.notice.copy import Copy

COMPLIANCE = "Compliance"
_LIST = "compliance"


@strawberry.type(description="How far a partner is with one copy.")
class CopyComplianceResult:
    copy: Copy = strawberry.field(description="The copy, and what the partner says of it.")
    overdue: bool = strawberry.field(
        description="Whether the moment has passed by which the partner wanted to have corrected or removed it."
    )
    seconds_to_taken_down: int | None = strawberry.field(
        description="Seconds from the issue of the notice until the copy was corrected or removed."
    )
    seconds_to_verified: int | None = strawberry.field(
        description="Seconds from the issue of the notice until the centre had looked."
    )

    @classmethod
    def of(cls, row: NoticeCopy, issued_at: datetime, now: datetime) -> CopyComplianceResult:
        return cls(
            copy=Copy.of(row),
            overdue=is_copy_overdue(row, now),
            seconds_to_taken_down=seconds_between(issued_at, row.done_at),
            seconds_to_verified=seconds_between(issued_at, row.verified_at),
        )


@strawberry.type(
    name=COMPLIANCE,
    description="How far a partner is with one notice: issued, delivered, acknowledged, taken down, verified.",
)
class ComplianceResult(Node):
    notice_id: strawberry.ID = strawberry.field(description="The notice.")
    kind: NoticeKind = strawberry.field(description="What it says.")
    drill: bool = strawberry.field(description="Whether it is an exercise.")
    story_id: strawberry.ID | None = strawberry.field(description="The story that it is about.")
    partner_id: strawberry.ID = strawberry.field(description="The partner.")
    partner_key: str = strawberry.field(description="The partner's key.")
    state: NoticeState = strawberry.field(description="Where the partner stands with it.")
    bound: bool = strawberry.field(description="Whether it took what the notice is about, so that a deadline binds it.")
    overdue: bool = strawberry.field(
        description="Whether the notice, or a copy by the partner's own word, should have been dealt with by now."
    )
    issued_at: datetime = strawberry.field(description="When the notice was issued.")
    respond_by: datetime | None = strawberry.field(description="By when the partner must acknowledge it.")
    delivered_at: datetime | None = strawberry.field(description="When it reached the partner first.")
    delivered_via: NoticeChannel | None = strawberry.field(description="By which way it did.")
    acknowledged_at: datetime | None = strawberry.field(description="When the partner acknowledged it.")
    acknowledged_by: str | None = strawberry.field(description="The client that did, or the page of a mail.")
    acknowledged_via: NoticeChannel | None = strawberry.field(description="By which way it did.")
    taken_down_at: datetime | None = strawberry.field(
        description="When the last of its copies was corrected or removed; null while one was not, or none is known."
    )
    verified_at: datetime | None = strawberry.field(
        description="When the last of its copies was verified; null while one was not, or none is known."
    )
    escalated_at: datetime | None = strawberry.field(description="When partner and liaison were told that it is late.")
    note: str | None = strawberry.field(description="What the partner said with it.")
    seconds_to_delivered: int | None = strawberry.field(description="Seconds from issue to delivery.")
    seconds_to_acknowledged: int | None = strawberry.field(description="Seconds from issue to acknowledgement.")
    seconds_to_taken_down: int | None = strawberry.field(
        description="Seconds from issue until all copies were dealt with."
    )
    seconds_to_verified: int | None = strawberry.field(description="Seconds from issue until all copies were verified.")
    copies: list[CopyComplianceResult] = strawberry.field(
        description="Its copies, in the order in which it spoke of them."
    )
    names: strawberry.Private[dict[str, str]]

    @strawberry.field(description="The partner's name.")
    def partner_name(self, language: InLanguage = None) -> str | None:
        return wording(self.names, language or "en")

    @classmethod
    def of(cls, item: Compliance, now: datetime) -> ComplianceResult:
        notice, row, partner = item.notice, item.recipient, item.partner
        state = state_of(row, now)
        down, verified = item.all_down_at(), item.all_verified_at()
        copies = [CopyComplianceResult.of(copy, notice.issued_at, now) for copy in item.copies]
        return cls(
            id=global_id(COMPLIANCE, f"{notice.id}.{partner.id}"),
            notice_id=global_id("Notice", notice.id),
            kind=notice.kind,
            drill=notice.drill,
            story_id=None if notice.story_id is None else global_id("Story", notice.story_id),
            partner_id=global_id("Partner", partner.id),
            partner_key=partner.key,
            state=state,
            bound=row.bound,
            overdue=state is NoticeState.OVERDUE or any(copy.overdue for copy in copies),
            issued_at=notice.issued_at,
            respond_by=row.respond_by,
            delivered_at=row.delivered_at,
            delivered_via=row.delivered_via,
            acknowledged_at=row.acknowledged_at,
            acknowledged_by=row.acknowledged_by,
            acknowledged_via=row.acknowledged_via,
            taken_down_at=down,
            verified_at=verified,
            escalated_at=row.escalated_at,
            note=row.note,
            seconds_to_delivered=seconds_between(notice.issued_at, row.delivered_at),
            seconds_to_acknowledged=seconds_between(notice.issued_at, row.acknowledged_at),
            seconds_to_taken_down=seconds_between(notice.issued_at, down),
            seconds_to_verified=seconds_between(notice.issued_at, verified),
            copies=copies,
            names=partner.names,
        )


@strawberry.type(description="A partner and a notice on a page.")
class ComplianceEdge:
    node: ComplianceResult = strawberry.field(description="How far the partner is with the notice.")
    cursor: str = strawberry.field(description="Its place in the list.")


@strawberry.type(description="A page of partners and notices.")
class ComplianceConnection:
    edges: list[ComplianceEdge] = strawberry.field(description="The partners and notices of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")


@strawberry.input(name="ComplianceFilter", description="Which partners, of which notices.")
class ComplianceFilterInput:
    notice_id: strawberry.ID | None = strawberry.field(default=None, description="Only this notice.")
    partner_id: strawberry.ID | None = strawberry.field(default=None, description="Only this partner.")
    story_id: strawberry.ID | None = strawberry.field(default=None, description="Only notices of this story.")
    state: NoticeState | None = strawberry.field(
        default=None, description="Only where the partner stands so; OVERDUE lists what is late."
    )
    drill: bool | None = strawberry.field(default=None, description="Only exercises, or none; both where absent.")

    def compliance_filter(self) -> ComplianceFilter:
        """The filter, as the models take it."""
        return ComplianceFilter(
            notice_id=None if self.notice_id is None else uuid_of(self.notice_id, "Notice"),
            partner_id=None if self.partner_id is None else uuid_of(self.partner_id, "Partner"),
            story_id=None if self.story_id is None else uuid_of(self.story_id, "Story"),
            state=self.state,
            drill=self.drill,
        )


async def list_compliance(
    context: Context,
    wanted: ComplianceFilter,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> ComplianceConnection:
    """A page of partners and notices, the newest notice first."""
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (str, str)))
    now = context.services.clock()
    async with context.database.read() as session:
        page = await find_compliance(session, request, wanted, now)
    edges = [
        ComplianceEdge(node=ComplianceResult.of(item, now), cursor=encode_cursor(_LIST, key))
        for item, key in zip(page.items, page.keys, strict=True)
    ]
    return ComplianceConnection(edges=edges, page_info=page_info(page, _LIST))


async def one_compliance(context: Context, key: str) -> ComplianceResult:
    """How far one partner is with one notice, by the ids of both.

    :raises NotFound: the notice did not go to that partner.
    """
    try:
        notice_id, partner_id = map(uuid.UUID, key.split("."))
    except ValueError:
        raise NotFound(f"there is no notice and partner {key[:100]!r}") from None
    now = context.services.clock()
    async with context.database.read() as session:
        wanted = ComplianceFilter(notice_id=notice_id, partner_id=partner_id)
        page = await find_compliance(session, PageRequest(1), wanted, now)
    if not page.items:
        raise NotFound(f"there is no notice and partner {key[:100]!r}")
    return ComplianceResult.of(page.items[0], now)
