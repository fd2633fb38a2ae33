"""The table of uploads."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlmodel import Field, Index

from models.base import BigInt, Table, UTCDateTime, new_id


class Upload(Table, table=True):
    """A file that a client of the centre sends in pieces; `length` in bytes. How much has come is what lies in the upload store.

    `metadata_given` is the client's `Upload-Metadata`, as it came. `finished_at` is set when it is whole, `sha256` (hex) and `asset_id`
    when it has become an asset.
    """

    __table_args__ = (Index("ix_upload_expires_at", "expires_at"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    client_id: uuid.UUID = Field(foreign_key="client.id", index=True)
    length: int = Field(sa_type=BigInt)
    file_name: str | None = Field(default=None, max_length=255)
    metadata_given: str | None = Field(default=None, max_length=4096)
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    sha256: str | None = Field(default=None, max_length=64)
    asset_id: uuid.UUID | None = Field(default=None, foreign_key="asset.id", ondelete="SET NULL")
