"""The routes of uploads, for the centre's own clients that may write stories."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.actor import Actor
from models.audit.record import record
from models.audit.subject import Subject
from models.base import Clock, utc_now
from models.change import Change
from models.database import Database
from models.errors import NotFound, TooManyUploads, UploadBusy
from models.scope import Scope
from models.upload import Upload, UploadAppend, UploadStore
from models.upload.lifecycle import begin_upload, end_upload, find_upload, renew_upload
from schema.identifier import global_id, uuid_of
from server.authentication import Authenticator
from server.challenge import AuthenticationError, ScopeInsufficient
from server.metrics import Metrics
from server.paths import UPLOADS_PATH
from server.problem import ErrorCode, Problem, problem_response
from server.request_id import request_id_of
from server.upload.headers import (
    CHECKSUM_ALGORITHMS,
    EXTENSIONS,
    VERSION,
    Checksum,
    file_name,
    http_date,
    read_checksum,
    read_length,
    read_metadata,
    read_number,
    require_piece,
    require_version,
)
from server.upload.piece import in_thread, take_piece, too_much

_PATIENCE: Final = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds that a question for the offset waits, again and again, for a turn that is about to end, as after a connection broke."""
_OVERRIDDEN = ("PATCH", "DELETE", "HEAD")

Handler = Callable[[Request, Actor], Awaitable[Response]]


@dataclass(frozen=True)
class UploadLimits:
    """What clients may upload.

    :param most_bytes: of one upload.
    :param most_open: uploads of one client of which nothing was made yet.
    :param lifetime: of an upload to which nothing is added.
    """

    most_bytes: int
    most_open: int
    lifetime: timedelta


class UploadEndpoint:
    """Answers the tus protocol at `/uploads`. The last part of an upload's address is its global id.

    :param metrics: counts what comes.
    :param public_url: under which clients reach this server, without a trailing slash.
    """

    def __init__(
        self,
        database: Database,
        store: UploadStore,
        authenticator: Authenticator,
        limits: UploadLimits,
        metrics: Metrics,
        *,
        public_url: str,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._store = store
        self._authenticator = authenticator
        self._limits = limits
        self._metrics = metrics
        self._public_url = public_url
        self._clock = clock

    def routes(self) -> list[Route]:
        """The collection, and each upload."""
        return [
            Route(UPLOADS_PATH, self.collection, methods=["POST", "OPTIONS"], name="uploads"),
            Route(f"{UPLOADS_PATH}/{{id}}", self.one, methods=["HEAD", "PATCH", "DELETE", "POST"], name="upload"),
        ]

    async def collection(self, request: Request) -> Response:
        """What is spoken here, for anybody; a new upload."""
        if request.method == "OPTIONS":
            return Response(
                status_code=204,
                headers={
                    "Tus-Resumable": VERSION,
                    "Tus-Version": VERSION,
                    "Tus-Extension": ",".join(EXTENSIONS),
                    "Tus-Max-Size": str(self._limits.most_bytes),
                    "Tus-Checksum-Algorithm": ",".join(CHECKSUM_ALGORITHMS),
                },
            )
        return await self._answer(request, self._create)

    async def one(self, request: Request) -> Response:
        """An upload: where it stands, another piece, its end. A POST may name one of these in `X-HTTP-Method-Override`."""
        method = request.method
        if method == "POST":
            method = request.headers.get("x-http-method-override", "").upper()
            if method not in _OVERRIDDEN:
                allowed = ", ".join(_OVERRIDDEN)
                problem = Problem(405, f"Send {allowed}.", headers={"Allow": allowed, "Tus-Resumable": VERSION})
                return problem_response(problem, request.scope)
        handlers: dict[str, Handler] = {"HEAD": self._tell, "PATCH": self._add, "DELETE": self._end}
        return await self._answer(request, handlers[method])

    async def _answer(self, request: Request, handler: Handler) -> Response:
        try:
            require_version(request.headers)
            actor = await self._authenticator.authenticate_connection(request)
            request.state.actor = actor
            if not actor.is_staff or not actor.has(Scope.STORY_WRITE):
                raise ScopeInsufficient(scope=Scope.STORY_WRITE)
            response = await handler(request, actor)
        except AuthenticationError as error:
            response = self._authenticator.challenge_response(error, request_id_of(request.scope))
        except NotFound:
            response = problem_response(
                Problem(404, "There is no such upload for you.", code=ErrorCode.NOT_FOUND), request.scope
            )
        except UploadBusy as error:
            response = problem_response(Problem(423, error.message, reason=error.code), request.scope)
        except Problem as problem:
            response = problem_response(problem, request.scope)
        response.headers["Tus-Resumable"] = VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _create(self, request: Request, actor: Actor) -> Response:
        length = read_length(request.headers, self._limits.most_bytes)
        metadata = request.headers.get("upload-metadata")
        named = file_name(read_metadata(metadata))
        has_piece = "content-type" in request.headers
        checksum = read_checksum(request.headers)
        if has_piece:
            require_piece(request.headers)
        now = self._clock()
        upload = Upload(
            client_id=actor.client_uuid,
            length=length,
            file_name=named,
            metadata_given=metadata,
            created_at=now,
            expires_at=now + self._limits.lifetime,
            finished_at=now if length == 0 else None,
        )
        try:
            async with self._database.write() as session:
                await begin_upload(session, upload, now, most=self._limits.most_open)
                await self._record(session, request, actor, "beginUpload", upload.id)
        except TooManyUploads as error:
            raise Problem(429, error.message, code=ErrorCode.RATE_LIMITED, reason=error.code) from error
        await in_thread(self._store.create, upload.id)
        headers = {"Location": f"{self._public_url}{UPLOADS_PATH}/{global_id('Upload', upload.id)}"}
        if has_piece:
            try:
                async with self._turn(upload.id) as turn:
                    offset = await self._take(request, turn, length, checksum)
            except Problem as problem:  # the upload is there all the same, to go on with
                problem.headers |= headers
                raise
            await renew_upload(self._database, upload, self._clock(), self._limits.lifetime, offset=offset)
            headers["Upload-Offset"] = str(offset)
        return Response(status_code=201, headers=headers | {"Upload-Expires": http_date(upload.expires_at)})

    async def _tell(self, request: Request, actor: Actor) -> Response:
        upload = await self._upload(request, actor)
        offset = upload.length if upload.asset_id is not None else await self._offset(upload.id)
        headers = {"Upload-Offset": str(offset), "Upload-Length": str(upload.length)}
        if upload.metadata_given is not None:
            headers["Upload-Metadata"] = upload.metadata_given
        if upload.asset_id is None:
            headers["Upload-Expires"] = http_date(upload.expires_at)
        return Response(status_code=200, headers=headers)

    async def _add(self, request: Request, actor: Actor) -> Response:
        require_piece(request.headers)
        claimed = read_number(request.headers, "Upload-Offset")
        checksum = read_checksum(request.headers)
        upload = await self._upload(request, actor)
        if upload.asset_id is not None:
            raise _finished()
        async with self._turn(upload.id) as turn:
            if claimed != turn.start:
                raise Problem(
                    409,
                    f"The upload stands at {turn.start}, not at {claimed}. Go on from there.",
                    reason="OFFSET_MISMATCH",
                    headers={"Upload-Offset": str(turn.start)},
                )
            missing = upload.length - turn.start
            announced = request.headers.get("content-length")
            if announced is not None and announced.isdecimal() and int(announced) > missing:
                raise too_much(missing)
            offset = await self._take(request, turn, missing, checksum)
        await renew_upload(self._database, upload, self._clock(), self._limits.lifetime, offset=offset)
        headers = {"Upload-Offset": str(offset), "Upload-Expires": http_date(upload.expires_at)}
        return Response(status_code=204, headers=headers)

    async def _end(self, request: Request, actor: Actor) -> Response:
        upload = await self._upload(request, actor)
        if upload.asset_id is not None:
            raise _finished()
        recorded = partial(self._record, request=request, actor=actor, action="endUpload", upload_id=upload.id)
        await end_upload(self._database, self._store, upload.id, recorded)
        return Response(status_code=204)

    async def _record(
        self, session: AsyncSession, request: Request, actor: Actor, action: str, upload_id: uuid.UUID
    ) -> None:
        """Writes into the audit trail what somebody did with an upload."""
        change, subject = Change(by=actor.client_id, at=self._clock()), Subject(global_id("Upload", upload_id))
        await record(session, change, action, request_id=request_id_of(request.scope), subject=subject)

    async def _upload(self, request: Request, actor: Actor) -> Upload:
        """The upload that is asked about.

        :raises NotFound: none, or not the actor's own.
        :raises Problem: 410, where it has expired.
        """
        upload_id = uuid_of(request.path_params["id"], "Upload")
        async with self._database.read() as session:
            upload = await find_upload(session, upload_id, actor.client_uuid)
        if upload.asset_id is None and upload.expires_at <= self._clock():
            raise Problem(410, "The upload has expired. Begin a new one.", code=ErrorCode.NOT_FOUND, reason="EXPIRED")
        return upload

    async def _offset(self, upload_id: uuid.UUID) -> int:
        """Where an upload stands. A turn that is about to end is waited for."""
        for seconds in _PATIENCE:
            with contextlib.suppress(UploadBusy):
                return await in_thread(self._store.offset, upload_id)
            await asyncio.sleep(seconds)
        return await in_thread(self._store.offset, upload_id)

    async def _take(self, request: Request, turn: UploadAppend, most: int, checksum: Checksum | None) -> int:
        """See `take_piece`; counted."""
        with self._metrics.uploads_writing.track_inprogress():
            offset = await take_piece(request, turn, most, checksum)
        self._metrics.upload_bytes.inc(offset - turn.start)
        return offset

    @contextlib.asynccontextmanager
    async def _turn(self, upload_id: uuid.UUID) -> AsyncIterator[UploadAppend]:
        """A turn at writing to an upload."""
        turn = await in_thread(self._store.append, upload_id)
        try:
            yield turn
        finally:
            turn.close()


def _finished() -> Problem:
    return Problem(409, "The upload has become an asset already. Take that off its story instead.", reason="FINISHED")
