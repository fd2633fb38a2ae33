"""`/shared-reports/{secret}`: one report for whoever has the link, as a page in English and Chinese and as files, without signing in.

What is shown is what the client that made the link may read at that moment. Revocation, expiry and suspension count from the next request
on, for files too. The page works without scripts, loads nothing, and tells nobody where its reader came from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models.errors import BadInput, NotFound
from models.language import wording
from models.paging import encode_cursor
from models.partner.table import Partner
from models.report.catalogue import TITLES, make
from models.report.link import ReportLink, count_opening, count_wrong_password, find_by_secret
from models.report.measure import Scope
from models.report.period import Period
from models.report.table import Table
from models.rollup.fold import fold
from models.url_key import UrlKey, url_keys
from schema.context import Services
from schema.identifier import global_id
from schema.report.link import PAGES_PATH
from schema.report.query import CURSOR_LIST, LANGUAGES, position_of, scope_for
from server.limits import FailureLimit
from server.notice.frame import PAGE_HEADERS, chosen_language, render
from server.report import report_file
from server.shared_report.gate import PASS_LIFETIME, Passes, PasswordGate, TriedTooOften, network_of
from server.shared_report.wording import PHRASES, shown, when

COOKIE: Final = "storypool_report"
OPENINGS_PER_MINUTE: Final = 120
"""Of one link from one network."""
_SECRET_LENGTH: Final = 43
_ROWS: Final = 100


@dataclass(frozen=True)
class Found:
    """A link that opens something."""

    link: ReportLink
    scope: Scope
    keys: Sequence[UrlKey]


class SharedReports:
    """Serves the pages and files of report links.

    :param title: of the centre.
    :param failures: where links that open nothing are counted, by address.
    """

    def __init__(self, services: Services, limits_storage: str, failures: FailureLimit, *, title: str) -> None:
        self._services = services
        self._failures = failures
        self._openings = FailureLimit(limits_storage, OPENINGS_PER_MINUTE)
        self._gate = PasswordGate(limits_storage)
        self._passes = Passes(clock=services.clock)
        self._title = title

    def routes(self) -> list[Route]:
        """The routes to mount at the root; a HEAD is answered too, and not counted."""
        return [
            Route(f"{PAGES_PATH}/{{secret}}", self.page, methods=["GET", "POST"], name="shared-report"),
            Route(f"{PAGES_PATH}/{{secret}}/report.{{kind}}", self.file, methods=["GET"], name="shared-report-file"),
        ]

    async def page(self, request: Request) -> Response:
        """The report, the form for its password, or why there is neither."""
        found = await self._find(request)
        if isinstance(found, Response):
            return found
        if request.method == "POST":
            return await self._take_password(request, found)
        if not self._may_read(request, found):
            return self._form(request, found.link)
        try:
            after = request.query_params.get("after")
            position = None if after is None else position_of(after)
            now = self._services.clock()
            await fold(self._services.database)
            async with self._services.database.read() as session:
                table = await make(session, found.link.name, found.scope, now, first=_ROWS, after=position)
                partner = await _partner_name(session, found.scope, _language(request, found.link))
        except BadInput:
            return _told(request, found.link, "cursor", 400)
        if request.method == "GET" and after is None:
            await self._count(found.link)
        return self._report(request, found, table, partner)

    async def file(self, request: Request) -> Response:
        """A file of the report, or why there is none."""
        found = await self._find(request)
        if isinstance(found, Response):
            return found
        if not self._may_read(request, found):
            return self._form(request, found.link, status=403)
        kind = request.path_params["kind"]
        if kind.upper() not in found.link.formats or kind != kind.lower():
            return _told(request, found.link, "unknown", 404)
        language = _language(request, found.link)
        answer = await report_file(self._services, found.link.name, found.scope, kind, language)
        answer.headers.update({name: PAGE_HEADERS[name] for name in _OF_FILES})
        if request.method == "GET":
            await self._count(found.link)
        return answer

    async def _find(self, request: Request) -> Found | Response:
        """What the link opens, or the answer where it opens nothing."""
        address = _address(request)
        if (seconds := await self._failures.wait("shared report", address)) > 0:
            return _told(request, None, "often", 429, {"Retry-After": str(seconds)})
        secret, now = request.path_params["secret"], self._services.clock()
        opened, keys = None, []
        if len(secret) == _SECRET_LENGTH:
            async with self._services.database.read() as session:
                opened = await find_by_secret(session, secret, now)
                keys = await url_keys(session)
        if opened is None:
            await self._failures.add("shared report", address)
            return _told(request, None, "unknown", 404)
        link = opened.link
        if opened.reader is None:
            return _told(request, link, "ended", 410)
        try:
            period = Period.of(link.since, link.until, self._services.report_zone)
            partner = None if link.of_partner_id is None else global_id("Partner", link.of_partner_id)
            scope = scope_for(opened.reader, link.name, period, partner)
        except NotFound:
            return _told(request, link, "ended", 410)
        whose = f"{link.id} {network_of(address)}"
        if (seconds := await self._openings.wait("shared report opened", whose)) > 0:
            return _told(request, link, "often", 429, {"Retry-After": str(seconds)})
        await self._openings.add("shared report opened", whose)
        return Found(link, scope, keys)

    def _may_read(self, request: Request, found: Found) -> bool:
        """Whether there is no password, or it was given by this browser not long ago."""
        if found.link.password_hash is None:
            return True
        return self._passes.holds(request.cookies.get(COOKIE, ""), found.link.id, found.keys)

    async def _take_password(self, request: Request, found: Found) -> Response:
        link = found.link
        answer = RedirectResponse(str(request.url.replace(scheme="", netloc="")), 303, PAGE_HEADERS)
        if link.password_hash is None:
            return answer
        form = await request.form(max_files=0, max_fields=10)
        say = PHRASES[_language(request, link)]
        try:
            is_right = await self._gate.is_right(
                link.id, link.password_hash, str(form.get("password") or ""), _address(request)
            )
        except TriedTooOften as error:
            headers = {"Retry-After": str(error.seconds)}
            return self._form(request, link, say["wait"].format(error.seconds), status=429, headers=headers)
        if not is_right:
            async with self._services.database.write() as session:
                await count_wrong_password(session, link.id)
            return self._form(request, link, say["wrong"], status=403)
        answer.set_cookie(
            COOKIE,
            self._passes.give(link.id, found.keys),
            max_age=int(PASS_LIFETIME.total_seconds()),
            path=_path(request),
            secure=self._services.public_url.startswith("https:"),
            httponly=True,
            samesite="lax",
        )
        return answer

    async def _count(self, link: ReportLink) -> None:
        async with self._services.database.write() as session:
            await count_opening(session, link.id, self._services.clock())

    def _form(
        self,
        request: Request,
        link: ReportLink,
        error: str | None = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        language = _language(request, link)
        say = PHRASES[language]
        values = {
            "title": say["password_title"],
            "error": error,
            "path": f"{_path(request)}?lang={language}",
            "say": say,
        }
        response = render(request, "report_password.html", language, values, status)
        response.headers.update(headers or {})
        return response

    def _report(self, request: Request, found: Found, table: Table, partner: str | None) -> Response:
        link, period = found.link, found.scope.period
        language, zone = _language(request, link), period.zone
        say, path = PHRASES[language], _path(request)
        columns = list(table.columns)
        rows = [
            [
                shown(column.worded(cell, language), column.kind, zone)
                for cell, column in zip(row.cells, columns, strict=True)
            ]
            for row in table.rows
        ]
        values: dict[str, Any] = {
            "say": say,
            "centre": self._title,
            "title": TITLES[link.name][LANGUAGES.index(language)],
            "period": _days(period.since, period.until, say),
            "before": _days(period.before.since, period.before.until, say),
            "partner": partner,
            "made_at": when(self._services.clock(), zone),
            "ends_at": when(link.expires_at, zone),
            "zone": zone.key,
            "files": [(name, f"{path}/report.{name.lower()}?lang={language}") for name in link.formats],
            "columns": [(column.title(language), shown(None, column.kind, zone).is_number) for column in columns],
            "rows": rows,
            "notes": [note[LANGUAGES.index(language)] for note in table.notes],
            "start_page": f"{path}?lang={language}" if "after" in request.query_params else None,
            "next_page": None
            if table.after is None
            else f"{path}?lang={language}&after={encode_cursor(CURSOR_LIST, table.after)}",
        }
        return render(request, "shared_report.html", language, values)


_OF_FILES: Final = ("Cache-Control", "Referrer-Policy", "X-Content-Type-Options", "X-Robots-Tag")


def _told(
    request: Request, link: ReportLink | None, what: str, status: int, headers: Mapping[str, str] | None = None
) -> Response:
    """A page that says why there is no report."""
    language = _language(request, link)
    say = PHRASES[language]
    values = {"title": say[f"{what}_title"], "message": say[what], "say": say}
    response = render(request, "page.html", language, values, status)
    response.headers.update(headers or {})
    return response


def _language(request: Request, link: ReportLink | None) -> str:
    """What was chosen, else that of the link; of no link, what the browser prefers."""
    chosen = request.query_params.get("lang")
    if chosen in LANGUAGES:
        return chosen
    return link.language if link is not None else chosen_language(request) or LANGUAGES[0]


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ""


def _path(request: Request) -> str:
    """Of the page, whether it or one of its files is asked for."""
    return f"{PAGES_PATH}/{request.path_params['secret']}"


def _days(since: date, until: date, say: Mapping[str, str]) -> str:
    return say["from_to"].format(since, until - timedelta(days=1))


async def _partner_name(session: AsyncSession, scope: Scope, language: str) -> str | None:
    if scope.partner_id is None:
        return None
    partner = await session.get_one(Partner, scope.partner_id)
    return wording(partner.names, language) or partner.key
