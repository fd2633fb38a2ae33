"""Drafts: what a variant said at each revision in which its words, or what it shows, were changed."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlmodel import Field

from models.base import Json, JsonObject, Table, UTCDateTime


class VariantDraft(Table, table=True):
    """A variant as somebody saved it on the desk. Never changed, but for `released_version`.

    `content` holds headline, description, body, bodyText, by, located, and assets (ids, in order). `released_version` is the version of
    the variant that said just this; None where it was never released so. `since` is the first of the revisions whose drafts this one
    took the place of, while one person went on writing; its own revision where it took none.
    """

    __tablename__ = "variant_draft"

    variant_id: uuid.UUID = Field(foreign_key="variant.id", primary_key=True, ondelete="CASCADE")
    revision: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    since: int
    content: JsonObject = Field(sa_type=Json)
    at: datetime = Field(sa_type=UTCDateTime)
    by: str = Field(max_length=128)
    released_version: int | None = None
