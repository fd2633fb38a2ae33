"""Reports as files: `GET /reports/{name}.csv`, `.json` or `.xlsx`, with a bearer token that may read reports."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from datetime import date
from typing import IO, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from models.actor import Actor
from models.errors import NotFound, StorypoolError
from models.report.catalogue import LISTS, TITLES, ReportName, make, narrowed
from models.report.copies import MOST_ROWS
from models.report.files import Pages, csv_of, json_of, xlsx_of
from models.report.measure import Scope
from models.report.period import Period
from models.rollup.fold import fold
from models.scope import Scope as TokenScope
from schema.context import Services
from schema.identifier import global_id
from schema.report.query import LANGUAGES, narrowing_of, scope_for
from server.authentication import Authenticator
from server.challenge import AuthenticationError, ScopeInsufficient
from server.problem import ErrorCode, Problem, problem_response
from server.request_id import request_id_of

REPORTS_PATH: Final = "/reports"
_PAGE: Final = 500
_CHUNK: Final = 256 * 1024
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ReportEndpoint:
    """Answers a report, whole. Staff read all; a partner reads its own rows.

    A list is read page by page, in constant memory; each page is as the copies stand when it is read.
    """

    def __init__(self, services: Services, authenticator: Authenticator) -> None:
        self._services = services
        self._authenticator = authenticator

    def routes(self) -> list[Route]:
        """The one route; a HEAD is answered too."""
        return [Route(f"{REPORTS_PATH}/{{name}}.{{kind}}", self.get, methods=["GET"], name="report")]

    async def get(self, request: Request) -> Response:
        """The file, or why not."""
        try:
            actor = await self._authenticator.authenticate_connection(request)
            if not actor.has(TokenScope.REPORT_READ):
                raise ScopeInsufficient(scope=TokenScope.REPORT_READ)
        except AuthenticationError as error:
            return self._authenticator.challenge_response(error, request_id_of(request.scope))
        request.state.actor = actor
        try:
            return await self._answer(request, actor)
        except NotFound as error:
            return problem_response(Problem(404, error.message, code=ErrorCode.NOT_FOUND), request.scope)
        except StorypoolError as error:
            return problem_response(Problem(400, error.message, code=ErrorCode.BAD_USER_INPUT), request.scope)

    async def _answer(self, request: Request, actor: Actor) -> Response:
        kind, asked = request.path_params["kind"], request.path_params["name"].upper().replace("-", "_")
        if kind not in _TYPES or asked not in ReportName.__members__:
            raise NotFound(
                "there is no such report; its name is that of ReportName, and it ends in .csv, .json or .xlsx"
            )
        name = ReportName(asked)
        language = request.query_params.get("language", "en")
        if language not in LANGUAGES:
            raise Problem(400, "language is en or zh", code=ErrorCode.BAD_USER_INPUT)
        period = Period.of(_day(request, "from"), _day(request, "until"), self._services.report_zone)
        scope = scope_for(actor, name, period, request.query_params.get("partner"))
        about, spoken, territory = (request.query_params.get(key) for key in ("about", "copyLanguage", "territory"))
        scope = narrowed(name, scope, narrowing_of(about, spoken, territory))
        return await report_file(self._services, name, scope, kind, language)


async def report_file(services: Services, name: ReportName, scope: Scope, kind: str, language: str) -> Response:
    """A report, whole, for download.

    :param kind: `csv`, `json` or `xlsx`.
    :param language: `en` or `zh`.
    """
    period = scope.period
    title = TITLES[name][LANGUAGES.index(language)]
    file_name = f"{name.lower().replace('_', '-')}-{period.since}-{period.until}.{kind}"
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name}"',
        "Cache-Control": "private, no-store",
        "Vary": "Authorization",
    }
    pages = _pages(services, name, scope)
    if kind == "xlsx":
        body = _chunks(await xlsx_of(pages, title, language, period.zone))
    elif kind == "csv":
        body = csv_of(pages, language)
    else:
        about = {
            "name": name.value,
            "title": title,
            "startsAt": period.start.isoformat().replace("+00:00", "Z"),
            "endsAt": period.end.isoformat().replace("+00:00", "Z"),
            "zone": period.zone.key,
        }
        body = json_of(pages, about, language, global_id)
    return StreamingResponse(body, media_type=_TYPES[kind], headers=headers)


async def _pages(services: Services, name: ReportName, scope: Scope) -> Pages:
    now, after = services.clock(), None
    first = _PAGE if name in LISTS else MOST_ROWS
    await fold(services.database)
    while True:
        async with services.database.read() as session:
            table = await make(session, name, scope, now, first=first, after=after)
        yield table
        after = table.after
        if name not in LISTS or after is None:
            return


def _day(request: Request, name: str) -> date:
    """:raises Problem: it is missing, or no day."""
    given = request.query_params.get(name, "")
    with contextlib.suppress(ValueError):
        if len(given) == len("2025-01-01"):
            return date.fromisoformat(given)
    message = f"{name}={given[:40]!r} is no day; write {name}=2025-01-01 (until is the first day that is left out)"
    raise Problem(400, message, code=ErrorCode.BAD_USER_INPUT)


async def _chunks(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk
