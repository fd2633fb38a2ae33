"""Renditions' files: for whom a live story shows them, and for whom a pickup holds them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlmodel import col, select

from models.asset import Asset, Rendition
from models.client import create_client
from models.database import Database
from models.files import MEDIA_FOLDER
from models.media import MediaFolder
from models.partner import Partner
from models.pickup import Pickup
from models.release import change_status, release_story
from models.scope import PARTNER_SCOPES
from models.story import PubStatus, Story
from server.app import create_app
from server.settings import Settings

BASE = "http://localhost:8000"
SLUG = "patrol-robot"
VARIANT = """query($uri: String!) { story(uri: $uri) { variant(languages: ["en"], form: ARTICLE) { id version } } }"""
TAKE = """mutation($input: AcknowledgePickupInput!) { acknowledgePickup(input: $input) {
  pickup { content { assets { renditions { name href } } } } userErrors { message } } }"""


@dataclass
class Newsroom:
    """The demonstration pool with the desk behind it, and the partners' programs in front."""

    database: Database
    media: MediaFolder
    story: Story
    partners: dict[str, httpx2.AsyncClient]

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

    async def become(self, status: PubStatus) -> None:
        async with self.database.write() as session:
            await change_status(session, self.story.id, status, by="desk", now=datetime.now(UTC))

    async def status(self, partner: str, path: str) -> int:
        return (await self.partners[partner].get(path)).status_code


@pytest.fixture
async def newsroom(seeded_url: URL, tmp_path: Path) -> AsyncIterator[Newsroom]:
    url = seeded_url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, data_dir=tmp_path, public_url=BASE))
    database = Database(seeded_url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await stack.enter_async_context(app.router.lifespan_context(app))
        partners = {}
        for key in ("china-daily", "peoples-daily-overseas"):
            async with database.write() as session:
                partner = (await session.exec(select(Partner.id).where(Partner.key == key))).one()
                row, secret = await create_client(session, partner, key, sorted(PARTNER_SCOPES), datetime.now(UTC))
            http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=BASE)
            await stack.enter_async_context(http)
            asked = {"grant_type": "client_credentials"}
            answer = await http.post("/oauth/token", data=asked, auth=(row.client_id, secret))
            http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
            partners[key] = http
        async with database.read() as session:
            story = (await session.exec(select(Story).where(col(Story.uri).endswith(":" + SLUG)))).one()
        yield Newsroom(database, MediaFolder(tmp_path / MEDIA_FOLDER), story, partners)


async def test_a_pickup_keeps_the_files_of_its_version_once_others_have_replaced_them(newsroom: Newsroom) -> None:
    old = await newsroom.release(b"the first picture")
    assert set(await newsroom.take("china-daily")) == {old}
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
