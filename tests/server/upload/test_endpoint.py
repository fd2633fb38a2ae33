"""The tus protocol, request by request."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlmodel import col, select

from models.audit.table import AuditEntry
from models.scope import Scope
from models.upload import Upload
from models.upload.lifecycle import sweep_uploads
from tests.databases import DatabaseFactory
from tests.server.upload.centre import BASE, PIECE, TUS, Centre, checksum, id_of, pieces, running_centre

MOST = 20_000_000


SETTINGS = {"max_upload_bytes": 2**31 + MOST, "open_uploads_per_client": 3, "max_body_bytes": 1024}


@pytest.fixture
async def any_centre(migrated_url: URL, tmp_path: Path) -> AsyncIterator[Centre]:
    """On either engine: for what the database has a part in."""
    async with running_centre(migrated_url, tmp_path, **SETTINGS) as centre:
        yield centre


@pytest.fixture
def local_url(database_factory: DatabaseFactory) -> URL:
    return database_factory.migrated("sqlite")


@pytest.fixture
async def centre(local_url: URL, tmp_path: Path) -> AsyncIterator[Centre]:
    async with running_centre(local_url, tmp_path, **SETTINGS) as centre:
        yield centre


async def audited(centre: Centre) -> list[tuple[str, str | None]]:
    """What the audit trail tells, the oldest first: the action and its subject."""
    async with centre.database.read() as session:
        entries = (await session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))).all()
    return [(entry.action, entry.subject_id) for entry in entries]


async def test_a_file_comes_in_pieces_from_its_creation_to_its_end(any_centre: Centre) -> None:
    desk = await any_centre.uploader()
    told = await desk.http.options("/uploads", headers={"authorization": ""})
    assert told.status_code == 204
    assert told.headers["tus-version"] == "1.0.0"
    assert told.headers["tus-max-size"] == str(2**31 + MOST)
    assert told.headers["tus-checksum-algorithm"] == "sha1,sha256"
    assert set(told.headers["tus-extension"].split(",")) == {
        "creation", "creation-with-upload", "expiration", "checksum", "termination"
    }  # fmt: skip

    content = os.urandom(300_000)
    metadata = "filename 6b6Z5bKXLmpwZw==,filetype aW1hZ2UvanBlZw=="  # 龙岗.jpg
    begun = await desk.create(len(content), Upload_Metadata=metadata)
    assert begun.status_code == 201
    assert begun.headers["tus-resumable"] == "1.0.0"
    assert begun.headers["location"].startswith(f"{BASE}/uploads/")
    path = begun.headers["location"].removeprefix(BASE)
    upload_id = path.rpartition("/")[2]
    assert await audited(any_centre) == [("beginUpload", upload_id)]
    lasts = parsedate_to_datetime(begun.headers["upload-expires"]) - datetime.now(UTC)
    assert timedelta(hours=23) < lasts < timedelta(hours=25)

    algorithms = ["", "sha1", "sha256"]
    for number, (offset, piece) in enumerate(pieces(content, 70_000)):
        assert await desk.offset(path) == offset
        algorithm = algorithms[number % 3]
        added = await desk.add(path, offset, piece, checksum(piece, algorithm) if algorithm else None)
        assert added.status_code == 204, added.text
        assert added.headers["upload-offset"] == str(offset + len(piece))
        assert "upload-expires" in added.headers
        assert any_centre.file(path).read_bytes() == content[: offset + len(piece)], "what is answered is on the disk"
    told = await desk.tell(path)
    assert told.headers["upload-offset"] == told.headers["upload-length"] == "300000"
    assert told.headers["upload-metadata"] == metadata
    assert told.headers["cache-control"] == "no-store"
    row = await any_centre.row(path)
    assert row is not None
    assert row.file_name == "龙岗.jpg"
    assert row.finished_at is not None

    metrics = (await desk.http.get("/metrics")).text
    assert "storypool_upload_bytes_total 300000.0" in metrics
    assert "storypool_uploads_writing 0.0" in metrics
    assert (await desk.add(path, 300_000, b"")).status_code == 204, "nothing more is nothing wrong"
    assert (await desk.end(path)).status_code == 204
    assert (await desk.tell(path)).status_code == 404
    assert (await desk.add(path, 300_000, b"")).status_code == 404
    assert (await desk.end(path)).status_code == 404
    assert list(any_centre.folder.iterdir()) == []
    assert await audited(any_centre) == [("beginUpload", upload_id), ("endUpload", upload_id)]


async def test_a_file_may_begin_with_its_creation_and_be_empty_and_name_its_method_in_a_header(centre: Centre) -> None:
    desk = await centre.uploader()
    headers = TUS | PIECE | {"Upload-Length": "10"}
    begun = await desk.http.post("/uploads", headers=headers, content=b"12345")
    assert (begun.status_code, begun.headers["upload-offset"]) == (201, "5")
    path = begun.headers["location"].removeprefix(BASE)
    headers = TUS | PIECE | {"Upload-Offset": "5", "X-HTTP-Method-Override": "PATCH"}
    assert (await desk.http.post(path, headers=headers, content=b"67890")).headers["upload-offset"] == "10"
    assert centre.file(path).read_bytes() == b"1234567890"
    assert (await desk.http.post(path, headers=TUS)).status_code == 405

    wrong = TUS | PIECE | {"Upload-Length": "10"} | checksum(b"other")
    failed = await desk.http.post("/uploads", headers=wrong, content=b"12345")
    assert failed.status_code == 460
    assert await desk.offset(failed.headers["location"].removeprefix(BASE)) == 0
    empty = await desk.begin(0)
    assert await desk.offset(empty) == 0


async def test_what_cannot_be_right_has_a_status_of_its_own_and_changes_nothing(centre: Centre) -> None:
    desk = await centre.uploader()
    creation = TUS | {"Upload-Length": "10"}
    for expected, headers in (
        (412, {"Upload-Length": "10"}),
        (412, {"Upload-Length": "10", "Tus-Resumable": "0.2.2"}),
        (400, TUS),
        (400, TUS | {"Upload-Length": "-1"}),
        (400, TUS | {"Upload-Length": "1e3"}),
        (400, TUS | {"Upload-Defer-Length": "1"}),
        (400, creation | {"Upload-Metadata": "filename not*base64"}),
        (400, creation | {"Upload-Metadata": "a YQ==,a Yg=="}),
        (400, creation | {"Upload-Metadata": "a " + "A" * 5000}),
        (413, TUS | {"Upload-Length": str(2**31 + MOST + 1)}),
        (413, TUS | {"Upload-Length": "9" * 18}),
        (415, creation | {"Content-Type": "image/jpeg"}),
    ):
        refused = await desk.http.post("/uploads", headers=headers)
        assert refused.status_code == expected, headers
        assert refused.headers["tus-resumable"] == "1.0.0"
        if expected == 412:
            assert refused.headers["tus-version"] == "1.0.0"

    path = await desk.begin(10)
    await desk.add(path, 0, b"12345")
    right = TUS | PIECE | {"Upload-Offset": "5"}
    for expected, headers, content in (
        (412, right | {"Tus-Resumable": "2.0.0"}, b"6"),
        (400, TUS | PIECE, b"6"),
        (400, right | {"Upload-Offset": "five"}, b"6"),
        (409, right | {"Upload-Offset": "4"}, b"56"),
        (409, right | {"Upload-Offset": "6"}, b"7"),
        (415, right | {"Content-Type": "application/octet-stream"}, b"6"),
        (413, right, b"678901"),
        (460, right | checksum(b"7"), b"6"),
        (400, right | {"Upload-Checksum": "md5 1B2M2Y8AsgTpgAmY7PhCfg=="}, b"6"),
        (400, right | {"Upload-Checksum": "sha1 c2hvcnQ="}, b"6"),
        (400, right | {"Upload-Checksum": "sha1 ***"}, b"6"),
    ):
        refused = await desk.http.patch(path, headers=headers, content=content)
        assert refused.status_code == expected, headers
        assert await desk.offset(path) == 5
    assert (await desk.http.get(path, headers=TUS)).status_code == 405
    assert centre.file(path).read_bytes() == b"12345"

    async def too_much() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"678"

    assert (await desk.add(path, 5, too_much())).status_code == 413, "also where the length is not announced"
    assert await desk.offset(path) == 5
    assert (await desk.add(path, 5, b"67890", checksum(b"67890", "sha1"))).status_code == 204


async def test_an_upload_is_there_for_the_client_alone_that_began_it(centre: Centre) -> None:
    mine, other = await centre.uploader(), await centre.uploader()
    path = await mine.begin(10)
    for answer in (await other.tell(path), await other.add(path, 0, b"1"), await other.end(path)):
        assert answer.status_code == 404
    for unknown in ("VXBsb2FkOjE", "nothing", path[9:-4], "%00"):
        assert (await mine.tell(f"/uploads/{unknown}")).status_code == 404
    reader = await centre.uploader(Scope.POOL_READ, Scope.AUDIT_READ)
    refused = await reader.create(10)
    assert refused.status_code == 403
    assert 'scope="story:write"' in refused.headers["www-authenticate"]
    assert (await reader.tell(path)).status_code == 403
    nobody = await mine.http.post("/uploads", headers=TUS | {"Upload-Length": "1", "authorization": "Bearer x.y.z"})
    assert nobody.status_code == 401
    assert await mine.offset(path) == 0


async def test_only_one_request_at_a_time_writes_to_an_upload(centre: Centre) -> None:
    desk = await centre.uploader()
    path = await desk.begin(3_000_000)
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield bytes(1_500_000)
        began.set()
        await go_on.wait()
        yield bytes(500_000)

    first = asyncio.create_task(desk.add(path, 0, slowly()))
    await began.wait()
    for refused in (await desk.add(path, 0, b"x"), await desk.end(path)):
        assert refused.status_code == 423
        assert refused.json()["errors"][0]["extensions"]["reason"] == "UPLOAD_BUSY"
    asked = asyncio.create_task(desk.tell(path))  # a question waits a little for the turn to end
    await asyncio.sleep(0)
    go_on.set()
    assert (await first).headers["upload-offset"] == "2000000"
    assert (await asked).headers["upload-offset"] == "2000000"
    answers = await asyncio.gather(*(desk.add(path, 2_000_000, bytes([n]) * 1_000_000) for n in range(5)))
    assert sorted(answer.status_code for answer in answers)[0] == 204
    assert {answer.status_code for answer in answers[1:]} <= {204, 409, 423}
    assert [answer.status_code for answer in answers].count(204) == 1
    assert len(set(centre.file(path).read_bytes()[2_000_000:])) == 1


async def broken_off(centre: Centre, path: str, authorization: str, sent: bytes, headers: dict[str, str]) -> None:
    """A piece whose client goes away after so many bytes."""
    messages: Iterator[dict[str, object]] = iter(
        [{"type": "http.request", "body": sent, "more_body": True}, {"type": "http.disconnect"}]
    )
    given = TUS | PIECE | {"Upload-Offset": "0", "Authorization": authorization} | headers
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "PATCH", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "server": ("localhost", 8000),
        "client": ("127.0.0.1", 1),
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        return next(messages)

    async def send(message: dict[str, object]) -> None:
        raise AssertionError(f"nobody is there to be answered: {message}")

    await centre.app(scope, receive, send)


async def test_of_a_piece_that_breaks_off_what_came_counts_unless_it_was_to_be_checked(centre: Centre) -> None:
    desk = await centre.uploader()
    authorization = desk.http.headers["authorization"]
    path = await desk.begin(MOST)
    await broken_off(centre, path, authorization, bytes(1_200_000), {})
    assert await desk.offset(path) == 1_200_000
    path = await desk.begin(MOST)
    await broken_off(centre, path, authorization, bytes(1_200_000), checksum(bytes(5_000_000)))
    assert await desk.offset(path) == 0
    assert (await desk.add(path, 0, b"again", checksum(b"again"))).status_code == 204


async def test_uploads_expire_and_are_swept_and_a_piece_makes_them_last_longer(any_centre: Centre) -> None:
    desk = await any_centre.uploader()
    kept, forgotten = await desk.begin(10), await desk.begin(10)
    soon, past = datetime.now(UTC) + timedelta(hours=1), datetime.now(UTC) - timedelta(seconds=1)
    async with any_centre.database.write() as session:
        update = sa.update(Upload).values(expires_at=sa.case((col(Upload.id) == id_of(kept), soon), else_=past))
        await session.execute(update)
    gone = await desk.tell(forgotten)
    assert gone.status_code == 410
    assert "upload-offset" not in gone.headers
    assert (await desk.add(forgotten, 0, b"1")).status_code == 410
    renewed = await desk.add(kept, 0, b"12345")
    assert parsedate_to_datetime(renewed.headers["upload-expires"]) > soon + timedelta(hours=20)
    orphan = any_centre.folder / "01890a5d-ac96-774b-bcce-b302099a8057"
    orphan.write_bytes(b"of an upload that was ended while the server died")
    assert await sweep_uploads(any_centre.database, any_centre.store, datetime.now(UTC)) == 2
    assert list(any_centre.folder.iterdir()) == [any_centre.file(kept)]
    assert (await desk.tell(forgotten)).status_code == 404
    assert await desk.offset(kept) == 5
    assert await sweep_uploads(any_centre.database, any_centre.store, datetime.now(UTC)) == 0


async def test_a_client_begins_no_more_than_it_may(any_centre: Centre) -> None:
    desk = await any_centre.uploader()
    paths = [await desk.begin(10) for _ in range(3)]
    refused = await desk.create(10)
    assert refused.status_code == 429
    assert refused.json()["errors"][0]["extensions"]["reason"] == "TOO_MANY_UPLOADS"
    await (await any_centre.uploader()).begin(10)
    await desk.end(paths[0])
    assert (await desk.create(10)).status_code == 201


async def test_offsets_go_on_beyond_two_gigabytes(centre: Centre) -> None:
    desk = await centre.uploader()
    length = 2**31 + 5_000
    path = await desk.begin(length)
    os.truncate(centre.file(path), 2**31 - 10)  # holes take no room
    assert await desk.offset(path) == 2**31 - 10
    assert (await desk.add(path, 2**31 - 10, b"x" * 5_000)).headers["upload-offset"] == str(2**31 + 4_990)
    assert (await desk.add(path, 2**31 + 4_990, b"y" * 11)).status_code == 413
    last = b"z" * 10
    assert (await desk.add(path, 2**31 + 4_990, last, checksum(last))).headers["upload-offset"] == str(length)
    with centre.file(path).open("rb") as file:
        file.seek(2**31 - 12)
        assert file.read() == b"\0\0" + b"x" * 5_000 + last


async def test_a_disk_without_room_says_so_and_keeps_what_it_has(centre: Centre) -> None:
    desk = await centre.uploader()
    path = await desk.begin(MOST)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (12_000_000, limits[1]))  # files of this process grow no further
    try:
        full = await desk.add(path, 0, bytes(MOST))
        assert full.status_code == 507
        assert (await desk.add(path, 12_000_000, bytes(5), checksum(bytes(5)))).status_code == 507
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert await desk.offset(path) == 12_000_000
    assert (await desk.add(path, 12_000_000, bytes(MOST - 12_000_000))).status_code == 204
