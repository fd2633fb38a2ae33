"""Assets: pictures, videos, sounds, graphics and text tracks, each with its renditions."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, UniqueConstraint

from models.base import BigInt, Json, Table, UTCDateTime, enum_column, new_id


class AssetKind(StrEnum):
    """What an asset is."""

    PICTURE = "PICTURE"
    """A photograph."""
    VIDEO = "VIDEO"
    """Moving pictures."""
    SOUND = "SOUND"
    """A recording."""
    GRAPHIC = "GRAPHIC"
    """A drawing, map or chart."""
    TEXT_TRACK = "TEXT_TRACK"
    """Subtitles or a script."""


class Asset(Table, table=True):
    """An asset of a story; captions per language tag; `digital_source_type` is a term of the IPTC vocabulary of that name."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    story_id: uuid.UUID = Field(foreign_key="story.id", ondelete="CASCADE", index=True)
    kind: AssetKind = Field(sa_type=enum_column(AssetKind))
    ordinal: int = 0
    captions: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    credit: str | None = Field(default=None, max_length=255)
    digital_source_type: str | None = Field(default=None, max_length=64)
    content_created: datetime | None = Field(default=None, sa_type=UTCDateTime)
    terms_id: uuid.UUID | None = Field(default=None, foreign_key="terms.id")
    revision: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    updated_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    saved_by: str | None = Field(default=None, max_length=128)


class Rendition(Table, table=True):
    """One file of an asset; `sha256` (hex) names its content in the media store, `size` is in bytes, `width` and `height` in pixels."""

    __table_args__ = (UniqueConstraint("asset_id", "name"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    asset_id: uuid.UUID = Field(foreign_key="asset.id", ondelete="CASCADE")
    name: str = Field(max_length=32)
    mime_type: str = Field(max_length=64)
    width: int | None = None
    height: int | None = None
    size: int = Field(sa_type=BigInt)
    sha256: str = Field(max_length=64, index=True)


class AssetOriginal(Table, table=True):
    """The file as it was uploaded, with everything that it says of itself. Staff only; it is in no document."""

    __tablename__ = "asset_original"

    asset_id: uuid.UUID = Field(foreign_key="asset.id", primary_key=True, ondelete="CASCADE")
    sha256: str = Field(max_length=64, index=True)
    mime_type: str = Field(max_length=64)
    size: int = Field(sa_type=BigInt)
    file_name: str | None = Field(default=None, max_length=255)
    uploaded_at: datetime = Field(sa_type=UTCDateTime)
    uploaded_by: str = Field(max_length=128)


class DetachedFile(Table, table=True):
    """A file of an asset that was taken off its story on the desk. Versions that were released with it show it still."""

    __tablename__ = "detached_file"

    story_id: uuid.UUID = Field(foreign_key="story.id", primary_key=True, ondelete="CASCADE")
    sha256: str = Field(max_length=64, primary_key=True, index=True)
    mime_type: str = Field(max_length=64)


class VariantAsset(Table, table=True):
    """A variant shows an asset of its story, in this order."""

    variant_id: uuid.UUID = Field(foreign_key="variant.id", primary_key=True, ondelete="CASCADE")
    asset_id: uuid.UUID = Field(foreign_key="asset.id", primary_key=True, index=True, ondelete="CASCADE")
    ordinal: int = 0
