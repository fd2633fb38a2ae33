"""Edges that a look at a copy shows: by links, by what two copies share alone, and by time; never against what is known better."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from sqlmodel import select

from models.actor import Actor
from models.event import Event, EventKind
from models.reprint.chain import Edge
from models.reprint.edges import Origin, establish
from models.reprint.table import EdgeBasis, EdgeKind, Reprint
from schema.identifier import global_id, uuid_of
from tests.schema.notices import Case
from tests.schema.partnership import change
from tests.schema.reprints import MOVE, reported
from tests.seeded import JsonAnswer, Pool
from tests.server.outgoing.test_pages import plain
from tests.server.test_checking import Site, look, site, text_of

NODE = "query($id: ID!) { node(id: $id) { ... on Reprint { state parentId depth edge { kind basis confidence } } } }"
CHECK = "mutation($id: ID!) { checkReprint(input: { reprintId: $id }) { userErrors { code } } }"
ADDED = (
    "Our own reporter walked around the lake with the machine for two hours on Tuesday and counted eleven bicycles, four dogs "
    "without a lead and one very surprised heron on the wooden bridge."
)
FIRST = "2026-05-01T08:00:00Z"
SECOND = "2026-05-20T08:00:00Z"
THIRD = "2026-06-20T08:00:00Z"


class Sites:
    """Outlets on this machine, and copies of one story there."""

    def __init__(self, pool: Pool, editor: Actor, case: Case, text: Sequence[str], sites: Sequence[Site]) -> None:
        self.pool, self.editor, self.case, self.text, self.sites = pool, editor, case, text, sites

    def show(self, number: int, *more: str, around: str = "") -> str:
        """Shows a copy at an outlet, with more paragraphs, and something around the article; its address."""
        one = self.sites[number]
        body = "".join(f"<p>{paragraph}</p>" for paragraph in (*self.text, *more))
        source = f"<html><head><title>A copy</title></head><body>{around}<article>{body}</article></body></html>"
        one.pages["/copy"] = plain(source.encode(), "Content-Type: text/html; charset=utf-8")
        return one.address("/copy")

    async def report(self, number: int, published: str | None, **said: object) -> str:
        given = {"variantId": global_id("Variant", self.case.variants["en"]), "language": "en", **said}
        if published is not None:
            given["publishedAt"] = published
        address = self.sites[number].address("/copy")
        return str((await reported(self.pool, self.editor, url=address, **given))["id"])

    async def look_again(self, *ids: str) -> None:
        for reprint in ids:
            await self.pool.ask(self.editor, CHECK, id=reprint)
        await look(self.pool)

    async def node(self, reprint: str) -> JsonAnswer:
        found: JsonAnswer = (await self.pool.ask(self.editor, NODE, id=reprint))["node"]
        return found

    async def edge(self, reprint: str) -> tuple[str | None, str, int]:
        node = await self.node(reprint)
        return node["parentId"], node["edge"]["basis"], node["edge"]["confidence"]

    async def told(self, reprint: str) -> int:
        """How often the log has told of a copy."""
        wanted = select(Event).where(
            Event.kind == EventKind.REPRINT_CHANGED, Event.subject_id == str(uuid_of(reprint, "Reprint"))
        )
        async with self.pool.database.read() as session:
            return len((await session.exec(wanted)).all())


def link(address: str) -> str:
    return (
        f'As <a href="{address}?utm_source=feed">the Morning News of the lake told first</a>, it rained all day long.'
    )


@pytest.fixture
async def sites(pool: Pool) -> AsyncIterator[Sites]:
    case = await Case.of(pool)
    async with AsyncExitStack() as stack:
        served = [await stack.enter_async_context(site()) for _ in range(4)]
        yield Sites(pool, await pool.actor(None), case, await text_of(pool, case), served)


async def test_a_link_in_the_article_to_another_copy_says_where_it_came_from(sites: Sites) -> None:
    first = sites.show(0)
    sites.show(1, link(first))
    origin, copy = await sites.report(0, None), await sites.report(1, None)
    before = await sites.told(copy)
    await look(sites.pool)
    node = await sites.node(copy)
    assert (node["parentId"], node["depth"]) == (origin, 1)
    assert node["edge"] == {"kind": "REPRINT", "basis": "LINKED", "confidence": 95}
    assert await sites.told(copy) == before + 2  # what was found there, and where it came from
    await sites.look_again(copy)
    assert await sites.told(copy) == before + 2


async def test_links_around_the_article_say_nothing(sites: Sites) -> None:
    first = sites.show(0)
    sites.show(1, around=f'<nav><ul><li><a href="{first}">Read more of today</a></li></ul></nav>')
    await sites.report(0, None)
    copy = await sites.report(1, None)
    await look(sites.pool)
    assert (await sites.node(copy))["state"] != "CLAIMED"
    assert (await sites.edge(copy))[0] is None


async def test_of_two_linked_copies_neither_is_taken(sites: Sites) -> None:
    addresses = [sites.show(0), sites.show(1)]
    sites.show(2, *map(link, addresses))
    await sites.report(0, None)
    await sites.report(1, None)
    copy = await sites.report(2, None)
    await look(sites.pool)
    assert (await sites.edge(copy))[0] is None


async def test_what_was_published_later_is_no_origin(sites: Sites) -> None:
    later = sites.show(0)
    sites.show(1, link(later))
    await sites.report(0, SECOND)
    copy = await sites.report(1, FIRST)
    await look(sites.pool)
    assert (await sites.edge(copy))[0] is None


async def test_two_copies_that_link_to_each_other_make_no_circle(sites: Sites) -> None:
    first, second = sites.show(0), sites.show(1)
    sites.show(0, link(second))
    sites.show(1, link(first))
    ids = [await sites.report(0, None), await sites.report(1, None)]
    await look(sites.pool)
    await sites.look_again(*ids)
    parents = [(await sites.edge(one))[0] for one in ids]
    assert sorted(parents, key=str) in ([ids[0], None], [ids[1], None], [None, ids[0]], [None, ids[1]])


async def test_a_copy_under_a_pickup_came_from_the_centre(sites: Sites) -> None:
    partner = await sites.pool.client("china-daily")
    taken = await sites.case.take(partner)
    first = sites.show(0)
    sites.show(1, link(first))
    await sites.report(0, FIRST)
    copy = await reported(sites.pool, partner, pickupId=taken, url=sites.sites[1].address("/copy"), publishedAt=SECOND)
    await look(sites.pool)
    assert (await sites.edge(copy["id"]))[0] is None


@pytest.mark.parametrize(
    ("basis", "confidence", "to_other", "is_moved"),
    [
        ("STATED", None, True, True),
        ("STATED", 100, True, False),
        ("INFERRED", None, True, True),
        ("LINKED", None, True, False),
        ("BY_HAND", 10, True, False),
        ("BY_HAND", None, False, False),
    ],
    ids=["stated", "surely stated", "inferred", "linked", "by hand", "nowhere by hand"],
)
async def test_only_what_is_known_less_surely_is_said_anew(
    sites: Sites, basis: str, confidence: int | None, to_other: bool, is_moved: bool
) -> None:
    first = sites.show(0)
    sites.show(1, link(first))
    origin, copy = await sites.report(0, FIRST), await sites.report(1, SECOND)
    other = await sites.report(2, FIRST)
    given = {"reprintId": copy, "edgeKind": "REPOST", "basis": basis, "confidence": confidence}
    payload = await change(sites.pool, sites.editor, MOVE, **given, parentId=other if to_other else None)
    assert payload["userErrors"] == []
    before = await sites.edge(copy)
    await look(sites.pool)
    assert await sites.edge(copy) == ((origin, "LINKED", 95) if is_moved else before)


async def test_the_only_copy_before_it_is_inferred_and_of_two_neither(sites: Sites) -> None:
    for number in range(3):
        sites.show(number)
    first, second = await sites.report(0, FIRST), await sites.report(1, SECOND)
    await look(sites.pool)
    assert await sites.edge(second) == (first, "INFERRED", 30)
    assert (await sites.edge(first))[0] is None
    third = await sites.report(2, THIRD)
    await look(sites.pool)
    assert (await sites.edge(third))[0] is None


@pytest.mark.parametrize(
    "said",
    [
        {"publishedAt": "2026-05-01T00:00:00Z", "publishedPrecision": "DAY"},
        {"publishedAt": "2026-05-01T00:00:00Z", "publishedPrecision": "MONTH"},
        {"language": "ja"},
    ],
    ids=["same day", "same month", "other language"],
)
async def test_nothing_is_inferred_from_what_may_have_been_later_or_in_another_language(
    sites: Sites, said: dict[str, str]
) -> None:
    sites.show(0)
    sites.show(1)
    copy = await sites.report(1, "2026-05-01T20:00:00Z")
    await sites.report(0, said.get("publishedAt", "2026-04-01T00:00:00Z"), **said)
    await look(sites.pool)
    assert (await sites.edge(copy))[0] is None


async def test_what_an_outlet_added_is_known_in_whoever_took_it_from_there(sites: Sites) -> None:
    for number, more in enumerate(((), (ADDED,), (ADDED,))):
        sites.show(number, *more)
    await sites.report(0, FIRST)
    source = await sites.report(1, FIRST)
    await look(sites.pool)
    copy = await sites.report(2, THIRD)
    await look(sites.pool)
    assert await sites.edge(copy) == (source, "MATCHED", 70)


async def test_an_addition_of_two_outlets_is_nobodys(sites: Sites) -> None:
    for number in range(3):
        sites.show(number, ADDED)
    await sites.report(0, FIRST)
    await sites.report(1, FIRST)
    await look(sites.pool)
    copy = await sites.report(2, THIRD)
    await look(sites.pool)
    assert (await sites.edge(copy))[0] is None


async def test_a_hand_that_moves_the_copy_in_the_same_instant_is_not_overruled(sites: Sites) -> None:
    ids = [await sites.report(number, FIRST) for number in range(3)]
    origin, copy, other = (uuid_of(one, "Reprint") for one in ids)
    linked = Origin(origin, Edge(EdgeKind.REPRINT, EdgeBasis.LINKED))

    async def seen() -> bool:
        async with sites.pool.database.write() as session:
            return await establish(session, copy, linked, sites.pool.now + timedelta(hours=1))

    for parent in (ids[2], None):
        async with sites.pool.database.write() as session:
            row = (await session.exec(select(Reprint).where(Reprint.id == copy))).one()
            row.parent_id, row.edge_basis, row.edge_confidence = None, EdgeBasis.STATED, 90
            session.add(row)
        given = {"reprintId": ids[1], "edgeKind": "REPOST", "basis": "BY_HAND", "parentId": parent}
        payload, _ = await asyncio.gather(change(sites.pool, sites.editor, MOVE, **given), seen())
        assert payload["userErrors"] == []
        assert await sites.edge(ids[1]) == (parent, "BY_HAND", 100)
    assert not await seen()
    assert other != copy
