"""What commands write, with its entry in the audit trail."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit.record import record
from models.audit.seal import seal
from models.audit.subject import subject_of
from models.base import JsonObject, utc_now
from models.change import Change
from models.database import Database


@asynccontextmanager
async def written(database: Database, action: str, **details: object) -> AsyncIterator[AsyncSession]:
    """One write transaction, committed at the end of the block with its entry, and sealed: perhaps no server runs.

    What the entry is about is read off the events, or said by `models.audit.subject.about`.

    :param action: what is done, named as the mutation that does the same.
    :param details: identifiers, numbers and the like.
    """
    async with database.write() as session:
        yield session
        kept: JsonObject = dict(details)
        change = Change(by=person(), at=utc_now())
        await record(session, change, action, subject=await subject_of(session, ()), details=kept)
    await seal(database, utc_now())


def person() -> str:
    """Who sits at the command line."""
    try:
        return f"{getpass.getuser()} (command line)"
    except (OSError, KeyError):  # a container may run under a number that has no name
        return "command line"
