"""The page of a notice for one partner, behind the signed link of a mail: it shows the notice, and one button acknowledges it.

Opening it acknowledges nothing, for programs that look into mail follow links. Whoever has the link may do all that the page offers, so
there is nothing that another site could make a browser do unasked. It works without scripts, and loads nothing.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import col, select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models.audit.record import record
from models.audit.subject import Subject
from models.base import Clock, utc_now
from models.change import Change
from models.database import Database
from models.errors import StorypoolError
from models.language import wording
from models.notice.acknowledge import Acknowledgement, CopyReport, acknowledge_notice
from models.notice.standing import record_delivery
from models.notice.table import CopyAction, Notice, NoticeChannel, NoticeCopy, NoticeRecipient
from models.partner.table import Partner
from models.pickup.table import Pickup
from models.story import Story
from models.variant import Variant
from schema.identifier import global_id
from server.limits import FailureLimit
from server.notice.frame import PAGE_HEADERS, chosen_language, render
from server.notice.link import NOTICE_PAGE_PATH, NoticeKey, NoticeLinks
from server.notice.wording import DRILL, PHRASES, TASKS, TITLES, Said, nearest, preferred, when
from server.request_id import request_id_of

logger = logging.getLogger(__name__)

BY_PAGE: Final = "notice page"
"""Who acknowledges by the page, for the record: its links name a partner, and no client."""
_MOST_PICKUPS: Final = 50
_ACTIONS: Final = {
    CopyAction.CORRECTED: "corrected",
    CopyAction.REMOVED: "removed",
    CopyAction.COULD_NOT: "could_not",
}


@dataclass(frozen=True)
class Shown:
    """What the page shows."""

    notice: Notice
    recipient: NoticeRecipient
    partner: Partner
    uri: str
    pickups: Sequence[tuple[Pickup, str]]
    """The partner's pickups that the notice concerns, each with the language of its variant."""
    copies: Mapping[uuid.UUID, NoticeCopy]
    """What was said of them without an address, by pickup."""


class NoticePage:
    """Serves the pages of notices.

    :param failures: where links that open nothing are counted, by address.
    """

    def __init__(
        self, database: Database, links: NoticeLinks, failures: FailureLimit, *, clock: Clock = utc_now
    ) -> None:
        self._database = database
        self._links = links
        self._failures = failures
        self._clock = clock

    def routes(self) -> list[Route]:
        """The route to mount at the root."""
        return [Route(NOTICE_PAGE_PATH + "/{token}", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        """Shows the notice, or takes what was filled in."""
        address = request.client.host if request.client is not None else ""
        if (seconds := await self._failures.wait("notice page", address)) > 0:
            return _not_found(request, 429, {"Retry-After": str(seconds)})
        key = await self._links.read(request.path_params["token"])
        shown = None if key is None else await self._read(key)
        if key is None or shown is None:
            await self._failures.add("notice page", address)
            return _not_found(request)
        if request.method == "POST":
            return await self._take(request, key, shown)
        if request.method == "GET" and shown.recipient.delivered_at is None:
            async with self._database.write() as session:
                await record_delivery(session, key.partner_id, [key.notice_id], NoticeChannel.PAGE, self._clock())
        return _page(request, shown)

    async def _take(self, request: Request, key: NoticeKey, shown: Shown) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        try:
            copies = [_copy(form)] if "pickup" in form else []
            given = Acknowledgement(key.notice_id, copies=copies)
            async with self._database.write() as session:
                change = Change(BY_PAGE, self._clock())
                await acknowledge_notice(session, key.partner_id, given, NoticeChannel.PAGE, change)
                await record(
                    session,
                    change,
                    "acknowledgeNotice",
                    by_partner_id=key.partner_id,
                    request_id=request_id_of(request.scope),
                    subject=Subject(global_id("Notice", key.notice_id), shown.notice.story_id, key.partner_id),
                )
        except (StorypoolError, ValueError) as error:
            needs_note = form.get("action") == CopyAction.COULD_NOT and not str(form.get("note") or "").strip()
            say = PHRASES[_language(request, shown.partner.languages)]
            message = say["note_needed"] if needs_note else str(error)
            return _page(request, shown, message, status=400)
        return RedirectResponse(str(request.url.replace(scheme="", netloc="")), 303, PAGE_HEADERS)

    async def _read(self, key: NoticeKey) -> Shown | None:
        async with self._database.read() as session:
            recipient = await session.get(NoticeRecipient, (key.notice_id, key.partner_id))
            if recipient is None:
                return None
            notice = await session.get_one(Notice, key.notice_id)
            partner = await session.get_one(Partner, key.partner_id)
            uri = (await session.exec(select(Story.uri).where(Story.id == notice.story_id))).first()
            taken = (
                select(Pickup, Variant.language)
                .join(Variant, col(Variant.id) == Pickup.variant_id)
                .where(
                    Pickup.partner_id == key.partner_id,
                    Pickup.story_id == notice.story_id,
                    col(Pickup.released_at).is_(None),
                )
                .order_by(col(Pickup.id))
                .limit(_MOST_PICKUPS)
            )
            pickups = [
                (pickup, language)
                for pickup, language in (await session.exec(taken)).all()
                if not notice.variant_ids or str(pickup.variant_id) in notice.variant_ids
            ]
            said = select(NoticeCopy).where(
                NoticeCopy.notice_id == key.notice_id,
                NoticeCopy.partner_id == key.partner_id,
                col(NoticeCopy.url).is_(None),
            )
            copies = {row.pickup_id: row for row in (await session.exec(said)).all() if row.pickup_id is not None}
        return Shown(notice, recipient, partner, uri or "", pickups, copies)


def _copy(form: Mapping[str, Any]) -> CopyReport:
    """What was filled in for one pickup.

    :raises ValueError: it was not filled in on the page.
    """
    return CopyReport(
        pickup_id=uuid.UUID(str(form["pickup"])),
        action=CopyAction(str(form.get("action"))),
        note=str(form.get("note") or "") or None,
    )


def _page(request: Request, shown: Shown, error: str | None = None, *, status: int = 200) -> Response:
    notice, recipient = shown.notice, shown.recipient
    language = _language(request, shown.partner.languages)
    say = PHRASES[language]
    reads = shown.partner.languages or [language]
    text = nearest(notice.texts, [language, *reads] if language in {tag.split("-")[0] for tag in reads} else reads)
    values = {
        "title": TITLES[notice.kind][language],
        "task": TASKS[notice.kind][language],
        "drill": notice.drill,
        "drill_words": DRILL[language],
        "error": error,
        "partner": wording(shown.partner.names, language),
        "text": text,
        "others": [Said(tag, words) for tag, words in notice.texts.items() if text is None or tag != text.language],
        "uri": shown.uri,
        "version": notice.story_version,
        "issued_at": when(notice.issued_at),
        "respond_by": None if recipient.respond_by is None else when(recipient.respond_by),
        "acknowledged_at": None if recipient.acknowledged_at is None else when(recipient.acknowledged_at),
        "path": f"{request.url.path}?lang={language}",
        "actions": [(action.value, say[phrase]) for action, phrase in _ACTIONS.items()],
        "pickups": [_shown_pickup(pickup, tag, shown.copies.get(pickup.id), say) for pickup, tag in shown.pickups],
    }
    return _render(request, "notice_page.html", language, values, status)


def _shown_pickup(
    pickup: Pickup, language: str, copy: NoticeCopy | None, say: Mapping[str, str]
) -> dict[str, str | None]:
    uses = ", ".join(dict.fromkeys(f"{use['territory']} {use['channel']}" for use in pickup.uses))
    return {
        "id": str(pickup.id),
        "taken_at": when(pickup.created_at),
        "uses": f"{language}: {uses}",
        "action": copy.action.value if copy is not None and copy.action is not None else None,
        "said": say[_ACTIONS[copy.action]] if copy is not None and copy.action is not None else None,
        "note": (copy.note if copy is not None else None) or "",
    }


def _not_found(request: Request, status: int = 404, headers: Mapping[str, str] | None = None) -> Response:
    """The same for a link that is wrong, forged, too old, or tried too often."""
    language = _language(request, ())
    say = PHRASES[language]
    values = {"title": say["expired_title"], "message": say["expired"]}
    response = _render(request, "page.html", language, values, status)
    response.headers.update(headers or {})
    return response


def _render(request: Request, template: str, language: str, values: Mapping[str, Any], status: int) -> Response:
    return render(request, template, language, {**values, "say": PHRASES[language]}, status)


def _language(request: Request, languages: Sequence[str]) -> str:
    return chosen_language(request) or preferred(languages)[0]
