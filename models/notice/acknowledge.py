"""Acknowledging a notice, and saying what became of copies: as often as there is more to say."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.base import new_id
from models.change import Change
from models.errors import BadInput, NotFound, WrongState
from models.event import EventKind
from models.notice.issue import notice_event
from models.notice.table import CopyAction, Notice, NoticeChannel, NoticeCopy, NoticeRecipient
from models.outlet import Outlet
from models.pickup.table import Pickup

MOST_COPIES = 100
"""Copies in one acknowledgement."""
LONGEST_NOTE = 2_000
"""Characters of a note."""


@dataclass(frozen=True)
class CopyReport:
    """What became, or will become, of one copy. It is known by the pickup that it came from and the address where it ran.

    :param done_at: when it was corrected or removed; None means now.
    :param due_at: by when it will be.
    """

    pickup_id: uuid.UUID | None = None
    url: str | None = None
    outlet_id: uuid.UUID | None = None
    action: CopyAction | None = None
    done_at: datetime | None = None
    due_at: datetime | None = None
    note: str | None = None


@dataclass(frozen=True)
class Acknowledgement:
    """What a partner says of a notice.

    :param note: None leaves an earlier one as it is.
    """

    notice_id: uuid.UUID
    note: str | None = None
    copies: Sequence[CopyReport] = ()


async def acknowledge_notice(
    session: AsyncSession, partner_id: uuid.UUID, given: Acknowledgement, channel: NoticeChannel, change: Change
) -> Notice:
    """Acknowledges a notice for a partner, once, and keeps what is said of copies. The same again changes nothing.

    :raises NotFound: no such notice, pickup or outlet of this partner.
    :raises BadInput: something said of a copy cannot be right; `field` is the path to it.
    """
    held = (
        select(NoticeRecipient)
        .where(NoticeRecipient.notice_id == given.notice_id, NoticeRecipient.partner_id == partner_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    recipient = (await session.exec(held)).first()
    if recipient is None:
        raise NotFound(f"there is no notice {given.notice_id}", field=["noticeId"])
    notice = await session.get_one(Notice, given.notice_id)
    note = _note(given.note, ["note"])
    if len(given.copies) > MOST_COPIES:
        raise BadInput(
            f"copies holds {len(given.copies)}; at most {MOST_COPIES} are taken at once, say more in another request",
            field=["copies"],
        )
    read = [_read_copy(copy, change.at, ["copies", str(place)]) for place, copy in enumerate(given.copies)]
    await _refuse_unknown(session, notice, partner_id, given.copies)
    is_new = recipient.acknowledged_at is None
    if recipient.acknowledged_at is None:
        recipient.acknowledged_at, recipient.acknowledged_by = change.at, change.by
        recipient.acknowledged_via = channel
    if recipient.delivered_at is None:
        recipient.delivered_at, recipient.delivered_via = change.at, channel
    if note is not None and note != recipient.note:
        recipient.note, is_new = note, True
    session.add(recipient)
    for copy, values in zip(given.copies, read, strict=True):
        is_new |= await _keep_copy(session, notice, partner_id, copy, values, change.at)
    if is_new:
        event.append(session, notice_event(EventKind.NOTICE_ACKNOWLEDGED, notice, partner_id, change.at))
    await session.flush()
    return notice


async def verify_copy(session: AsyncSession, copy_id: uuid.UUID, change: Change, *, verified: bool) -> NoticeCopy:
    """Writes down, for the centre, that somebody has looked and the copy is as the partner says; or takes that back.

    :raises NotFound: no such copy.
    :raises WrongState: the partner has not said that it corrected or removed it.
    """
    statement = select(NoticeCopy).where(NoticeCopy.id == copy_id).with_for_update()
    copy = (await session.exec(statement.execution_options(populate_existing=True))).first()
    if copy is None:
        raise NotFound("there is no such copy", field=["copyId"])
    if not verified:
        copy.verified_at = copy.verified_by = None
    elif copy.verified_at is None:
        if copy.action not in (CopyAction.CORRECTED, CopyAction.REMOVED):
            raise WrongState(
                "the partner has not said that it corrected or removed the copy; there is nothing to verify yet",
                field=["copyId"],
            )
        copy.verified_at, copy.verified_by = change.at, change.by
    session.add(copy)
    await session.flush()
    return copy


def copy_key(pickup_id: uuid.UUID | None, url: str | None) -> str:
    """What a copy is known by: the SHA-256 (hex) over pickup and address."""
    return hashlib.sha256(f"{pickup_id or ''}\n{url or ''}".encode()).hexdigest()


def _read_copy(copy: CopyReport, now: datetime, path: list[str]) -> dict[str, Any]:
    """What is kept of it."""
    note = _note(copy.note, [*path, "note"])
    done = copy.action in (CopyAction.CORRECTED, CopyAction.REMOVED)
    if copy.pickup_id is None and copy.url is None:
        raise BadInput("a copy is known by its pickup, its address, or both; give one", field=path)
    if copy.action is None and copy.due_at is None:
        raise BadInput("say what was done with the copy (action), or by when it will be (dueAt)", field=path)
    if copy.action is CopyAction.COULD_NOT and note is None:
        raise BadInput("say in note why the copy could be neither corrected nor removed", field=[*path, "note"])
    if copy.done_at is not None and not done:
        raise BadInput("doneAt goes with the action CORRECTED or REMOVED", field=[*path, "doneAt"])
    if copy.done_at is not None and copy.done_at > now:
        raise BadInput(
            f"doneAt {copy.done_at.isoformat()} lies in the future; say by dueAt when it will be done",
            field=[*path, "doneAt"],
        )
    if copy.due_at is not None and done:
        raise BadInput("dueAt is for what is still to be done; leave it out", field=[*path, "dueAt"])
    if copy.due_at is not None and copy.due_at <= now:
        raise BadInput(f"dueAt {copy.due_at.isoformat()} has passed; give a moment to come", field=[*path, "dueAt"])
    return {
        "outlet_id": copy.outlet_id,
        "action": copy.action,
        "done_at": (copy.done_at or now) if done else None,
        "due_at": copy.due_at,
        "note": note,
    }


def _note(note: str | None, path: list[str]) -> str | None:
    stripped = (note or "").strip()
    if len(stripped) > LONGEST_NOTE:
        raise BadInput(f"the note has {len(stripped)} characters; at most {LONGEST_NOTE} are kept", field=path)
    return stripped or None


async def _refuse_unknown(
    session: AsyncSession, notice: Notice, partner_id: uuid.UUID, copies: Sequence[CopyReport]
) -> None:
    pickups = {copy.pickup_id for copy in copies if copy.pickup_id is not None}
    owned = select(Pickup.id, Pickup.variant_id).where(
        col(Pickup.id).in_(pickups), Pickup.partner_id == partner_id, Pickup.story_id == notice.story_id
    )
    found = dict((await session.exec(owned)).all()) if pickups else {}
    outlets = {copy.outlet_id for copy in copies if copy.outlet_id is not None}
    own = select(Outlet.id).where(col(Outlet.id).in_(outlets), Outlet.partner_id == partner_id)
    known = set((await session.exec(own)).all()) if outlets else set()
    for place, copy in enumerate(copies):
        path = ["copies", str(place)]
        if copy.pickup_id is not None and copy.pickup_id not in found:
            raise NotFound("there is no such pickup of the story", field=[*path, "pickupId"])
        about = {str(found[copy.pickup_id])} if copy.pickup_id is not None else set()
        if notice.variant_ids and not about <= set(notice.variant_ids):
            raise BadInput("the notice does not concern the variant of that pickup", field=[*path, "pickupId"])
        if copy.outlet_id is not None and copy.outlet_id not in known:
            raise NotFound("there is no such outlet", field=[*path, "outletId"])


async def _keep_copy(
    session: AsyncSession,
    notice: Notice,
    partner_id: uuid.UUID,
    given: CopyReport,
    values: dict[str, Any],
    now: datetime,
) -> bool:
    """Adds a copy, or says anew what became of it: what was verified before is to be looked at again. Whether anything changed."""
    key = copy_key(given.pickup_id, given.url)
    known = select(NoticeCopy).where(
        NoticeCopy.notice_id == notice.id, NoticeCopy.partner_id == partner_id, NoticeCopy.copy_key == key
    )
    copy = (await session.exec(known)).first()
    if copy is None:
        copy = NoticeCopy(
            id=new_id(),
            notice_id=notice.id,
            partner_id=partner_id,
            copy_key=key,
            pickup_id=given.pickup_id,
            url=given.url,
            created_at=now,
            updated_at=now,
        )
    elif all(
        getattr(copy, name) == value
        for name, value in values.items()
        if not (name == "done_at" and given.done_at is None and copy.action is given.action)
    ):
        return False
    for name, value in values.items():
        setattr(copy, name, value)
    copy.updated_at = now
    copy.verified_at = copy.verified_by = None
    session.add(copy)
    await session.flush()
    return True
