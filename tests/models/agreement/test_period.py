"""Bounds of periods: a date alone is the whole day in the zone, whatever the clocks do in it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from models.agreement.period import end_of, refuse_unless_before, start_of
from models.errors import BadDateTime, EndBeforeStart


@pytest.mark.parametrize(
    ("value", "zone", "start", "end"),
    [
        ("2026-06-30", "Asia/Shanghai", "2026-06-29T16:00:00Z", "2026-06-30T16:00:00Z"),
        ("2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),  # 23 hours
        ("2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),  # 25 hours
        ("2026-12-31", "UTC", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("2026-06-30T09:30:00+08:00", "UTC", "2026-06-30T01:30:00Z", "2026-06-30T01:30:00Z"),
    ],
)
def test_a_date_begins_and_ends_with_its_day_and_a_moment_is_itself(
    value: str, zone: str, start: str, end: str
) -> None:
    assert start_of(value, ZoneInfo(zone), ["startsAt"]) == datetime.fromisoformat(start)
    assert end_of(value, ZoneInfo(zone), ["endsAt"]) == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2026",
        "2026-6-30",
        "2026-02-30",
        "2026-06-30T09:30:00",
        "2026-06-30 ",
        "30.06.2026",
        "9999-12-31",
        "0001-01-01",
    ],
)
def test_what_names_no_moment_is_refused_with_its_field(value: str) -> None:
    read = end_of if value.startswith("9") else start_of
    with pytest.raises(BadDateTime) as refused:
        read(value, ZoneInfo("Asia/Shanghai"), ["exclusivities", "0", "endsAt"])
    assert refused.value.field == ["exclusivities", "0", "endsAt"]


def test_an_end_must_come_after_the_start() -> None:
    noon = datetime(2026, 6, 30, 12, tzinfo=UTC)
    refuse_unless_before(noon, None, ["endsAt"])
    with pytest.raises(EndBeforeStart):
        refuse_unless_before(noon, noon, ["endsAt"])
