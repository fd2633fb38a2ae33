"""The job that seals the audit trail."""

from __future__ import annotations

from datetime import datetime

from models.audit.seal import BATCH, SEAL_SECONDS, seal
from models.database import Database
from server.worker import Job


def sealing(database: Database) -> Job:
    """Seals what was written, twice a second. What is less than a batch waits for the next turn, to be one seal."""

    async def work(now: datetime) -> int:
        sealed = await seal(database, now)
        return sealed if sealed == BATCH else 0

    return Job("seal", SEAL_SECONDS, work)
