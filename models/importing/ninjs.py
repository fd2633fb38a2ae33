"""ninjs 2.x and 3.x (IPTC). What both name differently (`bodies` and `body_text`, `rightsInfo` and `rightsinfo`) is read either way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any, Final

from models.base import JsonObject
from models.errors import BadLanguageTag
from models.importing.item import Note, ReadItem, Unreadable
from models.language import LanguageTag, parse_language
from models.variant import Form

_FORMS: Final = {
    "text": Form.ARTICLE,
    "composite": Form.ARTICLE,
    "picture": Form.PHOTO_SET,
    "graphic": Form.PHOTO_SET,
    "video": Form.VIDEO,
}
_KNOWN: Final = {
    "uri", "type", "version", "versionCreated", "firstCreated", "contentCreated", "embargoedUntil", "expires", "pubStatus", "urgency",
    "language",
    "headlines", "headline", "title", "descriptions", "bodies", "by", "located", "slugline", "subjects", "genres", "places", "standard",
    "representationType",
}  # fmt: skip
"""Properties that come in, wholly or in part, or that say nothing about the story."""
_KEPT_ASIDE: Final = "is kept with the imported document; the desk has no place for it"


def read_ninjs(document: object, fallback: LanguageTag | None = None) -> ReadItem:
    """A document as an item.

    :param fallback: the language of documents that name none.
    :raises Unreadable: it is no ninjs document, or cannot become a draft.
    """
    if not isinstance(document, dict):
        raise Unreadable(f"a ninjs document is a JSON object, not {type(document).__name__}")
    given = {_camel(name): value for name, value in document.items()}
    uri = given.get("uri")
    if not isinstance(uri, str) or not uri.strip():
        raise Unreadable("the document has no uri")
    notes: list[Note] = []
    language = _language(given.get("language"), fallback, uri)
    headline = _main(given.get("headlines"), "headlines", notes) or _text(given, "headline") or _text(given, "title")
    if not headline:
        raise Unreadable(f"{uri} has no headline and no title")
    kind = str(given.get("type", "text")).lower()
    form = _FORMS.get(kind)
    if form is None:
        form = Form.ARTICLE
        notes.append(Note("type", f"{kind!r} became an ARTICLE"))
    body = _body(given, notes)
    description = _description(given, notes)
    urgency = given.get("urgency")
    if urgency is not None and not (isinstance(urgency, int) and 1 <= urgency <= 9):
        notes.append(Note("urgency", f"{str(urgency)[:20]} is no urgency from 1 to 9"))
        urgency = None
    codes = {name: _codes(given.get(name)) for name in ("subjects", "genres", "places")}
    for name in sorted(given.keys() - _KNOWN):
        if given[name] not in (None, "", [], {}):
            notes.append(Note(name, _kept_aside(name, given[name])))
    return ReadItem(
        uri=uri.strip(),
        language=language,
        form=form,
        headline=headline,
        version=None if given.get("version") is None else str(given["version"]),
        description=description,
        body=body,
        by=_text(given, "by"),
        located=_text(given, "located"),
        slugline=_text(given, "slugline"),
        urgency=urgency,
        created=_moment(given, "contentCreated", notes)
        or _moment(given, "firstCreated", notes)
        or _moment(given, "versionCreated", notes),
        embargoed_until=_moment(given, "embargoedUntil", notes),
        expires=_moment(given, "expires", notes),
        codes=codes,
        source=document,
        is_withdrawn=given.get("pubStatus") in ("canceled", "withheld"),
        notes=tuple(notes),
    )


def _camel(name: str) -> str:
    """The name as ninjs 3 has it: 2.x wrote `body_text`, and some in lower case."""
    head, *rest = name.split("_")
    joined = head + "".join(part.capitalize() for part in rest)
    lowered = {
        "versioncreated": "versionCreated", "firstcreated": "firstCreated", "contentcreated": "contentCreated", "pubstatus": "pubStatus",
        "embargoed": "embargoedUntil", "embargoeduntil": "embargoedUntil", "rightsinfo": "rightsInfo", "infosources": "infoSources",
        "usageterms": "usageTerms", "copyrightholder": "copyrightHolder", "copyrightnotice": "copyrightNotice", "altids": "altIds",
        "ednote": "edNote", "byline": "by",
    }  # fmt: skip
    return lowered.get(joined.lower(), joined)


def _language(value: object, fallback: LanguageTag | None, uri: str) -> LanguageTag:
    if value is None and fallback is not None:
        return fallback
    if not isinstance(value, str):
        raise Unreadable(f"{uri} names no language; give one for such documents")
    try:
        return parse_language(value.replace("_", "-"))
    except BadLanguageTag as error:
        raise Unreadable(f"{uri}: {error.message}") from None


def _text(given: JsonObject, name: str) -> str | None:
    value = given.get(name)
    return value.strip() or None if isinstance(value, str) else None


def _values(value: object) -> list[JsonObject]:
    """The objects of a list that have a text; ninjs 2.0 wrote the text alone."""
    if isinstance(value, str):
        return [{"value": value}] if value.strip() else []
    if not isinstance(value, list):
        return []
    return [
        one for one in value if isinstance(one, dict) and isinstance(one.get("value"), str) and one["value"].strip()
    ]


def _main(value: object, name: str, notes: list[Note]) -> str | None:
    """The text of the main role, or the first; others are kept aside."""
    found = _values(value)
    found.sort(key=lambda one: one.get("role") not in ("main", "headline"))
    if len(found) > 1:
        notes.append(Note(name, f"{len(found) - 1} more: {_KEPT_ASIDE}"))
    return found[0]["value"].strip() if found else None


def _description(given: JsonObject, notes: list[Note]) -> str | None:
    found = [one for one in _values(given.get("descriptions")) if one.get("role") != "creditline"]
    others = len(_values(given.get("descriptions"))) - min(len(found), 1)
    if others > 0:
        notes.append(Note("descriptions", f"{others} more: {_KEPT_ASIDE}"))
    return found[0]["value"].strip() if found else None


def _body(given: JsonObject, notes: list[Note]) -> str:
    """HTML: as it is, or made of the plain text."""
    flat = {
        name: given[name] for name in ("bodyText", "bodyHtml", "bodyXhtml", "body") if isinstance(given.get(name), str)
    }
    bodies = _values(given.get("bodies"))
    for name, value in flat.items():
        given.pop(name)
        bodies.append({"value": value, "contentType": "text/plain" if name == "bodyText" else "text/html"})
    rich = [one for one in bodies if "html" in str(one.get("contentType") or one.get("role") or "").lower()]
    chosen = (rich or bodies)[:1]
    if len(bodies) > 1:
        notes.append(Note("bodies", f"{len(bodies) - 1} more: {_KEPT_ASIDE}"))
    if not chosen:
        return ""
    text: str = chosen[0]["value"]
    return text if rich else as_paragraphs(text)


def as_paragraphs(text: str) -> str:
    """Plain text as HTML: a paragraph for each line that is not empty."""
    return "".join(f"<p>{escape(line.strip())}</p>" for line in text.splitlines() if line.strip())


def _codes(value: object) -> tuple[str, ...]:
    """Every code that a concept may be known by: its literal, and the last part of its URI."""
    found = []
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            uri = one.get("uri") or one.get("code") or ""
            found += [str(code) for code in (one.get("literal"), str(uri).rstrip("/").rpartition("/")[2], uri) if code]
    return tuple(dict.fromkeys(found))


def _moment(given: JsonObject, name: str, notes: list[Note]) -> datetime | None:
    value = given.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        notes.append(Note(name, f"{str(value)[:40]!r} is no date-time with a zone"))
        return None
    return moment


def _kept_aside(name: str, value: Any) -> str:
    if name == "associations" and isinstance(value, Sequence):
        kinds = [str(one.get("type", "item")) for one in value if isinstance(one, dict)]
        return f"{len(kinds)} ({', '.join(sorted(set(kinds)))}): files are not fetched; attach them by attachAsset. It {_KEPT_ASIDE}"
    if name == "renditions":
        return f"files are not fetched; attach them by attachAsset. It {_KEPT_ASIDE}"
    return f"it {_KEPT_ASIDE}"
