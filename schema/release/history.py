"""What there has been of a story, for staff."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.difference import text_difference
from models.errors import NotFound
from models.language import LanguageTag
from models.paging import decode_cursor, encode_cursor, page_request
from models.partner import Partner as PartnerRow
from models.partner.reading import read_partners
from models.pool.tables import Release, ReleaseKind
from models.release.history import FieldDifference, ReceiptBasis, difference, find_version, find_versions, recipients_of
from models.release.history import StoryVersion as VersionRecord
from models.scope import Scope
from models.variant import Form
from schema.access import RequiresScope
from schema.argument import After, Before, First, Last
from schema.context import Context
from schema.difference import DifferenceSegmentResult, segments
from schema.enum import describe
from schema.identifier import global_id, uuid_of
from schema.node import Node, PageInfo, page_info
from schema.partner import Partner
from schema.scalar import Url
from schema.story import Story

describe(ReceiptBasis)

_LIST = "storyVersions"


@strawberry.type(description="A partner that came by a version of a story.")
class StoryRecipientResult:
    partner: Partner = strawberry.field(description="The partner.")
    basis: ReceiptBasis = strawberry.field(description="How.")
    at: datetime = strawberry.field(description="When first.")


@strawberry.type(description="One version of a story: what happened, and what it said.")
class StoryVersion(Node):
    version: int = strawberry.field(description="Counts releases and changes of status.")
    kind: ReleaseKind = strawberry.field(description="Why there is this version.")
    at: datetime = strawberry.field(description="When it came to be.")
    by: str = strawberry.field(description="Who made it.")
    reason: str | None = strawberry.field(description="Why, where that was said.")
    variant_ids: list[strawberry.ID] | None = strawberry.field(
        description="The variants that it was about; null where it was about all."
    )
    notice_ids: list[strawberry.ID] = strawberry.field(description="What was issued with it.")
    story: Story | None = strawberry.field(
        description="The story as it was, with all its variants, but for those that were killed since: those take `audit:read`. Null where "
        "nothing is left."
    )
    row: strawberry.Private[Release]

    @strawberry.field(
        description="Who received it: to whom a body was open while it was live, who took it, who was told; by time."
    )
    async def recipients(self, info: Info[Context, None]) -> list[StoryRecipientResult]:
        async with info.context.database.read() as session:
            found = await recipients_of(session, self.row, info.context.services.clock())
            ids = dict.fromkeys(one.partner_id for one in found)
            rows = [await session.get_one(PartnerRow, key) for key in ids]
            partners = dict(zip(ids, map(Partner.of, await read_partners(session, rows)), strict=True))
        return [StoryRecipientResult(partner=partners[one.partner_id], basis=one.basis, at=one.at) for one in found]

    @classmethod
    def of(cls, record: VersionRecord, address: Callable[[str], Url]) -> StoryVersion:
        release = record.release
        about = release.variant_ids
        return cls(
            id=global_id("StoryVersion", release.id),
            version=release.version,
            kind=release.kind,
            at=release.at,
            by=release.by,
            reason=release.reason,
            variant_ids=None if about is None else [global_id("Variant", key) for key in about],
            notice_ids=[global_id("Notice", notice.id) for notice in record.notices],
            story=None if record.story is None else Story.of(record.story, address),
            row=release,
        )


@strawberry.type(description="A version on a page.")
class StoryVersionEdge:
    node: StoryVersion = strawberry.field(description="The version.")
    cursor: str = strawberry.field(description="Its place in the list.")


@strawberry.type(description="A page of versions.")
class StoryVersionConnection:
    edges: list[StoryVersionEdge] = strawberry.field(description="The versions of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")


@strawberry.type(description="What a field says in two versions.")
class StoryFieldDifferenceResult:
    variant_id: strawberry.ID | None = strawberry.field(
        description="The variant; null for what is said of the story itself."
    )
    language: LanguageTag | None = strawberry.field(description="The variant's language.")
    form: Form | None = strawberry.field(description="The variant's form.")
    field: str = strawberry.field(description="The field, such as headline or bodyText.")
    before: str | None = strawberry.field(
        description="What it said; null where it said nothing, or the variant was not there."
    )
    after: str | None = strawberry.field(description="What it says then; null likewise.")

    @strawberry.field(
        description="The same piece by piece: the older text is all that is not ADDED, in order; the newer one all that is not REMOVED."
    )
    def segments(self) -> list[DifferenceSegmentResult]:
        return segments(text_difference(self.before or "", self.after or "", self.language or LanguageTag("en")))

    @classmethod
    def of(cls, found: FieldDifference) -> StoryFieldDifferenceResult:
        part = found.variant
        return cls(
            variant_id=None if part is None else global_id("Variant", part["id"]),
            language=None if part is None else LanguageTag(part["language"]),
            form=None if part is None else Form(part["form"]),
            field=found.field,
            before=found.before,
            after=found.after,
        )


StoryArgument = Annotated[strawberry.ID, strawberry.argument(description="The story.")]


async def story_versions(
    info: Info[Context, None],
    story_id: StoryArgument,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> StoryVersionConnection | None:
    context = info.context
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (int,)))
    viewer = await context.viewer()
    async with context.database.read() as session:
        page = await find_versions(session, uuid_of(story_id, "Story"), request, viewer, context.book)
    address = await context.media_address()
    edges = [
        StoryVersionEdge(node=StoryVersion.of(record, address), cursor=encode_cursor(_LIST, key))
        for record, key in zip(page.items, page.keys, strict=True)
    ]
    return StoryVersionConnection(edges=edges, page_info=page_info(page, _LIST))


async def story_difference(
    info: Info[Context, None],
    story_id: StoryArgument,
    from_: Annotated[int, strawberry.argument(name="from", description="The older version.")],
    to: Annotated[int, strawberry.argument(description="The newer version.")],
) -> list[StoryFieldDifferenceResult] | None:
    context = info.context
    viewer = await context.viewer()
    async with context.database.read() as session:
        found = await difference(session, uuid_of(story_id, "Story"), from_, to, viewer, context.book)
    return [StoryFieldDifferenceResult.of(one) for one in found]


@strawberry.type(description="What there has been of stories.")
class HistoryQueries:
    story_versions: StoryVersionConnection | None = strawberry.field(
        resolver=story_versions,
        description="Every version of a story, the newest first. The content of what was killed since takes `audit:read` as well.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
    story_difference: list[StoryFieldDifferenceResult] | None = strawberry.field(
        resolver=story_difference,
        description="What differs between two versions of a story, field by field. Of what was killed since, that takes `audit:read`.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )


async def one_version(context: Context, release_id: str) -> StoryVersion:
    """A version by the number of its release.

    :raises NotFound: there is none, or not for this actor.
    """
    if not re.fullmatch(r"[0-9]{1,18}", release_id, re.ASCII):
        raise NotFound(f"there is no version {release_id[:100]!r}")
    viewer = await context.viewer()
    async with context.database.read() as session:
        record = await find_version(session, int(release_id), viewer, context.book)
    return StoryVersion.of(record, await context.media_address())
