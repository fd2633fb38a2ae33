"""A process that acknowledges many pickups at once: `python -m tests.models.pickup.taking URL CLIENT PARTNER VARIANT FIRST LAST`.

It says `ready`, waits for a line, takes each of `DISTINCT[FIRST:LAST]`, and prints how many ended how, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from collections import Counter
from collections.abc import Sequence
from itertools import product

import models.tables  # noqa: F401 - every table, so that foreign keys find theirs
from models.actor import Actor
from models.database import Database
from models.errors import StorypoolError
from models.pickup import PickupRequest, acknowledge
from models.policy import DeliveryChannel, RightsAction
from models.pool.rights import RightsBook
from models.scope import PARTNER_SCOPES
from models.terms import PolicyCache
from models.territory import standard_tree
from models.usage import Use
from models.viewer import load_viewer
from tests.models.usage.cases import NOW

COUNTRIES = sorted(code for code in standard_tree().codes() if len(code) == 2 and code.isalpha())[:40]
DISTINCT = [Use(RightsAction.DISTRIBUTE, country, channel) for country, channel in product(COUNTRIES, DeliveryChannel)]
"""More than 200 uses, each another."""


async def take_all(database: Database, actor: Actor, variant: uuid.UUID, uses: Sequence[Use]) -> Counter[str]:
    """Acknowledges a pickup for each of the uses, all at once; how many ended how."""
    book = RightsBook(PolicyCache())

    async def take(use: Use) -> str:
        try:
            async with database.read() as session:
                viewer = await load_viewer(session, actor, book.policies, NOW)
            async with database.write() as session:
                await acknowledge(session, PickupRequest(variant, 1, [use]), viewer, book)
        except StorypoolError as error:
            return error.code
        return "TAKEN"

    return Counter(await asyncio.gather(*(take(use) for use in uses)))


async def main(url: str, client: str, partner: str, variant: str, first: str, last: str) -> None:
    database = Database(url)
    actor = Actor("test", uuid.UUID(client), uuid.UUID(partner), PARTNER_SCOPES)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    try:
        ended = await take_all(database, actor, uuid.UUID(variant), DISTINCT[int(first) : int(last)])
    finally:
        await database.close()
    sys.stdout.write(json.dumps(ended))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
