"""Mail: what is to be sent, kept until a mail server has taken it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field, Index, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import Table, UTCDateTime, enum_column, new_id

BATCH: Final = 20
"""Mails that are taken up at once."""
LEASE: Final = timedelta(minutes=10)
"""How long whoever took a mail up has to send it."""


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


@dataclass(frozen=True)
class Backoff:
    """When a mail that was not taken is tried again: later and later, each time at a moment of its own, for a day.

    :param first: seconds after the first attempt; each further one waits twice as long, up to `longest`.
    """

    first: float = 60
    longest: float = 4 * 3600
    give_up_after: timedelta = timedelta(days=1)

    def delay(self, attempts: int, chance: float) -> timedelta:
        """How long to wait after so many attempts.

        :param chance: from 0 to 1: what makes mails that failed together come apart again.
        """
        usual = min(self.first * 2.0 ** min(attempts - 1, 30), self.longest)
        return timedelta(seconds=usual * (0.5 + chance))


async def claim_mails(session: AsyncSession, now: datetime, batch: int = BATCH) -> list[Mail]:
    """Mails that are due. Until `LEASE` is over nobody else takes them: a process that dies leaves them to others."""
    due = (
        select(Mail.id)
        .where(col(Mail.sent_at).is_(None), col(Mail.gave_up_at).is_(None), col(Mail.next_attempt_at) <= now)
        .order_by(col(Mail.next_attempt_at), col(Mail.id))
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    claim = (
        sa.update(Mail)
        .where(col(Mail.id).in_(due), col(Mail.next_attempt_at) <= now)
        .values(next_attempt_at=now + LEASE, attempts=col(Mail.attempts) + 1)
        .returning(col(Mail.id))
        .execution_options(synchronize_session=False)
    )
    ids = (await session.execute(claim)).scalars().all()
    rows = select(Mail).where(col(Mail.id).in_(list(ids))).order_by(col(Mail.id))
    return list((await session.exec(rows.execution_options(populate_existing=True))).all())


async def keep_sent(session: AsyncSession, mail_id: uuid.UUID, now: datetime) -> None:
    """A mail server has taken it."""
    await _set(session, mail_id, sent_at=now, last_error=None)


async def keep_needless(session: AsyncSession, mail_id: uuid.UUID, why: str, now: datetime) -> None:
    """It is not sent any more, because what it would say is no longer so, or because nobody will ever take it."""
    await _set(session, mail_id, gave_up_at=now, last_error=why[:500])


async def keep_failed(
    session: AsyncSession, mail: Mail, why: str, now: datetime, chance: float, backoff: Backoff = Backoff()
) -> bool:
    """Nobody took it: it is tried again, or given up after a day. Whether it was given up."""
    again = now + backoff.delay(mail.attempts, chance)
    given_up = again > mail.created_at + backoff.give_up_after
    if given_up:
        await keep_needless(session, mail.id, why, now)
    else:
        await _set(session, mail.id, next_attempt_at=again, last_error=why[:500])
    return given_up


async def count_waiting(session: AsyncSession) -> int:
    """How many mails wait to be sent."""
    statement = select(sa.func.count()).where(col(Mail.sent_at).is_(None), col(Mail.gave_up_at).is_(None))
    return int((await session.exec(statement)).one())


async def _set(session: AsyncSession, mail_id: uuid.UUID, **values: object) -> None:
    changed = sa.update(Mail).where(col(Mail.id) == mail_id, col(Mail.sent_at).is_(None)).values(**values)
    await session.execute(changed.execution_options(synchronize_session=False))
