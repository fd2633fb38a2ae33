"""Stories on the desk: what the centre finishes once and supplies many times."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Index

from models.base import Table, UTCDateTime, enum_column, new_id, utc_now


class PubStatus(StrEnum):
    """Whether released content may be used (ninjs `pubStatus`)."""

    USABLE = "USABLE"
    """May be used as its terms say."""
    WITHHELD = "WITHHELD"
    """Must not be used until further notice."""
    CANCELED = "CANCELED"
    """Must never be used again."""


_SEVERITY = {status: place for place, status in enumerate(PubStatus)}


def more_severe(one: PubStatus, other: PubStatus) -> PubStatus:
    """Of what a story and its variant are, what holds for the variant."""
    return max(one, other, key=_SEVERITY.__getitem__)


def status_together(variants: Iterable[PubStatus]) -> PubStatus:
    """What a story is whose variants are so: CANCELED when all are, WITHHELD when of the others all are, else USABLE."""
    return min(variants, key=_SEVERITY.__getitem__)


class Story(Table, table=True):
    """A story on the desk. Partners never see this row: `models.release` freezes it into documents.

    `version` counts releases and status changes, 0 before the first; `revision` counts saves on the desk. `urgency` is 1 (most)
    to 9 (least), as in ninjs. `embargoed_until` covers all versions; `expires` ends editorial relevance.
    """

    __table_args__ = (
        sa.CheckConstraint("urgency BETWEEN 1 AND 9", name="urgency_range"),
        Index("ix_story_updated_at_id", "updated_at", "id"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    uri: str = Field(unique=True, max_length=255)
    slugline: str | None = Field(default=None, max_length=128)
    urgency: int | None = None
    series_id: uuid.UUID | None = Field(default=None, foreign_key="series.id", index=True)
    topic_id: uuid.UUID | None = Field(default=None, foreign_key="topic.id", index=True)
    terms_id: uuid.UUID | None = Field(default=None, foreign_key="terms.id", index=True)
    content_created: datetime | None = Field(default=None, sa_type=UTCDateTime)
    embargoed_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    expires: datetime | None = Field(default=None, sa_type=UTCDateTime)
    version: int = 0
    pub_status: PubStatus = Field(default=PubStatus.USABLE, sa_type=enum_column(PubStatus))
    demonstration: str | None = Field(default=None, sa_type=sa.Text)
    revision: int = 1
    saved_by: str | None = Field(default=None, max_length=128)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UTCDateTime)


_NEWSML_URN = re.compile(r"urn:newsml:[a-z0-9.-]+:\d{8}:[A-Za-z0-9._-]{1,128}\Z")


def story_uri(prefix: str, day: datetime, slug: str) -> str:
    """The NewsML URN of a story (RFC 3085): provider, date and item identifier.

    :param prefix: `urn:newsml:PROVIDER`, where the provider is a domain name.
    :param day: in the centre's own zone.
    """
    uri = f"{prefix}:{day:%Y%m%d}:{slug}"
    if not _NEWSML_URN.match(uri):
        raise ValueError(f"not a NewsML URN: {uri}")
    return uri
