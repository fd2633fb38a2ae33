"""What must be so before variants pass the release door, and what is written down of them once they have."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.desk.draft import content_of
from models.draft import VariantDraft
from models.errors import NotReleasable
from models.freeze import Desk, read_desk
from models.moment import MomentKind
from models.pool.tables import POSITIONS_PER_RELEASE
from models.release.moment import was_told
from models.release.publish import Door
from models.story import PubStatus
from models.variant import DeskState, Variant


async def hold_desk(session: AsyncSession, door: Door) -> Desk:
    """Everything on the desk that a release reads, its variants held until the transaction ends: nobody saves in between."""
    held = (
        select(Variant)
        .where(Variant.story_id == door.story.id)
        .order_by(col(Variant.id))
        .with_for_update(key_share=True)
    )
    await session.exec(held.execution_options(populate_existing=True))
    return await read_desk(session, door.story.id)


def require_releasable(door: Door, desk: Desk, chosen: Sequence[Variant], named: Collection[uuid.UUID] | None) -> None:
    """Refuses what cannot be released, with all that is missing.

    :param named: the variants that were asked for by name; None where all that are approved are meant.
    :raises NotReleasable: something is missing.
    """
    problems = []
    if desk.story.terms_id is None:
        problems.append("it has no terms")
    if not chosen:
        problems.append("no variant is approved")
    if named is not None and (unknown := set(named) - {variant.id for variant in desk.variants}):
        problems.append("it has no variant " + ", ".join(sorted(map(str, unknown))))
    problems += [
        f"its variant {variant.uri} is {variant.desk_state}"
        for variant in chosen
        if variant.desk_state is not DeskState.APPROVED
    ]
    problems += [
        f"its variant {variant.uri} is {PubStatus.CANCELED}"
        for variant in chosen
        if door.statuses.get(str(variant.id)) is PubStatus.CANCELED
    ]
    if len(desk.variants) > POSITIONS_PER_RELEASE:
        problems.append(f"it has {len(desk.variants)} variants, more than {POSITIONS_PER_RELEASE}")
    if problems:
        raise NotReleasable(f"{desk.story.uri} cannot be released: {'; '.join(problems)}")


async def require_no_second_embargo(session: AsyncSession, door: Door) -> None:
    """Refuses to bring back under embargo what everybody has seen already.

    :raises NotReleasable: the desk's embargo lies ahead, and the live one has lifted.
    """
    embargo = door.story.embargoed_until
    if door.live is None or embargo is None or embargo <= door.at or embargo == door.live[0].embargoed_until:
        return
    if await embargo_is_over(session, door):
        raise NotReleasable(
            f"{door.story.uri} cannot be released: it would be under embargo again, and everybody has seen it; withhold it instead"
        )


async def embargo_is_over(session: AsyncSession, door: Door) -> bool:
    """Whether the live story has been seen by everybody: it has no embargo, or that has lifted, whatever the clock says now."""
    assert door.live is not None
    until = door.live[0].embargoed_until
    return until is None or until <= door.at or await was_told(session, door.story.id, MomentKind.EMBARGO_LIFTED)


async def write_down(session: AsyncSession, desk: Desk, released: Sequence[Variant], by: str) -> None:
    """Says of released variants' drafts which version they are, and forgets whose words have come in: those are released now."""
    for variant in released:
        variant.authors = []
        session.add(variant)
        this = sa.and_(
            col(VariantDraft.variant_id) == variant.id, col(VariantDraft.revision) == variant.content_revision
        )
        known = (await session.exec(select(VariantDraft).where(this))).first()
        if known is None:
            known = VariantDraft(
                variant_id=variant.id,
                revision=variant.content_revision,
                since=variant.content_revision,
                content=content_of(variant, desk.shown.get(variant.id, [])),
                at=variant.updated_at,
                by=variant.saved_by or by,
            )
        known.released_version = variant.version
        session.add(known)
    await session.flush()
