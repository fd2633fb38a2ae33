"""The audit trail: who wrote what and when."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.scalars import JSON
from strawberry.types import Info

from models.audit.canonical import entry_form
from models.audit.reading import EntryFilter, find_entries, find_entry, leaves_of
from models.audit.table import AuditEntry as EntryRow
from models.audit.table import AuditLeaf
from models.errors import NotFound
from models.paging import decode_cursor, encode_cursor, page_request
from models.scope import Scope
from schema.argument import After, Before, First, Last
from schema.context import Context
from schema.identifier import global_id, uuid_of
from schema.node import Node, PageInfo, page_info

_LIST = "auditEntries"


@strawberry.type(description="One write: who did what, when, and about what. It is never changed.")
class AuditEntry(Node):
    at: datetime = strawberry.field(description="When.")
    by: str = strawberry.field(
        description="Who: an OAuth client, somebody at the command line, or `storypool` for what the program does by itself."
    )
    by_partner_id: strawberry.ID | None = strawberry.field(description="The partner for whom the client acted.")
    action: str = strawberry.field(description="What was done: the name of the mutation, or a name like it.")
    subject_id: str | None = strawberry.field(
        description="What was changed: its global id; of a client, its client id."
    )
    story_id: strawberry.ID | None = strawberry.field(description="The story that it was about.")
    partner_id: strawberry.ID | None = strawberry.field(description="The partner that it was about.")
    request_id: str | None = strawberry.field(
        description="The request, as in the answer's `X-Request-Id` and in the log."
    )
    details: JSON = strawberry.field(
        description="What was sent. Text is there only by its SHA-256 and its length: `{sha256, characters}`."
    )
    canonical: str = strawberry.field(description="The entry in canonical form, of which `hash` is the hash.")
    hash: str | None = strawberry.field(
        description="SHA-256 over `storypool audit entry 1`, a line feed, and `canonical`; null until it is sealed."
    )
    seal_number: int | None = strawberry.field(description="The number of its seal; null until it is sealed.")

    @classmethod
    def of(cls, row: EntryRow, leaf: AuditLeaf | None) -> AuditEntry:
        return cls(
            id=global_id("AuditEntry", row.id),
            at=row.at,
            by=row.by,
            by_partner_id=_global_id("Partner", row.by_partner_id),
            action=row.action,
            subject_id=row.subject_id,
            story_id=_global_id("Story", row.story_id),
            partner_id=_global_id("Partner", row.partner_id),
            request_id=row.request_id,
            details=JSON(row.details),
            canonical=entry_form(row).decode(),
            hash=leaf.hash if leaf else None,
            seal_number=leaf.seal_number if leaf else None,
        )


@strawberry.type(description="A place in the list of audit entries.")
class AuditEntryEdge:
    node: AuditEntry = strawberry.field(description="The entry.")
    cursor: str = strawberry.field(description="Its place in the list.")


@strawberry.type(description="A page of audit entries.")
class AuditEntryConnection:
    edges: list[AuditEntryEdge] = strawberry.field(description="The entries, each with its cursor.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")


@strawberry.input(name="AuditEntryFilter", description="What audit entries must meet.")
class AuditEntryFilterInput:
    by: str | None = strawberry.field(default=None, description="Only what this client, or this person, did.")
    action: str | None = strawberry.field(default=None, description="Only this mutation, such as `killStory`.")
    story_id: strawberry.ID | None = strawberry.field(default=None, description="Only what was about this story.")
    partner_id: strawberry.ID | None = strawberry.field(default=None, description="Only what was about this partner.")
    since: datetime | None = strawberry.field(default=None, description="Only from this moment on.")
    until: datetime | None = strawberry.field(default=None, description="Only before this moment.")

    def wanted(self) -> EntryFilter:
        """What entries must meet.

        :raises NotFound: an id is not that of a story, or of a partner.
        """
        return EntryFilter(
            by=self.by,
            action=self.action,
            story_id=None if self.story_id is None else uuid_of(self.story_id, "Story"),
            partner_id=None if self.partner_id is None else uuid_of(self.partner_id, "Partner"),
            since=self.since,
            until=self.until,
        )


async def audit_entries(
    info: Info[Context, None],
    filter: Annotated[AuditEntryFilterInput | None, strawberry.argument(description="What they must meet.")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> AuditEntryConnection | None:
    """A page of entries, the newest first."""
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (str,)))
    wanted = (filter or AuditEntryFilterInput()).wanted()
    async with info.context.database.read() as session:
        page = await find_entries(session, request, wanted)
        leaves = await leaves_of(session, page.items)
    edges = [
        AuditEntryEdge(node=AuditEntry.of(row, leaves.get(row.id)), cursor=encode_cursor(_LIST, key))
        for row, key in zip(page.items, page.keys, strict=True)
    ]
    return AuditEntryConnection(edges=edges, page_info=page_info(page, _LIST))


async def one_audit_entry(context: Context, entry_id: uuid.UUID) -> AuditEntry:
    """An entry by its id.

    :raises NotFound: none, or the token may not read the trail.
    """
    if not context.actor.has(Scope.AUDIT_READ):
        raise NotFound(f"there is no audit entry {entry_id}")
    async with context.database.read() as session:
        row = await find_entry(session, entry_id)
        leaves: Mapping[uuid.UUID, AuditLeaf] = await leaves_of(session, [row])
    return AuditEntry.of(row, leaves.get(row.id))


def _global_id(kind: str, key: uuid.UUID | None) -> strawberry.ID | None:
    return None if key is None else global_id(kind, key)
