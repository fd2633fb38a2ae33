"""The files of assets, for those who may read them: `GET /media/{sha256}`, with a bearer token or by a signed address."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import quote

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from models.actor import Actor
from models.asset import Asset, AssetOriginal, DetachedFile, Rendition
from models.base import JsonObject
from models.errors import NotFound
from models.media import MediaStore
from models.pickup import Pickup, receipts_of
from models.pool.reading import SeenStory, read_releases
from models.pool.tables import Document, PoolStory
from models.scope import Scope
from models.story import Story
from models.viewer import load_viewer
from schema.context import Services
from schema.media import MEDIA_PATH
from server.authentication import Authenticator
from server.challenge import AuthenticationError, ScopeInsufficient
from server.media.address import SignedAddresses
from server.media.range import ByteRange, RangeNotSatisfiable, requested_ranges
from server.problem import ErrorCode, Problem, problem_response
from server.request_id import request_id_of
from server.standing import Standings

_CHUNK_BYTES = 256 * 1024
_STORIES_EXAMINED = 1000
_STORIES_AT_ONCE = 20
_PICKUPS_EXAMINED = 1000
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/tiff": ".tiff",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/wav": ".wav",
    "audio/ogg": ".ogg",
    "text/vtt": ".vtt",
    "application/x-subrip": ".srt",
}


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file that may be read, and how it is served.

    :ivar disposition: the value of `Content-Disposition`.
    """

    sha256: str
    mime_type: str
    disposition: str

    @classmethod
    def rendition(cls, sha256: str, mime_type: str) -> ServedFile:
        """A rendition, to be shown where it is."""
        return cls(sha256, mime_type, f'inline; filename="{sha256[:16]}{_SUFFIXES.get(mime_type, "")}"')

    @classmethod
    def original(cls, original: AssetOriginal) -> ServedFile:
        """A file as it was uploaded, with everything that may be hidden in it: only ever to be saved (RFC 6266, section 4.3)."""
        plain = f"{original.sha256[:16]}{_SUFFIXES.get(original.mime_type, '')}"
        named = f"; filename*=UTF-8''{quote(original.file_name, safe='')}" if original.file_name else ""
        return cls(original.sha256, original.mime_type, f'attachment; filename="{plain}"{named}')


class MediaEndpoint:
    """Answers a rendition's file where a live story shows it to the actor, or the receipt of a pickup that the partner holds: then
    also where a later version has another file. For staff that write stories, or audit, also those of assets on the desk and of older
    versions. Else 404: the same for hidden and for unknown, and for an address that is not good any more.

    Whoever comes by a signed address is the client for whom it was made, with the rights that this client has now.

    Of the stories that use a file the newest 1,000 are looked at, and of a partner's pickups the newest 1,000.

    :param addresses: reads signed addresses.
    """

    def __init__(
        self, services: Services, authenticator: Authenticator, standings: Standings, addresses: SignedAddresses
    ) -> None:
        self._services = services
        self._store: MediaStore = services.files.media
        self._authenticator = authenticator
        self._standings = standings
        self._addresses = addresses

    def routes(self) -> list[Route]:
        """The one route; a HEAD is answered too."""
        return [Route(f"{MEDIA_PATH}/{{sha256}}", self.get, methods=["GET"], name="media")]

    async def get(self, request: Request) -> Response:
        """The file, or why not."""
        try:
            actor = await self._actor(request)
        except AuthenticationError as error:
            return self._authenticator.challenge_response(error, request_id_of(request.scope))
        try:
            if actor is None:
                raise NotFound("no good address")
            request.state.actor = actor
            found = await self._readable_file(request.path_params["sha256"], actor)
            file = await asyncio.to_thread(self._store.open, found.sha256)
        except NotFound:
            message = "There is no media file of this name for you, or the address has expired: ask for href again."
            return problem_response(Problem(404, message, code=ErrorCode.NOT_FOUND), request.scope)
        return await _file_response(request, found, file)

    async def _actor(self, request: Request) -> Actor | None:
        """Who asks; None where the address is signed and not good.

        :raises AuthenticationError: nobody who may read files.
        """
        token = request.query_params.get("token")
        if token is not None and "authorization" not in request.headers:
            return await self._addressee(request.path_params["sha256"], token)
        actor = await self._authenticator.authenticate_connection(request)
        if actor.scopes.isdisjoint((Scope.POOL_READ, Scope.STORY_WRITE, Scope.AUDIT_READ)):
            raise ScopeInsufficient
        return actor

    async def _addressee(self, sha256: str, token: str) -> Actor | None:
        """The client for whom a signed address was made, as it stands now."""
        claims = await self._addresses.read(sha256, token, self._services.clock())
        if claims is None:
            return None
        standing = await self._standings.of(claims.client_id)
        if standing is None or standing.refusal is not None:
            return None
        return Actor(claims.client_id, standing.client_uuid, standing.partner_id, claims.scopes)

    async def _readable_file(self, sha256: str, actor: Actor) -> ServedFile:
        """The file as something describes it that the actor may read.

        :raises NotFound: nothing does.
        """
        if not _SHA256.fullmatch(sha256):
            raise NotFound("no name of a file")
        async with self._services.database.read() as session:
            if actor.has(Scope.POOL_READ):
                rendition = await self._live(session, sha256, actor) or await _taken(session, sha256, actor)
                if rendition is not None:
                    return ServedFile.rendition(sha256, rendition["mimeType"])
            if actor.is_staff and (actor.has(Scope.STORY_WRITE) or actor.has(Scope.AUDIT_READ)):
                return await _on_the_desk(session, sha256, actor)
        raise NotFound("hidden")

    async def _live(self, session: AsyncSession, sha256: str, actor: Actor) -> JsonObject | None:
        of_assets = select(Asset.story_id).join(Rendition, col(Rendition.asset_id) == Asset.id)
        detached = select(DetachedFile.story_id).where(col(DetachedFile.sha256) == sha256)
        using_it = of_assets.where(col(Rendition.sha256) == sha256).union(detached)
        using = (
            select(PoolStory.release_id)
            .where(col(PoolStory.story_id).in_(using_it))
            .order_by(col(PoolStory.release_id).desc())
            .limit(_STORIES_EXAMINED)
        )
        releases = (await session.exec(using)).all()
        if not releases:
            return None
        services = self._services
        viewer = await load_viewer(session, actor, services.book.policies, services.clock())
        for start in range(0, len(releases), _STORIES_AT_ONCE):
            batch = releases[start : start + _STORIES_AT_ONCE]
            stories = (await read_releases(session, batch, viewer, services.book)).values()
            found = _rendition(stories, sha256)
            if found is not None:
                return found
        return None


async def _taken(session: AsyncSession, sha256: str, actor: Actor) -> JsonObject | None:
    """The rendition as the receipt of a pickup describes it. Only the documents know which files older versions had."""
    if actor.partner_id is None:
        return None
    newest = (
        select(Pickup.id)
        .where(Pickup.partner_id == actor.partner_id, col(Pickup.released_at).is_(None))
        .order_by(col(Pickup.id).desc())
        .limit(_PICKUPS_EXAMINED)
        .subquery()
    )
    naming = (
        select(Pickup)
        .join(newest, newest.c.id == col(Pickup.id))
        .join(Document, col(Document.release_id) == col(Pickup.release_id))
        .where(col(Document.content).contains(sha256))
    )
    receipts = await receipts_of(session, (await session.exec(naming)).all())
    return _rendition((receipt.story for receipt in receipts if receipt.story is not None), sha256)


def _rendition(stories: Iterable[SeenStory], sha256: str) -> JsonObject | None:
    """The rendition in the first of the stories that shows it readably."""
    renditions: Iterator[JsonObject] = (
        rendition
        for story in stories
        for asset in story.assets
        if asset.readable
        for rendition in asset.part["renditions"]
    )
    return next((rendition for rendition in renditions if rendition["sha256"] == sha256), None)


async def _on_the_desk(session: AsyncSession, sha256: str, actor: Actor) -> ServedFile:
    """A file of an asset that is on the desk or was there. What was killed is for those who may read the audit trail.

    :raises NotFound: no asset has it.
    """
    allowed = col(Story.pub_status).in_(actor.content_statuses)
    renditions = (
        select(Rendition.mime_type)
        .join(Asset, col(Asset.id) == Rendition.asset_id)
        .join(Story, col(Story.id) == Asset.story_id)
        .where(col(Rendition.sha256) == sha256, allowed)
    )
    detached = (
        select(DetachedFile.mime_type)
        .join(Story, col(Story.id) == DetachedFile.story_id)
        .where(col(DetachedFile.sha256) == sha256, allowed)
    )
    for files in (renditions, detached):
        mime_type = (await session.exec(files.limit(1))).first()
        if mime_type is not None:
            return ServedFile.rendition(sha256, mime_type)
    originals = (
        select(AssetOriginal)
        .join(Asset, col(Asset.id) == AssetOriginal.asset_id)
        .join(Story, col(Story.id) == Asset.story_id)
        .where(col(AssetOriginal.sha256) == sha256, allowed)
    )
    original = (await session.exec(originals.limit(1))).first()
    if original is None:
        raise NotFound("no asset has it")
    return ServedFile.original(original)


async def _file_response(request: Request, served: ServedFile, file: BinaryIO) -> Response:
    """The file or the parts of it that were asked for (RFC 9110, sections 13 and 14)."""
    size = await asyncio.to_thread(file.seek, 0, 2)
    etag = f'"{served.sha256}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",  # a copy may be kept and must be asked about, so that a kill reaches it
        "Vary": "Authorization",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": served.disposition,
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    named = _named_etags(request.headers.get("if-none-match", ""))
    if served.sha256 in named or "*" in named:
        file.close()
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        file.close()
        return Response(headers=headers | {"Content-Type": served.mime_type, "Content-Length": str(size)})
    asked = request.headers.get("range") if request.headers.get("if-range", etag) == etag else None
    try:
        parts = requested_ranges(asked, size)
    except RangeNotSatisfiable:
        file.close()
        problem = Problem(
            416,
            f"The file has {size:,} bytes; none of the ranges is in it.",
            headers=headers | {"Content-Range": f"bytes */{size}"},
        )
        return problem_response(problem, request.scope)
    if len(parts) > 1:
        return _multipart(served, file, parts, size, headers)
    part = parts[0] if parts else ByteRange(0, size - 1)
    headers |= {"Content-Type": served.mime_type, "Content-Length": str(part.length)}
    if parts:
        headers["Content-Range"] = part.content_range(size)
    return StreamingResponse(_bytes(file, [(b"", part)], b""), status_code=206 if parts else 200, headers=headers)


def _multipart(
    served: ServedFile, file: BinaryIO, parts: Sequence[ByteRange], size: int, headers: dict[str, str]
) -> Response:
    """Several parts of a file in one answer (RFC 9110, section 14.6)."""
    boundary = served.sha256  # no file holds its own hash
    framed = [
        (
            f"--{boundary}\r\nContent-Type: {served.mime_type}\r\nContent-Range: {part.content_range(size)}\r\n\r\n".encode(),
            part,
        )
        for part in parts
    ]
    end = f"--{boundary}--\r\n".encode()
    length = sum(len(before) + part.length + 2 for before, part in framed) + len(end)
    headers |= {"Content-Type": f"multipart/byteranges; boundary={boundary}", "Content-Length": str(length)}
    return StreamingResponse(_bytes(file, framed, end, after=b"\r\n"), status_code=206, headers=headers)


def _named_etags(if_none_match: str) -> set[str]:
    """The entity tags in an `If-None-Match`, compared weakly (RFC 9110, section 13.1.2)."""
    return {tag.strip().removeprefix("W/").strip('"') for tag in if_none_match.split(",")}


async def _bytes(
    file: BinaryIO, framed: Sequence[tuple[bytes, ByteRange]], end: bytes, *, after: bytes = b""
) -> AsyncIterator[bytes]:
    """Parts of a file, each with what stands before and after it; the file is closed at the end."""
    try:
        for before, part in framed:
            if before:
                yield before
            await asyncio.to_thread(file.seek, part.first)
            missing = part.length
            while missing and (chunk := await asyncio.to_thread(file.read, min(_CHUNK_BYTES, missing))):
                missing -= len(chunk)
                yield chunk
            if after:
                yield after
        if end:
            yield end
    finally:
        file.close()
