"""Notices that go with no act at the release door: advisories, and exercises of a kill."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.change import Change
from models.errors import BadInput, NotFound, WrongState
from models.notice.exposure import exposures_of
from models.notice.issue import NewNotice, issue_notice
from models.notice.table import Notice, NoticeKind, NoticeRecipient
from models.partner.table import Partner
from models.pool.tables import PoolStory
from models.story import Story
from models.text import parse_texts

SAME_WITHIN = timedelta(hours=1)
"""The same again within this time is a retry."""
LONGEST_TEXT = 2_000
"""Characters of a notice's text in one language."""
MOST_PARTNERS = 300
"""Partners that may be named for one notice."""
INSTEAD: Mapping[NoticeKind, str] = {
    NoticeKind.UPDATE: "updateReleased",
    NoticeKind.CORRECTION: "correctStory",
    NoticeKind.WITHHOLD: "withholdStory",
    NoticeKind.KILL: "killStory",
}
"""The mutations that issue the other kinds, with what they tell of."""


async def issue_advisory(
    session: AsyncSession,
    story_id: uuid.UUID,
    texts: Mapping[str, str],
    partner_ids: Collection[uuid.UUID] | None,
    change: Change,
    *,
    kind: NoticeKind = NoticeKind.ADVISORY,
) -> Notice:
    """Tells those who could read a story something. It binds nobody. The same again is the same notice.

    :param partner_ids: to whom of them; None for all.
    :raises BadInput: another kind, for which there is a mutation; or texts that cannot be right.
    :raises NotFound: no such story; or a partner that could never read it.
    :raises WrongState: the story was never released.
    """
    if kind in INSTEAD:
        raise BadInput(
            f"{kind} goes with what is done to the story; use {INSTEAD[kind]}, which issues it", field=["kind"]
        )
    read = parse_texts(texts, ["texts"], longest=LONGEST_TEXT)
    await _require_released(session, story_id)
    if partner_ids is not None:
        exposed = await exposures_of(session, story_id, change.at)
        _require_some(partner_ids)
        for place, partner_id in enumerate(partner_ids):
            if partner_id not in exposed:
                raise NotFound(
                    "there is no such partner among those who could read the story", field=["partnerIds", str(place)]
                )
    return await _issue(session, NewNotice(kind, story_id, None, texts=read, partner_ids=partner_ids), change)


async def issue_drill(
    session: AsyncSession,
    story_id: uuid.UUID,
    partner_ids: Collection[uuid.UUID],
    texts: Mapping[str, str],
    change: Change,
) -> Notice:
    """Sends sandbox partners a kill that is an exercise: the story stays as it is, and the clock runs as for a real one.
    The same again is the same notice.

    :raises BadInput: no partner, one that is no sandbox, or texts that cannot be right.
    :raises NotFound: no such story, or no such partner.
    :raises WrongState: the story was never released.
    """
    read = parse_texts(texts, ["texts"], longest=LONGEST_TEXT)
    _require_some(partner_ids)
    await _require_released(session, story_id)
    known = select(Partner.id, Partner.key, Partner.sandbox).where(col(Partner.id).in_(list(partner_ids)))
    found = {partner_id: (key, sandbox) for partner_id, key, sandbox in (await session.exec(known)).all()}
    for place, partner_id in enumerate(partner_ids):
        path = ["partnerIds", str(place)]
        if partner_id not in found:
            raise NotFound(f"there is no partner {partner_id}", field=path)
        key, sandbox = found[partner_id]
        if not sandbox:
            raise BadInput(f"{key} is no sandbox; an exercise must not reach a newsroom that is at work", field=path)
    given = NewNotice(NoticeKind.KILL, story_id, None, texts=read, drill=True, partner_ids=partner_ids)
    return await _issue(session, given, change)


async def _issue(session: AsyncSession, given: NewNotice, change: Change) -> Notice:
    """Issues it, unless the same client has just issued the same to the same: then it was a retry, and that one is given."""
    same = (
        select(Notice)
        .where(
            Notice.story_id == given.story_id,
            Notice.kind == given.kind,
            col(Notice.drill).is_(given.drill),
            Notice.issued_by == change.by,
            col(Notice.issued_at) > change.at - SAME_WITHIN,
        )
        .order_by(col(Notice.id).desc())
    )
    for notice in (await session.exec(same)).all():
        if notice.texts != given.texts or notice.release_id is not None:
            continue
        told = select(NoticeRecipient.partner_id).where(NoticeRecipient.notice_id == notice.id)
        if given.partner_ids is None or set((await session.exec(told)).all()) == set(given.partner_ids):
            return notice
    return await issue_notice(session, given, change)


def _require_some(partner_ids: Collection[uuid.UUID]) -> None:
    if not 1 <= len(partner_ids) <= MOST_PARTNERS:
        raise BadInput(f"partnerIds holds {len(partner_ids)}; name 1 to {MOST_PARTNERS}", field=["partnerIds"])


async def _require_released(session: AsyncSession, story_id: uuid.UUID) -> None:
    story = await session.get(Story, story_id)
    if story is None:
        raise NotFound(f"there is no story {story_id}", field=["storyId"])
    live = (await session.exec(select(PoolStory.story_id).where(PoolStory.story_id == story_id))).first()
    if live is None:
        raise WrongState(f"{story.uri} was never released, so nobody has read it", field=["storyId"])
