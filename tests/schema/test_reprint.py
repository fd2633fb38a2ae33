"""Reprints over GraphQL: reported once however often, by whomever it is theirs to report, and seen by those whose they are."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlmodel import col, select

from models.actor import Actor
from models.errors import Forbidden, NotFound
from models.event import Event, EventKind
from models.reprint.table import Reprint, ReprintSource
from models.scope import Scope
from seed.reading import read_seed
from tests.schema.partnership import SAVE_OUTLET, change, codes
from tests.schema.reprints import (
    CHAIN,
    LIST,
    MERGE,
    MOVE,
    PAGE,
    REPORT,
    UPDATE,
    WITHDRAW,
    listed,
    pickup,
    reported,
    staff,
)
from tests.seeded import Pool


@pytest.fixture
async def partner(pool: Pool) -> Actor:
    return await pool.client("china-daily")


@pytest.fixture
async def other(pool: Pool) -> Actor:
    return await pool.client("peoples-daily-overseas")


async def test_the_same_copy_reported_twice_by_two_ways_is_one_reprint_with_two_sources(
    pool: Pool, partner: Actor
) -> None:
    taken = await pickup(pool, partner)
    first = await reported(
        pool, partner, pickupId=taken, url=PAGE + "?utm_source=x", publishedAt="2026-05-02T08:00:00Z"
    )
    assert (first["state"], first["edge"]["kind"], first["depth"]) == ("CLAIMED", "REPRINT", 0)
    assert first["language"] == "en"
    assert first["outlet"]["unclaimed"] is True
    again = await reported(
        pool, partner, pickupId=taken, url=PAGE + "?utm_source=x", publishedAt="2026-05-02T08:00:00Z"
    )
    assert again == first
    editor = await staff(pool)
    seen = await reported(
        pool, editor, url=PAGE.replace("https://news.", "http://m.news."), title="Les lunettes", territory="FR"
    )
    assert seen["id"] == first["id"]
    assert [source["way"] for source in seen["sources"]] == ["PARTNER", "EDITOR"]
    assert (seen["title"], seen["territory"], seen["revision"]) == ("Les lunettes", "FR", 2)
    assert [source["way"] for source in (await listed(pool, partner))[0]["sources"]] == ["PARTNER"]


async def test_a_copy_without_an_address_is_known_by_outlet_day_and_place(pool: Pool, partner: Actor) -> None:
    taken = await pickup(pool, partner)
    outlets = (await pool.ask(partner, "{ viewer { partner { outlets { id } } } }"))["viewer"]["partner"]["outlets"]
    given = {"pickupId": taken, "outletId": outlets[0]["id"], "publishedAt": "2026-05-02T00:00:00+08:00"}
    first = await reported(pool, partner, place="Page 7", publishedPrecision="DAY", **given)
    again = await reported(pool, partner, place=" page  7", publishedPrecision="DAY", **given)
    assert again["id"] == first["id"]
    assert (await reported(pool, partner, place="page 8", **given))["id"] != first["id"]
    assert codes(await change(pool, partner, REPORT, pickupId=taken, outletId=outlets[0]["id"])) == ["BAD_INPUT"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"url": "https://user:pw@example.org/a"}, "BAD_URL", None),
        ({"publishedAt": "2036-01-01T00:00:00Z"}, "BAD_INPUT", ["publishedAt"]),
        ({"publishedAt": "1036-01-01T00:00:00Z"}, "BAD_INPUT", ["publishedAt"]),
        ({"title": "x" * 501}, "BAD_INPUT", ["title"]),
        ({"note": "x" * 2001}, "BAD_INPUT", ["note"]),
        ({"pickupId": "UGlja3VwOjAx"}, "NOT_FOUND", None),
        ({"variantId": "UGlja3VwOjAx"}, "BAD_INPUT", ["variantId"]),
    ],
)
async def test_bad_input_is_refused_and_keeps_nothing(
    pool: Pool, partner: Actor, given: dict[str, Any], code: str, field: list[str] | None
) -> None:
    payload = await change(pool, partner, REPORT, **{"pickupId": await pickup(pool, partner), "url": PAGE, **given})
    assert codes(payload) == [code]
    assert field is None or payload["userErrors"][0]["field"] == field
    assert await rows(pool) == []


async def test_a_partner_reports_of_its_own_alone_and_sees_no_other(pool: Pool, partner: Actor, other: Actor) -> None:
    taken = await pickup(pool, partner)
    assert codes(await change(pool, other, REPORT, pickupId=taken, url=PAGE)) == ["NOT_FOUND"]
    assert codes(await change(pool, other, REPORT, url=PAGE)) == ["BAD_INPUT"]
    mine = await reported(pool, partner, pickupId=taken, url=PAGE)
    assert codes(await change(pool, other, REPORT, parentId=mine["id"], url=PAGE + "2")) == ["NOT_FOUND"]
    assert await listed(pool, other) == []
    assert codes(await change(pool, other, WITHDRAW, reprintId=mine["id"])) == ["NOT_FOUND"]
    assert isinstance(await pool.refusal(other, "query($id: ID!) { node(id: $id) { id } }", id=mine["id"]), NotFound)
    without = await pool.actor("china-daily", Scope.POOL_READ)
    refused: tuple[tuple[str, dict[str, Any]], ...] = ((LIST, {}), (REPORT, {"input": {"url": PAGE}}))
    for document, variables in refused:
        assert isinstance(await pool.refusal(without, document, **variables), Forbidden)


async def test_what_descends_from_a_partners_copy_is_seen_without_its_figures(
    pool: Pool, partner: Actor, other: Actor
) -> None:
    mine = await reported(pool, partner, pickupId=await pickup(pool, partner), url=PAGE)
    editor = await staff(pool)
    repost = await reported(pool, editor, parentId=mine["id"], url="https://x.com/embassy/status/1", edgeKind="REPOST")
    assert (repost["depth"], repost["edge"]["basis"], repost["edge"]["confidence"]) == (1, "BY_HAND", 100)
    assert repost["outlet"]["platform"] == "x"
    seen = {one["id"]: one for one in await listed(pool, partner)}
    assert set(seen) == {mine["id"], repost["id"]}
    assert seen[repost["id"]]["figures"] is None
    assert seen[mine["id"]]["figures"] == []
    assert await listed(pool, other) == []


async def test_a_circle_is_refused_and_a_branch_moves_with_all_that_came_from_it(pool: Pool, partner: Actor) -> None:
    editor = await staff(pool)
    mine = await reported(pool, partner, pickupId=await pickup(pool, partner), url=PAGE)
    found = [await reported(pool, editor, url=f"https://example.org/{number}") for number in range(4)]
    assert found[0]["hasUnknownParent"] is True
    for parent, child in ((0, 1), (1, 2), (2, 3)):
        moved = await change(
            pool, editor, MOVE, reprintId=found[child]["id"], parentId=found[parent]["id"], basis="INFERRED"
        )
        assert moved["userErrors"] == []
        assert moved["reprint"]["edge"] == {"kind": "REPOST", "basis": "INFERRED", "confidence": 30}
    for parent in (0, 1, 3):
        circle = await change(pool, editor, MOVE, reprintId=found[0]["id"], parentId=found[parent]["id"])
        assert codes(circle) == ["REPRINT_CYCLE"]
    assert [one["id"] for one in await listed(pool, partner)] == [mine["id"]]
    await change(pool, editor, MOVE, reprintId=found[1]["id"], parentId=mine["id"])
    below = {one["id"]: one for one in await listed(pool, partner)}
    assert [below[one["id"]]["depth"] for one in (mine, *found[1:])] == [0, 1, 2, 3]
    assert {one["rootId"] for one in below.values()} == {mine["id"]}
    chain = (await pool.ask(editor, CHAIN, id=found[3]["id"]))["reprintChain"]
    assert (chain["copies"], chain["depth"], chain["branches"], chain["widest"], chain["unsure"]) == (4, 3, 3, 1, 2)
    assert [level["copies"] for level in chain["levels"]] == [1, 1, 1, 1]
    assert isinstance(await pool.refusal(partner, CHAIN, id=mine["id"]), NotFound)


async def test_two_that_are_hung_below_each_other_at_once_close_no_circle(pool: Pool) -> None:
    editor = await staff(pool)
    one, two = [await reported(pool, editor, url=f"https://example.org/{number}") for number in range(2)]
    payloads = await asyncio.gather(
        change(pool, editor, MOVE, reprintId=one["id"], parentId=two["id"]),
        change(pool, editor, MOVE, reprintId=two["id"], parentId=one["id"]),
    )
    assert sorted(codes(payload) for payload in payloads) == [[], ["REPRINT_CYCLE"]]


async def test_many_who_report_one_copy_at_once_make_one_reprint_at_one_outlet(pool: Pool, partner: Actor) -> None:
    taken = await pickup(pool, partner)
    editor = await staff(pool)
    asked = [change(pool, partner, REPORT, pickupId=taken, url=f"{PAGE}?utm_source={number}") for number in range(4)]
    asked += [change(pool, editor, REPORT, url=PAGE) for _ in range(4)]
    payloads = await asyncio.gather(*asked)
    assert [codes(payload) for payload in payloads] == [[]] * 8
    (row,) = await rows(pool)
    assert row.pickup_id is not None
    async with pool.database.read() as session:
        assert len((await session.exec(select(ReprintSource).where(ReprintSource.reprint_id == row.id))).all()) == 2


async def test_a_report_is_taken_back_by_who_made_it_unless_others_know_of_it(pool: Pool, partner: Actor) -> None:
    taken = await pickup(pool, partner)
    mine = await reported(pool, partner, pickupId=taken, url=PAGE)
    assert (await change(pool, partner, WITHDRAW, reprintId=mine["id"]))["reprint"]["state"] == "WITHDRAWN"
    back = await reported(pool, partner, pickupId=taken, url=PAGE, note="It ran after all.")
    assert (back["state"], back["note"]) == ("CLAIMED", "It ran after all.")
    await reported(pool, await staff(pool), url=PAGE)
    assert codes(await change(pool, partner, WITHDRAW, reprintId=mine["id"])) == ["WRONG_STATE"]


async def test_staff_say_what_a_copy_is_and_a_stale_change_is_refused(pool: Pool) -> None:
    editor = await staff(pool)
    copy = await reported(pool, editor, url=PAGE)
    changed = await change(
        pool,
        editor,
        UPDATE,
        reprintId=copy["id"],
        revision=1,
        form="EXCERPT",
        stage="BIG_ACCOUNT",
        state="NEEDS_REVIEW",
    )
    assert changed["userErrors"] == []
    assert (changed["reprint"]["stage"], changed["reprint"]["stageWasDecided"]) == ("BIG_ACCOUNT", True)
    stale = await change(pool, editor, UPDATE, reprintId=copy["id"], revision=1, form="FULL")
    assert codes(stale) == ["REVISION_CONFLICT"]
    assert (await listed(pool, editor))[0]["form"] == "EXCERPT"


async def test_an_outlet_that_nobody_claimed_becomes_a_part_of_one_that_is_known(pool: Pool, partner: Actor) -> None:
    editor = await staff(pool)
    copy = await reported(pool, editor, url=PAGE)
    known = (await pool.ask(partner, "{ viewer { partner { outlets { id } } } }"))["viewer"]["partner"]["outlets"][0][
        "id"
    ]
    merged = await change(pool, editor, MERGE, unclaimedId=copy["outlet"]["id"], intoId=known)
    assert merged["outlet"]["id"] == known
    assert (await reported(pool, editor, url=PAGE + "?page=2"))["outlet"]["id"] == known
    assert (await listed(pool, editor))[-1]["outlet"]["id"] == known
    assert codes(await change(pool, editor, MERGE, unclaimedId=known, intoId=known)) == ["WRONG_STATE"]


REUSES = """query($text: String!) { textReuses(text: $text) {
 storyUri version language form coverage pageShare spans { pageStart pageEnd variantStart variantEnd } } }"""


async def test_staff_ask_which_variants_a_text_reuses(pool: Pool, partner: Actor) -> None:
    story = next(story for story in read_seed().stories if story.slug == "patrol-robot")
    russian = next(part for part in story.variants if part.language == "ru")
    editor = await staff(pool)
    text = "\n".join(["Новости", *(russian.body or ())])
    (found, *_) = (await pool.ask(editor, REUSES, text=text))["textReuses"]
    assert (found["language"], found["form"], found["coverage"]) == ("ru", "FULL", 1.0)
    assert found["storyUri"].endswith(":patrol-robot")
    assert found["spans"][0]["pageStart"] == len("Новости\n")
    assert (await pool.ask(editor, REUSES, text="Nothing of ours."))["textReuses"] == []
    assert "at most 200000" in str(await pool.refusal(editor, REUSES, text="x" * 200_001))
    assert isinstance(await pool.refusal(partner, REUSES, text=text), Forbidden)


async def test_copies_at_an_address_that_an_outlet_has_are_of_that_outlet(pool: Pool) -> None:
    editor = await staff(pool)
    before = await reported(pool, editor, url="https://m.example.net/city/1")
    assert before["outlet"]["unclaimed"] is True
    saved = await change(
        pool, editor, SAVE_OUTLET, key="example", name="Example", kind="SITE", url="https://www.example.net/"
    )
    assert saved["userErrors"] == []
    assert (await reported(pool, editor, url="https://example.net/city/2"))["outlet"]["key"] == "example"
    taken = await change(
        pool, editor, SAVE_OUTLET, key="another", name="Another", kind="SITE", url="http://example.net"
    )
    assert taken["userErrors"] == []
    assert (await reported(pool, editor, url="https://example.net/city/3"))["outlet"]["key"] == "example"
    account = await change(
        pool,
        editor,
        SAVE_OUTLET,
        key="account",
        name="An account",
        kind="ACCOUNT",
        url="https://www.instagram.com/wowlonggang/",
    )
    assert account["userErrors"] == []
    post = await reported(pool, editor, url="https://instagram.com/WowLonggang/p/Cx1")
    assert post["outlet"]["key"] == "account"
    unknown = await reported(pool, editor, url="https://instagram.com/p/Cx2")
    assert (unknown["outlet"]["unclaimed"], unknown["outlet"]["kind"]) == (True, "SITE")


async def test_each_change_is_told_to_the_partner_that_the_copy_descends_from(pool: Pool, partner: Actor) -> None:
    await reported(pool, partner, pickupId=await pickup(pool, partner), url=PAGE)
    await reported(pool, await staff(pool), url="https://example.org/unknown")
    async with pool.database.read() as session:
        told = select(Event).where(Event.kind == EventKind.REPRINT_CHANGED).order_by(Event.position)  # type: ignore[arg-type]
        events = (await session.exec(told)).all()[-2:]
    assert [(event.audience, event.partner_id) for event in events] == [
        ("PARTNER", partner.partner_id),
        ("STAFF", None),
    ]


async def rows(pool: Pool) -> list[Reprint]:
    async with pool.database.read() as session:
        return list((await session.exec(select(Reprint).where(col(Reprint.address).is_not(None)))).all())
