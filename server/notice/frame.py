"""What every page shares: its template, its language, and headers that let it load nothing, be kept nowhere and be framed by nobody."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from server.notice.message import templates
from server.notice.wording import LANGUAGES


def render(request: Request, template: str, language: str, values: Mapping[str, Any], status: int = 200) -> Response:
    """A page in English or Chinese, with a link to itself in the other language.

    :param values: what the template takes, `say` with the phrases of the language among it.
    """
    other = next(tag for tag in LANGUAGES if tag != language)
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    html = (
        templates()
        .get_template(template)
        .render(
            **values,
            language=language,
            style=Markup(page_style()),  # noqa: S704 - our own file
            other_language=f"{request.url.path}?{urlencode([*kept, ('lang', other)])}",
        )
    )
    return HTMLResponse(html, status, {**PAGE_HEADERS, "Content-Language": language})


def chosen_language(request: Request) -> str | None:
    """English or Chinese: what was chosen, else what the browser prefers; None where neither says."""
    chosen = request.query_params.get("lang")
    if chosen in LANGUAGES:
        return chosen
    accepted = [part.split(";")[0].strip().lower() for part in request.headers.get("accept-language", "").split(",")]
    return next((tag.split("-")[0] for tag in accepted if tag.split("-")[0] in LANGUAGES), None)


@cache
def page_style() -> str:
    """The style sheet of every page."""
    source, _, _ = templates().loader.get_source(templates(), "page.css")  # type: ignore[union-attr]  # there is one
    return source


def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(page_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


PAGE_HEADERS: Final = {
    "Content-Security-Policy": _policy(),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
"""Of every page: nothing is loaded, run, framed, kept or told to others."""
