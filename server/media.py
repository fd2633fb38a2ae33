"""Renditions' files, for those who may read them: `GET /media/{sha256}` with a bearer token."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import BinaryIO

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from models.actor import Actor
from models.asset import Asset, Rendition
from models.base import JsonObject
from models.errors import NotFound
from models.media import MediaStore
from models.pickup import Pickup, receipts_of
from models.pool.reading import SeenStory, read_releases
from models.pool.tables import Document, PoolStory
from models.scope import Scope
from models.viewer import load_viewer
from schema.context import Services
from server.authentication import Authenticator
from server.challenge import AuthenticationError, ScopeInsufficient
from server.problem import ErrorCode, Problem, problem_response
from server.request_id import request_id_of

_CHUNK_BYTES = 256 * 1024
_STORIES_EXAMINED = 1000
_STORIES_AT_ONCE = 20
_PICKUPS_EXAMINED = 1000
_SHA256 = re.compile(r"[0-9a-f]{64}")


class MediaEndpoint:
    """Answers a rendition's file where a live story shows it to the actor, or the receipt of a pickup that the partner holds: then
    also where a later version has another file. Else 404: the same for hidden and for unknown.

    Of the stories that use a file the newest 1,000 are looked at, and of a partner's pickups the newest 1,000.

    :param store: where the files lie.
    """

    def __init__(self, services: Services, store: MediaStore, authenticator: Authenticator) -> None:
        self._services = services
        self._store = store
        self._authenticator = authenticator

    def routes(self) -> list[Route]:
        """The one route; a HEAD is answered too."""
        return [Route("/media/{sha256}", self.get, methods=["GET"], name="media")]

    async def get(self, request: Request) -> Response:
        """The file, or why not."""
        try:
            actor = await self._authenticator.authenticate_connection(request)
            request.state.actor = actor
            if not actor.has(Scope.POOL_READ):
                raise ScopeInsufficient
        except AuthenticationError as error:
            return self._authenticator.challenge_response(error, request_id_of(request.scope))
        sha256 = request.path_params["sha256"]
        rendition = await self._readable_rendition(sha256, actor)
        try:
            if rendition is None:
                raise NotFound("hidden")
            file = await asyncio.to_thread(self._store.open, sha256)
        except NotFound:
            return problem_response(
                Problem(404, "There is no media file of this name for you.", code=ErrorCode.NOT_FOUND), request.scope
            )
        headers = {
            "ETag": f'"{sha256}"',
            "Cache-Control": "private, max-age=3600",
            "Vary": "Authorization",
            "X-Content-Type-Options": "nosniff",
        }
        if request.method == "HEAD" or sha256 in _named_etags(request.headers.get("if-none-match", "")):
            file.close()
            status = 200 if request.method == "HEAD" else 304
            return Response(status_code=status, headers=headers | {"Content-Type": rendition["mimeType"]})
        headers |= {"Content-Type": rendition["mimeType"], "Content-Length": str(rendition["size"])}
        return StreamingResponse(_chunks(file), headers=headers)

    async def _readable_rendition(self, sha256: str, actor: Actor) -> JsonObject | None:
        """The rendition as a document that the actor may read describes it."""
        if not _SHA256.fullmatch(sha256):
            return None
        async with self._services.database.read() as session:
            return await self._live(session, sha256, actor) or await _taken(session, sha256, actor)

    async def _live(self, session: AsyncSession, sha256: str, actor: Actor) -> JsonObject | None:
        using = (
            select(PoolStory.release_id)
            .join(Asset, col(Asset.story_id) == PoolStory.story_id)
            .join(Rendition, col(Rendition.asset_id) == Asset.id)
            .where(col(Rendition.sha256) == sha256)
            .distinct()
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


def _named_etags(if_none_match: str) -> set[str]:
    """The entity tags in an `If-None-Match`, compared weakly (RFC 9110, section 13.1.2)."""
    return {tag.strip().removeprefix("W/").strip('"') for tag in if_none_match.split(",")}


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while chunk := await asyncio.to_thread(file.read, _CHUNK_BYTES):
            yield chunk
    finally:
        file.close()
