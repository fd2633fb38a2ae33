"""Hands variants to others to read, sends them back, and approves them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.approval import Approval
from models.change import Change
from models.desk.conflict import revision_conflict
from models.desk.draft import content_at, content_of
from models.desk.hold import hold_variant, shown_assets
from models.desk.moves import DeskMove, move
from models.desk.words import readable
from models.errors import BadInput, NotFound
from models.variant import DeskState, Variant

LONGEST_NOTE = 2_000
"""Characters of what is said when a variant is sent back."""
MOST_SUBMITTED = 50


async def submit_variants(
    session: AsyncSession, variant_ids: Sequence[uuid.UUID], change: Change, *, revision: int | None = None
) -> list[Variant]:
    """Hands variants to others to read, all or none. What is in review already stays there.

    :param revision: in which the variant was read, where it is one alone.
    :raises NotFound: one of them is not there.
    :raises RevisionConflict: it was saved in between.
    :raises WrongState: one of them is approved already, or was killed.
    :raises BadInput: none, too many, or a revision for several.
    """
    wanted = list(dict.fromkeys(variant_ids))
    if not 1 <= len(wanted) <= MOST_SUBMITTED:
        raise BadInput(f"{len(wanted)} variants are named; give 1 to {MOST_SUBMITTED}", field=["variantIds"])
    if revision is not None and len(wanted) > 1:
        raise BadInput("a revision belongs to one variant; submit them one by one, or leave it out", field=["revision"])
    stories = dict((await session.exec(select(Variant.id, Variant.story_id).where(col(Variant.id).in_(wanted)))).all())
    if unknown := [variant_id for variant_id in wanted if variant_id not in stories]:
        raise NotFound(f"there is no variant {unknown[0]}", field=["variantIds"])
    found: dict[uuid.UUID, Variant] = {}
    for variant_id in sorted(wanted, key=lambda one: (stories[one], one)):
        found[variant_id] = await _submit(session, variant_id, change, revision)
    return [found[variant_id] for variant_id in wanted]


async def return_to_draft(
    session: AsyncSession, variant_id: uuid.UUID, note: str | None, change: Change, *, revision: int | None = None
) -> Variant:
    """Sends a variant back to whoever writes it; its approvals are gone. A draft stays as it is.

    :param note: what is to be done, for those who write.
    :raises NotFound: no such variant.
    :raises RevisionConflict: it was saved in between.
    :raises WrongState: it was killed.
    :raises BadInput: the note is too long.
    """
    said = readable(note or "", "note").strip() or None
    if len(said or "") > LONGEST_NOTE:
        raise BadInput(f"note has {len(said or '')} characters; at most {LONGEST_NOTE} are possible", field=["note"])
    story, variant = await hold_variant(session, variant_id)
    if variant.desk_state is DeskState.DRAFT and variant.review_note == said:
        return variant
    await _refuse_stale(session, variant, revision)
    variant.desk_state = move(story, variant, DeskMove.RETURN, change.by).target
    variant.review_note = said
    await _forget_approvals(session, variant)
    await _mark(session, variant, change)
    return variant


async def approve_variant(
    session: AsyncSession, variant_id: uuid.UUID, revision: int, change: Change, *, needed: int
) -> Variant:
    """Finds that what a variant says may be released; with enough who find so, it is approved. Again changes nothing.

    :param revision: the one that was read: what it says must not have changed since.
    :param needed: how many have to approve.
    :raises NotFound: no such variant.
    :raises RevisionConflict: its words were changed in between.
    :raises WrongState: it is not in review, or was killed.
    :raises OwnWork: whoever approves has written it.
    """
    story, variant = await hold_variant(session, variant_id)
    if not variant.content_revision <= revision <= variant.revision:
        await _refuse_stale(session, variant, revision)
    approvals = await approvals_of(session, variant_id)
    if change.by in {approval.by for approval in approvals}:
        return variant
    target = move(story, variant, DeskMove.APPROVE, change.by).target
    session.add(Approval(variant_id=variant_id, by=change.by, at=change.at, revision=variant.content_revision))
    if len(approvals) + 1 >= needed:
        variant.desk_state = target
    session.add(variant)
    await session.flush()
    return variant


async def approvals_of(session: AsyncSession, variant_id: uuid.UUID) -> list[Approval]:
    """Who has approved what a variant says now, the first first."""
    statement = select(Approval).where(Approval.variant_id == variant_id).order_by(col(Approval.at), col(Approval.by))
    return list((await session.exec(statement)).all())


async def _submit(session: AsyncSession, variant_id: uuid.UUID, change: Change, revision: int | None) -> Variant:
    story, variant = await hold_variant(session, variant_id)
    if variant.desk_state is DeskState.IN_REVIEW:
        return variant
    await _refuse_stale(session, variant, revision)
    variant.desk_state = move(story, variant, DeskMove.SUBMIT, change.by).target
    variant.review_note = None
    await _forget_approvals(session, variant)
    await _mark(session, variant, change)
    return variant


async def _refuse_stale(session: AsyncSession, variant: Variant, revision: int | None) -> None:
    """Refuses what knows another revision than the present one, with what the two say differently.

    :raises RevisionConflict: it does.
    """
    if revision is None or revision == variant.revision:
        return
    present = content_of(variant, await shown_assets(session, variant.id))
    read = await content_at(session, variant, revision, present) or present
    different = [name for name in present if read[name] != present[name]]
    raise revision_conflict(revision, variant, different, base=read, yours=read, theirs=present)


async def _forget_approvals(session: AsyncSession, variant: Variant) -> None:
    await session.execute(sa.delete(Approval).where(col(Approval.variant_id) == variant.id))


async def _mark(session: AsyncSession, variant: Variant, change: Change) -> None:
    """Counts a move as a save: what was read before it is not the present any more."""
    variant.revision += 1
    variant.saved_by = change.by
    variant.updated_at = change.at
    session.add(variant)
    await session.flush()
