"""Comparing values: numbers, moments, durations, and words.

A comparison that cannot be made (a word with a number, two currencies) is None: unknown, which is neither true nor false.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from models.errors import BadTerritory
from models.odrl.graph import Value
from models.odrl.vocabulary import XSD
from models.territory import Territory, contains, parse_territory, touches

NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII)
DURATION: Final = re.compile(
    r"(?P<sign>-?)P(?!$)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?"
    r"(?:T(?!$)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
TEXTUAL: Final = frozenset({XSD + "string", XSD + "anyURI"})
MONTH_STARTS: Final = tuple(
    datetime(year, month, 1, tzinfo=UTC) for year, month in ((1696, 9), (1697, 2), (1903, 3), (1903, 7))
)
"""Durations compare as their sums with these four moments do, where all four agree (XML Schema 1.1, 3.3.6.2)."""
TERRITORY: Final = re.compile(
    r"(?:.*\biso:code:3166:|.*/iso3166(?:-[12])?/|.*\bISO3166:)?(?P<code>[A-Za-z]{2}(?:-[A-Za-z0-9]{1,3})?|\d{3})"
)


class Moment(NamedTuple):
    """A stretch of time, in UTC: an instant, or a day from its first to its last microsecond."""

    first: datetime
    last: datetime


def moment(value: Value) -> Moment | None:
    """The date-time or the day that a value names; UTC where it names no zone. None where it names neither."""
    if value.is_thing or not MOMENT.fullmatch(value.text):
        return None
    text = value.text.upper()
    try:
        if len(text) > 10 and text[10] in "T ":
            instant = _utc(datetime.fromisoformat(text))
            return Moment(instant, instant)
        start = _utc(datetime.fromisoformat(f"{text[:10]}T00:00:00{text[10:]}"))
        return Moment(start, start + timedelta(days=1) - timedelta.resolution)
    except (ValueError, OverflowError):
        return None


def number(value: Value) -> Decimal | None:
    """The number that a literal writes."""
    return None if value.is_thing or not NUMBER.fullmatch(value.text) else Decimal(value.text)


def sign(left: Value, right: Value) -> int | None:
    """-1, 0 or 1 as the left value is less, equal or greater.

    A day equals every instant in it, is less than what comes after its end, and greater than what comes before its start.
    """
    numbers = number(left), number(right)
    if numbers[0] is not None and numbers[1] is not None:
        return _compared(numbers[0], numbers[1])
    moments = moment(left), moment(right)
    if moments[0] is not None and moments[1] is not None:
        return -1 if moments[0].last < moments[1].first else 1 if moments[0].first > moments[1].last else 0
    signs = {_compared(one, other) for one, other in zip(_ends(left), _ends(right), strict=False)}
    return signs.pop() if len(signs) == 1 else None


def equal(left: Value, right: Value) -> bool:
    """Whether two values are the same number, moment, duration or word. A literal equals the thing whose IRI it writes."""
    if left.text == right.text:
        return True
    words = left.datatype in TEXTUAL and right.datatype in TEXTUAL
    return not words and sign(left, right) == 0


def territory(value: Value) -> Territory | None:
    """The territory whose ISO 3166 or UN M49 code a value is, or ends in as ISO's own IRIs do."""
    found = TERRITORY.fullmatch(value.text)
    if found is None:
        return None
    try:
        return parse_territory(found["code"].upper())
    except BadTerritory:
        return None


def lies_within(inner: Value, outer: Value) -> bool | None:
    """Whether one territory lies in the other; None where they overlap only, or where one is not a territory that we know."""
    within, around = territory(inner), territory(outer)
    if within is None or around is None:
        return None
    if contains(around, within):
        return True
    return None if touches(within, around) else False


def day_of_week(at: Moment) -> Value:
    """The day's name in English."""
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    return Value(names[at.first.weekday()], XSD + "string")


def _utc(given: datetime) -> datetime:
    return given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)


def _compared(left: Decimal | datetime, right: Decimal | datetime) -> int:
    if left == right:
        return 0
    return -1 if left < right else 1  # type: ignore[operator]  # both are of one kind


def _ends(value: Value) -> list[datetime]:
    """When a duration ends that begins at each of `MONTH_STARTS`; nothing for what is no duration."""
    found = None if value.is_thing else DURATION.fullmatch(value.text)
    if found is None:
        return []
    part = {name: Decimal(digits or 0) for name, digits in found.groupdict().items() if name != "sign"}
    direction = -1 if found["sign"] else 1
    months = direction * int(part["years"] * 12 + part["months"])
    seconds = ((part["days"] * 24 + part["hours"]) * 60 + part["minutes"]) * 60 + part["seconds"]
    try:
        return [_months_later(start, months) + direction * timedelta(seconds=float(seconds)) for start in MONTH_STARTS]
    except (ValueError, OverflowError):
        return []


def _months_later(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    return start.replace(year=start.year + years, month=month + 1)
