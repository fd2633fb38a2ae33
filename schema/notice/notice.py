"""Notices as one viewer sees them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.types import Info

from models.language import wording
from models.notice.compliance import ComplianceFilter
from models.notice.listing import NoticeFilter, NoticeRecord, find_notice, find_notices, read_notices
from models.notice.standing import NoticeState, record_delivery, state_of
from models.notice.table import Notice as NoticeRow
from models.notice.table import NoticeChannel, NoticeKind
from models.paging import decode_cursor, encode_cursor, page_request
from models.pool.reading import read_story
from models.scope import Scope
from schema.access import RequiresScope
from schema.argument import After, Before, First, InLanguage, Last
from schema.context import Context
from schema.identifier import global_id, uuid_of
from schema.node import Node, PageInfo, page_info
from schema.notice.compliance import ComplianceConnection, list_compliance
from schema.notice.copy import Copy
from schema.text import Text, all_texts

if TYPE_CHECKING:
    from schema.story import Story

_LIST = "notices"


@strawberry.type(description="What partners must be told, and must acknowledge. It never changes once it is issued.")
class Notice(Node):
    kind: NoticeKind = strawberry.field(description="What it says.")
    drill: bool = strawberry.field(description="Whether it is an exercise: nothing was taken back.")
    issued_at: datetime = strawberry.field(description="When it was issued.")
    story_id: strawberry.ID | None = strawberry.field(description="The story that it is about.")
    story_uri: str | None = strawberry.field(description="The URI of that story.")
    story_version: int | None = strawberry.field(description="The version of the story that it came with.")
    variant_ids: list[strawberry.ID] = strawberry.field(
        description="The variants that it concerns; empty where it concerns the whole story."
    )
    respond_by: datetime | None = strawberry.field(
        description="By when you must acknowledge it; null where you took nothing, and for staff."
    )
    state: NoticeState | None = strawberry.field(description="Where you stand with it; null for staff.")
    delivered_at: datetime | None = strawberry.field(
        description="When it reached you first, by whichever way; null for staff."
    )
    acknowledged_at: datetime | None = strawberry.field(description="When you acknowledged it; null for staff.")
    note: str | None = strawberry.field(description="What you said with it; null for staff.")
    copies: list[Copy] = strawberry.field(
        description="What you said of your copies; for staff, what every partner did."
    )
    row: strawberry.Private[NoticeRow]

    @strawberry.field(description="What it says, in a language.")
    def text(self, language: InLanguage = None) -> str | None:
        return wording(self.row.texts, language or "en")

    @strawberry.field(description="What it says, in every language that there is.")
    def texts(self) -> list[Text]:
        return all_texts(self.row.texts)

    @strawberry.field(description="Why it was issued, for the record.", extensions=[RequiresScope(Scope.STORY_RELEASE)])
    def reason(self) -> str | None:
        return self.row.reason

    @strawberry.field(
        description="To whom it went, and how far each of them is.", extensions=[RequiresScope(Scope.STORY_RELEASE)]
    )
    async def recipients(
        self,
        info: Info[Context, None],
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ComplianceConnection | None:
        wanted = ComplianceFilter(notice_id=self.row.id)
        return await list_compliance(info.context, wanted, first, after, last, before)

    @strawberry.field(description="The story as you see it now; null where you see nothing of it any more.")
    async def story(self, info: Info[Context, None]) -> Annotated["Story", strawberry.lazy("schema.story")] | None:  # noqa: UP037 - a lazy type is named by a string
        from schema.story import Story

        if self.row.story_id is None:
            return None
        context = info.context
        viewer = await context.viewer()
        async with context.database.read() as session:
            seen = await read_story(session, self.row.story_id, viewer, context.book)
        return None if seen is None else Story.of(seen, await context.media_address())

    @classmethod
    def of(cls, record: NoticeRecord, now: datetime) -> Notice:
        row, recipient = record.notice, record.recipient
        return cls(
            id=global_id("Notice", row.id),
            kind=row.kind,
            drill=row.drill,
            issued_at=row.issued_at,
            story_id=None if row.story_id is None else global_id("Story", row.story_id),
            story_uri=record.story_uri,
            story_version=row.story_version,
            variant_ids=[global_id("Variant", variant_id) for variant_id in row.variant_ids],
            respond_by=recipient.respond_by if recipient else None,
            state=state_of(recipient, now) if recipient else None,
            delivered_at=(recipient.delivered_at or now) if recipient else None,
            acknowledged_at=recipient.acknowledged_at if recipient else None,
            note=recipient.note if recipient else None,
            copies=[Copy.of(copy) for copy in record.copies],
            row=row,
        )


@strawberry.type(description="A notice on a page.")
class NoticeEdge:
    node: Notice = strawberry.field(description="The notice.")
    cursor: str = strawberry.field(description="Its place in the list.")


@strawberry.type(description="A page of notices.")
class NoticeConnection:
    edges: list[NoticeEdge] = strawberry.field(description="The notices of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")


@strawberry.input(name="NoticeFilter", description="What notices must meet.")
class NoticeFilterInput:
    kinds: list[NoticeKind] | None = strawberry.field(default=None, description="Only notices of these kinds.")
    state: NoticeState | None = strawberry.field(
        default=None, description="Only notices with which you stand so; for staff, with which any partner does."
    )
    story_id: strawberry.ID | None = strawberry.field(default=None, description="Only notices of this story.")
    drill: bool | None = strawberry.field(default=None, description="Only exercises, or none; both where absent.")

    def notice_filter(self) -> NoticeFilter:
        """The filter, as the models take it."""
        story_id = None if self.story_id is None else uuid_of(self.story_id, "Story")
        return NoticeFilter(self.kinds, self.state, story_id, self.drill)


async def list_notices(
    context: Context,
    wanted: NoticeFilterInput,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> NoticeConnection:
    """A page of notices, the newest first."""
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (str,)))
    now = context.services.clock()
    async with context.database.read() as session:
        page = await find_notices(session, request, context.actor, wanted.notice_filter(), now)
        records = await read_notices(session, page.items, context.actor)
    await note_delivery(context, records, now)
    edges = [
        NoticeEdge(node=Notice.of(record, now), cursor=encode_cursor(_LIST, key))
        for record, key in zip(records, page.keys, strict=True)
    ]
    return NoticeConnection(edges=edges, page_info=page_info(page, _LIST))


async def one_notice(context: Context, notice_id: uuid.UUID) -> Notice:
    """A notice by its id.

    :raises NotFound: none, or one that did not go to this partner.
    """
    async with context.database.read() as session:
        row = await find_notice(session, notice_id, context.actor)
    return (await notices_for(context, [row]))[0]


async def notices_for(context: Context, rows: Sequence[NoticeRow]) -> list[Notice]:
    """Notices as the actor sees them, in that order."""
    now = context.services.clock()
    async with context.database.read() as session:
        records = await read_notices(session, rows, context.actor)
    await note_delivery(context, records, now)
    return [Notice.of(record, now) for record in records]


async def note_delivery(context: Context, records: Sequence[NoticeRecord], now: datetime) -> None:
    """Writes down that a partner's program has read notices, in a short transaction of its own, where it had not before."""
    partner_id = context.actor.partner_id
    unread = [
        record.notice.id for record in records if record.recipient is not None and record.recipient.delivered_at is None
    ]
    if partner_id is not None and unread:
        async with context.write("recordNoticeDelivery", {"notices": unread}) as session:
            await record_delivery(session, partner_id, unread, NoticeChannel.API, now)
