"""The table of Webmentions: one row for each page and pickup, however often it is sent. Nothing is kept of who sent it."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Index

from models.base import Table, UTCDateTime, enum_column, new_id


class WebmentionState(StrEnum):
    """What is known of a Webmention."""

    WAITING = "WAITING"
    """Nobody has looked yet."""
    CONFIRMED = "CONFIRMED"
    """The page holds the link."""
    NO_LINK = "NO_LINK"
    """The page holds no such link, or no longer."""
    GONE = "GONE"
    """There is nothing at the address, or no longer."""
    UNREACHABLE = "UNREACHABLE"
    """Nothing that could be read was answered, however often it was asked."""


class Webmention(Table, table=True):
    """A page that says that it links to a pickup.

    `pair_key` is the SHA-256 (hex) over the page's canonical address and the pickup. `site` is the domain that its host is a part of.
    `due_at` is when it is to be looked at; None for never. `reprint_id` is the copy that it was reported as.
    """

    __table_args__ = (Index("ix_webmention_site_first_at", "site", "first_at"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    pair_key: str = Field(max_length=64, unique=True)
    source: str = Field(max_length=2048)
    target: str = Field(max_length=2048)
    site: str = Field(max_length=255)
    pickup_id: uuid.UUID = Field(foreign_key="pickup.id")
    reprint_id: uuid.UUID | None = Field(default=None, foreign_key="reprint.id")
    state: WebmentionState = Field(default=WebmentionState.WAITING, sa_type=enum_column(WebmentionState))
    first_at: datetime = Field(sa_type=UTCDateTime)
    last_at: datetime = Field(sa_type=UTCDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    looked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    tries: int = 0
