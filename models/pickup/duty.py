"""The duties that a pickup takes on, and how they are settled."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.account import hold_account
from models.duty import AcceptedDuty, DutyState
from models.errors import BadInput, Forbidden, NotFound
from models.event import Event, EventAudience, EventKind
from models.paging import Page, PageRequest, newest_first
from models.pickup.table import Pickup
from models.policy import Duty, DutyAction, Policy
from models.pool.openings import refresh_openings
from models.usage import UsageDecision
from models.viewer import Viewer

MAX_NOTE: Final = 2_000
THE_CENTRES_OWN: Final = frozenset({DutyAction.OBTAIN_CONSENT})
"""Duties that only the centre can say are fulfilled."""


def duties_of_pickup(pickup: Pickup, decisions: Sequence[UsageDecision]) -> list[AcceptedDuty]:
    """The rows of everything that a pickup takes on. To accept tracking is done by accepting."""
    owed: dict[tuple[Duty, uuid.UUID | None], None] = {}
    for decision in decisions:
        owed |= dict.fromkeys((duty, None) for duty in decision.story_duties)
        if decision.agreement is not None:
            owed |= dict.fromkeys((duty, decision.agreement.id) for duty in decision.agreement_duties)
    return [_row(pickup, duty, agreement_id) for duty, agreement_id in owed]


def _row(pickup: Pickup, duty: Duty, agreement_id: uuid.UUID | None) -> AcceptedDuty:
    done = duty.action is DutyAction.ACCEPT_TRACKING
    return AcceptedDuty(
        partner_id=pickup.partner_id,
        story_id=pickup.story_id,
        agreement_id=agreement_id,
        pickup_id=pickup.id,
        action=duty.action,
        blocking=duty.blocking,
        state=DutyState.FULFILLED if done else DutyState.PENDING,
        deadline=duty.deadline(pickup.created_at),
        created_at=pickup.created_at,
        updated_at=pickup.created_at,
        updated_by="pickup",
    )


async def find_duty(session: AsyncSession, duty_id: uuid.UUID, viewer: Viewer) -> AcceptedDuty:
    """One duty.

    :raises NotFound: none with that id, or not this viewer's.
    """
    duty = await session.get(AcceptedDuty, duty_id)
    if duty is None or (not viewer.standing.is_staff and duty.partner_id != viewer.actor.partner_id):
        raise NotFound(f"there is no duty {duty_id}")
    return duty


async def find_duties(
    session: AsyncSession, request: PageRequest, viewer: Viewer, state: DutyState | None
) -> Page[AcceptedDuty]:
    """A page of duties, the newest first: a partner's own, or all for staff.

    :param state: only those that stand so now.
    """
    statement = select(AcceptedDuty)
    if not viewer.standing.is_staff:
        statement = statement.where(AcceptedDuty.partner_id == viewer.actor.partner_id)
    overdue = sa.and_(col(AcceptedDuty.state) == DutyState.PENDING, col(AcceptedDuty.deadline) <= viewer.now)
    if state is DutyState.VIOLATED:
        statement = statement.where(sa.or_(col(AcceptedDuty.state) == state, overdue))
    elif state is DutyState.PENDING:
        later = sa.or_(col(AcceptedDuty.deadline).is_(None), col(AcceptedDuty.deadline) > viewer.now)
        statement = statement.where(AcceptedDuty.state == state, later)
    elif state is not None:
        statement = statement.where(AcceptedDuty.state == state)
    return await newest_first(session, statement, AcceptedDuty, "duty", request)


async def fulfil(session: AsyncSession, duty_id: uuid.UUID, note: str | None, viewer: Viewer) -> AcceptedDuty:
    """A partner has done what it took on, in time or late. Once: again changes nothing.

    :raises NotFound: no duty of this partner has that id.
    :raises Forbidden: only the centre can say so, or it has found the duty violated.
    """
    partner_id = _partner(viewer)
    await hold_account(session, partner_id)
    duty = await find_duty(session, duty_id, viewer)
    if duty.action in THE_CENTRES_OWN:
        raise Forbidden(f"the centre says when {duty.action.value} is fulfilled; ask your liaison")
    if duty.state is DutyState.VIOLATED:
        raise Forbidden(f"the centre found duty {duty_id} violated; ask your liaison to settle it")
    if duty.state is DutyState.PENDING:
        await _move(session, duty, DutyState.FULFILLED, note, viewer)
    return duty


async def settle(
    session: AsyncSession, duty_id: uuid.UUID, state: DutyState, note: str | None, viewer: Viewer
) -> AcceptedDuty:
    """Staff say where a duty stands.

    :raises NotFound: no duty has that id.
    """
    duty = await find_duty(session, duty_id, viewer)
    await hold_account(session, duty.partner_id)
    await session.refresh(duty)
    if duty.state is not state:
        await _move(session, duty, state, note, viewer)
    return duty


@dataclass(frozen=True)
class Beforehand:
    """A precondition, named by what asks for it.

    :param variant_id: a variant whose terms ask for it; or `agreement_id`, an agreement whose own policy does.
    """

    partner_id: uuid.UUID
    action: DutyAction
    variant_id: uuid.UUID | None = None
    agreement_id: uuid.UUID | None = None


async def fulfil_beforehand(
    session: AsyncSession,
    wanted: Beforehand,
    policy: Policy,
    story_id: uuid.UUID | None,
    note: str | None,
    viewer: Viewer,
) -> AcceptedDuty:
    """Something that must be done before a permission holds is done: said by the partner, or by staff for it.

    :param policy: the one that asks for it; `story_id` the story of the variant.
    :raises BadInput: the policy asks for no such thing beforehand.
    :raises Forbidden: only the centre can say so.
    """
    if not viewer.standing.is_staff and wanted.action in THE_CENTRES_OWN:
        raise Forbidden(f"the centre says when {wanted.action.value} is fulfilled; ask your liaison")
    asked = {duty.action for rule in policy.permissions for duty in rule.duties if duty.precondition}
    if wanted.action not in asked:
        raise BadInput(f"nothing asks for {wanted.action.value} beforehand", field=["action"])
    await hold_account(session, wanted.partner_id)
    statement = select(AcceptedDuty).where(
        AcceptedDuty.partner_id == wanted.partner_id,
        AcceptedDuty.action == wanted.action,
        AcceptedDuty.story_id == story_id,
        AcceptedDuty.agreement_id == wanted.agreement_id,
        col(AcceptedDuty.pickup_id).is_(None),
    )
    duty = (await session.exec(statement)).first()
    if duty is None:
        duty = AcceptedDuty(
            partner_id=wanted.partner_id,
            story_id=story_id,
            agreement_id=wanted.agreement_id,
            action=wanted.action,
            state=DutyState.PENDING,
            created_at=viewer.now,
            updated_at=viewer.now,
            updated_by=viewer.actor.client_id,
        )
    if duty.state not in (DutyState.FULFILLED, DutyState.WAIVED):
        await _move(session, duty, DutyState.FULFILLED, note, viewer)
    return duty


async def _move(session: AsyncSession, duty: AcceptedDuty, state: DutyState, note: str | None, viewer: Viewer) -> None:
    if note is not None and len(note) > MAX_NOTE:
        raise BadInput(f"note has {len(note)} characters; at most {MAX_NOTE} are kept", field=["note"])
    duty.state, duty.note = state, note if note is not None else duty.note
    duty.updated_at, duty.updated_by = viewer.now, viewer.actor.client_id
    session.add(duty)
    await session.flush()
    if duty.story_id is not None and duty.agreement_id is None:
        await refresh_openings(session, duty.story_id, [duty.partner_id])
    event.append(
        session,
        Event(
            kind=EventKind.DUTY_CHANGED,
            at=viewer.now,
            audience=EventAudience.PARTNER,
            partner_id=duty.partner_id,
            story_id=duty.story_id,
            subject_id=str(duty.id),
        ),
    )


def _partner(viewer: Viewer) -> uuid.UUID:
    if viewer.actor.partner_id is None:
        raise Forbidden("staff owe no duties; use a client of the partner, or settleDuty")
    return viewer.actor.partner_id
