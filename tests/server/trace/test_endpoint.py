"""Short links count and lead on, pixels count; forged ones do not, and nothing of a story that was taken back is shown."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlmodel import col, select

from models.database import Database
from models.pickup import Pickup
from models.release import change_status
from models.story import PubStatus, Story
from models.trace.link import ALPHABET, CODE_LENGTH
from models.trace.table import Trace, TraceCount
from models.url_key import rotate_url_key
from models.variant import Variant
from schema.identifier import global_id
from server.trace.endpoint import PIXEL
from tests.schema.duties import PARTNER, variant_under
from tests.schema.partnership import change, mutation
from tests.seeded import Pool
from tests.server.served import served
from tests.server.trace.tracing import BASE, GOOGLEBOT, PAGE, WECHAT, traced


async def test_a_short_link_counts_and_leads_to_the_page_of_the_story(pool: Pool) -> None:
    case = await traced(pool)
    code = case.link.rpartition("/")[2]
    assert case.link == f"{BASE}/s/{code}"
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(ALPHABET)
    async with case.browser() as http:
        for number, agent in enumerate(("", GOOGLEBOT, WECHAT), 1):
            answer = await http.get(case.link, headers={"user-agent": agent, "referer": "https://evil.example/x?y=1"})
            assert (answer.status_code, answer.headers["location"]) == (302, f"/s/{code}/story")
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "set-cookie" not in answer.headers
            assert (await case.counts())["SHORT_LINK"][0] == number
        assert await case.counts() == {"SHORT_LINK": (3, 1), "PIXEL": (0, 0)}
        assert (await http.head(case.link)).status_code == 302
        assert (await http.get(case.link.upper().replace("HTTP://LOCALHOST:8000/S", f"{BASE}/s"))).status_code == 302
        assert (await http.get(case.link, headers={"sec-purpose": "prefetch;prerender"})).status_code == 302
        assert await case.counts() == {"SHORT_LINK": (6, 2), "PIXEL": (0, 0)}
        assert (await http.post(case.link)).status_code == 405
        page = await http.get(f"{case.link}/story", headers={"accept-language": "zh-CN,zh;q=0.9"})
        assert page.status_code == 200
        assert (page.headers["content-language"], page.headers["cache-control"]) == ("zh", "no-store")
        assert case.receipt["creditLine"] in page.text
        assert "使用许可" in page.text
        assert "Please credit" in (await http.get(f"{case.link}/story", params={"lang": "en"})).text
    assert await case.counts() == {"SHORT_LINK": (6, 2), "PIXEL": (0, 0)}, "the page counts nothing"


@pytest.mark.parametrize(
    "code", ["unknown", "a" * CODE_LENGTH, "%2e%2e", "https:%2f%2fevil.example", "0" * 300, "☃" * 14]
)
async def test_an_unknown_code_leads_nowhere(pool: Pool, code: str) -> None:
    case = await traced(pool)
    async with case.browser() as http:
        for path in (f"/s/{code}", f"/s/{code}/story", f"/s/{code}/{'0' * 32}.gif"):
            answer = await http.get(path, params={"url": "https://evil.example/"})
            assert answer.status_code == 404
            assert "location" not in answer.headers
        assert "没有这个链接" in (await http.get(f"/s/{'a' * CODE_LENGTH}", headers={"accept-language": "zh"})).text
    assert await case.counts() == {"SHORT_LINK": (0, 0), "PIXEL": (0, 0)}


async def test_the_receipt_says_link_and_pixel_in_fields_of_their_own(pool: Pool) -> None:
    case = await traced(pool, tracking=False)
    said = case.receipt
    assert said["creditLineWithLink"] == f"{said['creditLine']} {said['shortLink']}"
    assert said["licenseTextWithLink"] == f"{said['licenseText']} {said['shortLink']}"
    assert case.link not in said["creditLine"] + said["licenseText"]
    assert said["pixelHtml"] is None, "nobody agreed to be tracked"
    assert [one["kind"] for one in said["traces"]] == ["SHORT_LINK"]
    other = await traced(pool, language="zh", partner="cuhk-shenzhen")
    html = other.receipt["pixelHtml"]
    assert html.startswith(f'<img src="{other.link}/')
    assert ' alt="" ' in html
    assert other.receipt["shortLink"] != said["shortLink"]


async def test_a_pixel_is_43_bytes_that_nobody_keeps_and_counts_each_time(pool: Pool) -> None:
    case = await traced(pool)
    async with case.browser() as http:
        for _ in range(2):  # shown again is shown again
            answer = await http.get(case.pixel)
            assert (answer.status_code, answer.content) == (200, PIXEL)
        assert len(PIXEL) == 43
        assert answer.headers["content-type"] == "image/gif"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert "set-cookie" not in answer.headers
        assert "access-control-allow-credentials" not in answer.headers
        assert (await http.head(case.pixel)).status_code == 200
        await http.get(case.pixel, headers={"user-agent": GOOGLEBOT})
    assert await case.counts() == {"SHORT_LINK": (0, 0), "PIXEL": (3, 2)}


async def test_a_forged_pixel_is_refused_and_counts_nothing(pool: Pool) -> None:
    case, other = await traced(pool), await traced(pool, partner="cuhk-shenzhen", language="zh")
    untracked = await traced(pool, tracking=False, partner="china-daily", language="zh")
    signature = case.pixel.rpartition("/")[2].removesuffix(".gif")
    changed = signature[:-1] + ("0" if signature[-1] != "0" else "1")
    async with case.browser() as http:
        forged = (changed, signature.upper() if signature.upper() != signature else "x", signature[:-1], "é" * 32)
        for given in (*forged, other.pixel.rpartition("/")[2].removesuffix(".gif")):
            answer = await http.get(f"{case.link}/{given}.gif", headers={"referer": PAGE})
            assert answer.status_code == 403, given
            assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        async with pool.database.read() as session:
            row = (await session.exec(select(Trace).where(Trace.pickup_id == untracked.pickup_id))).one()
        assert (await http.get(f"{untracked.link}/{row.signature}.gif")).status_code == 404
    assert await case.counts() == {"SHORT_LINK": (0, 0), "PIXEL": (0, 0)}
    async with pool.database.read() as session:
        assert (await session.exec(select(TraceCount))).all() == []


async def test_a_pixel_in_a_page_outlives_the_rotation_of_keys(pool: Pool) -> None:
    case = await traced(pool)
    for _ in range(3):
        async with pool.database.write() as session:
            await rotate_url_key(session, pool.now)
    async with case.browser() as http:
        assert (await http.get(case.pixel)).status_code == 200
    assert (await case.read())["pixelHtml"] == case.receipt["pixelHtml"]


@pytest.mark.parametrize(("status", "answered"), [(PubStatus.CANCELED, 410), (PubStatus.WITHHELD, 404)])
async def test_the_link_of_a_story_that_was_taken_back_says_so_and_gives_nothing(
    pool: Pool, status: PubStatus, answered: int
) -> None:
    case = await traced(pool)
    pages = {"story_page_url": "https://centre.example/{language}/stories/{uri}"}
    async with case.browser() as http, case.browser(**pages) as other:
        to_centre = await other.get(case.link)
        uri = case.case.story.uri.replace(":", "%3A")
        assert to_centre.headers["location"] == f"https://centre.example/en/stories/{uri}"
        headline = (await http.get(f"{case.link}/story")).text.partition("<h1")[2].partition(">")[2].partition("<")[0]
        async with pool.database.write() as session:
            await change_status(session, case.case.story.id, status, by="desk", now=pool.now)
        pool.now += timedelta(seconds=2)
        assert (await other.get(case.link)).headers["location"].startswith("/s/")
        shown = await http.get(f"{case.link}/story", headers={"accept-language": "en"})
        assert shown.status_code == answered
        assert "must not be used" in shown.text
        assert headline not in shown.text
        assert case.receipt["creditLine"] not in shown.text
        assert case.case.story.uri not in shown.text
    said = await case.read()
    assert (said["creditLineWithLink"], said["licenseTextWithLink"], said["pixelHtml"]) == (None, None, None)
    assert said["shortLink"] == case.link
    assert await case.counts() == {"SHORT_LINK": (2, 2), "PIXEL": (0, 0)}


@pytest.mark.parametrize("why", ["planned", "given back"])
async def test_what_is_not_public_for_the_pickup_is_not_shown(pool: Pool, why: str) -> None:
    case = await traced(pool)
    later = pool.now + timedelta(hours=1)
    values = {"planned_at": later} if why == "planned" else {"released_at": pool.now}
    async with pool.database.write() as session:
        await session.execute(sa.update(Pickup).where(col(Pickup.id) == case.pickup_id).values(**values))
    async with case.browser() as http:
        shown = await http.get(f"{case.link}/story", headers={"accept-language": "en"})
        assert shown.status_code == 404
        assert "Nothing is public here" in shown.text
        assert case.case.story.uri not in shown.text
        pool.now = later
        assert (await http.get(f"{case.link}/story")).status_code == (200 if why == "planned" else 404)


async def test_partners_see_no_traces_of_others(pool: Pool) -> None:
    case = await traced(pool)
    stranger = await pool.actor("cuhk-shenzhen")
    refused = await pool.run(
        stranger, "query($id: ID!) { node(id: $id) { ... on Pickup { shortLink traces { raw } } } }", id=case.id
    )
    assert refused.data["node"] is None
    assert case.link not in str(refused)
    assert (await case.read(await pool.actor(None)))["shortLink"] == case.link


@pytest.mark.parametrize("duty", ["acceptTracking", "inform"])
async def test_the_receipt_holds_a_pixel_where_the_terms_ask_for_it(pool: Pool, duty: str) -> None:
    policy = {"permissions": [{"actions": ["distribute"], "duties": [{"action": duty}]}]}
    variant, version = await variant_under(pool, policy)
    taken = mutation("acknowledgePickup", "AcknowledgePickupInput", "pickup", "pixelHtml duties { action }")
    uses = [{"territory": "FR", "channel": "WEB"}]
    payload = await change(pool, await pool.client(PARTNER), taken, variantId=variant, version=version, uses=uses)
    assert payload["userErrors"] == []
    assert (payload["pickup"]["pixelHtml"] is not None) == (duty == "acceptTracking")


async def test_a_whole_server_counts_keeps_nothing_of_who_asked_and_loses_nothing_at_shutdown(
    seeded_url: URL, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    take = mutation("acknowledgePickup", "AcknowledgePickupInput", "pickup", "shortLink")
    async with served(seeded_url, tmp_path) as server, httpx2.AsyncClient(timeout=20) as http:
        async with server.database.read() as session:
            slug = select(Variant).join(Story, col(Story.id) == Variant.story_id)
            found = slug.where(
                col(Story.uri).endswith(":glasses-park"), Variant.language == "en", Variant.form == "ARTICLE"
            )
            variant = (await session.exec(found)).one()
        given = {
            "variantId": global_id("Variant", variant.id),
            "version": 1,
            "uses": [{"territory": "FR", "channel": "WEB"}],
        }
        answer = await http.post(
            f"{server.url}/graphql",
            json={"query": take, "variables": {"input": given}},
            headers={"authorization": f"Bearer {server.token}"},
        )
        payload = answer.json()["data"]["acknowledgePickup"]
        assert payload["userErrors"] == []
        link = payload["pickup"]["shortLink"]
        headers = {
            "user-agent": "Mozilla/5.0 zoe-quill",
            "referer": f"{PAGE}?reader=zoe-quill",
            "cookie": "reader=zoe-quill",
        }
        for _ in range(50):
            assert (await http.get(f"{link}?reader=zoe-quill", headers=headers)).status_code == 302
        landed = await http.get(link, headers=headers, follow_redirects=True)
        assert landed.status_code == 200
        assert variant.headline in landed.text
    database = Database(seeded_url)
    async with database.read() as session:
        (row,) = (await session.exec(select(TraceCount))).all()
    await database.close()
    assert (row.raw, row.filtered) == (51, 51)
    # The lines that a server never writes: see `configure_logging`. The client's own are not the server's.
    others = ("httpx2", "httpcore2", "sqlalchemy", "aiosqlite", "uvicorn.access")
    ours = [record for record in caplog.records if not record.name.startswith(others)]
    assert any(record.name == "storypool.access" for record in ours)
    assert not [record for record in ours if "zoe-quill" in str(vars(record))]
