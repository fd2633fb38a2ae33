"""Moments: when an embargo lifts, or a story expires, to be told once in the change log."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Index

from models.base import Table, UTCDateTime, enum_column


class MomentKind(StrEnum):
    """What happens to a released story by the clock alone."""

    EMBARGO_LIFTED = "EMBARGO_LIFTED"
    """Its embargo ends."""
    EXPIRED = "EXPIRED"
    """Its editorial relevance ends."""


class StoryMoment(Table, table=True):
    """One moment of a story that lies ahead, or has been told of (`told_at`)."""

    __tablename__ = "story_moment"
    __table_args__ = (
        Index(
            "ix_story_moment_due",
            "due_at",
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        ),
    )

    story_id: uuid.UUID = Field(foreign_key="story.id", primary_key=True, ondelete="CASCADE")
    kind: MomentKind = Field(sa_type=enum_column(MomentKind), primary_key=True)
    due_at: datetime = Field(sa_type=UTCDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
