"""Replacing what was released: updates and corrections, with what partners are told of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel.ext.asyncio.session import AsyncSession

from models.change import Change
from models.errors import BadInput, WrongState
from models.notice.table import NoticeKind
from models.pool.tables import ReleaseKind
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
    uri_of,
)
from models.release.first import frozen_with
from models.release.gate import hold_desk, require_no_second_embargo, require_releasable, write_down
from models.release.publish import Door, NewVersion, open_door, require_revision
from models.release.words import notice_texts
from models.story import PubStatus


@dataclass(frozen=True)
class Revision:
    """What replaces the words of released variants.

    :param variant_ids: the variants whose words on the desk are released.
    :param texts: what partners are told, per language.
    :param others: what becomes of other released variants, by id; those left out stay as they are.
    :param revision: the one of the story that was looked at.
    """

    variant_ids: Sequence[uuid.UUID]
    texts: Mapping[str, str]
    others: Mapping[uuid.UUID, Fate] = field(default_factory=dict)
    revision: int | None = None


async def update_released(session: AsyncSession, story_id: uuid.UUID, given: Revision, change: Change) -> Outcome:
    """Releases the new words of variants that are out, and tells partners that there is a newer version.

    :raises NotFound: no such story, or no such variant in it that was released.
    :raises RevisionConflict: somebody has saved the story since.
    :raises WrongState: never released, canceled, or nothing has changed.
    :raises NotReleasable: something is missing.
    :raises BadInput: no variants, or a text that is empty or too long.
    """
    return await _revise(session, story_id, given, change, NoticeKind.UPDATE, notice_texts(given.texts, least=0))


async def correct_story(session: AsyncSession, story_id: uuid.UUID, given: Revision, change: Change) -> Outcome:
    """Releases corrected words, tells partners what was wrong, and decides what becomes of the other variants.

    :raises NotFound: no such story, or no such variant in it that was released.
    :raises RevisionConflict: somebody has saved the story since.
    :raises WrongState: never released, canceled, or nothing has changed.
    :raises NotReleasable: something is missing.
    :raises BadInput: no variants, no text, or one that repeats what is taken back besides.
    """
    return await _revise(session, story_id, given, change, NoticeKind.CORRECTION, notice_texts(given.texts))


async def _revise(
    session: AsyncSession, story_id: uuid.UUID, given: Revision, change: Change, kind: NoticeKind, texts: dict[str, str]
) -> Outcome:
    if not given.variant_ids:
        raise BadInput("variantIds is empty; name the variants whose words are released", field=["variantIds"])
    door = await open_door(session, story_id, change.at)
    require_released(door)
    named = live_ids(door, given.variant_ids, "variantIds")
    fates = _fates(door, given, named)
    told = Told(texts)
    again = await find_again(session, door, change, kind, told, fates, about=[*named, *fates])
    desk = await hold_desk(session, door)
    chosen = [variant for variant in desk.variants if variant.id in given.variant_ids]
    before = {part["id"]: part["version"] for part in door.document["variants"]}
    _require_not_canceled(door, named)
    require_releasable(door, desk, chosen, given.variant_ids)
    await require_no_second_embargo(session, door)
    frozen = await frozen_with(session, door, desk, chosen)
    changed = [part["id"] for part in frozen["variants"] if part["version"] != before.get(part["id"])]
    if not changed:
        if again is not None:
            return again
        raise WrongState(
            f"nothing of {door.story.uri} has changed since version {door.story.version}; save what is to be said instead",
            field=["variantIds"],
        )
    require_revision(door.story, given.revision)
    statuses = moved(door, fates, "others")
    about = sorted({*named, *fates})
    made = NewVersion(
        kind=severest(statuses, door.statuses, ReleaseKind.RELEASE),
        frozen=frozen,
        statuses=statuses,
        about=None if len(about) == len(statuses) else about,
        schedule=door.story,
        by=change.by,
    )
    outcome = await carry_out(session, door, made, told, change, {kind: named})
    await write_down(session, desk, chosen, change.by)
    return outcome


def _fates(door: Door, given: Revision, named: Sequence[str]) -> dict[str, PubStatus]:
    """The pubStatus that other variants get, by id; those that stay are left out."""
    live_ids(door, given.others.keys(), "others")
    if both := sorted({str(key) for key in given.others} & set(named)):
        raise BadInput(f"{uri_of(door, both[0])} is in variantIds and in others; name it once", field=["others"])
    found = {str(key): FATES[fate] for key, fate in given.others.items()}
    return {key: status for key, status in found.items() if status is not None}


def _require_not_canceled(door: Door, named: Sequence[str]) -> None:
    for key in named:
        if door.statuses[key] is PubStatus.CANCELED:
            raise WrongState(f"{uri_of(door, key)} is canceled, and that is final", field=["variantIds"])
