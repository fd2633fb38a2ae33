"""A real server and a real tus client: a large file, cut at half by a server that is killed, arrives whole all the same.

In a long run (`make long`) the file has more than 2 GiB.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from sqlalchemy.engine import URL
from tusclient.client import TusClient

from models.client import create_client
from models.database import Database
from models.files import UPLOAD_FOLDER
from models.scope import Scope
from tests.conftest import LONG
from tests.databases import DatabaseFactory
from tests.server.command_line import CommandLine, within
from tests.server.upload.centre import PIECE, TUS, checksum, id_of

SIZE = 2**31 + 70_000_003 if LONG else 24_000_003
PIECE_BYTES = 64 * 1024**2 if LONG else 4_000_000
MOST_MEMORY_MB = 400
"""What a server may take at most, however large the file."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(installation: CommandLine, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The server, ready; killed at the end of the block."""
    with (installation.data_dir.parent / "server.log").open("ab") as log:
        command = [sys.executable, "-m", "server.cli", "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=installation.environment, stdout=log, stderr=log)
    try:

        def is_ready() -> bool:
            try:
                return httpx2.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
            except httpx2.TransportError:
                return False

        assert within(60, is_ready), (installation.data_dir.parent / "server.log").read_text()
        yield process
    finally:
        process.kill()
        process.wait(30)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A large file with something to tell apart in every piece of it; most of it holes, which take no room."""
    path = tmp_path_factory.mktemp("source") / "film.mp4"
    with path.open("wb") as file:
        for place in range(0, SIZE, max(1_000_000, SIZE // 200)):
            file.seek(place)
            file.write(os.urandom(5_000))
        file.truncate(SIZE)
    return path


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def send_some(url: str, headers: dict[str, str], announced: int, content: bytes) -> socket.socket:
    """Begins a piece and sends a part of it; the connection stays open."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = socket.create_connection((parts.hostname, parts.port or 80))
    lines = [f"PATCH {parts.path} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {announced}"]
    lines += [f"{name}: {value}" for name, value in (TUS | PIECE | headers).items()]
    connection.sendall("\r\n".join([*lines, "", ""]).encode() + content)
    return connection


def memory_mb(process: subprocess.Popen[bytes]) -> int:
    """The most memory that the process has had."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) // 1024


async def new_client(url: URL) -> tuple[str, str]:
    """The id and the secret of a client of the centre that may write stories."""
    database = Database(url)
    async with database.write() as session:
        row, secret = await create_client(session, None, "test", [Scope.STORY_WRITE], datetime.now(UTC))
    await database.close()
    return row.client_id, secret


def test_a_file_cut_at_half_by_a_killed_server_goes_on_from_there(
    tmp_path: Path, source: Path, database_factory: DatabaseFactory
) -> None:
    database_url = database_factory.migrated("sqlite")
    client = asyncio.run(new_client(database_url))
    installation, port = CommandLine(tmp_path / "data", database_url.render_as_string()), free_port()
    url = f"http://127.0.0.1:{port}"
    uploads = installation.data_dir / UPLOAD_FOLDER

    def authorization() -> dict[str, str]:
        asked = {"grant_type": "client_credentials"}
        answer = httpx2.post(f"{url}/oauth/token", data=asked, auth=client)
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    with serving(installation, port) as server, source.open("rb") as film:
        headers = authorization()
        uploader = TusClient(f"{url}/uploads", headers=headers).uploader(
            file_stream=film, chunk_size=PIECE_BYTES, metadata={"filename": "film.mp4"}
        )
        uploader.upload(stop_at=SIZE // 2)
        assert uploader.url is not None
        path = uploads / str(id_of(uploader.url))
        half = path.stat().st_size
        film.seek(half)
        rest = film.read(PIECE_BYTES)
        checked = httpx2.post(f"{url}/uploads", headers=TUS | headers | {"Upload-Length": "3000000"}).headers[
            "location"
        ]
        checked_path = uploads / str(id_of(checked))
        going_on = headers | {"Upload-Offset": str(half)}
        to_be_checked = headers | {"Upload-Offset": "0"} | checksum(bytes(3_000_000))
        with (
            send_some(uploader.url, going_on, len(rest), rest[: PIECE_BYTES // 2]),
            send_some(checked, to_be_checked, 3_000_000, bytes(2_500_000)),
        ):
            assert within(30, lambda: path.stat().st_size > half and checked_path.stat().st_size > 0)
            os.kill(server.pid, signal.SIGKILL)  # while it is at both
            server.wait(30)
    on_disk = path.stat().st_size
    assert half < on_disk < SIZE

    with serving(installation, port) as server, source.open("rb") as film:
        client_again = TusClient(f"{url}/uploads", headers=authorization())
        again = client_again.uploader(file_stream=film, url=uploader.url, chunk_size=PIECE_BYTES, upload_checksum=True)
        assert again.offset == on_disk, "what is on the disk is what is answered"
        told = httpx2.head(checked, headers=TUS | authorization())
        assert told.headers["upload-offset"] == "0", "bytes that were to be checked, and were not, do not count"
        again.upload()
        told = httpx2.head(uploader.url, headers=TUS | authorization())
        assert told.headers["upload-offset"] == told.headers["upload-length"] == str(SIZE)
        if sys.platform == "linux":
            assert memory_mb(server) < MOST_MEMORY_MB
    assert sha256(path) == sha256(source)
