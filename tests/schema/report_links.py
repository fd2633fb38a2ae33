"""What tests of report links share."""

from __future__ import annotations

from dataclasses import replace

from models.actor import Actor
from models.client import create_client
from models.scope import Scope
from tests.seeded import Pool


async def centre(pool: Pool) -> Actor:
    """A client of the centre that exists: a link ends with the client that made it."""
    actor = await pool.actor(None, Scope.REPORT_READ, Scope.REPRINT_WRITE, Scope.STORY_WRITE, Scope.PARTNER_WRITE)
    async with pool.database.write() as session:
        row, _ = await create_client(session, None, "centre", sorted(actor.scopes), pool.now)
    return replace(actor, client_id=row.client_id, client_uuid=row.id)
