"""The spans of a calendar that numbers are kept for: months, quarters and years in the zone of the reports."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.report.period import Period

ALWAYS = ""
"""The span of all of time."""


def spans_at(moment: datetime, zone: ZoneInfo) -> tuple[str, str, str]:
    """The year, the quarter and the month that a moment lies in."""
    day = moment.astimezone(zone)
    return f"{day.year:04}", f"{day.year:04}-Q{(day.month + 2) // 3}", month_at(moment, zone)


def month_at(moment: datetime, zone: ZoneInfo) -> str:
    """The month that a moment lies in: `2025-03`."""
    day = moment.astimezone(zone)
    return f"{day.year:04}-{day.month:02}"


def span_of(period: Period) -> str | None:
    """The span that a period is; None where it is none of the calendar."""
    since = period.since
    for span, months in (
        (f"{since.year:04}", 12),
        (f"{since.year:04}-Q{(since.month + 2) // 3}", 3),
        (f"{since:%Y-%m}", 1),
    ):
        if (since.month - 1) % months == 0 and since.day == 1 and period.until == _months_after(since, months):
            return span
    return None


def period_of(span: str, zone: ZoneInfo) -> Period:
    """The period that a span is."""
    year = int(span[:4])
    if len(span) == 4:
        since, months = date(year, 1, 1), 12
    elif span[5] == "Q":
        since, months = date(year, int(span[6]) * 3 - 2, 1), 3
    else:
        since, months = date(year, int(span[5:]), 1), 1
    return Period(since, _months_after(since, months), zone)


def _months_after(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
