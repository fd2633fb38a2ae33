"""By when a partner that took something must acknowledge a notice of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from models.notice.table import NoticeKind

_INFO = "storypool.notice_deadlines"


@dataclass(frozen=True)
class Deadlines:
    """How many hours there are for each kind of notice. An advisory binds nobody."""

    kill: float = 1
    withhold: float = 2
    correction: float = 24
    update: float = 72

    def respond_by(self, kind: NoticeKind, issued_at: datetime) -> datetime | None:
        """By when; None where there is no deadline."""
        hours = {
            NoticeKind.KILL: self.kill,
            NoticeKind.WITHHOLD: self.withhold,
            NoticeKind.CORRECTION: self.correction,
            NoticeKind.UPDATE: self.update,
        }.get(kind)
        return None if hours is None else issued_at + timedelta(hours=hours)


def keep_deadlines(session: AsyncSession, deadlines: Deadlines) -> None:
    """Gives a transaction the deadlines of this installation, for whatever notices are issued in it."""
    session.info[_INFO] = deadlines


def deadlines_of(session: AsyncSession) -> Deadlines:
    """The deadlines of a transaction; the usual ones where it was given none."""
    kept: Deadlines = session.info.get(_INFO, Deadlines())
    return kept
