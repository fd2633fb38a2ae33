"""What a process does that acknowledges many pickups at once."""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import Sequence
from itertools import product
from multiprocessing.connection import Connection

import models.tables  # noqa: F401 - every table, so that foreign keys find theirs
from models.actor import Actor
from models.database import Database
from models.errors import StorypoolError
from models.pickup import PickupRequest, acknowledge
from models.policy import DeliveryChannel, RightsAction
from models.pool.rights import RightsBook
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


def take_some(pipe: Connection, url: str, actor: Actor, variant: uuid.UUID, first: int, last: int) -> None:
    """Says that it is ready, waits for a word, takes each of `DISTINCT[first:last]`, and sends how many ended how."""

    async def take() -> Counter[str]:
        database = Database(url)
        try:
            return await take_all(database, actor, variant, DISTINCT[first:last])
        finally:
            await database.close()

    pipe.send("ready")
    pipe.recv()
    pipe.send(asyncio.run(take()))
