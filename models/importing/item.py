"""What was read of one document, whatever its format, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from models.base import JsonObject
from models.language import LanguageTag
from models.variant import Form


class Unreadable(Exception):
    """A document, or a file, that cannot be taken; the message says why."""


@dataclass(frozen=True)
class Note:
    """Something of a document that did not come in as it was.

    :param name: of the property, as the format has it.
    :param what: one English sentence.
    """

    name: str
    what: str


@dataclass(frozen=True)
class ReadItem:
    """A document as a story with one variant.

    :param uri: by which it is known again.
    :param version: as its source counts, as text; compared as numbers where both are.
    :param codes: what it may be about, by kind (`subjects`, `genres`, `places`): those that the centre knows come in.
    :param source: the whole document, kept beside the draft.
    :param is_withdrawn: whether its source has taken it back.
    """

    uri: str
    language: LanguageTag
    form: Form
    headline: str
    version: str | None = None
    description: str | None = None
    body: str = ""
    by: str | None = None
    located: str | None = None
    slugline: str | None = None
    urgency: int | None = None
    created: datetime | None = None
    embargoed_until: datetime | None = None
    expires: datetime | None = None
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    source: JsonObject = field(default_factory=dict)
    is_withdrawn: bool = False
    notes: tuple[Note, ...] = ()
