"""`storypool worker`."""

from __future__ import annotations

import asyncio
import sys

from server.cli.installation import settings_with
from server.hook.process import work
from server.logging import configure_logging

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    from uvloop import new_event_loop


def worker() -> None:
    """Deliver webhooks, and nothing else, until told to stop. Any number of workers may run beside the servers."""
    settings = settings_with()
    configure_logging(settings.log_level, settings.log_format)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(work(settings))
