"""`storypool worker`."""

from __future__ import annotations

import asyncio

from server.cli.installation import settings_with
from server.hook.process import work
from server.logging import configure_logging


def worker() -> None:
    """Deliver webhooks, and nothing else, until told to stop. Any number of workers may run beside the servers."""
    settings = settings_with()
    configure_logging(settings.log_level, settings.log_format)
    asyncio.run(work(settings))
