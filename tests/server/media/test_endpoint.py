"""Renditions' files: for whom a live story shows them, and for whom a pickup holds them."""

from __future__ import annotations

import asyncio
import email
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlmodel import col, select

from models.agreement import Agreement
from models.asset import Asset, AssetKind, AssetOriginal, Rendition, VariantAsset
from models.asset.edit import detach_asset
from models.change import Change
from models.client import create_client, suspend_client
from models.database import Database
from models.files import MEDIA_FOLDER
from models.media import MediaFolder
from models.partner import Partner
from models.partner.edit import suspend_partner
from models.pickup import Pickup
from models.release import change_status, release_story
from models.scope import PARTNER_SCOPES, Scope
from models.story import PubStatus, Story
from models.url_key import rotate_url_key
from server.app import create_app
from server.settings import Settings
from tests.media import PAGE, photograph

BASE = "http://localhost:8000"
SLUG = "patrol-robot"
VARIANT = """query($uri: String!) { story(uri: $uri) { variant(languages: ["en"], form: ARTICLE) { id version } } }"""
SHOWN = "query($u: String!) { story(uri: $u) { assets { renditions { name href size bytes } } } }"
TAKE = """mutation($input: AcknowledgePickupInput!) { acknowledgePickup(input: $input) {
  pickup { content { assets { renditions { name href } } } } userErrors { message } } }"""


@dataclass
class Newsroom:
    """The demonstration pool with the desk behind it, and the partners' programs in front."""

    database: Database
    media: MediaFolder
    story: Story
    partners: dict[str, httpx2.AsyncClient]
    clients: dict[str, str]
    """The client ids of the partners' programs."""
    anybody: httpx2.AsyncClient
    """Somebody without a token."""

    async def release(self, picture: bytes) -> str:
        """Releases the story with this file as its picture's web rendition; returns the file's path."""
        sha256 = self.media.put(picture)
        async with self.database.write() as session:
            assets = select(Asset.id).where(Asset.story_id == self.story.id)
            statement = sa.update(Rendition).where(col(Rendition.asset_id).in_(assets), col(Rendition.name) == "web")
            await session.execute(statement.values(sha256=sha256, size=len(picture)))
            await release_story(session, self.story.id, by="desk", now=datetime.now(UTC))
        return f"/media/{sha256}"

    async def take(self, partner: str) -> list[str]:
        """A partner's pickup of the live version; returns the paths that its receipt gives."""
        http = self.partners[partner]
        answer = await http.post("/graphql", json={"query": VARIANT, "variables": {"uri": self.story.uri}})
        variant = answer.json()["data"]["story"]["variant"]
        given = {"variantId": variant["id"], "version": variant["version"]}
        taken = {"input": {**given, "uses": [{"territory": "FR", "channel": "WEB"}]}}
        answer = await http.post("/graphql", json={"query": TAKE, "variables": taken})
        content = answer.json()["data"]["acknowledgePickup"]["pickup"]["content"]
        renditions = [rendition for asset in content["assets"] for rendition in asset["renditions"]]
        return [rendition["href"].removeprefix(BASE) for rendition in renditions if rendition["name"] == "web"]

    async def address(self, partner: str) -> str:
        """The signed address of the live story's picture, as a partner is given it."""
        answer = await self.partners[partner].post(
            "/graphql", json={"query": SHOWN, "variables": {"u": self.story.uri}}
        )
        renditions = answer.json()["data"]["story"]["assets"][0]["renditions"]
        return str(next(rendition["href"] for rendition in renditions if rendition["name"] == "web"))

    async def staff(self, *scopes: Scope) -> httpx2.AsyncClient:
        """A program of the centre's own."""
        async with self.database.write() as session:
            row, secret = await create_client(session, None, "staff", sorted(scopes), datetime.now(UTC))
        asked = {"grant_type": "client_credentials"}
        answer = await self.anybody.post("/oauth/token", data=asked, auth=(row.client_id, secret))
        transport = self.anybody._transport  # of the same application
        headers = {"authorization": f"Bearer {answer.json()['access_token']}"}
        return httpx2.AsyncClient(transport=transport, base_url=BASE, headers=headers)

    async def suspend(self, partner: str) -> None:
        """Suspends the client of a partner."""
        async with self.database.write() as session:
            await suspend_client(session, self.clients[partner], datetime.now(UTC))

    async def become(self, status: PubStatus) -> None:
        async with self.database.write() as session:
            await change_status(session, self.story.id, status, by="desk", now=datetime.now(UTC))

    async def status(self, partner: str, path: str) -> int:
        return (await self.partners[partner].get(path)).status_code


@pytest.fixture
async def newsroom(seeded_url: URL, tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with open_newsroom(seeded_url, tmp_path) as newsroom:
        yield newsroom


@pytest.fixture
async def local_newsroom(local_url: URL, tmp_path: Path) -> AsyncIterator[Newsroom]:
    """On SQLite: for what the database has no part of its own in."""
    async with open_newsroom(local_url, tmp_path) as newsroom:
        yield newsroom


@asynccontextmanager
async def open_newsroom(seeded_url: URL, tmp_path: Path) -> AsyncIterator[Newsroom]:
    url = seeded_url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, data_dir=tmp_path, public_url=BASE, follower_poll_seconds=0.05))
    database = Database(seeded_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await stack.enter_async_context(app.router.lifespan_context(app))
        partners, clients = {}, {}
        for key in ("china-daily", "peoples-daily-overseas"):
            async with database.write() as session:
                partner = (await session.exec(select(Partner.id).where(Partner.key == key))).one()
                row, secret = await create_client(session, partner, key, sorted(PARTNER_SCOPES), datetime.now(UTC))
            http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=BASE)
            await stack.enter_async_context(http)
            asked = {"grant_type": "client_credentials"}
            answer = await http.post("/oauth/token", data=asked, auth=(row.client_id, secret))
            http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
            partners[key], clients[key] = http, row.client_id
        anybody = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=BASE)
        await stack.enter_async_context(anybody)
        async with database.read() as session:
            story = (await session.exec(select(Story).where(col(Story.uri).endswith(":" + SLUG)))).one()
        yield Newsroom(database, MediaFolder(tmp_path / MEDIA_FOLDER), story, partners, clients, anybody)


async def test_a_pickup_keeps_the_files_of_its_version_once_others_have_replaced_them(newsroom: Newsroom) -> None:
    old = await newsroom.release(b"the first picture")
    assert {path.partition("?")[0] for path in await newsroom.take("china-daily")} == {old}
    new = await newsroom.release(b"the second picture")
    answer = await newsroom.partners["china-daily"].get(old)
    assert answer.status_code == 200
    assert answer.content == b"the first picture"
    assert answer.headers["content-type"] == "image/jpeg"
    assert await newsroom.status("china-daily", new) == 200
    assert await newsroom.status("peoples-daily-overseas", new) == 200
    assert await newsroom.status("peoples-daily-overseas", old) == 404


async def test_a_pickup_that_is_given_back_keeps_nothing(newsroom: Newsroom) -> None:
    old = await newsroom.release(b"the first picture")
    await newsroom.take("china-daily")
    await newsroom.release(b"the second picture")
    async with newsroom.database.write() as session:
        await session.execute(sa.update(Pickup).values(released_at=datetime.now(UTC)))
    assert await newsroom.status("china-daily", old) == 404


async def test_what_was_picked_up_goes_with_a_withhold_comes_back_with_the_story_and_is_killed_with_it(
    newsroom: Newsroom,
) -> None:
    old = await newsroom.release(b"the first picture")
    await newsroom.take("china-daily")
    await newsroom.release(b"the second picture")
    for status, expected in ((PubStatus.WITHHELD, 404), (PubStatus.USABLE, 200), (PubStatus.CANCELED, 404)):
        await newsroom.become(status)
        assert await newsroom.status("china-daily", old) == expected, status


@pytest.mark.parametrize("name", ["0" * 64, "0" * 63, "%25", "A" * 64, "patrol-robot"])
async def test_a_name_that_no_file_has_is_not_there(newsroom: Newsroom, name: str) -> None:
    await newsroom.release(b"the first picture")
    await newsroom.take("china-daily")
    answer = await newsroom.partners["china-daily"].get(f"/media/{name}")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"


PICTURE = bytes(range(256)) * 8


async def test_an_address_opens_its_file_without_a_token_whole_or_in_parts(newsroom: Newsroom) -> None:
    await newsroom.release(PICTURE)
    address = await newsroom.address("china-daily")

    async def get(**headers: str) -> httpx2.Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return await newsroom.anybody.get(address, headers=given)

    whole = await get()
    assert (whole.status_code, whole.content) == (200, PICTURE)
    etag = whole.headers["etag"]
    for name, value in {
        "content-type": "image/jpeg",
        "content-length": "2048",
        "accept-ranges": "bytes",
        "cache-control": "private, no-cache",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "content-disposition": f'inline; filename="{etag[1:17]}.jpg"',
    }.items():
        assert whole.headers[name] == value
    head = await newsroom.anybody.head(address, headers={"Range": "bytes=0-5"})
    assert (head.status_code, head.headers["content-length"], head.content) == (200, "2048", b"")

    part = await get(Range="bytes=100-299")
    assert (part.status_code, part.content) == (206, PICTURE[100:300])
    assert part.headers["content-range"] == "bytes 100-299/2048"
    assert part.headers["content-length"] == "200"
    assert (await get(Range="bytes=-48", If_Range=etag)).content == PICTURE[-48:]
    assert (await get(Range="bytes=0-1", If_Range='"another"')).content == PICTURE
    assert (await get(Range="bytes=0-1", If_Range="Thu, 19 Nov 2026 08:00:00 GMT")).status_code == 200
    beyond = await get(Range="bytes=2048-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */2048")
    assert (await get(If_None_Match=f"W/{etag}", Range="bytes=0-1")).status_code == 304

    several = await get(Range="bytes=0-1,2000-2047")
    assert several.status_code == 206
    message = email.message_from_bytes(
        f"Content-Type: {several.headers['content-type']}\n\n".encode() + several.content
    )
    parts = [(part["content-range"], part["content-type"]) for part in message.walk() if not part.is_multipart()]
    assert parts == [("bytes 0-1/2048", "image/jpeg"), ("bytes 2000-2047/2048", "image/jpeg")]
    assert PICTURE[2000:2048] in several.content
    assert int(several.headers["content-length"]) == len(several.content)


async def test_an_address_is_good_for_its_file_its_client_and_its_time_alone(newsroom: Newsroom) -> None:
    path = await newsroom.release(PICTURE)
    other = newsroom.media.put(b"another file")
    address = await newsroom.address("china-daily")
    base, _, token = address.partition("?token=")
    client_id, expiry, scopes, signature = token.split(".")
    later, mine = f"{int(expiry, 16) + 60:x}", newsroom.clients["peoples-daily-overseas"]
    unknown = await newsroom.anybody.get(f"{BASE}/media/{'0' * 64}?token={token}")
    for wrong in (
        f"{BASE}/media/{other}?token={token}",
        f"{base}?token={mine}.{expiry}.{scopes}.{signature}",
        f"{base}?token={client_id}.{later}.{scopes}.{signature}",
        f"{base}?token={client_id}.{expiry}.ff.{signature}",
        f"{base}?token={token[:-2]}",
        f"{base}?token=",
        f"{base}?token=%00%ff",
        f"{base}?token={'a.' * 2000}",
    ):
        refused = await newsroom.anybody.get(wrong)
        assert refused.status_code == 404, wrong
        assert refused.json()["errors"][0]["message"] == unknown.json()["errors"][0]["message"]
    assert (await newsroom.anybody.get(path)).status_code == 401, "without an address it takes a token"
    assert 200 < int(expiry, 16) - datetime.now(UTC).timestamp() <= 300


Ending = Callable[[Newsroom], Awaitable[None]]


async def kill(newsroom: Newsroom) -> None:
    await newsroom.become(PubStatus.CANCELED)


async def withhold(newsroom: Newsroom) -> None:
    await newsroom.become(PubStatus.WITHHELD)


async def suspend_the_client(newsroom: Newsroom) -> None:
    await newsroom.suspend("china-daily")


async def suspend_the_partner(newsroom: Newsroom) -> None:
    async with newsroom.database.write() as session:
        partner = (await session.exec(select(Partner.id).where(Partner.key == "china-daily"))).one()
        await suspend_partner(session, partner, Change("desk", datetime.now(UTC)))


async def end_the_agreements(newsroom: Newsroom) -> None:
    async with newsroom.database.write() as session:
        await session.execute(sa.update(Agreement).values(suspended=True))


async def rotate_the_key_twice(newsroom: Newsroom) -> None:
    for _ in range(2):
        async with newsroom.database.write() as session:
            await rotate_url_key(session, datetime.now(UTC))


ENDINGS: list[Ending] = [
    kill,
    withhold,
    suspend_the_client,
    suspend_the_partner,
    end_the_agreements,
    rotate_the_key_twice,
]


async def is_answered(newsroom: Newsroom, address: str, status: int) -> bool:
    """Whether an address comes to be answered so, as soon as the process has heard of what changed."""
    for _ in range(200):
        if (await newsroom.anybody.get(address)).status_code == status:
            return True
        await asyncio.sleep(0.05)
    return False


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.__name__)
async def test_an_address_given_out_before_is_worth_nothing_after(local_newsroom: Newsroom, ending: Ending) -> None:
    newsroom = local_newsroom
    await newsroom.release(PICTURE)
    address = await newsroom.address("china-daily")
    assert (await newsroom.anybody.get(address)).status_code == 200
    etag = {"If-None-Match": (await newsroom.anybody.head(address)).headers["etag"]}
    await ending(newsroom)
    assert await is_answered(newsroom, address, 404)
    assert (await newsroom.anybody.get(address, headers=etag)).status_code == 404, "a cache that asks hears of it"


async def test_an_address_outlives_one_rotation_of_the_key(local_newsroom: Newsroom) -> None:
    newsroom = local_newsroom
    await newsroom.release(PICTURE)
    before = await newsroom.address("china-daily")
    async with newsroom.database.write() as session:
        await rotate_url_key(session, datetime.now(UTC))
    assert (await newsroom.anybody.get(before)).status_code == 200
    assert await is_answered(newsroom, await newsroom.address("china-daily"), 200)


async def test_a_file_of_more_than_two_gigabytes_has_its_size_in_bytes(local_newsroom: Newsroom) -> None:
    newsroom = local_newsroom
    await newsroom.release(PICTURE)
    async with newsroom.database.write() as session:
        await session.execute(sa.update(Rendition).values(size=3_000_000_000))
        await release_story(session, newsroom.story.id, by="desk", now=datetime.now(UTC))
    http = newsroom.partners["china-daily"]
    answer = await http.post("/graphql", json={"query": SHOWN, "variables": {"u": newsroom.story.uri}})
    rendition = answer.json()["data"]["story"]["assets"][0]["renditions"][0]
    assert (rendition["size"], rendition["bytes"]) == (2**31 - 1, 3_000_000_000)


async def test_what_is_on_the_desk_is_for_staff_that_write_and_the_uploaded_file_is_only_ever_saved(
    local_newsroom: Newsroom,
) -> None:
    newsroom = local_newsroom
    uploaded = photograph() + PAGE.encode()
    served, original = newsroom.media.put(b"re-encoded"), newsroom.media.put(uploaded)
    async with newsroom.database.write() as session:
        asset = Asset(story_id=newsroom.story.id, kind=AssetKind.PICTURE)
        session.add(asset)
        await session.flush()
        named: dict[str, Any] = {"mime_type": "image/jpeg", "size": 10, "asset_id": asset.id}
        session.add(Rendition(name="web", sha256=served, **named))
        at: dict[str, Any] = {"uploaded_at": datetime.now(UTC), "uploaded_by": "desk"}
        session.add(AssetOriginal(sha256=original, file_name='灯笼 "a";\r\nX: y.jpg', **named, **at))
    editor = await newsroom.staff(Scope.STORY_WRITE)
    shown, saved = await editor.get(f"/media/{served}"), await editor.get(f"/media/{original}")
    assert (shown.status_code, shown.content) == (200, b"re-encoded")
    assert (saved.status_code, saved.content) == (200, uploaded)
    assert saved.headers["x-content-type-options"] == "nosniff"
    assert saved.headers["content-disposition"] == (
        f'attachment; filename="{original[:16]}.jpg"; '
        "filename*=UTF-8''%E7%81%AF%E7%AC%BC%20%22a%22%3B%0D%0AX%3A%20y.jpg"
    )
    reader = await newsroom.staff(Scope.POOL_READ)
    for path in (f"/media/{served}", f"/media/{original}"):
        assert (await reader.get(path)).status_code == 404
        assert await newsroom.status("china-daily", path) == 404
    await newsroom.become(PubStatus.CANCELED)
    auditor = await newsroom.staff(Scope.STORY_WRITE, Scope.AUDIT_READ)
    for path in (f"/media/{served}", f"/media/{original}"):
        assert (await editor.get(path)).status_code == 404
        assert (await auditor.get(path)).status_code == 200
    for http in (editor, reader, auditor):
        await http.aclose()


async def test_a_file_that_left_the_desk_stays_with_the_version_that_was_released_with_it(
    local_newsroom: Newsroom,
) -> None:
    newsroom = local_newsroom
    path = await newsroom.release(PICTURE)
    change = Change("desk", datetime.now(UTC))
    async with newsroom.database.write() as session:
        await session.execute(sa.delete(VariantAsset))
        assets = (await session.exec(select(Asset.id).where(Asset.story_id == newsroom.story.id))).all()
        for asset_id in assets:
            await detach_asset(session, asset_id, change)
    assert await newsroom.status("china-daily", path) == 200
    assert (await newsroom.anybody.get(await newsroom.address("china-daily"))).status_code == 200
    async with newsroom.database.write() as session:
        await release_story(session, newsroom.story.id, by="desk", now=datetime.now(UTC))
    assert await newsroom.status("china-daily", path) == 404
    async with await newsroom.staff(Scope.AUDIT_READ) as auditor:
        assert (await auditor.get(path)).content == PICTURE, "history shows it still"
