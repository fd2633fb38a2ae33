"""The time that a report is about: whole days in the zone of the reports, half-open, and as many days before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from models.errors import BadInput, EndBeforeStart

LONGEST: Final = timedelta(days=36_600)


@dataclass(frozen=True)
class Period:
    """From the beginning of one day to the beginning of another.

    :param until: the first day that is not in it.
    """

    since: date
    until: date
    zone: ZoneInfo

    @classmethod
    def of(cls, since: date, until: date, zone: ZoneInfo) -> Period:
        """A period.

        :raises EndBeforeStart: it has no day.
        :raises BadInput: it has more than a hundred years, or lies outside of what calendars hold.
        """
        if until <= since:
            raise EndBeforeStart(
                f"until {until} is not after from {since}; until is the first day that is left out", field=["until"]
            )
        if until - since > LONGEST or since.year < 1900 or until.year > 2200:
            raise BadInput("a report is about at most a hundred years, between 1900 and 2200", field=["from"])
        return cls(since, until, zone)

    @property
    def start(self) -> datetime:
        """The first moment, in UTC."""
        return _midnight(self.since, self.zone)

    @property
    def end(self) -> datetime:
        """The first moment that is not in it, in UTC."""
        return _midnight(self.until, self.zone)

    @property
    def before(self) -> Period:
        """As many days, up to where this one begins; of whole years or months, as many of those."""
        if (self.since.day, self.until.day) == (1, 1):
            months = (self.until.year - self.since.year) * 12 + self.until.month - self.since.month
            return Period(_months_before(self.since, months), self.since, self.zone)
        return Period(self.since - (self.until - self.since), self.since, self.zone)

    def months(self) -> Iterator[Period]:
        """Its calendar months, the first and the last as far as they are in it."""
        since = self.since
        while since < self.until:
            after = min(_months_before(since.replace(day=1), -1), self.until)
            yield Period(since, after, self.zone)
            since = after


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _months_before(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
