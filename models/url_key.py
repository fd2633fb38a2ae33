"""Keys that sign the addresses which this server hands out: of files, and of pages in mails."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from models.base import Table, UTCDateTime


class UrlKey(Table, table=True):
    """A key; the newest signs, the one before it is still honoured. `secret` is 256 random bits in hexadecimal."""

    __tablename__ = "url_key"

    id: int = Field(primary_key=True)
    secret: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UTCDateTime)
