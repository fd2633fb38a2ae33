"""Mail: what is to be sent, kept until a mail server has taken it."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Index
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import Table, UTCDateTime, enum_column, new_id


class MailKind(StrEnum):
    """What a mail is about."""

    NOTICE = "NOTICE"
    """A partner is told of a notice."""
    REMINDER = "REMINDER"
    """A partner has not acknowledged a notice in time."""
    ESCALATION = "ESCALATION"
    """A liaison is told that its partner has not."""


class Mail(Table, table=True):
    """One mail in the outbox. It is worded when it is sent, so that it holds no content and no link here."""

    __table_args__ = (
        sa.UniqueConstraint("kind", "notice_id", "partner_id"),
        Index(
            "ix_mail_waiting",
            "next_attempt_at",
            sqlite_where=sa.text("sent_at IS NULL AND gave_up_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND gave_up_at IS NULL"),
        ),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    kind: MailKind = Field(sa_type=enum_column(MailKind))
    notice_id: uuid.UUID = Field(foreign_key="notice.id")
    partner_id: uuid.UUID = Field(foreign_key="partner.id")
    address: str = Field(max_length=255)
    created_at: datetime = Field(sa_type=UTCDateTime)
    attempts: int = 0
    next_attempt_at: datetime = Field(sa_type=UTCDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    gave_up_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    last_error: str | None = Field(default=None, max_length=500)


def post(
    session: AsyncSession,
    kind: MailKind,
    notice_id: uuid.UUID,
    partner_id: uuid.UUID,
    address: str,
    at: datetime,
) -> None:
    """Puts a mail into the outbox, to be sent once the transaction is committed."""
    session.add(
        Mail(kind=kind, notice_id=notice_id, partner_id=partner_id, address=address, created_at=at, next_attempt_at=at)
    )
