"""Entries are recorded in the transaction of what they tell of: both are there afterwards, or neither."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit.detail import LONGEST_ID, bounded
from models.audit.subject import Subject
from models.audit.table import AuditEntry, AuditUnsealed
from models.base import JsonObject, id_at
from models.change import Change

PROGRAM = "storypool"
"""Who writes what nobody asked for: the name of the program in `by`."""

_NOTHING = Subject()


async def record(
    session: AsyncSession,
    change: Change,
    action: str,
    *,
    by_partner_id: uuid.UUID | None = None,
    request_id: str | None = None,
    subject: Subject = _NOTHING,
    details: JsonObject | None = None,
) -> uuid.UUID:
    """Adds an entry to the audit trail, and gives its id.

    :param change: by whom (an OAuth client, a person on the command line, `PROGRAM`), and when.
    :param action: what was done: a mutation's name in GraphQL, or a name like it.
    :param by_partner_id: the partner for whom the client acts.
    :param subject: what it is about.
    :param details: what `models.audit.detail` lets through; never text or secrets.
    """
    entry_id = id_at(change.at)
    entry = {
        "id": entry_id,
        "at": change.at,
        "by": change.by[:LONGEST_ID],
        "by_partner_id": by_partner_id,
        "action": action,
        "subject_id": subject.subject_id,
        "story_id": subject.story_id,
        "partner_id": subject.partner_id,
        "request_id": request_id[:LONGEST_ID] if request_id else None,
        "details": bounded(details or {}),
    }
    await session.execute(sa.insert(AuditEntry), entry)
    await session.execute(sa.insert(AuditUnsealed), {"entry_id": entry_id})
    return entry_id
