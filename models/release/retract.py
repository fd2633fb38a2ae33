"""Taking back, and giving back: withholding, killing, withdrawing single variants, reinstating."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from models.change import Change
from models.errors import BadInput, NotFound, WrongState
from models.notice.table import NoticeKind
from models.pool.tables import Release, ReleaseKind
from models.release.act import (
    FATES,
    Fate,
    Outcome,
    Told,
    carry_out,
    find_again,
    live_ids,
    moved,
    require_released,
    severest,
)
from models.release.publish import Door, NewVersion, Statuses, open_door, require_revision
from models.release.status import move
from models.release.words import checked_reason, notice_texts
from models.story import PubStatus
from models.variant import Variant

REINSTATED: Final = {
    "en": "What was withheld may be used again, as its terms say.",
    "zh": "此前暂停使用的内容恢复使用，以其使用条款为准。",
}
"""What partners are told when something is given back."""
_NOTICES: Final = {PubStatus.WITHHELD: NoticeKind.WITHHOLD, PubStatus.CANCELED: NoticeKind.KILL}
_KINDS: Final = {PubStatus.WITHHELD: ReleaseKind.WITHHOLD, PubStatus.CANCELED: ReleaseKind.CANCEL}


@dataclass(frozen=True)
class Retraction:
    """What is said when something is taken back.

    :param reason: why, for staff alone.
    :param texts: what partners are told, per language; free of what is taken back.
    :param fates: what becomes of single variants, by id; those left out share the story's fate.
    :param revision: the one of the story that was looked at; None where that does not matter.
    """

    reason: str
    texts: Mapping[str, str]
    fates: Mapping[uuid.UUID, Fate] = field(default_factory=dict)
    revision: int | None = None

    def told(self) -> Told:
        """The words, checked.

        :raises BadInput: no reason, no text, or one that is too long.
        """
        return Told(notice_texts(self.texts), checked_reason(self.reason))


async def withhold_story(session: AsyncSession, story_id: uuid.UUID, given: Retraction, change: Change) -> Outcome:
    """Takes a story back until further notice. The same again changes nothing.

    :raises NotFound: no such story, or no such variant.
    :raises RevisionConflict: somebody has saved the story since.
    :raises WrongState: never released, withheld already, or canceled.
    :raises BadInput: no reason or text; a text that repeats what is taken back; nothing would be withheld.
    """
    return await _retract(session, story_id, PubStatus.WITHHELD, given.told(), given, change)


async def kill_story(session: AsyncSession, story_id: uuid.UUID, given: Retraction, change: Change) -> Outcome:
    """Takes a story back for good: all its variants, but for those that are named otherwise. The same again changes nothing.

    :raises NotFound: no such story, or no such variant.
    :raises RevisionConflict: somebody has saved the story since.
    :raises WrongState: never released, or canceled already.
    :raises BadInput: no reason or text; a text that repeats what is killed; nothing would be killed.
    """
    return await _retract(session, story_id, PubStatus.CANCELED, given.told(), given, change)


async def withdraw_variant(
    session: AsyncSession, variant_id: uuid.UUID, status: PubStatus, given: Retraction, change: Change
) -> Outcome:
    """Takes one released variant back, for good or until further notice. The same again changes nothing.

    :param status: WITHHELD or CANCELED.
    :raises NotFound: no such variant.
    :raises RevisionConflict: somebody has saved the story since.
    :raises WrongState: never released, or the move is not one of `STATUS_MOVES`.
    :raises BadInput: no reason or text; a text that repeats what is taken back; another status.
    """
    if status not in _NOTICES:
        raise BadInput(f"status is {status}; what is withdrawn becomes WITHHELD or CANCELED", field=["status"])
    variant = await session.get(Variant, variant_id)
    if variant is None:
        raise NotFound(f"there is no variant {variant_id}", field=["variantId"])
    told = given.told()
    door = await open_door(session, variant.story_id, change.at)
    if str(variant_id) not in door.statuses:
        raise WrongState(
            f"{variant.uri} was never released; removeVariant takes away what was not", field=["variantId"]
        )
    wanted = {str(variant_id): status}
    if (again := await find_again(session, door, change, _NOTICES[status], told, wanted, about=[*wanted])) is not None:
        return again
    require_revision(door.story, given.revision)
    move(variant.uri, door.statuses[str(variant_id)], status, "variantId")
    return await _publish(session, door, wanted, _KINDS[status], told, change)


async def reinstate_story(
    session: AsyncSession,
    story_id: uuid.UUID,
    variant_ids: Collection[uuid.UUID] | None,
    reason: str | None,
    change: Change,
    revision: int | None = None,
) -> Outcome:
    """Gives back what was withheld: all of it, or the variants named. The same again changes nothing.

    :raises NotFound: no such story, or no such variant.
    :raises RevisionConflict: somebody has saved the story since.
    :raises WrongState: nothing is withheld, or a variant is not.
    """
    told = Told(REINSTATED, checked_reason(reason) if reason is not None else None)
    door = await open_door(session, story_id, change.at)
    require_released(door)
    if variant_ids is None:
        named = [key for key, status in door.statuses.items() if status is PubStatus.WITHHELD]
    else:
        named = live_ids(door, variant_ids, "variantIds")
    wanted = dict.fromkeys(named, PubStatus.USABLE)
    if all(door.statuses[key] is PubStatus.USABLE for key in named):
        again = await find_again(session, door, change, NoticeKind.UPDATE, told, wanted, about=named)
        if again is not None and again.release.kind is ReleaseKind.REINSTATE:
            return again
        move(door.story.uri, door.story.pub_status, PubStatus.USABLE, "storyId")
    require_revision(door.story, revision)
    for key in named:
        move(_uri(door, key), door.statuses[key], PubStatus.USABLE, "variantIds")
    return await _publish(session, door, wanted, ReleaseKind.REINSTATE, told, change)


async def change_status(
    session: AsyncSession, story_id: uuid.UUID, status: PubStatus, *, by: str, now: datetime, reason: str | None = None
) -> Release:
    """Withholds, kills or reinstates a whole story, as a new version, with a notice that says nothing but that.

    :param reason: why, for the record; shown to staff only.
    :raises NotFound: no such story.
    :raises WrongState: the story was never released, or the move is not one of `STATUS_MOVES`.
    """
    change = Change(by, now)
    if status is PubStatus.USABLE:
        return (await reinstate_story(session, story_id, None, reason, change)).release
    given = Retraction(reason or "", {})
    return (await _retract(session, story_id, status, Told({}, reason), given, change)).release


async def _retract(
    session: AsyncSession, story_id: uuid.UUID, status: PubStatus, told: Told, given: Retraction, change: Change
) -> Outcome:
    door = await open_door(session, story_id, change.at)
    require_released(door)
    live_ids(door, given.fates.keys(), "others")
    wanted = _wanted(door, status, {str(key): fate for key, fate in given.fates.items()})
    if (again := await find_again(session, door, change, _NOTICES[status], told, wanted)) is not None:
        return again
    require_revision(door.story, given.revision)
    changes = {key: after for key, after in wanted.items() if door.statuses[key] is not after}
    if not changes:
        move(door.story.uri, door.story.pub_status, status, "storyId")
    if status not in changes.values():
        raise BadInput(f"with these fates nothing would become {status}; name fewer variants", field=["others"])
    return await _publish(session, door, changes, _KINDS[status], told, change)


def _wanted(door: Door, status: PubStatus, fates: Mapping[str, Fate]) -> dict[str, PubStatus]:
    """The pubStatus that variants get, by id. A variant that is not named shares the story's fate, unless it is killed already."""
    wanted = {key: status for key, own in door.statuses.items() if own is not PubStatus.CANCELED or status is own}
    for key, fate in fates.items():
        own = FATES[fate]
        if own is None:
            wanted.pop(key, None)
        else:
            wanted[key] = own
    return wanted


async def _publish(
    session: AsyncSession, door: Door, changes: Statuses, kind: ReleaseKind, told: Told, change: Change
) -> Outcome:
    assert door.live is not None
    statuses = moved(door, changes, "others")
    made = NewVersion(
        kind=severest(statuses, door.statuses, kind),
        frozen=door.document,
        statuses=statuses,
        about=None if len(changes) == len(statuses) else sorted(changes),
        schedule=door.live[0],
        by=change.by,
        reason=told.reason,
    )
    also = {NoticeKind.UPDATE: [*changes]} if kind is ReleaseKind.REINSTATE else {}
    return await carry_out(session, door, made, told, change, also)


def _uri(door: Door, key: str) -> str:
    return str(next(part["uri"] for part in door.document["variants"] if part["id"] == key))
