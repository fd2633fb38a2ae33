"""Hits become rows, pages become copies that are claimed, days become figures; and what a browser may say is bounded."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.metric.table import Accumulation, Counting, Measure, MetricSnapshot, StandingFigure
from models.outlet import FigureGrade
from models.reprint.table import Reprint, ReprintSource, ReprintState, ReprintWay
from models.trace.day import close_days
from models.trace.link import traces_of
from models.trace.pixel import MOST_COPIES, known_at, shown_on
from models.trace.table import Trace, TraceCount, TraceKind
from schema.identifier import uuid_of
from server.trace import TraceCounter
from server.trace.counter import MOST_PAGES
from tests.schema.partnership import change
from tests.schema.reprints import WITHDRAW, reported
from tests.seeded import NOW, Pool
from tests.server.trace.tracing import GOOGLEBOT, PAGE, ZONE, Traced, traced

DAY = timedelta(days=1)


async def copies(case: Traced) -> list[Reprint]:
    async with case.pool.database.read() as session:
        found = select(Reprint).where(Reprint.pickup_id == case.pickup_id).order_by(col(Reprint.id))
        return list((await session.exec(found)).all())


async def shown(case: Traced, *referrers: str | None) -> None:
    """Shows the pixel on pages, and writes it down."""
    async with case.browser() as http:
        for referrer in referrers:
            answer = await http.get(case.pixel, headers={} if referrer is None else {"referer": referrer})
            assert answer.status_code == 200
    await case.counter.flush()


@pytest.mark.parametrize(
    ("referrer", "page"),
    [
        ("https://News.example.fr/monde/a.html?user=1&token=secret#x", "https://news.example.fr/monde/a.html"),
        ("http://m.news.example.fr/monde/a.html", "https://news.example.fr/monde/a.html"),
        ("https://news.example.fr/", "https://news.example.fr/"),
        ("https://news.example.fr", "https://news.example.fr/"),
        *(
            (refused, None)
            for refused in (
                "", "about:blank", "null", "file:///etc/passwd", "javascript:alert(1)", "ftp://news.example.fr/", "//news.example.fr/",
                "http://localhost/x", "http://localhost:8000/s/x", "http://127.0.0.1/", "http://127.1/", "http://0x7f.0.0.1/",
                "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://8.8.8.8/",
                "http://192.168.1.1/admin", "http://169.254.169.254/latest/meta-data", "http://intranet/x", "http://printer.local/",
                "http://a.internal/", "http://a.home.arpa/", "http://x.localhost/", "http://127.0.0.1./", "https://pool.example.org/x",
                "https://user:secret@news.example.fr/", "https://news.example.fr:8443/x", "https://news.example.fr/" + "a" * 600,
                "https://news.example.fr/\x00", "http://①②⑦.0.0.1/",
            )
        ),
    ],
    ids=str,
)  # fmt: skip
def test_a_page_is_told_by_what_stands_before_the_question_mark(referrer: str, page: str | None) -> None:
    assert shown_on(referrer, "pool.example.org") == page


async def test_a_pixel_on_an_unknown_page_claims_one_copy(pool: Pool) -> None:
    case = await traced(pool)
    await shown(case, f"{PAGE}?reader=42", PAGE, PAGE.replace("https://", "http://m."), f"{PAGE}#part")
    (copy,) = await copies(case)
    assert (copy.url, copy.state, copy.edge_confidence) == (PAGE, ReprintState.CLAIMED, 30)
    assert "To be checked" in (copy.note or "")
    assert copy.next_check_at is not None
    async with pool.database.read() as session:
        (source,) = (await session.exec(select(ReprintSource).where(ReprintSource.reprint_id == copy.id))).all()
        (row,) = (await session.exec(select(TraceCount))).all()
    assert source.way is ReprintWay.PIXEL
    assert "reader" not in str(source.said) + str(copy)
    assert (row.subject_id, row.raw, row.filtered) == (copy.id, 4, 4)


async def test_a_site_alone_is_the_one_copy_there_and_no_page_is_the_pickup(pool: Pool) -> None:
    case = await traced(pool)
    copy = await reported(pool, case.partner, pickupId=case.id, url=f"{PAGE}?id=7")
    await shown(case, PAGE, "https://news.example.fr/", None)
    assert [one.id for one in await copies(case)] == [uuid_of(copy["id"], "Reprint")]
    second = await reported(pool, case.partner, pickupId=case.id, url=f"{PAGE}?id=8")
    async with pool.database.read() as session:
        for page in (PAGE, "https://news.example.fr/"):
            assert await known_at(session, case.pickup_id, page) is None, "it may be either"
    pool.now += timedelta(minutes=2)
    await shown(case, PAGE, "https://news.example.fr/")
    assert len(await copies(case)) == 2
    assert second["id"] != copy["id"]
    async with pool.database.read() as session:
        rows = (await session.exec(select(TraceCount.subject_id, TraceCount.raw))).all()
    assert dict(rows) == {uuid_of(copy["id"], "Reprint"): 2, case.pickup_id: 3}


async def test_copies_of_others_and_withdrawn_ones_are_left_alone(pool: Pool) -> None:
    case, other = await traced(pool), await traced(pool, partner="cuhk-shenzhen", language="zh")
    theirs = await reported(pool, other.partner, pickupId=other.id, url=PAGE)
    gone = await reported(pool, case.partner, pickupId=case.id, url="https://gone.example.fr/a")
    payload = await change(pool, case.partner, WITHDRAW, reprintId=gone["id"])
    assert payload["userErrors"] == []
    await shown(case, PAGE, "https://gone.example.fr/a")
    assert [one.state for one in await copies(case)] == [ReprintState.WITHDRAWN]
    async with pool.database.read() as session:
        sources = select(ReprintSource.way).where(ReprintSource.reprint_id == uuid_of(theirs["id"], "Reprint"))
        assert (await session.exec(sources)).all() == [ReprintWay.PARTNER]
        (row,) = (await session.exec(select(TraceCount))).all()
    assert (row.subject_id, row.raw) == (case.pickup_id, 2)


async def test_whoever_says_many_pages_gets_no_more_copies_than_are_allowed(pool: Pool) -> None:
    case = await traced(pool)
    await shown(case, *(f"https://site-{number}.example.net/a" for number in range(MOST_COPIES + 5)))
    assert len(await copies(case)) == MOST_COPIES
    assert await case.counts() == {"SHORT_LINK": (0, 0), "PIXEL": (MOST_COPIES + 5, MOST_COPIES + 5)}


async def test_more_pages_than_are_looked_at_in_a_turn_count_for_the_pickup(pool: Pool) -> None:
    case = await traced(pool)
    async with pool.database.write() as session:
        await session.execute(sa.update(Trace).values(pixel_copies=MOST_COPIES))
    for number in range(MOST_PAGES + 50):
        case.counter.count(case.pickup_id, TraceKind.PIXEL, by_person=True, page=f"https://a.example.net/{number}")
    assert await case.counter.flush() == 1
    assert (await case.counts())["PIXEL"] == (MOST_PAGES + 50, MOST_PAGES + 50)
    assert await copies(case) == []


async def test_two_servers_that_see_a_page_at_once_claim_one_copy(pool: Pool) -> None:
    case = await traced(pool)
    servers = [TraceCounter(pool.database, ZONE, clock=lambda: NOW) for _ in range(4)]
    for server in servers:
        for _ in range(500):
            server.count(case.pickup_id, TraceKind.PIXEL, by_person=True, page=PAGE)
            server.count(case.pickup_id, TraceKind.SHORT_LINK, by_person=False)
    assert await asyncio.gather(*(server.flush() for server in servers)) == [2, 2, 2, 2]
    assert len(await copies(case)) == 1
    assert await case.counts() == {"SHORT_LINK": (2000, 0), "PIXEL": (2000, 2000)}
    async with pool.database.read() as session:
        assert len((await session.exec(select(TraceCount))).all()) == 2


async def test_a_link_that_many_ask_for_first_is_made_once(pool: Pool) -> None:
    case = await traced(pool, tracking=False)
    async with pool.database.write() as session:
        await session.execute(sa.delete(Trace))  # as of a pickup from before there were links
    found = await asyncio.gather(*(traces_of(pool.database, [case.pickup_id], NOW) for _ in range(8)))
    assert len({traces[case.pickup_id].code for traces in found}) == 1
    assert (await case.read())["shortLink"].endswith(found[0][case.pickup_id].code)


async def test_days_become_a_pair_of_figures_of_the_copy(pool: Pool) -> None:
    case = await traced(pool)
    await shown(case, PAGE, PAGE, None)
    (copy,) = await copies(case)
    async with case.browser() as http:
        for _ in range(20):
            await http.get(case.link, headers={"user-agent": GOOGLEBOT})
        await http.get(case.link)
    await case.counter.flush()
    assert await close_days(pool.database, ZONE, pool.now) == 0, "the day is not over"
    pool.now += DAY
    await shown(case, PAGE)
    assert await close_days(pool.database, ZONE, pool.now) == 3
    assert await close_days(pool.database, ZONE, pool.now) == 0
    async with pool.database.read() as session:
        rows = (await session.exec(select(MetricSnapshot).where(MetricSnapshot.reprint_id == copy.id))).all()
    assert {(row.measure, row.counting): row.value for row in rows} == {
        (Measure.VIEWS, Counting.RAW): 3,
        (Measure.VIEWS, Counting.FILTERED): 3,
        (Measure.CLICKS, Counting.RAW): 21,
        (Measure.CLICKS, Counting.FILTERED): 1,
    }
    assert {(row.grade, row.accumulation, row.source) for row in rows} == {
        (FigureGrade.MEASURED, Accumulation.DELTA, "Storypool")
    }
    assert {(row.as_of - (row.since or row.as_of)) for row in rows} == {DAY}
    pool.now += DAY
    assert await close_days(pool.database, ZONE, pool.now) == 1
    async with pool.database.read() as session:
        stands = select(StandingFigure.value).where(
            StandingFigure.subject_id == copy.id,
            StandingFigure.measure == Measure.VIEWS,
            StandingFigure.counting == Counting.FILTERED,
        )
        assert (await session.exec(stands)).one() == 4, "the days are added"


async def test_counts_stay_with_the_pickup_where_no_copy_or_several_are_known(pool: Pool) -> None:
    case = await traced(pool)
    case.counter.count(case.pickup_id, TraceKind.SHORT_LINK, by_person=True)
    await case.counter.flush()
    pool.now += DAY
    assert await close_days(pool.database, ZONE, pool.now) == 1
    for name in ("a", "b"):
        await reported(pool, case.partner, pickupId=case.id, url=f"https://{name}.example.fr/x")
    case.counter.count(case.pickup_id, TraceKind.SHORT_LINK, by_person=True)
    await case.counter.flush()
    pool.now += DAY
    assert await close_days(pool.database, ZONE, pool.now) == 1
    async with pool.database.read() as session:
        mine = select(MetricSnapshot).where(col(MetricSnapshot.reprint_id).in_([one.id for one in await copies(case)]))
        assert (await session.exec(mine)).all() == []
    assert (await case.counts())["SHORT_LINK"] == (2, 2)


async def test_two_servers_that_close_a_day_at_once_close_it_once(pool: Pool) -> None:
    case = await traced(pool)
    await shown(case, PAGE, None)
    later = pool.now + DAY
    closed = await asyncio.gather(*(close_days(pool.database, ZONE, later) for _ in range(3)))
    assert sum(closed) == 2
    async with pool.database.read() as session:
        found = select(MetricSnapshot.value).where(MetricSnapshot.source == "Storypool")
        assert (await session.exec(found)).all() == [2, 2]


async def test_a_shutdown_in_order_loses_nothing_and_a_failure_waits(pool: Pool) -> None:
    case = await traced(pool)
    async with case.counter.running():
        case.counter.count(case.pickup_id, TraceKind.SHORT_LINK, by_person=True)
    assert (await case.counts())["SHORT_LINK"] == (1, 1)
    case.counter.count(
        uuid.uuid4(), TraceKind.SHORT_LINK, by_person=True
    )  # a pickup that is not there: nothing is written
    case.counter.count(case.pickup_id, TraceKind.SHORT_LINK, by_person=True)
    with pytest.raises(sa.exc.IntegrityError):
        await case.counter.flush()
    kept = case.counter._hits
    assert sum(hits.raw for hits in kept.values()) == 2
    for key in [key for key in kept if key.pickup_id != case.pickup_id]:
        del kept[key]
    assert (await case.counts())["SHORT_LINK"] == (2, 2)


async def test_nothing_of_a_person_is_kept(pool: Pool) -> None:
    assert set(TraceCount.model_fields) == {"pickup_id", "kind", "day", "subject_id", "raw", "filtered", "told_at"}
    assert set(Trace.model_fields) == {"pickup_id", "code", "signature", "pixel_copies", "created_at"}
