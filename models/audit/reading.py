"""Finds entries of the audit trail, the newest first."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit.table import AuditEntry, AuditLeaf
from models.base import first_id_at
from models.errors import NotFound
from models.paging import Page, PageRequest, newest_first


@dataclass(frozen=True)
class EntryFilter:
    """What entries must meet; what is None does not count.

    :param since: they were made then or later, and before `until`.
    """

    by: str | None = None
    action: str | None = None
    story_id: uuid.UUID | None = None
    partner_id: uuid.UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


async def find_entries(session: AsyncSession, request: PageRequest, wanted: EntryFilter) -> Page[AuditEntry]:
    """A page of entries. Ids are in the order of `at`, so that every filter walks an index in the order of the list."""
    statement = select(AuditEntry)
    for column, value in (
        (AuditEntry.by, wanted.by),
        (AuditEntry.action, wanted.action),
        (AuditEntry.story_id, wanted.story_id),
        (AuditEntry.partner_id, wanted.partner_id),
    ):
        if value is not None:
            statement = statement.where(col(column) == value)
    if wanted.since is not None:
        statement = statement.where(AuditEntry.id >= first_id_at(wanted.since), AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(
            AuditEntry.id < first_id_at(wanted.until, following=1), AuditEntry.at < wanted.until
        )
    return await newest_first(session, statement, AuditEntry, "audit entry", request)


async def find_entry(session: AsyncSession, entry_id: uuid.UUID) -> AuditEntry:
    """An entry by its id.

    :raises NotFound: there is none.
    """
    entry = await session.get(AuditEntry, entry_id)
    if entry is None:
        raise NotFound(f"there is no audit entry {entry_id}")
    return entry


async def leaves_of(session: AsyncSession, entries: Sequence[AuditEntry]) -> dict[uuid.UUID, AuditLeaf]:
    """Where entries are sealed, by their ids; those that are not are left out."""
    statement = select(AuditLeaf).where(col(AuditLeaf.entry_id).in_([entry.id for entry in entries]))
    return {leaf.entry_id: leaf for leaf in (await session.exec(statement)).all()}
