"""Editors make assets of what they uploaded, say what is to be said of them, and take them off again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from models.actor import Actor
from models.asset import Asset, AssetOriginal, Rendition
from models.asset.intake import take_upload
from models.client import create_client
from models.errors import NotFound
from models.scope import Scope
from models.story import Story
from models.upload import Upload
from models.upload.lifecycle import begin_upload, sweep_uploads
from schema.identifier import global_id
from tests.media import MP3, PAGE, SRT, archive, bomb, photograph, picture
from tests.seeded import JsonAnswer, Pool

FIELDS = """{ id assetId storyId kind revision ordinal credit digitalSourceType contentCreated savedBy
  captions { language text } terms { id } renditions { name mimeType width height bytes sha256 href }
  original { fileName mimeType bytes sha256 uploadedBy href } }"""
ERRORS = """userErrors { code field message conflict { revision currentRevision savedBy fields { field base yours theirs } } }"""
ATTACH = f"mutation($i: AttachAssetInput!) {{ attachAsset(input: $i) {{ asset {FIELDS} {ERRORS} }} }}"
UPDATE = f"mutation($i: UpdateAssetInput!) {{ updateAsset(input: $i) {{ asset {FIELDS} {ERRORS} }} }}"
DETACH = f"mutation($i: DetachAssetInput!) {{ detachAsset(input: $i) {{ story {{ assets {{ id }} }} {ERRORS} }} }}"
CREATE = "mutation($i: CreateStoryInput!) { createStory(input: $i) { story { id } userErrors { message } } }"
LISTED = "query($id: ID!) { deskStory(id: $id) { assets { id ordinal captions { language } } } }"
CAPTIONS = [
    {"language": "zh", "text": "龙岗的灯笼"},
    {"language": "en", "text": "Lanterns over Longgang"},
    {"language": "ar", "text": "فوانيس فوق لونغانغ"},
]


@dataclass
class Newsroom:
    """An editor with a story that was never released."""

    pool: Pool
    editor: Actor
    story: str

    async def another(self) -> Actor:
        """Another client of the centre."""
        async with self.pool.database.write() as session:
            row, _ = await create_client(session, None, "test", sorted(Scope), self.pool.now)
        return replace(await self.pool.actor(None), client_id=row.client_id, client_uuid=row.id)

    async def upload(self, content: bytes, name: str = "a.jpg", *, come: int | None = None) -> str:
        """The id of an upload of the editor's, of which so many bytes have come."""
        uploads, now = self.pool.services.files.uploads, self.pool.now
        upload = Upload(
            client_id=self.editor.client_uuid,
            length=len(content),
            file_name=name,
            created_at=now,
            expires_at=now + timedelta(days=1),
        )
        async with self.pool.database.write() as session:
            await begin_upload(session, upload, now, most=100)
        uploads.create(upload.id)
        turn = uploads.append(upload.id)
        turn.write(content[:come])
        turn.keep()
        turn.close()
        return global_id("Upload", upload.id)

    async def attach(self, upload: str, actor: Actor | None = None, **given: Any) -> JsonAnswer:
        wanted = {"storyId": self.story, "uploadId": upload} | given
        answer: JsonAnswer = (await self.pool.ask(actor or self.editor, ATTACH, i=wanted))["attachAsset"]
        return answer

    async def attached(self, content: bytes, **given: Any) -> JsonAnswer:
        """The asset that a file becomes."""
        answer = await self.attach(await self.upload(content), **given)
        assert answer["userErrors"] == []
        asset: JsonAnswer = answer["asset"]
        return asset

    async def update(self, **given: Any) -> JsonAnswer:
        answer: JsonAnswer = (await self.pool.ask(self.editor, UPDATE, i=given))["updateAsset"]
        return answer

    async def detach(self, asset: str) -> JsonAnswer:
        answer: JsonAnswer = (await self.pool.ask(self.editor, DETACH, i={"assetId": asset}))["detachAsset"]
        return answer

    async def count(self, table: type[Asset | AssetOriginal | Rendition]) -> int:
        async with self.pool.database.read() as session:
            return len((await session.exec(select(table))).all())


def code(answer: JsonAnswer) -> tuple[str, list[str] | None]:
    """The code and the field of the one refusal."""
    (refusal,) = answer["userErrors"]
    return refusal["code"], refusal["field"]


@pytest.fixture
async def newsroom(pool: Pool) -> Newsroom:
    newsroom = Newsroom(pool, await pool.actor(None), "")
    newsroom.editor = await newsroom.another()
    answer = await pool.ask(newsroom.editor, CREATE, i={"slug": "lanterns"})
    newsroom.story = answer["createStory"]["story"]["id"]
    return newsroom


async def test_an_upload_becomes_an_asset_once_with_its_files_and_all_that_is_said_of_it(newsroom: Newsroom) -> None:
    pool, files = newsroom.pool, newsroom.pool.services.files
    content = photograph((1000, 500), orientation=6)
    upload = await newsroom.upload(content, "灯笼.jpg")
    said: JsonAnswer = {
        "captions": CAPTIONS,
        "credit": " Longgang Media ",
        "digitalSourceType": "digsrctype:digitalCapture",
    }
    said["contentCreated"] = "2026-11-19T20:00:00+08:00"
    before = await newsroom.count(Asset), await newsroom.count(Rendition)
    async with pool.database.read() as session:
        (row,) = (await session.exec(select(Upload))).all()
    await take_upload(files, row, None)  # a server that is killed now has kept files, and written nothing
    first, second = await asyncio.gather(newsroom.attach(upload, **said), newsroom.attach(upload, **said))
    assert first["userErrors"] == second["userErrors"] == []
    asset = first["asset"]
    assert asset["id"] == second["asset"]["id"]
    assert (await newsroom.attach(upload, credit="somebody else"))["asset"]["credit"] == "Longgang Media"
    assert (await newsroom.count(Asset), await newsroom.count(Rendition)) == (before[0] + 1, before[1] + 4)
    assert await newsroom.count(AssetOriginal) == 1

    assert (asset["kind"], asset["revision"], asset["ordinal"], asset["terms"]) == ("PICTURE", 1, 0, None)
    assert (asset["digitalSourceType"], asset["contentCreated"]) == ("digitalCapture", "2026-11-19T12:00:00Z")
    assert {text["language"]: text["text"] for text in asset["captions"]} == {
        text["language"]: text["text"] for text in CAPTIONS
    }
    sizes = {file["name"]: (file["width"], file["height"]) for file in asset["renditions"]}
    assert sizes == {"original": (500, 1000), "web": (500, 1000), "small": (320, 640), "thumbnail": (160, 320)}
    original = asset["original"]
    assert (original["fileName"], original["mimeType"], original["bytes"]) == ("灯笼.jpg", "image/jpeg", len(content))
    assert original["uploadedBy"] == newsroom.editor.client_id
    with files.media.open(original["sha256"]) as file:
        assert file.read() == content
    assert original["href"].endswith(f"/media/{original['sha256']}")

    assert await sweep_uploads(pool.database, files.uploads, pool.now) <= 1  # where the other was still reading
    with pytest.raises(NotFound):
        files.uploads.offset(row.id)
    chart = await newsroom.attached(picture("PNG"), kind="GRAPHIC")
    sound = await newsroom.attached(MP3, ordinal=0)
    track = await newsroom.attached(SRT.encode(), kind="TEXT_TRACK", captions=[])
    assert [found["kind"] for found in (chart, sound, track)] == ["GRAPHIC", "SOUND", "TEXT_TRACK"]
    listed = (await pool.ask(newsroom.editor, LISTED, id=newsroom.story))["deskStory"]["assets"]
    assert [found["id"] for found in listed] == [asset["id"], sound["id"], chart["id"], track["id"]]

    node = f"query($id: ID!) {{ node(id: $id) {{ ... on DeskAsset {FIELDS} }} }}"
    assert (await pool.ask(newsroom.editor, node, id=asset["id"]))["node"]["captions"] == asset["captions"]
    for id in (asset["id"], asset["assetId"]):
        assert isinstance(await pool.refusal(await pool.actor("china-daily"), node, id=id), NotFound)


async def test_what_cannot_become_an_asset_is_refused_and_leaves_nothing(newsroom: Newsroom) -> None:
    pool = newsroom.pool
    good = await newsroom.upload(picture())
    before = await newsroom.count(Asset)
    for content, kind, word in (
        (PAGE.encode(), None, "text/html"),
        (archive(), None, "taken are"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', None, "svg"),
        (bomb(), None, "pixels"),
        (photograph()[:200], None, "cut off"),
        (picture(), "VIDEO", "makes a PICTURE"),
    ):
        upload = await newsroom.upload(content, "harmless.jpg")
        for _ in range(2):  # the same again is refused again
            answer = await newsroom.attach(upload, kind=kind)
            assert code(answer)[0] == "BAD_MEDIA"
            assert word in answer["userErrors"][0]["message"]
    long = [{"language": "en", "text": "x" * 2001}]
    twice = [{"language": "en", "text": "x"}, {"language": "en", "text": "y"}]
    for given, field in (
        ({"digitalSourceType": "photo"}, ["digitalSourceType"]),
        ({"digitalSourceType": "minorHumanEdits"}, ["digitalSourceType"]),
        ({"captions": long}, ["captions"]),
        ({"captions": twice}, ["captions", "1"]),
        ({"captions": None}, ["captions"]),
        ({"credit": "x" * 256}, ["credit"]),
        ({"ordinal": -1}, ["ordinal"]),
    ):
        assert code(await newsroom.attach(good, **given)) == ("BAD_INPUT", field)
    half = await newsroom.upload(picture(), come=100)
    assert code(await newsroom.attach(half)) == ("UPLOAD_UNFINISHED", ["uploadId"])
    assert code(await newsroom.attach(good, await newsroom.another())) == ("NOT_FOUND", ["uploadId"])
    assert code(await newsroom.attach(newsroom.story)) == ("NOT_FOUND", ["uploadId"])
    assert code(await newsroom.attach(good, storyId=good)) == ("NOT_FOUND", ["storyId"])
    pool.now += timedelta(days=1)
    assert code(await newsroom.attach(good)) == ("NOT_FOUND", ["uploadId"])
    pool.now -= timedelta(days=1)
    async with pool.database.read() as session:
        other = (await session.exec(select(Story.id).where(col(Story.version) > 0).limit(1))).one()
    assert await newsroom.count(Asset) == before
    assert (await newsroom.attach(good))["userErrors"] == []
    assert code(await newsroom.attach(good, storyId=global_id("Story", other))) == ("KEY_TAKEN", ["uploadId"])


async def test_a_stale_save_is_refused_with_both_versions_and_an_asset_leaves_the_desk_alone(
    newsroom: Newsroom,
) -> None:
    pool = newsroom.pool
    asset = await newsroom.attached(picture(), captions=CAPTIONS[:2], credit="Li Na")
    id = asset["id"]
    saved = await newsroom.update(assetId=id, revision=1, captions=CAPTIONS, credit=None)
    assert (saved["asset"]["revision"], saved["asset"]["credit"]) == (2, None)
    again = await newsroom.update(assetId=asset["assetId"], revision=1, captions=CAPTIONS, credit=None)
    assert (again["userErrors"], again["asset"]["revision"]) == ([], 2), "the same again changes nothing"

    mine = [{"language": "zh", "text": "灯笼之夜"}, {"language": "el", "text": "Φανάρια"}]
    stale = await newsroom.update(assetId=id, revision=1, captions=mine, credit="Li Na", contentCreated=None)
    assert code(stale) == ("REVISION_CONFLICT", ["revision"])
    assert stale["asset"] is None
    conflict = stale["userErrors"][0]["conflict"]
    assert (conflict["revision"], conflict["currentRevision"]) == (1, 2)
    assert conflict["savedBy"] == newsroom.editor.client_id
    assert {(each["field"], each["yours"], each["theirs"]) for each in conflict["fields"]} == {
        ("captions.zh", "灯笼之夜", "龙岗的灯笼"),
        ("captions.el", "Φανάρια", None),
        ("captions.en", None, "Lanterns over Longgang"),
        ("captions.ar", None, "فوانيس فوق لونغانغ"),
        ("credit", "Li Na", None),
    }
    assert code(await newsroom.update(assetId=id, revision=2, credit="x" * 300)) == ("BAD_INPUT", ["credit"])
    assert code(await newsroom.update(assetId=newsroom.story, revision=2)) == ("NOT_FOUND", ["assetId"])

    assert (await newsroom.detach(id)) == {"story": {"assets": []}, "userErrors": []}
    assert code(await newsroom.detach(id)) == ("NOT_FOUND", ["assetId"])
    assert code(await newsroom.update(assetId=id, revision=2, credit="x")) == ("NOT_FOUND", ["assetId"])
    async with pool.database.read() as session:
        shown = (
            select(Asset.id)
            .join(Story, col(Story.id) == Asset.story_id)
            .where(col(Story.uri).endswith(":patrol-robot"))
        )
        shown_id = (await session.exec(shown)).first()
    assert code(await newsroom.detach(global_id("Asset", shown_id))) == ("WRONG_STATE", ["assetId"])
