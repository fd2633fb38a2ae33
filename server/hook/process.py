"""A process that delivers webhooks and does nothing else: any number of them may run beside the servers."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from functools import partial

from models.base import utc_now
from models.database import Database
from models.files import Files
from models.migration import require_head
from models.url_key import ensure_url_key
from schema.context import Services
from schema.schema import build_schema
from server.app import query_limits
from server.follower import Follower
from server.hook.runner import HookRunner
from server.media import SignedAddresses
from server.outgoing import GuardedClient, check_given_url
from server.settings import Settings
from server.url_key import UrlKeyRing
from server.wakeup import Wakeups


async def work(settings: Settings, stop: asyncio.Event | None = None) -> None:
    """Delivers until it is told to stop; by SIGTERM or SIGINT where no event is given.

    :raises OperationalError: the database is not ready.
    """
    if stop is None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    database = Database(settings.database)
    try:
        await require_head(database)
        async with database.write() as session:
            await ensure_url_key(session, utc_now())
        keys = UrlKeyRing(database)
        services = Services.of(
            database,
            Files.under(settings.data_dir),
            settings.issuer,
            desk=settings.desk,
            addresses=SignedAddresses(settings.issuer, keys, seconds=settings.media_url_seconds),
            check_outgoing_url=partial(check_given_url, allow_private=settings.outgoing_private),
        )
        schema = build_schema(limits=query_limits(settings), introspection=settings.introspection)
        hooks = HookRunner(services, schema, GuardedClient(allow_private=settings.outgoing_private))
        follower = Follower(database, interval=settings.follower_poll_seconds)
        follower.listen(keys.hear)
        follower.listen(hooks.hear)
        async with contextlib.AsyncExitStack() as parts:
            for part in (follower, Wakeups(database.url, follower.nudge), hooks):
                await parts.enter_async_context(part.running())
            await stop.wait()
    finally:
        await database.close()
