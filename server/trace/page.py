"""The public page at the end of a short link, in English and Chinese: the story, its credit, and what may be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from models.trace.landing import Landing, LandingState
from server.notice.frame import chosen_language, render
from server.notice.wording import LANGUAGES, RIGHT_TO_LEFT

PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "language": "中文",
        "story": "Story",
        "credit": "Please credit as follows",
        "license": "What may be done with it",
        "uri": "Name of the story",
        "about": "A copy of this story carries this link. It counts how often it is followed, and keeps nothing of who follows it.",
        "unknown_title": "There is no such link",
        "unknown": "Please check it letter by letter. It has 14 letters and digits behind the last slash.",
        "CANCELED_title": "This story was taken back",
        "CANCELED": "The story was killed. It must not be used any more; please remove every copy.",
        "WITHHELD_title": "This story is withheld",
        "WITHHELD": "The story must not be used until further notice. Please take copies offline for now.",
        "NOT_PUBLIC_title": "Nothing is public here",
        "NOT_PUBLIC": "The story is not public yet, or the copy that this link was made for does not run.",
    },
    "zh": {
        "language": "English",
        "story": "稿件",
        "credit": "署名方式",
        "license": "使用许可",
        "uri": "稿件标识",
        "about": "该稿件的转载中带有此链接。链接仅统计被打开的次数，不保留访问者的任何信息。",
        "unknown_title": "没有这个链接",
        "unknown": "请逐字核对。最后一个斜杠之后共有14个字母和数字。",
        "CANCELED_title": "该稿件已撤回",
        "CANCELED": "该稿件已撤稿，不得再使用，请删除全部副本。",
        "WITHHELD_title": "该稿件暂停使用",
        "WITHHELD": "在另行通知之前，请勿使用该稿件，并暂时下线已发布的副本。",
        "NOT_PUBLIC_title": "此处没有公开内容",
        "NOT_PUBLIC": "该稿件尚未公开，或此链接所属的副本不会发布。",
    },
}
_STATUS: Final = {LandingState.PUBLIC: 200, LandingState.CANCELED: 410}
"""410: it is gone for good (RFC 9110, 15.5.11). 404 otherwise: nobody is told whether it will come."""


def story_page(request: Request, landing: Landing) -> Response:
    """The page of a story; of one that is not public it says that alone."""
    status = _STATUS.get(landing.state, 404)
    if landing.state is not LandingState.PUBLIC:
        return _said(request, landing.state.value, status)
    language = _language(request)
    values = {
        "title": landing.headline or PHRASES[language]["story"],
        "landing": landing,
        "direction": "rtl" if (landing.language or "").split("-")[0] in RIGHT_TO_LEFT else "ltr",
    }
    return _render(request, "story_page.html", values, status)


def no_such_link(request: Request) -> Response:
    """That no pickup has the link."""
    return _said(request, "unknown", 404)


def _said(request: Request, what: str, status: int) -> Response:
    say = PHRASES[_language(request)]
    return _render(request, "page.html", {"title": say[f"{what}_title"], "message": say[what]}, status)


def _render(request: Request, template: str, values: Mapping[str, Any], status: int) -> Response:
    language = _language(request)
    return render(request, template, language, {**values, "say": PHRASES[language]}, status)


def _language(request: Request) -> str:
    """English or Chinese: what was chosen, else what the browser prefers."""
    return chosen_language(request) or LANGUAGES[0]
