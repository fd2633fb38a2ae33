"""When a delivery is tried again, when a hook is left alone for a while, and when it is suspended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

SCHEDULE: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 600, 1800, 3600, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""How long to wait after each attempt: 13 in all, over some three and a half days."""


@dataclass(frozen=True)
class RetryPolicy:
    """What is done about failures.

    :param schedule: how long to wait after each attempt; after the last one the delivery is given up.
    :param jitter: by which part of itself a wait is made longer or shorter, at random.
    :param breaks_after: so many failures in a row leave the hook alone for a while, twice as long each time.
    :param suspends_after: for so long nothing arrived: the hook is suspended.
    :param longest_retry_after: the most of what an answer asks for by Retry-After.
    """

    schedule: tuple[timedelta, ...] = SCHEDULE
    jitter: float = 0.2
    breaks_after: int = 5
    first_break: timedelta = timedelta(seconds=30)
    longest_break: timedelta = timedelta(hours=1)
    suspends_after: timedelta = timedelta(days=3)
    longest_retry_after: timedelta = timedelta(hours=12)

    def wait(self, attempts: int, chance: float, retry_after: timedelta | None = None) -> timedelta | None:
        """How long to wait after so many attempts; None gives it up.

        :param chance: from 0 to 1.
        """
        if attempts > len(self.schedule):
            return None
        usual = self.schedule[attempts - 1] * (1 + self.jitter * (2 * chance - 1))
        return usual if retry_after is None else max(usual, min(retry_after, self.longest_retry_after))

    def pause(self, failures: int) -> timedelta | None:
        """How long to leave a hook alone after so many failures in a row; None does not."""
        if failures < self.breaks_after:
            return None
        return min(self.first_break * 2.0 ** min(failures - self.breaks_after, 20), self.longest_break)
