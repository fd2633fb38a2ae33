"""Renditions' files, for those who may read them: `GET /media/{sha256}` with a bearer token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import BinaryIO

from sqlmodel import col, select
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from models.actor import Actor
from models.asset import Asset, Rendition
from models.base import JsonObject
from models.errors import NotFound
from models.media import MediaStore
from models.pool.reading import read_releases
from models.pool.tables import PoolStory
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

MEDIA_FOLDER = "media"
"""The folder of the media store, in the data folder."""


class MediaEndpoint:
    """Answers a rendition's file where a live story shows it to the actor, else 404: the same for hidden and for unknown.

    Of the stories that use a file the newest 1,000 are looked at.

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
        using = (
            select(PoolStory.release_id)
            .join(Asset, col(Asset.story_id) == PoolStory.story_id)
            .join(Rendition, col(Rendition.asset_id) == Asset.id)
            .where(col(Rendition.sha256) == sha256)
            .distinct()
            .order_by(col(PoolStory.release_id).desc())
            .limit(_STORIES_EXAMINED)
        )
        services = self._services
        async with services.database.read() as session:
            releases = (await session.exec(using)).all()
            if not releases:
                return None
            viewer = await load_viewer(session, actor, services.book.policies, services.clock())
            for start in range(0, len(releases), _STORIES_AT_ONCE):
                batch = releases[start : start + _STORIES_AT_ONCE]
                for story in (await read_releases(session, batch, viewer, services.book)).values():
                    for asset in story.assets:
                        for rendition in asset.part["renditions"]:
                            if asset.readable and rendition["sha256"] == sha256:
                                found: JsonObject = rendition
                                return found
        return None


def _named_etags(if_none_match: str) -> set[str]:
    """The entity tags in an `If-None-Match`, compared weakly (RFC 9110, section 13.1.2)."""
    return {tag.strip().removeprefix("W/").strip('"') for tag in if_none_match.split(",")}


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    try:
        while chunk := await asyncio.to_thread(file.read, _CHUNK_BYTES):
            yield chunk
    finally:
        file.close()
