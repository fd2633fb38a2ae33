"""What partners do with their hooks."""

from __future__ import annotations

import base64
import secrets
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypedDict

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event as log
from models.actor import Actor
from models.base import JsonObject, new_id
from models.errors import BadInput, Forbidden, WrongState
from models.hook.outcome import PING
from models.hook.reading import find_delivery, find_hook
from models.hook.table import Attempt, Delivery, DeliveryState, Hook, HookSecret, HookStatus
from models.log import oldest_readable

RandomBytes = Callable[[int], bytes]
MOST_HOOKS: Final = 50
"""Of one partner."""
OVERLAP: Final = timedelta(hours=24)
"""How long calls carry the signature of the secret before, too."""
LONGEST_DOCUMENT: Final = 20_000
_SECRET_BYTES: Final = 32
_LONGEST_NOTE: Final = 500


class HookChanges(TypedDict, total=False):
    """What is said of a hook anew. The URL and the document are checked by whoever can."""

    url: str
    filter: JsonObject
    document: str | None
    note: str | None


async def create_hook(
    session: AsyncSession,
    actor: Actor,
    changes: HookChanges,
    after: int | None,
    now: datetime,
    *,
    random_bytes: RandomBytes = secrets.token_bytes,
) -> tuple[Hook, str]:
    """Adds a hook, which carries the rights of the client that asks, with its first secret.

    :param after: the position in the change log after which it begins; None begins with what is to come.
    :raises Forbidden: staff have no hooks.
    :raises BadInput: the partner has as many as it may, or a value cannot be right.
    """
    if actor.partner_id is None:
        raise Forbidden("hooks belong to partners; use a client of the partner")
    latest = await log.last_position(session)
    count = select(sa.func.count()).where(Hook.partner_id == actor.partner_id)
    if (await session.exec(count)).one() >= MOST_HOOKS:
        raise BadInput(f"a partner has at most {MOST_HOOKS} hooks; delete one first")
    _check(changes)
    hook = Hook(
        partner_id=actor.partner_id,
        client_id=actor.client_uuid,
        position=latest if after is None else await _place(session, after),
        created_at=now,
        updated_at=now,
        **changes,
    )
    session.add(hook)
    await session.flush()
    return hook, _new_secret(session, hook, now, random_bytes)


async def update_hook(
    session: AsyncSession, hook_id: uuid.UUID, actor: Actor, changes: HookChanges, now: datetime
) -> Hook:
    """Says something of a hook anew. It carries the rights of the client that asks from now on.

    :raises NotFound: no such hook of the partner.
    :raises BadInput: a value cannot be right.
    """
    hook = await find_hook(session, hook_id, actor, hold=True)
    _check(changes)
    for name, value in changes.items():
        setattr(hook, name, value)
    hook.client_id, hook.updated_at = actor.client_uuid, now
    session.add(hook)
    return hook


async def delete_hook(session: AsyncSession, hook_id: uuid.UUID, actor: Actor) -> None:
    """Removes a hook with its deliveries.

    :raises NotFound: no such hook of the partner.
    """
    hook = await find_hook(session, hook_id, actor, hold=True)
    own = select(Delivery.id).where(Delivery.hook_id == hook.id)
    await session.execute(sa.delete(Attempt).where(col(Attempt.delivery_id).in_(own)))
    await session.execute(sa.delete(Delivery).where(col(Delivery.hook_id) == hook.id))
    await session.execute(sa.delete(HookSecret).where(col(HookSecret.hook_id) == hook.id))
    await session.delete(hook)


async def rotate_secret(
    session: AsyncSession,
    hook_id: uuid.UUID,
    actor: Actor,
    now: datetime,
    *,
    random_bytes: RandomBytes = secrets.token_bytes,
) -> tuple[Hook, str]:
    """Gives a hook a new secret. Calls carry the signature of the one before for another day.

    :raises NotFound: no such hook of the partner.
    """
    hook = await find_hook(session, hook_id, actor, hold=True)
    await session.execute(
        sa.delete(HookSecret).where(col(HookSecret.hook_id) == hook.id, col(HookSecret.expires_at).is_not(None))
    )
    await session.execute(
        sa.update(HookSecret).where(col(HookSecret.hook_id) == hook.id).values(expires_at=now + OVERLAP)
    )
    hook.updated_at = now
    session.add(hook)
    return hook, _new_secret(session, hook, now, random_bytes)


async def set_hook_status(
    session: AsyncSession, hook_id: uuid.UUID, actor: Actor, status: HookStatus, now: datetime
) -> Hook:
    """Pauses a hook, or resumes it, also one that was suspended: what waited is tried at once.

    :raises NotFound: no such hook of the partner.
    """
    hook = await find_hook(session, hook_id, actor, hold=True)
    if status is HookStatus.ACTIVE and hook.status is not HookStatus.ACTIVE:
        hook.failures, hook.failing_since, hook.open_until, hook.status_reason = 0, None, None, None
        waiting = sa.update(Delivery).where(
            col(Delivery.hook_id) == hook.id, col(Delivery.state) == DeliveryState.PENDING
        )
        await session.execute(waiting.values(next_at=now).execution_options(synchronize_session=False))
    hook.status, hook.updated_at = status, now
    session.add(hook)
    return hook


async def ping_hook(session: AsyncSession, hook_id: uuid.UUID, actor: Actor, now: datetime) -> Delivery:
    """Queues a call that says nothing, to be tried once.

    :raises NotFound: no such hook of the partner.
    :raises WrongState: the hook is paused or suspended.
    """
    hook = await find_hook(session, hook_id, actor, hold=True)
    if hook.status is not HookStatus.ACTIVE:
        raise WrongState(f"the hook is {hook.status.value}; resume it first", field=["hookId"])
    id = new_id()
    lowest = select(sa.func.min(col(Delivery.position))).where(Delivery.hook_id == hook.id)
    position = min((await session.exec(lowest)).one() or 0, 0) - 1
    ping = Delivery(
        id=id,
        hook_id=hook.id,
        partner_id=hook.partner_id,
        position=position,
        kind=PING,
        lane=str(id),
        next_at=now,
        created_at=now,
    )
    hook.open_until = None
    session.add_all([ping, hook])
    return ping


async def redeliver(session: AsyncSession, delivery_id: uuid.UUID, actor: Actor, now: datetime) -> Delivery:
    """Sends a delivery again, under its own id, with what the partner sees at that moment.

    :raises NotFound: no such delivery of the partner.
    :raises WrongState: it is still on its way.
    """
    delivery = await find_delivery(session, delivery_id, actor, hold=True)
    if delivery.state is DeliveryState.PENDING:
        raise WrongState("the delivery is still on its way; it is tried again by itself", field=["deliveryId"])
    delivery.state, delivery.attempts, delivery.next_at, delivery.finished_at = DeliveryState.PENDING, 0, now, None
    session.add(delivery)
    return delivery


async def replay_hook(session: AsyncSession, hook_id: uuid.UUID, actor: Actor, after: int, now: datetime) -> Hook:
    """Sends everything after a place in the change log again; each under the id that it had.

    :raises NotFound: no such hook of the partner.
    :raises BadCursor: the log has not come to the place, or is not kept from there on.
    """
    hook = await find_hook(session, hook_id, actor, hold=True)
    hook.position, hook.updated_at = min(hook.position, await _place(session, after)), now
    session.add(hook)
    return hook


async def _place(session: AsyncSession, after: int) -> int:
    oldest, latest = await oldest_readable(session), await log.last_position(session)
    if not oldest <= after <= latest:
        raise BadInput("the change log cannot be read from this cursor on; take a newer one", field=["after"])
    return after


def _check(changes: HookChanges) -> None:
    note, document = changes.get("note"), changes.get("document")
    if note is not None and len(note) > _LONGEST_NOTE:
        raise BadInput(f"note has {len(note)} characters; at most {_LONGEST_NOTE} are kept", field=["note"])
    if document is not None and len(document) > LONGEST_DOCUMENT:
        raise BadInput(
            f"document has {len(document)} characters; at most {LONGEST_DOCUMENT} are taken", field=["document"]
        )


def _new_secret(session: AsyncSession, hook: Hook, now: datetime, random_bytes: RandomBytes) -> str:
    """A new secret in the form of Standard Webhooks."""
    secret = base64.b64encode(random_bytes(_SECRET_BYTES)).decode()
    session.add(HookSecret(hook_id=hook.id, secret=secret, created_at=now))
    return f"whsec_{secret}"
