"""A centre that takes uploads, and its clients, for the tests of the protocol."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy.engine import URL

from models.client import create_client
from models.database import Database
from models.files import UPLOAD_FOLDER
from models.scope import Scope
from models.upload import Upload, UploadFolder
from schema.identifier import uuid_of
from server.app import create_app
from server.settings import Settings

BASE = "http://localhost:8000"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {"Content-Type": "application/offset+octet-stream"}


def checksum(content: bytes, algorithm: str = "sha256") -> dict[str, str]:
    digest = base64.b64encode(hashlib.new(algorithm, content).digest()).decode()
    return {"Upload-Checksum": f"{algorithm} {digest}"}


@dataclass
class Uploader:
    """A client that speaks the protocol by hand."""

    http: httpx2.AsyncClient

    async def create(self, length: int, **headers: str) -> httpx2.Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post("/uploads", headers=TUS | {"Upload-Length": str(length)} | given)

    async def begin(self, length: int) -> str:
        """A new upload's path."""
        answer = await self.create(length)
        assert answer.status_code == 201, answer.text
        return str(answer.headers["location"]).removeprefix(BASE)

    async def add(self, path: str, offset: int, content: Any, headers: dict[str, str] | None = None) -> httpx2.Response:
        sent = TUS | PIECE | {"Upload-Offset": str(offset)} | (headers or {})
        return await self.http.patch(path, headers=sent, content=content)

    async def tell(self, path: str) -> httpx2.Response:
        return await self.http.head(path, headers=TUS)

    async def offset(self, path: str) -> int:
        answer = await self.tell(path)
        assert answer.status_code == 200
        return int(answer.headers["upload-offset"])

    async def end(self, path: str) -> httpx2.Response:
        return await self.http.delete(path, headers=TUS)


@dataclass
class Centre:
    """The application over a database, with the folder of its uploads."""

    app: Any
    database: Database
    store: UploadFolder
    folder: Path
    stack: AsyncExitStack

    async def uploader(self, *scopes: Scope) -> Uploader:
        """A new client of the centre; without scopes it may write stories."""
        async with self.database.write() as session:
            granted = list(scopes or (Scope.STORY_WRITE,))
            row, secret = await create_client(session, None, "test", granted, datetime.now(UTC))
        http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self.app), base_url=BASE)
        await self.stack.enter_async_context(http)
        asked = {"grant_type": "client_credentials"}
        answer = await http.post("/oauth/token", data=asked, auth=(row.client_id, secret))
        http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        return Uploader(http)

    def file(self, path: str) -> Path:
        """Where the bytes of an upload lie."""
        return self.folder / str(id_of(path))

    async def row(self, path: str) -> Upload | None:
        async with self.database.read() as session:
            return await session.get(Upload, id_of(path))


def id_of(path: str) -> uuid.UUID:
    """The key of an upload, by its address."""
    return uuid_of(path.rpartition("/")[2], "Upload")


@asynccontextmanager
async def running_centre(url: URL, folder: Path, **settings: Any) -> AsyncIterator[Centre]:
    database_url = url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=database_url, data_dir=folder, public_url=BASE, **settings))
    database = Database(url)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await stack.enter_async_context(app.router.lifespan_context(app))
        uploads = folder / UPLOAD_FOLDER
        yield Centre(app, database, UploadFolder(uploads), uploads, stack)


def pieces(content: bytes, size: int) -> Iterator[tuple[int, bytes]]:
    """A content in pieces, each with its offset."""
    for offset in range(0, len(content), size):
        yield offset, content[offset : offset + size]
