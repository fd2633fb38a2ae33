"""The table of what was imported."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Json, JsonObject, Table, UTCDateTime


class ImportedItem(Table, table=True):
    """What a draft was made from. `uri_hash` is the SHA-256 (hex) of the URI, `content_hash` of all that came in.

    `source` is the whole document, as it came. `story_revision` and `variant_revision` are what the import left:
    where the desk is at others, somebody has worked on it.
    """

    __tablename__ = "imported_item"

    uri_hash: str = Field(primary_key=True, max_length=64)
    uri: str = Field(sa_type=sa.Text)
    version: str | None = Field(default=None, max_length=128)
    content_hash: str = Field(max_length=64)
    source: JsonObject = Field(sa_type=Json)
    story_id: uuid.UUID = Field(foreign_key="story.id")
    variant_id: uuid.UUID = Field(foreign_key="variant.id")
    story_revision: int
    variant_revision: int
    imported_at: datetime = Field(sa_type=UTCDateTime)
    imported_by: str = Field(max_length=128)
