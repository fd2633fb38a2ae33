"""Reports over GraphQL: the customer's own examples come out right, periods are half-open, and a partner reads its own rows alone."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import pytest

from models.actor import Actor
from models.errors import BadInput, BadLanguageTag, BadTerritory, NotFound
from models.report.catalogue import LISTS, OF_THE_CENTRE, ReportName
from schema.identifier import global_id
from tests.schema.partnership import change
from tests.schema.reprints import GROUP, PAGE, RECORD, SNAPSHOTS, WITHDRAW, pickup, reported, staff
from tests.seeded import JsonAnswer, Pool

REPORT = """query($name: ReportName!, $input: ReportInput!, $language: String = "en", $first: Int = 100, $after: String) {
  report(name: $name, input: $input, language: $language, first: $first, after: $after) {
    title startsAt endsAt beforeStartsAt zone columns { key title kind } notes endCursor
    rows { nodeId cells { text count number moment address } }
  } }"""
YEARS = {"2024": {"from": "2024-01-01", "until": "2025-01-01"}, "2025": {"from": "2025-01-01", "until": "2026-01-01"}}
YEARS["2026"] = {"from": "2026-01-01", "until": "2027-01-01"}


async def rows(pool: Pool, actor: Actor, name: str, period: dict[str, str], **more: Any) -> list[dict[str, Any]]:
    """A report's rows as objects by the keys of the columns."""
    report: JsonAnswer = (await pool.ask(actor, REPORT, name=name, input=period, **more))["report"]
    keys = [column["key"] for column in report["columns"]]
    found = []
    for row in report["rows"]:
        cells = [next((value for value in cell.values() if value is not None), None) for cell in row["cells"]]
        found.append({**dict(zip(keys, cells, strict=True)), "nodeId": row["nodeId"]})
    return found


def of(found: list[dict[str, Any]], key: str, ending: str) -> dict[str, Any]:
    return next(row for row in found if str(row[key]).endswith(ending))


async def test_the_patrol_robot_is_in_each_report_that_it_touches(pool: Pool) -> None:
    editor = await staff(pool)
    robot = of(await rows(pool, editor, "STORY_IMPACT", YEARS["2025"]), "story", ":patrol-robot")
    assert (robot["copies"], robot["outlets"]) == (2, 2)
    assert (robot["largestReach"], robot["reachQuality"]) == (1_000_000, "AT_LEAST CLAIMED")
    assert robot["views"] is None  # nobody gave any: silence is not zero
    ledger = [
        row
        for row in await rows(pool, editor, "REPRINT_LEDGER", YEARS["2025"])
        if str(row["story"]).endswith(":patrol-robot")
    ]
    assert sorted((row["depth"], row["edge"]) for row in ledger) == [(0, "REPRINT"), (1, "REPOST")]
    chain = of(await rows(pool, editor, "PROPAGATION", YEARS["2025"]), "story", ":patrol-robot")
    assert (chain["copies"], chain["steps"], chain["origin"]) == (2, 1, "UNKNOWN")
    matrix = await rows(pool, editor, "LANGUAGE_TERRITORY", YEARS["2025"])
    assert next(row for row in matrix if (row["language"], row["territory"]) == ("ru", "RU"))["copies"] == 2


async def test_followers_of_who_forwarded_a_video_are_nobodys_views(pool: Pool) -> None:
    editor = await staff(pool)
    outlet = of(await rows(pool, editor, "OUTLET_LEAGUE", YEARS["2025"]), "outlet", "Glamorous Lingnan")
    assert (outlet["followers"], outlet["copies"], outlet["stage"]) == (3_700_000, 1, "BIG_ACCOUNT")
    assert (outlet["views"], outlet["plays"]) == (None, None)
    story = of(await rows(pool, editor, "STORY_IMPACT", YEARS["2025"]), "story", ":acupuncture-maria")
    assert (story["views"], story["largestReach"]) == (None, None)


async def test_nine_posts_count_together_in_the_year_of_the_festival(pool: Pool) -> None:
    editor = await staff(pool)
    story = of(await rows(pool, editor, "STORY_IMPACT", YEARS["2024"]), "story", ":qixi-lantern-night")
    assert (story["copies"], story["views"], story["plays"]) == (0, 50_000, 30_000)
    assert story["quality"] == "VIEWS AT_LEAST CLAIMED; PLAYS AT_LEAST CLAIMED"
    growth = await rows(pool, editor, "GROWTH", YEARS["2024"])
    assert [row["month"] for row in growth] == [f"2024-{month:02}" for month in range(1, 13)]
    assert of(growth, "month", "-08")["views"] == 50_000
    assert all(
        not str(row["story"]).endswith(":qixi-lantern-night")
        for row in await rows(pool, editor, "STORY_IMPACT", YEARS["2025"])
    )


async def test_the_four_accounts_stand_together_and_followers_are_added_to_nothing(pool: Pool) -> None:
    editor = await staff(pool)
    accounts = await rows(pool, editor, "OFFICIAL_ACCOUNTS", YEARS["2025"])
    together = next(row for row in accounts if row["followers"] is not None)
    assert (together["followers"], together["reads"]) == (200_000, 800_000)
    assert together["quality"] == "FOLLOWERS AT_LEAST CLAIMED; READS AT_LEAST CLAIMED"
    assert [row["followers"] for row in accounts].count(None) == 4
    figure = (await pool.ask(editor, SNAPSHOTS, id=together["nodeId"]))["metricSnapshots"]
    assert {(one["measure"], one["value"]) for one in figure} == {("FOLLOWERS", 200_000), ("READS", 800_000)}
    annex = await rows(pool, editor, "EVIDENCE", YEARS["2025"])
    assert {row["value"] for row in annex} >= {200_000, 800_000, 1_000_000}
    assert {row["grade"] for row in annex} == {"CLAIMED"}
    assert of(annex, "subject", "Facebook, Instagram, TikTok and YouTube")["source"].startswith(
        "The centre's own account"
    )


NARROWED = """query($name: ReportName!, $input: ReportInput!, $filter: ReportFilter) {
  report(name: $name, input: $input, filter: $filter) { columns { key } rows { nodeId cells { text count } } } }"""


async def test_every_figure_of_a_row_leads_to_its_evidence(pool: Pool) -> None:
    editor = await staff(pool)

    async def behind(name: str, year: str = "2025", **narrowed: Any) -> list[dict[str, Any]]:
        report = (await pool.ask(editor, NARROWED, name=name, input=YEARS[year], filter=narrowed))["report"]
        keys = [column["key"] for column in report["columns"]]
        values = [[cell["text"] or cell["count"] for cell in row["cells"]] for row in report["rows"]]
        return [dict(zip(keys, one, strict=True)) for one in values]

    robot = of(await rows(pool, editor, "STORY_IMPACT", YEARS["2025"]), "story", ":patrol-robot")
    (figure,) = await behind("EVIDENCE", about=robot["nodeId"])
    assert (figure["measure"], figure["value"], figure["grade"]) == ("REACH", 1_000_000, "CLAIMED")
    assert str(figure["source"]).startswith("The centre's own account")
    copies = await behind("REPRINT_LEDGER", about=robot["nodeId"])
    assert [str(row["story"]).endswith(":patrol-robot") for row in copies] == [True, True]
    assert await behind("REPRINT_LEDGER", language="ru", territory="RU") == copies
    assert await behind("REPRINT_LEDGER", language="ru", territory="FR") == []
    assert await behind("EVIDENCE", about=robot["nodeId"], language="ru") == []  # a group is of no language
    chain = of(await rows(pool, editor, "PROPAGATION", YEARS["2025"]), "story", ":patrol-robot")
    assert await behind("REPRINT_LEDGER", about=chain["nodeId"]) == copies
    accounts = await rows(pool, editor, "OFFICIAL_ACCOUNTS", YEARS["2025"])
    together = next(row for row in accounts if row["followers"] is not None)
    assert {row["value"] for row in await behind("EVIDENCE", about=together["nodeId"])} == {200_000, 800_000}
    of_account = await behind("EVIDENCE", about=accounts[0]["nodeId"])
    assert {row["value"] for row in of_account} == {200_000, 800_000}  # what was given of it with others
    exposed = {row["key"]: row for row in await rows(pool, editor, "EXPOSURE", YEARS["2024"])}
    for row in exposed.values():
        assert len(await behind("REPRINT_LEDGER", "2024", about=row["nodeId"])) == row["copies"], row
    assert exposed["drone-show-repost"]["copies"] == 1
    (views, plays) = await behind("EVIDENCE", "2024", about=exposed["fun-longgang"]["nodeId"])
    assert {views["value"], plays["value"]} == {50_000, 30_000}
    outlet = of(await rows(pool, editor, "OUTLET_LEAGUE", YEARS["2025"]), "outlet", "Glamorous Lingnan")
    assert [row["outlet"] for row in await behind("REPRINT_LEDGER", about=outlet["nodeId"])] == ["Glamorous Lingnan"]


async def test_a_partner_that_narrows_a_list_sees_its_own_rows_alone(pool: Pool) -> None:
    partner, other = await pool.client("china-daily"), await pool.client("peoples-daily-overseas")
    taken = await pickup(pool, partner)
    copy = await reported(pool, partner, pickupId=taken, url=PAGE, publishedAt="2026-05-01T17:00:00Z")
    for actor, number in ((partner, 1), (other, 0)):
        report = (
            await pool.ask(
                actor, NARROWED, name="REPRINT_LEDGER", input=YEARS["2026"], filter={"about": copy["storyId"]}
            )
        )["report"]
        assert len(report["rows"]) == number


@pytest.mark.parametrize(
    ("name", "narrowed", "error", "message"),
    [
        ("GROWTH", {"language": "ru"}, BadInput, "GROWTH is no list"),
        ("EVIDENCE", {"about": global_id("Variant", uuid.UUID(int=1))}, BadInput, "about no Variant"),
        ("EVIDENCE", {"about": global_id("Story", "7")}, NotFound, "there is nothing"),
        ("EVIDENCE", {"about": "nonsense"}, NotFound, "there is nothing"),
        ("REPRINT_LEDGER", {"language": "klingonese!"}, BadLanguageTag, "tag"),
        ("REPRINT_LEDGER", {"territory": "QZ"}, BadTerritory, "QZ"),
    ],
)
async def test_a_filter_that_cannot_be_is_refused(
    pool: Pool, name: str, narrowed: dict[str, str], error: type[Exception], message: str
) -> None:
    result = await pool.run(await staff(pool), NARROWED, name=name, input=YEARS["2025"], filter=narrowed)
    assert result.errors is not None
    assert message in result.errors[0].message
    assert isinstance(result.errors[0].original_error, error)


async def test_groups_add_what_is_beyond_their_copies_and_withdrawn_copies_are_in_nothing(pool: Pool) -> None:
    partner, editor = await pool.client("china-daily"), await staff(pool)
    copy = await reported(
        pool, partner, pickupId=await pickup(pool, partner), url=PAGE, publishedAt="2026-05-01T17:00:00Z"
    )
    figure = {"measure": "VIEWS", "value": 700, "asOf": "2026-05-03T00:00:00Z", "source": "us", "grade": "REPORTED"}
    await change(pool, partner, RECORD, subjectId=copy["id"], figures=[figure])
    members = {"reprintIds": [copy["id"]], "storyId": copy["storyId"], "ranAt": "2026-05-01T17:00:00Z"}
    group = (await change(pool, editor, GROUP, key="both", name="Both", **members))["group"]
    claim = {**figure, "value": 1000, "qualifier": "ABOUT", "grade": "CLAIMED"}
    await change(pool, editor, RECORD, subjectId=group["id"], figures=[claim])
    story = of(await rows(pool, editor, "STORY_IMPACT", YEARS["2026"]), "story", ":glasses-park")
    assert (story["copies"], story["pickups"], story["views"], story["quality"]) == (1, 1, 1000, "VIEWS ABOUT CLAIMED")
    own = await rows(pool, partner, "STORY_IMPACT", YEARS["2026"])
    assert [(row["views"], row["quality"]) for row in own] == [(700, "VIEWS EXACT REPORTED")]
    card = of(await rows(pool, editor, "PARTNER_SCORECARD", YEARS["2026"]), "partner", "china-daily")
    assert (card["pickups"], card["copies"], card["copiesBefore"], card["views"]) == (1, 1, 0, 700)
    one, two = {"from": "2026-05-01", "until": "2026-05-02"}, {"from": "2026-05-02", "until": "2026-05-03"}
    assert await rows(pool, partner, "REPRINT_LEDGER", one) == []  # it is past midnight in Shanghai
    assert len(await rows(pool, partner, "REPRINT_LEDGER", two)) == 1
    await change(pool, partner, WITHDRAW, reprintId=copy["id"])
    assert await rows(pool, partner, "REPRINT_LEDGER", YEARS["2026"]) == []


@pytest.mark.parametrize("name", list(ReportName))
async def test_a_partner_reads_its_own_rows_and_none_of_another(pool: Pool, name: ReportName) -> None:
    partner, other = await pool.client("china-daily"), await pool.client("peoples-daily-overseas")
    await reported(pool, partner, pickupId=await pickup(pool, partner), url=PAGE, publishedAt="2026-05-02T00:00:00Z")
    if name in OF_THE_CENTRE:
        assert isinstance(await pool.refusal(partner, REPORT, name=name, input=YEARS["2026"]), NotFound)
        return
    seen = await rows(pool, other, name, YEARS["2026"])
    if name is ReportName.PARTNER_SCORECARD:
        assert [(row["partner"], row["copies"]) for row in seen] == [("peoples-daily-overseas", 0)]
    elif name is ReportName.GROWTH:
        assert {row["copies"] for row in seen} == {0}
    else:
        assert seen == []


@pytest.mark.parametrize("name", sorted(LISTS))
async def test_a_list_goes_on_from_page_to_page(pool: Pool, name: ReportName) -> None:
    editor = await staff(pool)
    whole = await rows(pool, editor, name, {"from": "2024-01-01", "until": "2026-01-01"})
    found, after = [], None
    for _ in range(10):
        asked = {"name": name, "input": {"from": "2024-01-01", "until": "2026-01-01"}, "first": 2, "after": after}
        page = (await pool.ask(editor, REPORT, **asked))["report"]
        found += [row["nodeId"] for row in page["rows"]]
        after = page["endCursor"]
        if after is None:
            break
    assert found == [row["nodeId"] for row in whole]
    assert len(found) > 4


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", list(ReportName))
async def test_every_report_is_there_in_english_and_chinese(pool: Pool, name: ReportName, language: str) -> None:
    report = (await pool.ask(await staff(pool), REPORT, name=name, input=YEARS["2025"], language=language))["report"]
    titles = [report["title"], *(column["title"] for column in report["columns"]), *report["notes"]]
    assert all(any("一" <= letter <= "鿿" for letter in title) is (language == "zh") for title in titles)
    assert report["startsAt"] == "2024-12-31T16:00:00Z"
    assert report["beforeStartsAt"] == "2023-12-31T16:00:00Z"


async def test_the_example_of_the_guide_answers(pool: Pool) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")
    example, behind, _sharing = re.findall(r"^```graphql\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    report = (await pool.ask(await staff(pool), example))["report"]
    assert (report["title"], len(report["rows"]) > 0) == ("稿件传播效果", True)
    robot = of(await rows(pool, await staff(pool), "STORY_IMPACT", YEARS["2025"]), "story", ":patrol-robot")
    (row,) = (await pool.ask(await staff(pool), behind, story=robot["nodeId"]))["report"]["rows"]
    assert 1_000_000 in [cell["count"] for cell in row["cells"]]
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", guide, re.MULTILINE)) == set(ReportName)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"input": {"from": "2025-01-01", "until": "2025-01-01"}}, "until"),
        ({"input": {"from": "1700-01-01", "until": "2025-01-01"}}, "hundred years"),
        ({"language": "fr"}, "en or zh"),
        ({"first": 1001}, "1 to 1000"),
        ({"after": "nonsense"}, "cursor"),
        ({"name": "GROWTH", "after": "WyJyZXBvcnQiLCIiLCIiXQ"}, "cursor"),
    ],
)
async def test_bad_input_is_refused(pool: Pool, given: dict[str, Any], told: str) -> None:
    asked = {"name": "REPRINT_LEDGER", "input": YEARS["2025"], **given}
    assert told in str(await pool.refusal(await staff(pool), REPORT, **asked))
