"""Sealing: what was recorded is bound, batch after batch, into a chain of hashes, so that a later change of it shows."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit.canonical import FIRST_PREVIOUS_HASH, entry_hash, seal_hash
from models.audit.table import SEAL_COUNTER, AuditEntry, AuditLeaf, AuditSeal, AuditUnsealed
from models.database import Database
from models.event import Counter

BATCH = 1000
"""The most entries in one seal."""
SEAL_SECONDS = 0.5
"""How often a server looks for entries to seal."""


async def seal(database: Database, now: datetime, batch: int = BATCH) -> int:
    """Seals what is committed and in no seal yet, at most a batch. Several processes may do so at once: one seals, the others wait.

    :param batch: the most entries in the seal.
    :returns: how many entries were sealed.
    """
    async with database.read() as session:  # so that nobody waits for the lock of writers while there is nothing to do
        if (await session.exec(select(AuditUnsealed.entry_id).limit(1))).first() is None:
            return 0
    async with database.write() as session:
        return await _seal(session, now, batch)


async def _seal(session: AsyncSession, now: datetime, batch: int) -> int:
    counter = (await session.exec(select(Counter).where(Counter.name == SEAL_COUNTER).with_for_update())).one()
    waiting = select(AuditUnsealed.entry_id).order_by(col(AuditUnsealed.entry_id)).limit(batch)
    ids = (await session.exec(waiting)).all()
    if not ids:
        return 0
    # By their ids, not by a join: with statistics of another hour, PostgreSQL would walk the whole trail for one.
    among = select(AuditEntry).where(col(AuditEntry.id).in_(ids)).order_by(col(AuditEntry.id))
    entries = (await session.exec(among)).all()
    newest = (await session.exec(select(AuditSeal).order_by(col(AuditSeal.number).desc()).limit(1))).first()
    previous_hash = FIRST_PREVIOUS_HASH if newest is None else newest.hash
    number = max(counter.value, 0 if newest is None else newest.number) + 1
    hashes = [entry_hash(entry) for entry in entries]
    made = {
        "number": number,
        "at": now,
        "entries": len(entries),
        "previous_hash": previous_hash,
        "hash": seal_hash(previous_hash, number, now, hashes),
    }
    await session.execute(sa.insert(AuditSeal), made)
    leaves = [
        {"entry_id": entry.id, "seal_number": number, "ordinal": ordinal, "hash": leaf}
        for ordinal, (entry, leaf) in enumerate(zip(entries, hashes, strict=True))
    ]
    await session.execute(sa.insert(AuditLeaf), leaves)
    await session.execute(sa.delete(AuditUnsealed).where(col(AuditUnsealed.entry_id).in_(ids)))
    counter.value = number
    session.add(counter)
    return len(entries)
