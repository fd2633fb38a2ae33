"""The bounds of periods, as people write them: a date and time with a zone, or a date alone, which is the whole day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.errors import BadDateTime, EndBeforeStart
from models.policy.value import RFC_3339

Moment = datetime | str
"""A moment, or RFC 3339 text (`full-date` or `date-time`) that is still to be read in a zone."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def start_of(value: Moment, zone: ZoneInfo, field: Sequence[str]) -> datetime:
    """The first moment of a period, in UTC: of a date alone, the first moment of that day in the zone.

    :param field: the path of the input value, for the refusal.
    :raises BadDateTime: the text is neither a date nor a date-time with a zone, or names no moment.
    """
    return _read(value, zone, field, days=0)


def end_of(value: Moment, zone: ZoneInfo, field: Sequence[str]) -> datetime:
    """The first moment after a period, in UTC: of a date alone, the first moment of the day after it in the zone.

    :param field: the path of the input value, for the refusal.
    :raises BadDateTime: the text is neither a date nor a date-time with a zone, or names no moment.
    """
    return _read(value, zone, field, days=1)


def refuse_unless_before(starts_at: datetime, ends_at: datetime | None, field: Sequence[str]) -> None:
    """Refuses an end that is not after the start.

    :raises EndBeforeStart: with both moments.
    """
    if ends_at is not None and ends_at <= starts_at:
        raise EndBeforeStart(
            f"{'.'.join(field)} is {ends_at.isoformat()}, which is not after the start at {starts_at.isoformat()}",
            field=field,
        )


def _read(value: Moment, zone: ZoneInfo, field: Sequence[str], *, days: int) -> datetime:
    try:
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        if _DATE.fullmatch(value):
            return datetime.combine(date.fromisoformat(value) + timedelta(days=days), time(), zone).astimezone(UTC)
        if RFC_3339.fullmatch(value):
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadDateTime(f"{value!r} names no moment", field=field) from None
    raise BadDateTime(
        f"{value[:60]!r} is neither a date (2026-06-30) nor a date-time with a zone (2026-06-30T09:30:00+08:00)",
        field=field,
    )
