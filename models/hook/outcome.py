"""What came of attempts: kept for many at once, with what follows for their deliveries and hooks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.base import POSTGRESQL, new_id
from models.change import Change
from models.delivered import StoryDelivery
from models.event import Event, EventAudience, EventKind
from models.hook.retry import RetryPolicy
from models.hook.table import Attempt, Delivery, DeliveryState, Hook, HookStatus
from models.notice.issue import tell_partner

GONE = 410
PING = "PING"
CARRIES: Final = frozenset({EventKind.STORY_RELEASED, EventKind.STORY_REINSTATED, EventKind.EMBARGO_LIFTED})
"""What tells of a story that can be used."""


@dataclass(frozen=True)
class Finished:
    """An attempt that is over.

    :param status: what was answered; None where nothing was, or nothing was sent.
    :param error: why no answer came, or why nothing was sent.
    :param needless: whether there is nothing to be sent any more.
    :param retry_after: what the answer asked for.
    :param chance: from 0 to 1, for when to try again.
    """

    delivery_id: uuid.UUID
    hook_id: uuid.UUID
    number: int
    at: datetime
    milliseconds: int
    status: int | None = None
    error: str | None = None
    needless: bool = False
    retry_after: timedelta | None = None
    chance: float = 0.5

    @property
    def arrived(self) -> bool:
        """Whether the address said that it has it."""
        return self.status is not None and 200 <= self.status < 300


async def keep_outcomes(
    session: AsyncSession, finished: Sequence[Finished], now: datetime, policy: RetryPolicy
) -> list[Hook]:
    """Keeps what came of attempts.

    :returns: the hooks that were suspended for it.
    """
    hooks = await _hooks_of(session, finished)
    tried = select(Delivery.id).where(col(Delivery.id).in_({one.delivery_id for one in finished}))
    there = set((await session.exec(tried.order_by(col(Delivery.id)).with_for_update())).all())
    known = [
        one for one in finished if one.delivery_id in there and one.hook_id in hooks
    ]  # others were deleted meanwhile
    await _keep_arrived(session, [one.delivery_id for one in known if one.arrived], now)
    attempts = [one for one in known if not one.needless]
    if attempts:
        await session.execute(sa.insert(Attempt), [_attempt(one) for one in attempts])
    others = select(Delivery).where(col(Delivery.id).in_({one.delivery_id for one in known if not one.arrived}))
    others = others.execution_options(populate_existing=True)
    deliveries = {row.id: row for row in (await session.exec(others)).all()}
    suspended = []
    for one in known:
        hook = hooks[one.hook_id]
        was_suspended = not one.needless and _judge(hook, one, now, policy)
        if not one.arrived:
            _settle(deliveries[one.delivery_id], one, now, policy, may_give_up=not was_suspended)
        if was_suspended:
            suspended.append(hook)
    await session.flush()
    for hook in suspended:
        await _announce(session, hook, now)
    return suspended


async def _hooks_of(session: AsyncSession, finished: Sequence[Finished]) -> dict[uuid.UUID, Hook]:
    """The hooks, locked where something is to be counted for or against them: workers of hooks that answer do not wait for each other."""
    called = select(Hook).where(col(Hook.id).in_({one.hook_id for one in finished}))
    called = called.execution_options(populate_existing=True)
    hooks = {hook.id: hook for hook in (await session.exec(called)).all()}
    counted = {one.hook_id for one in finished if not one.arrived and not one.needless}
    counted |= {hook.id for hook in hooks.values() if hook.failures}
    if counted:
        held = called.where(col(Hook.id).in_(counted)).order_by(col(Hook.id)).with_for_update(key_share=True)
        hooks |= {hook.id: hook for hook in (await session.exec(held)).all()}
    return hooks


def _attempt(one: Finished) -> dict[str, object]:
    return {
        "id": new_id(),
        "delivery_id": one.delivery_id,
        "number": one.number,
        "at": one.at,
        "milliseconds": one.milliseconds,
        "status": one.status,
        "error": one.error,
    }


async def _keep_arrived(session: AsyncSession, arrived: Sequence[uuid.UUID], now: datetime) -> None:
    """Says of deliveries that they arrived, also of those that were taken back while they were on their way."""
    if not arrived:
        return
    statement = (
        sa.update(Delivery)
        .where(col(Delivery.id).in_(arrived))
        .values(state=DeliveryState.DELIVERED, finished_at=now, leased_until=None)
        .returning(col(Delivery.story_id), col(Delivery.partner_id), col(Delivery.kind))
        .execution_options(synchronize_session=False)
    )
    got = {
        (story_id, partner_id)
        for story_id, partner_id, kind in (await session.execute(statement)).all()
        if story_id and kind in CARRIES
    }
    if got:
        insert = (postgresql.insert if session.get_bind().dialect.name == POSTGRESQL else sqlite.insert)(StoryDelivery)
        rows = [
            {"story_id": story_id, "partner_id": partner_id, "first_at": now} for story_id, partner_id in sorted(got)
        ]
        await session.execute(insert.on_conflict_do_nothing(), rows)


def _settle(delivery: Delivery, one: Finished, now: datetime, policy: RetryPolicy, *, may_give_up: bool) -> None:
    """Says where a delivery stands that did not arrive.

    :param may_give_up: False keeps it waiting, for when its hook is resumed.
    """
    delivery.leased_until = None
    if delivery.state is not DeliveryState.PENDING:  # taken back while it was on its way
        return
    if one.needless:
        delivery.state, delivery.finished_at = DeliveryState.CANCELED, now
        return
    wait = None if delivery.kind == PING else policy.wait(delivery.attempts, one.chance, one.retry_after)
    if wait is None and not may_give_up:
        delivery.next_at = now
    elif wait is None:
        delivery.state, delivery.finished_at = DeliveryState.FAILED, now
    else:
        delivery.next_at = now + wait


def _judge(hook: Hook, one: Finished, now: datetime, policy: RetryPolicy) -> bool:
    """Counts for or against a hook; whether it is suspended now."""
    if one.arrived:
        hook.failures, hook.failing_since, hook.open_until = 0, None, None
        return False
    hook.failures += 1
    hook.failing_since = hook.failing_since or one.at
    if (pause := policy.pause(hook.failures)) is not None:
        hook.open_until = now + pause
    if hook.status is not HookStatus.ACTIVE:
        return False
    if one.status == GONE:
        hook.status_reason = "The address answered 410: it is gone for good."
    elif now - hook.failing_since >= policy.suspends_after:
        hook.status_reason = f"Nothing has arrived since {hook.failing_since.isoformat()}."
    else:
        return False
    hook.status = HookStatus.SUSPENDED
    return True


async def _announce(session: AsyncSession, hook: Hook, now: datetime) -> None:
    """Says that a hook was suspended: in the change log, and by a notice, which goes by mail to a partner that gets its notices so."""
    event.append(
        session,
        Event(
            kind=EventKind.HOOK_SUSPENDED,
            at=now,
            audience=EventAudience.PARTNER,
            partner_id=hook.partner_id,
            subject_id=str(hook.id),
        ),
    )
    host = urlsplit(hook.url).hostname or ""
    texts = {
        "en": f"Your webhook at {host} is not called any more: {hook.status_reason}"
        " What happens meanwhile waits; resume it once the address works.",
        "zh": f"贵方位于 {host} 的网络钩子（webhook）已暂停调用：投递持续失败或地址已失效。其间的变更会保留，地址恢复后请重新启用。",
    }
    await tell_partner(session, hook.partner_id, texts, Change("storypool", now))


async def forget_finished(session: AsyncSession, before: datetime, batch: int = 500) -> int:
    """Deletes deliveries that ended before a moment, with their attempts.

    :returns: how many deliveries went.
    """
    old = select(Delivery.id).where(col(Delivery.finished_at) < before).limit(batch)
    ids = list((await session.exec(old)).all())
    await session.execute(sa.delete(Attempt).where(col(Attempt.delivery_id).in_(ids)))
    await session.execute(sa.delete(Delivery).where(col(Delivery.id).in_(ids)))
    return len(ids)
