"""The values of constraints: checked, and brought into canonical spelling."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from models.errors import BadLanguageTag, BadTerritory
from models.language import parse_language_range
from models.policy.refusal import Path, one_of, refuse, shown
from models.policy.vocabulary import DeliveryChannel, LeftOperand
from models.territory import parse_territory

LONGEST_PURPOSE: Final = 64
"""Characters of a purpose or of the name of an event."""
LARGEST_COUNT: Final = 1_000_000
LONGEST_TIME: Final = timedelta(days=36_500)

RFC_3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_CHANNELS: Final = [channel.value for channel in DeliveryChannel]
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DURATION: Final = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W|(?:(?P<days>\d{1,5})D)?(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,10})S)?)?)",
    re.ASCII,
)


def _territory(value: str, path: Path) -> str:
    try:
        return parse_territory(value)
    except BadTerritory as error:
        refuse(path, f"is wrong: {error.message}")


def _language(value: str, path: Path) -> str:
    try:
        return parse_language_range(value)
    except BadLanguageTag as error:
        refuse(path, f"is wrong: {error.message}")


def _channel(value: str, path: Path) -> str:
    return one_of(value, path, _CHANNELS)


def _purpose(value: str, path: Path) -> str:
    if not value or value != value.strip() or len(value) > LONGEST_PURPOSE:
        refuse(path, f"is {shown(value)}; it must be 1 to {LONGEST_PURPOSE} characters without spaces around them")
    return value


def _date_time(value: str, path: Path) -> str:
    """The moment in UTC, written as RFC 3339 says, with fractions of a second only where there are any."""
    if not RFC_3339.fullmatch(value):
        refuse(
            path, f"is {shown(value)}; give a date and time with a zone (RFC 3339), like '2025-06-30T00:00:00+08:00'"
        )
    try:
        moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        refuse(path, f"is {shown(value)}; there is no such moment")
    return moment_text(moment)


def _count(value: str, path: Path) -> str:
    return whole_number(value, path, 1, LARGEST_COUNT)


def _percentage(value: str, path: Path) -> str:
    return whole_number(value, path, 1, 100)


def whole_number(value: str, path: Path, least: int, most: int) -> str:
    """A whole number within bounds, without leading zeros."""
    if not value.isascii() or not value.isdigit() or len(value) > 9 or not least <= int(value) <= most:
        refuse(path, f"is {shown(value)}; it must be a whole number from {least:,} to {most:,}")
    return str(int(value))


def _duration(value: str, path: Path) -> str:
    """The duration in seconds, as ISO 8601 writes it: `PT259200S`."""
    parts = _DURATION.fullmatch(value)
    given = {name: int(number) for name, number in parts.groupdict().items() if number} if parts else {}
    if not given or not timedelta(0) < (length := timedelta(**given)) <= LONGEST_TIME:
        refuse(path, f"is {shown(value)}; give a duration of weeks, days, hours, minutes and seconds, like 'P7D'")
    return f"PT{int(length.total_seconds())}S"


def is_date(value: str) -> bool:
    """Whether a value is a date alone, without a time of day."""
    return _DATE.fullmatch(value) is not None


def day_bounds(value: str, zone: ZoneInfo, path: Path) -> tuple[datetime, datetime]:
    """The first moment of a day in a zone, and of the day after: a day may have 23 or 25 hours."""
    try:
        day = date.fromisoformat(value)
        following = day + timedelta(days=1)
    except (ValueError, OverflowError):
        refuse(path, f"is {shown(value)}; there is no such day")
    begin, end = (datetime.combine(each, time(), zone).astimezone(UTC) for each in (day, following))
    return begin, end


def moment_text(moment: datetime) -> str:
    """The canonical spelling of a moment: RFC 3339 in UTC, with fractions of a second only where there are any."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


READERS: Final[dict[LeftOperand, Callable[[str, Path], str]]] = {
    LeftOperand.SPATIAL: _territory,
    LeftOperand.DELIVERY_CHANNEL: _channel,
    LeftOperand.LANGUAGE: _language,
    LeftOperand.DATE_TIME: _date_time,
    LeftOperand.PURPOSE: _purpose,
    LeftOperand.EVENT: _purpose,
    LeftOperand.COUNT: _count,
    LeftOperand.PERCENTAGE: _percentage,
    LeftOperand.ELAPSED_TIME: _duration,
}
"""How each left operand's values are checked and brought into canonical spelling."""
