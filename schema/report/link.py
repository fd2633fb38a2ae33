"""Report links in the schema: addresses that show one report to whoever has them, until they end."""

from __future__ import annotations

import asyncio
import uuid
from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types import Info

from models.audit.subject import about
from models.errors import BadInput
from models.paging import decode_cursor, encode_cursor, page_request
from models.report.catalogue import ReportName
from models.report.link import (
    NewLink,
    ReportFormat,
    create_report_link,
    find_report_link,
    find_report_links,
    revoke_report_link,
)
from models.report.link import ReportLink as LinkRow
from models.report.password import check_choice, hash_password
from models.scope import Scope
from schema.access import RequiresScope
from schema.argument import After, Before, First, Last
from schema.change import Payload, attempt
from schema.context import Context
from schema.enum import describe
from schema.identifier import global_id, uuid_of
from schema.node import Node, PageInfo, page_info
from schema.report.query import LANGUAGES, ReportInput, scope_of
from schema.scalar import Count, Url

describe(ReportFormat)
PAGES_PATH = "/shared-reports"
"""Under this path every report link has its page."""
_LIST = "reportLinks"
_READS: list[FieldExtension] = [RequiresScope(Scope.REPORT_READ)]


@strawberry.type(
    description="A link to one report. It shows what the client that made it may read, and ends with that client."
)
class ReportLink(Node):
    name: ReportName = strawberry.field(description="Which report.")
    since: date = strawberry.field(name="from", description="The first day, in the zone of the reports.")
    until: date = strawberry.field(description="The first day that is left out.")
    partner_id: strawberry.ID | None = strawberry.field(
        description="Only what is of this partner; null for all that the maker reads."
    )
    language: str = strawberry.field(description="In which the page opens: en or zh. Readers may change it.")
    formats: list[ReportFormat] = strawberry.field(description="The files that it offers beside the page.")
    note: str | None = strawberry.field(description="A note of your own, which the page does not show.")
    has_password: bool = strawberry.field(description="Whether it opens with a password alone.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime = strawberry.field(description="From when on it opens nothing.")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked; null where it was not.")
    openings: Count = strawberry.field(description="How often its page or a file was opened. Nobody is told apart.")
    last_opened_at: datetime | None = strawberry.field(description="When that was last; null where it never was.")
    wrong_passwords: Count = strawberry.field(
        description="How often a wrong password was given; many say that somebody guesses."
    )

    @classmethod
    def of(cls, row: LinkRow) -> ReportLink:
        shown = row.of_partner_id or row.partner_id
        return cls(
            id=global_id("ReportLink", row.id),
            name=row.name,
            since=row.since,
            until=row.until,
            partner_id=None if shown is None else global_id("Partner", shown),
            language=row.language,
            formats=[ReportFormat(each) for each in row.formats],
            note=row.note,
            has_password=row.password_hash is not None,
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            openings=Count(row.openings),
            last_opened_at=row.last_opened_at,
            wrong_passwords=Count(row.wrong_passwords),
        )


async def one_report_link(context: Context, link_id: uuid.UUID) -> ReportLink:
    """The link with this id, of its maker's, or, for staff, anybody's.

    :raises NotFound: there is none there.
    """
    async with context.database.read() as session:
        return ReportLink.of(await find_report_link(session, link_id, context.actor))


@strawberry.type(description="A place in the list of report links.")
class ReportLinkEdge:
    node: ReportLink = strawberry.field(description="The link.")
    cursor: str = strawberry.field(description="Its place in the list.")


@strawberry.type(description="A page of report links.")
class ReportLinkConnection:
    edges: list[ReportLinkEdge] = strawberry.field(description="The links, each with its cursor.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")


@strawberry.input(description="A new report link.")
class CreateReportLinkInput:
    name: ReportName = strawberry.field(description="Which report.")
    report: ReportInput = strawberry.field(description="What it is about.")
    language: str = strawberry.field(default="en", description="In which the page opens: en or zh.")
    formats: list[ReportFormat] = strawberry.field(
        default_factory=lambda: list(ReportFormat),
        description="The files that it offers beside the page; none for the page alone.",
    )
    expires_at: datetime | None = strawberry.field(
        default=None, description="From when on it opens nothing: within 366 days; after 30 days where absent."
    )
    password: str | None = strawberry.field(
        default=None, description="8 to 128 characters, without which it opens nothing. It can be read nowhere again."
    )
    note: str | None = strawberry.field(
        default=None, description="A note of your own, such as who gets the address: at most 500 characters."
    )


@strawberry.input(description="A report link.")
class RevokeReportLinkInput:
    report_link_id: strawberry.ID = strawberry.field(description="The link.")


@strawberry.type(description="What making a report link gave.")
class CreateReportLinkPayload(Payload):
    report_link: ReportLink | None = strawberry.field(description="The link; null where it was refused.")
    url: Url | None = strawberry.field(description="Its address, which is shown this once; null where it was refused.")


@strawberry.type(description="What revoking a report link gave.")
class RevokeReportLinkPayload(Payload):
    report_link: ReportLink | None = strawberry.field(description="The link; null where it was refused.")


@strawberry.type
class ReportLinkQueries:
    """The part of the root of queries that is about report links."""

    @strawberry.field(
        description="Report links, the newest first: a partner's own, for staff those of all.", extensions=_READS
    )
    async def report_links(
        self,
        info: Info[Context, None],
        include_ended: Annotated[
            bool, strawberry.argument(description="Also those that were revoked or have expired.")
        ] = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ReportLinkConnection | None:
        request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (str,)))
        context, now = info.context, info.context.services.clock()
        async with context.database.read() as session:
            page = await find_report_links(session, request, context.actor, now, ended=include_ended)
        edges = [
            ReportLinkEdge(node=ReportLink.of(row), cursor=encode_cursor(_LIST, key))
            for row, key in zip(page.items, page.keys, strict=True)
        ]
        return ReportLinkConnection(edges=edges, page_info=page_info(page, _LIST))


@strawberry.type
class ReportLinkMutations:
    """The part of the root of mutations that is about report links."""

    @strawberry.mutation(
        description="Makes a link that shows one report, as a page and as files, to whoever has its address.",
        extensions=_READS,
    )
    async def create_report_link(
        self,
        info: Info[Context, None],
        input: Annotated[CreateReportLinkInput, strawberry.argument(description="It.")],
    ) -> CreateReportLinkPayload | None:
        made, errors = await attempt(_create(info.context, input))
        return CreateReportLinkPayload(
            report_link=made[0] if made else None, url=made[1] if made else None, user_errors=errors
        )

    @strawberry.mutation(description="Makes a report link worth nothing, at once.", extensions=_READS)
    async def revoke_report_link(
        self,
        info: Info[Context, None],
        input: Annotated[RevokeReportLinkInput, strawberry.argument(description="It.")],
    ) -> RevokeReportLinkPayload | None:
        link, errors = await attempt(_revoke(info.context, input))
        return RevokeReportLinkPayload(report_link=link, user_errors=errors)


async def _create(context: Context, given: CreateReportLinkInput) -> tuple[ReportLink, Url]:
    if given.language not in LANGUAGES:
        raise BadInput(f"there are no reports in {given.language[:35]!r}; ask for en or zh", field=["language"])
    period, scope = scope_of(context, given.name, given.report)
    hashed = None
    if given.password is not None:
        check_choice(given.password)
        hashed = await asyncio.to_thread(hash_password, given.password)
    of_partner_id = scope.partner_id if context.actor.is_staff else None
    wanted = NewLink(
        given.name, period, of_partner_id, given.language, given.formats, given.expires_at, hashed, given.note
    )
    async with context.write("createReportLink", given) as session:
        row, secret = await create_report_link(session, context.actor, wanted, context.services.clock())
        about(session, global_id("ReportLink", row.id), partner_id=row.of_partner_id or row.partner_id)
    return ReportLink.of(row), Url(f"{context.services.public_url}{PAGES_PATH}/{secret}")


async def _revoke(context: Context, given: RevokeReportLinkInput) -> ReportLink:
    async with context.write("revokeReportLink", given) as session:
        link_id = uuid_of(given.report_link_id, "ReportLink")
        row = await revoke_report_link(session, link_id, context.actor, context.services.clock())
        about(session, given.report_link_id, partner_id=row.of_partner_id or row.partner_id)
    return ReportLink.of(row)
