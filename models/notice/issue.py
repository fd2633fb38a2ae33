"""Issuing notices: in the transaction of what they tell of."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import new_id
from models.change import Change
from models.notice.table import Notice, NoticeKind
from models.pool.tables import Release


@dataclass(frozen=True)
class NewNotice:
    """What is to be issued.

    :param release: the story version that it goes with; None for an advisory or a drill.
    :param variant_ids: the variants that it concerns; none means the whole story.
    :param texts: per language tag; for a withhold or a kill they say nothing of what is taken back.
    :param reason: for staff alone.
    """

    kind: NoticeKind
    story_id: uuid.UUID
    release: Release | None
    variant_ids: Sequence[uuid.UUID] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    drill: bool = False


async def issue_notice(session: AsyncSession, given: NewNotice, change: Change) -> Notice:
    """Issues a notice. Nothing that was issued is ever changed."""
    notice = Notice(
        id=new_id(),
        kind=given.kind,
        story_id=given.story_id,
        release_id=given.release.id if given.release else None,
        story_version=given.release.version if given.release else None,
        variant_ids=[str(variant_id) for variant_id in given.variant_ids],
        texts=dict(given.texts),
        reason=given.reason,
        drill=given.drill,
        issued_at=change.at,
        issued_by=change.by,
    )
    session.add(notice)
    await session.flush()
    return notice
