"""The document for those who upload does what it says, with curl and with a tus client, against a server that runs."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from PIL import Image
from sqlalchemy.engine import URL

from models.client import create_client
from models.database import Database
from models.media.picture import LONGEST_SIDES, MOST_PIXELS
from models.scope import Scope
from server.settings import Settings
from server.upload.headers import CHECKSUM_MISMATCH
from server.upload.piece import SILENT_SECONDS
from tests.databases import DatabaseFactory
from tests.media import film, photograph
from tests.server.command_line import CommandLine
from tests.server.upload.test_resuming import free_port, serving

TEXT = (Path(__file__).parents[1] / "docs" / "assets.md").read_text(encoding="utf-8")
WALK_SECONDS = 120


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


async def new_editor(url: URL) -> tuple[str, str]:
    database = Database(url)
    async with database.write() as session:
        scopes = [Scope.STORY_WRITE, Scope.POOL_READ]
        row, secret = await create_client(session, None, "editor", scopes, datetime.now(UTC))
    await database.close()
    return row.client_id, secret


@pytest.mark.skipif(shutil.which("curl") is None, reason="the walk asks with curl")
def test_the_walk_from_an_upload_to_a_download(tmp_path: Path, database_factory: DatabaseFactory) -> None:
    database_url = database_factory.migrated("sqlite")
    client_id, secret = asyncio.run(new_editor(database_url))
    installation, port = CommandLine(tmp_path / "data", database_url.render_as_string()), free_port()
    url = f"http://127.0.0.1:{port}"
    content = photograph((1600, 900))
    (tmp_path / "lanterns.jpg").write_bytes(content)
    (tmp_path / "film.mp4").write_bytes(film(b"vide", data=bytes(9_000_000)))
    commands = "\n".join(blocks("sh")).replace("http://127.0.0.1:8000", url)
    commands = f"CLIENT_ID={client_id}\nCLIENT_SECRET={secret}\n{commands}"
    with serving(installation, port):
        ran = subprocess.run(
            ["sh", "-eu", "-c", commands], cwd=tmp_path, capture_output=True, text=True, timeout=WALK_SECONDS
        )
        assert ran.returncode == 0, ran.stderr
        come, attached, updated = ran.stdout.splitlines()
        assert come == f"{len(content)} of {len(content)}"
        asked = {"grant_type": "client_credentials"}
        token = httpx2.post(f"{url}/oauth/token", data=asked, auth=(client_id, secret)).json()["access_token"]
        (example,) = blocks("python")
        program = f"url, token = {url!r}, {token!r}\n{example}\nprint(upload_id)"
        sent = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=WALK_SECONDS
        )
        assert sent.returncode == 0, sent.stderr
        told = httpx2.head(
            f"{url}/uploads/{sent.stdout.strip()}",
            headers={"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {token}"},
        )
        assert told.headers["upload-offset"] == str((tmp_path / "film.mp4").stat().st_size)
    asset = json.loads(attached)["data"]["attachAsset"]["asset"]
    assert asset["original"] == {"fileName": "lanterns.jpg", "bytes": len(content)}
    assert [file["width"] for file in asset["renditions"]] == [1600, 1280, 640, 320]
    assert json.loads(updated)["data"]["updateAsset"]["userErrors"] == []
    assert json.loads(updated)["data"]["updateAsset"]["asset"]["revision"] == 2
    with Image.open(tmp_path / "web.jpg") as web:
        assert web.size == (1280, 720)
    assert (tmp_path / "first-hundred-bytes").read_bytes() == (tmp_path / "web.jpg").read_bytes()[:100]


def test_what_the_document_says_of_bounds_is_so() -> None:
    assert f"{MOST_PIXELS:,} pixels" in TEXT
    for longest in LONGEST_SIDES.values():
        assert str(longest) in TEXT
    assert f"nothing came for {SILENT_SECONDS} seconds" in TEXT
    assert Settings.model_fields["max_upload_bytes"].default == 4 * 1024**3
    assert str(CHECKSUM_MISMATCH) in TEXT
    for name in ("MAX_UPLOAD_BYTES", "UPLOAD_HOURS", "OPEN_UPLOADS_PER_CLIENT", "MEDIA_URL_SECONDS"):
        assert f"STORYPOOL_{name}" in TEXT
        assert name.lower() in Settings.model_fields
