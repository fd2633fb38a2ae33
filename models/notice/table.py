"""Tables of notices: what was issued, to whom, and what each of them did."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Index

from models.base import BigInt, Json, Table, UTCDateTime, enum_column, new_id


class NoticeKind(StrEnum):
    """What a notice says."""

    UPDATE = "UPDATE"
    """There is a newer version to use."""
    CORRECTION = "CORRECTION"
    """Something was wrong; the text says what, and what is right."""
    WITHHOLD = "WITHHOLD"
    """Must not be used until further notice."""
    KILL = "KILL"
    """Must never be used again, and copies are to be taken down."""
    ADVISORY = "ADVISORY"
    """Something to know."""


class NoticeChannel(StrEnum):
    """How a notice reached a partner."""

    API = "API"
    """The partner's program read it."""
    MAIL = "MAIL"
    """A mail server took it."""
    PAGE = "PAGE"
    """Somebody opened its page."""


class CopyAction(StrEnum):
    """What a partner did with a copy."""

    CORRECTED = "CORRECTED"
    """It says now what is right."""
    REMOVED = "REMOVED"
    """It is gone."""
    COULD_NOT = "COULD_NOT"
    """It could be neither corrected nor removed; the note says why."""


class Notice(Table, table=True):
    """What was issued. Never changed. `texts` (per language tag) say nothing of what was killed; `reason` is for staff.

    `release_id` names the story version that it goes with; an advisory has none. `variant_ids` are those that it concerns. `drill` marks an
    exercise: nothing was taken back.
    """

    __table_args__ = (Index("ix_notice_story_id_id", "story_id", "id"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    kind: NoticeKind = Field(sa_type=enum_column(NoticeKind))
    story_id: uuid.UUID | None = Field(default=None, foreign_key="story.id")
    release_id: int | None = Field(default=None, foreign_key="release.id", sa_type=BigInt)
    story_version: int | None = None
    variant_ids: list[str] = Field(default_factory=list, sa_type=Json)
    texts: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    reason: str | None = Field(default=None, sa_type=sa.Text)
    drill: bool = False
    issued_at: datetime = Field(sa_type=UTCDateTime)
    issued_by: str = Field(max_length=128)


class NoticeRecipient(Table, table=True):
    """A partner that a notice goes to, and its clock: delivered, acknowledged, escalated.

    `bound` says that the partner holds a pickup or got a delivery, so that `respond_by` binds it.
    """

    __tablename__ = "notice_recipient"
    __table_args__ = (
        Index("ix_notice_recipient_partner_id_notice_id", "partner_id", "notice_id"),
        Index(
            "ix_notice_recipient_overdue",
            "respond_by",
            sqlite_where=sa.text("acknowledged_at IS NULL"),
            postgresql_where=sa.text("acknowledged_at IS NULL"),
        ),
    )

    notice_id: uuid.UUID = Field(foreign_key="notice.id", primary_key=True)
    partner_id: uuid.UUID = Field(foreign_key="partner.id", primary_key=True)
    bound: bool = False
    respond_by: datetime | None = Field(default=None, sa_type=UTCDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    delivered_via: NoticeChannel | None = Field(default=None, sa_type=enum_column(NoticeChannel))
    acknowledged_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    acknowledged_by: str | None = Field(default=None, max_length=128)
    acknowledged_via: NoticeChannel | None = Field(default=None, sa_type=enum_column(NoticeChannel, checked=False))
    note: str | None = Field(default=None, sa_type=sa.Text)
    escalated_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class NoticeCopy(Table, table=True):
    """A copy that a partner answers for: what it did with it, or by when it will, and whether the centre has seen that.

    A copy is known by the pickup that it came from and the address where it ran (`copy_key` is the SHA-256 over both).
    """

    __tablename__ = "notice_copy"
    __table_args__ = (
        sa.UniqueConstraint("notice_id", "partner_id", "copy_key"),
        Index("ix_notice_copy_partner_id", "partner_id"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    notice_id: uuid.UUID = Field(foreign_key="notice.id")
    partner_id: uuid.UUID = Field(foreign_key="partner.id")
    copy_key: str = Field(max_length=64)
    pickup_id: uuid.UUID | None = Field(default=None, foreign_key="pickup.id")
    outlet_id: uuid.UUID | None = Field(default=None, foreign_key="outlet.id")
    url: str | None = Field(default=None, max_length=2048)
    action: CopyAction | None = Field(default=None, sa_type=enum_column(CopyAction))
    done_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    note: str | None = Field(default=None, sa_type=sa.Text)
    verified_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    verified_by: str | None = Field(default=None, max_length=128)
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)
