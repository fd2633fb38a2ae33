"""Figures over GraphQL: kept as they are given, refused where they cannot be right, and worked out to what stands."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.actor import Actor
from models.errors import NotFound
from tests.schema.partnership import change, codes
from tests.schema.reprints import GROUP, PAGE, RECORD, SNAPSHOTS, listed, pickup, reported, staff
from tests.seeded import Pool

VIEWS = {"measure": "VIEWS", "value": 1000, "asOf": "2026-05-03T00:00:00Z", "source": "platform", "grade": "REPORTED"}


@pytest.fixture
async def partner(pool: Pool) -> Actor:
    return await pool.client("china-daily")


@pytest.fixture
async def copy(pool: Pool, partner: Actor) -> str:
    """The id of a copy of the partner's."""
    return str((await reported(pool, partner, pickupId=await pickup(pool, partner), url=PAGE))["id"])


def figure(**other: Any) -> dict[str, Any]:
    return {**VIEWS, **other}


async def test_figures_are_kept_and_the_best_and_newest_stands(pool: Pool, partner: Actor, copy: str) -> None:
    given = [
        figure(),
        figure(value=900, asOf="2026-05-04T00:00:00Z"),
        figure(value=5000, grade="CLAIMED", asOf="2026-05-05T00:00:00Z", source="the outlet"),
        figure(
            value=50,
            accumulation="DELTA",
            since="2026-05-04T00:00:00Z",
            asOf="2026-05-05T00:00:00Z",
            qualifier="AT_LEAST",
        ),
        figure(value=70, accumulation="DELTA", since="2026-05-04T12:00:00Z", asOf="2026-05-06T00:00:00Z"),
    ]
    payload = await change(pool, partner, RECORD, subjectId=copy, figures=given)
    assert payload["userErrors"] == []
    assert [one["decreased"] for one in payload["snapshots"]] == [False, True, False, False, False]
    again = await change(pool, partner, RECORD, subjectId=copy, figures=given)
    assert [one["id"] for one in again["snapshots"]] == [one["id"] for one in payload["snapshots"]]
    ((standing,),) = [one["figures"] for one in await listed(pool, partner)]
    assert (standing["value"], standing["grade"], standing["qualifier"]) == (950, "REPORTED", "AT_LEAST")
    behind = (await pool.ask(partner, SNAPSHOTS, id=copy))["metricSnapshots"]
    assert len(behind) == 5
    assert standing["snapshotId"] in {one["id"] for one in behind}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"value": 10**15}, "value"),
        ({"measure": "REACH", "value": 10**10}, "value"),
        ({"asOf": "2036-01-01T00:00:00Z"}, "asOf"),
        ({"accumulation": "DELTA"}, "since"),
        ({"since": "2026-05-01T00:00:00Z"}, "since"),
        ({"accumulation": "DELTA", "since": "2026-05-04T00:00:00Z"}, "since"),
        ({"measure": "REACH", "accumulation": "DELTA", "since": "2026-05-01T00:00:00Z"}, "accumulation"),
        ({"measure": "FOLLOWERS"}, "measure"),
        ({"source": "  "}, "source"),
        ({"grade": "MEASURED"}, "evidence"),
        ({"breakdown": [{"value": 600, "territory": "FR"}, {"value": 600, "territory": "DE"}]}, "breakdown"),
        ({"breakdown": [{"value": 6}]}, "0"),
        ({"breakdown": [{"value": 6, "ageBand": "young"}]}, "ageBand"),
    ],
)
async def test_a_figure_that_cannot_be_right_is_refused_and_none_of_the_call_is_kept(
    pool: Pool, partner: Actor, copy: str, wrong: dict[str, Any], field: str
) -> None:
    payload = await change(pool, partner, RECORD, subjectId=copy, figures=[figure(), figure(**wrong)])
    assert codes(payload) == ["BAD_INPUT"]
    assert payload["userErrors"][0]["field"][:2] == ["figures", "1"]
    assert payload["userErrors"][0]["field"][-1] == field
    assert (await pool.ask(partner, SNAPSHOTS, id=copy))["metricSnapshots"] == []


@pytest.mark.parametrize("value", [-1, 2**54, 1.5])
async def test_what_is_no_count_is_refused(pool: Pool, partner: Actor, copy: str, value: float) -> None:
    refused = await pool.refusal(partner, RECORD, input={"subjectId": copy, "figures": [figure(value=value)]})
    assert "is not a count" in str(refused)


async def test_figures_of_others_are_neither_given_nor_seen(pool: Pool, copy: str) -> None:
    other = await pool.client("peoples-daily-overseas")
    assert codes(await change(pool, other, RECORD, subjectId=copy, figures=[figure()])) == ["NOT_FOUND"]
    assert isinstance(await pool.refusal(other, SNAPSHOTS, id=copy), NotFound)


async def test_figures_that_come_at_once_all_count(pool: Pool, partner: Actor, copy: str) -> None:
    figures = [
        figure(value=1, accumulation="DELTA", since=f"2026-05-0{day}T00:00:00Z", asOf=f"2026-05-0{day + 1}T00:00:00Z")
        for day in range(1, 7)
    ]
    payloads = await asyncio.gather(*(change(pool, partner, RECORD, subjectId=copy, figures=[one]) for one in figures))
    assert all(payload["userErrors"] == [] for payload in payloads)
    assert (await listed(pool, partner))[0]["figures"][0]["value"] == 6


async def test_a_figure_of_a_group_is_kept_beside_those_of_its_copies(pool: Pool, partner: Actor, copy: str) -> None:
    editor = await staff(pool)
    saved = await change(pool, editor, GROUP, key="festival", name="Nine posts", reprintIds=[copy], statedSize=9)
    assert saved["userErrors"] == []
    group = saved["group"]["id"]
    at_least = figure(value=50_000, grade="CLAIMED", qualifier="AT_LEAST")
    assert codes(await change(pool, editor, RECORD, subjectId=group, figures=[at_least])) == []
    again = await change(pool, editor, GROUP, key="festival", name="Nine posts", reprintIds=[copy], statedSize=9)
    assert again["group"] == {
        **saved["group"],
        "figures": [{"measure": "VIEWS", "value": 50_000, "qualifier": "AT_LEAST"}],
    }
    elsewhere = await change(pool, editor, GROUP, key="other", name="Other", reprintIds=[copy])
    assert codes(elsewhere) == ["KEY_TAKEN"]
    assert codes(await change(pool, partner, RECORD, subjectId=group, figures=[figure()])) == ["NOT_FOUND"]
