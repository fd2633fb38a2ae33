"""Time zones: in which a date alone is a whole day, and a month begins."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from models.errors import BadZone

LONGEST_ZONE = 64
"""Characters that our columns have room for."""


def parse_zone(name: str, field: Sequence[str] = ("zone",)) -> ZoneInfo:
    """The zone of this name in the IANA database, in which case counts.

    :param field: the path of the input value, for the refusal.
    :raises BadZone: there is none.
    """
    zone = _zone(name) if len(name) <= LONGEST_ZONE else None
    if zone is None:
        raise BadZone(f"{name[:80]!r} is not an IANA time zone; write it like Asia/Shanghai or UTC", field=field)
    return zone


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # an absolute path is a ValueError, a folder an OSError
        return None
