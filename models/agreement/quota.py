"""The periods over which pickups are counted against an agreement: calendar months in the agreement's own zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def period_of(now: datetime, zone: str) -> str:
    """The month that holds `now` in `zone` (an IANA name), as `YYYY-MM`: the key of what is counted in it."""
    return f"{now.astimezone(ZoneInfo(zone)):%Y-%m}"


def period_end(now: datetime, zone: str) -> datetime:
    """The first moment, in UTC, of the month after the one that holds `now` in `zone`: when a monthly quota starts anew.

    It is midnight on the wall there. Where clocks are put forward over that midnight it is the moment at which they are, and where
    midnight comes twice it is the first of them.
    """
    place = ZoneInfo(zone)
    local = now.astimezone(place)
    years, month = divmod(local.month, 12)
    return datetime(local.year + years, month + 1, 1, tzinfo=place).astimezone(UTC)
