"""The periods of quotas are calendar months on the wall clock of the agreement's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.agreement.quota import period_end, period_of

ZONES = st.sampled_from(sorted(zone for zone in available_timezones() if zone != "localtime"))
MOMENTS = st.integers(631_152_000, 2_208_988_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""1990 to 2040."""


@pytest.mark.parametrize(
    ("now", "zone", "period", "end"),
    [
        ("2026-06-30T15:59:59Z", "Asia/Shanghai", "2026-06", "2026-06-30T16:00:00Z"),
        ("2026-06-30T16:00:00Z", "Asia/Shanghai", "2026-07", "2026-07-31T16:00:00Z"),
        ("2026-12-31T23:30:00Z", "UTC", "2026-12", "2027-01-01T00:00:00Z"),
        ("2026-12-31T23:30:00Z", "Asia/Shanghai", "2027-01", "2027-01-31T16:00:00Z"),
        ("2026-03-10T00:00:00Z", "Europe/Berlin", "2026-03", "2026-03-31T22:00:00Z"),  # summer time began on the 29th
        ("2026-10-10T00:00:00Z", "Europe/Berlin", "2026-10", "2026-10-31T23:00:00Z"),  # and ended on the 25th
        ("2005-03-10T00:00:00Z", "Asia/Damascus", "2005-03", "2005-03-31T22:00:00Z"),  # no midnight on 1 April
        ("2026-10-10T00:00:00Z", "America/Havana", "2026-10", "2026-11-01T04:00:00Z"),  # two midnights on 1 November
    ],
)
def test_a_month_begins_at_midnight_on_the_wall_of_its_zone(now: str, zone: str, period: str, end: str) -> None:
    moment = datetime.fromisoformat(now)
    assert period_of(moment, zone) == period
    assert period_end(moment, zone) == datetime.fromisoformat(end)
    assert period_end(moment, zone).tzinfo is UTC


@given(MOMENTS, ZONES)
def test_a_period_holds_until_its_end_and_not_a_moment_longer(now: datetime, zone: str) -> None:
    period, end = period_of(now, zone), period_end(now, zone)
    assert now < end <= now + timedelta(days=32)
    assert period_of(end - timedelta(microseconds=1), zone) == period
    assert period_of(end, zone) > period
