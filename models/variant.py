"""Variants: one language in one form of a story."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from models.base import Json, Table, UTCDateTime, enum_column, new_id, utc_now
from models.story import PubStatus


class Form(StrEnum):
    """The form that a variant takes."""

    ARTICLE = "ARTICLE"
    """A text to read."""
    SHORT_VIDEO = "SHORT_VIDEO"
    """A short, usually vertical video; its body is the script."""
    VIDEO = "VIDEO"
    """A longer video; its body is the script or the shot list."""
    PHOTO_SET = "PHOTO_SET"
    """Pictures with captions; its body introduces them."""
    SOCIAL_POST = "SOCIAL_POST"
    """A text for a social account."""


class DeskState(StrEnum):
    """Where the editing of a variant stands; apart from its pubStatus."""

    DRAFT = "DRAFT"
    """Being written."""
    IN_REVIEW = "IN_REVIEW"
    """Waiting for approval."""
    APPROVED = "APPROVED"
    """May be released."""


class TranslationMethod(StrEnum):
    """How a translation was made."""

    HUMAN = "HUMAN"
    """By a person."""
    MACHINE = "MACHINE"
    """By a machine, unread."""
    MACHINE_EDITED = "MACHINE_EDITED"
    """By a machine, then edited by a person."""


class Variant(Table, table=True):
    """A variant on the desk, unique on (story, language, form, label).

    `revision` counts saves; `content_revision` is the one that last changed its words or what it shows, and `authors` are those whose
    words have come in since the last release: none of them approves it. `translated_from_revision` is the revision of the source that
    the translation follows. `version` counts the releases that changed it, 0 before the first. `released_hash` names the content that was
    released last, so that a release gives a new version to what changed and to nothing else. `body` is sanitised HTML, `body_text` the
    same as plain text. `review_note` says why it was sent back.
    """

    __table_args__ = (UniqueConstraint("story_id", "language", "form", "label"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    story_id: uuid.UUID = Field(foreign_key="story.id", ondelete="CASCADE")
    uri: str = Field(unique=True, max_length=255)
    language: str = Field(max_length=35)
    form: Form = Field(sa_type=enum_column(Form))
    label: str = Field(default="", max_length=64)
    headline: str = Field(sa_type=sa.Text)
    description: str | None = Field(default=None, sa_type=sa.Text)
    body: str = Field(sa_type=sa.Text)
    body_text: str = Field(sa_type=sa.Text)
    by: str | None = Field(default=None, max_length=255)
    located: str | None = Field(default=None, max_length=255)
    translated_from_id: uuid.UUID | None = Field(default=None, foreign_key="variant.id")
    translated_from_version: int | None = None
    translated_from_revision: int | None = None
    translation_method: TranslationMethod | None = Field(default=None, sa_type=enum_column(TranslationMethod))
    terms_id: uuid.UUID | None = Field(default=None, foreign_key="terms.id")
    desk_state: DeskState = Field(default=DeskState.DRAFT, sa_type=enum_column(DeskState))
    pub_status: PubStatus = Field(default=PubStatus.USABLE, sa_type=enum_column(PubStatus))
    version: int = 0
    version_created: datetime | None = Field(default=None, sa_type=UTCDateTime)
    released_hash: str | None = Field(default=None, max_length=64)
    word_count: int = 0
    char_count: int = 0
    revision: int = 1
    content_revision: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    authors: list[str] = Field(default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"})
    saved_by: str | None = Field(default=None, max_length=128)
    review_note: str | None = Field(default=None, sa_type=sa.Text)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


def variant_uri(story: str, language: str, form: Form, label: str) -> str:
    """The URN of a variant: that of its story, with language, form and label."""
    parts = [story, language, form.value.lower().replace("_", "-"), *([label] if label else [])]
    return ".".join(parts)
