"""What the acts of the release door share: fates of variants, notices, and finding an act again that is repeated."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject
from models.change import Change
from models.document import decode
from models.errors import NotFound, WrongState
from models.event import EventKind
from models.notice.issue import NewNotice, issue_notice
from models.notice.table import Notice, NoticeKind
from models.pool.tables import Document, Release, ReleaseKind
from models.release.deletion import owe_deletion
from models.release.publish import Door, NewVersion, Statuses, publish
from models.release.status import STATUS_MOVES, move
from models.release.words import require_free_of
from models.story import PubStatus

_OLD_VERSIONS = 50
"""So many former versions of a story are looked at for words that a notice must not repeat."""
_SEVERITY = (ReleaseKind.CANCEL, ReleaseKind.WITHHOLD, ReleaseKind.REINSTATE, ReleaseKind.RELEASE)


class Fate(StrEnum):
    """What becomes of a variant when another is corrected or taken back."""

    KEEP = "KEEP"
    """It stays as it is."""
    WITHHOLD = "WITHHOLD"
    """It is withheld."""
    CANCEL = "CANCEL"
    """It is killed."""


FATES: dict[Fate, PubStatus | None] = {
    Fate.KEEP: None,
    Fate.WITHHOLD: PubStatus.WITHHELD,
    Fate.CANCEL: PubStatus.CANCELED,
}
"""The pubStatus that each fate gives; None where it gives none."""


@dataclass(frozen=True)
class Outcome:
    """What an act gave: the story's version, and what partners were told of it, the most serious first."""

    release: Release
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Told:
    """What is said of an act: to partners per language, and for the record."""

    texts: Mapping[str, str]
    reason: str | None = None


def require_released(door: Door) -> None:
    """Refuses what can be done to released stories only.

    :raises WrongState: the story was never released.
    """
    if door.live is None:
        raise WrongState(f"{door.story.uri} was never released; release it first", field=["storyId"])


def uri_of(door: Door, variant_id: str) -> str:
    """The uri of a live variant."""
    return str(next(part["uri"] for part in door.document["variants"] if part["id"] == variant_id))


def live_ids(door: Door, variant_ids: Collection[uuid.UUID], *field: str) -> list[str]:
    """Variants that are named, as ids in the document.

    :raises NotFound: one of them is not among the released variants of the story.
    """
    known = door.statuses
    wanted = [str(variant_id) for variant_id in variant_ids]
    if unknown := sorted(set(wanted) - known.keys()):
        raise NotFound(f"{door.story.uri} has no released variant {unknown[0]}", field=field)
    return wanted


def moved(door: Door, wanted: Mapping[str, PubStatus], *field: str) -> dict[str, PubStatus]:
    """The pubStatus of every live variant once some of them are moved. One that is there already stays.

    :raises WrongState: one of the moves is not allowed.
    """
    statuses = door.statuses
    for key, status in wanted.items():
        if statuses[key] is not status:
            move(uri_of(door, key), statuses[key], status, *field)
    return statuses | dict(wanted)


async def find_again(
    session: AsyncSession,
    door: Door,
    change: Change,
    kind: NoticeKind,
    told: Told,
    goal: Statuses,
    *,
    about: Collection[str] = (),
) -> Outcome | None:
    """The same act, where it was the last that the story saw: by the same client, in the same words, and what it wanted is so.

    :param goal: the pubStatus that it gives to variants.
    :param about: the variants that it is about, where it names them.
    """
    assert door.live is not None
    statuses = door.statuses
    if any(statuses[key] is not status for key, status in goal.items()):
        return None
    release = await session.get_one(Release, door.live[0].release_id)
    if release.by != change.by or release.reason != told.reason:
        return None
    if release.variant_ids is not None and not set(about) <= set(release.variant_ids):
        return None
    issued = await notices_of(session, release)
    same = any(notice.kind is kind for notice in issued) and all(notice.texts == dict(told.texts) for notice in issued)
    return Outcome(release, tuple(issued)) if same else None


async def notices_of(session: AsyncSession, release: Release) -> list[Notice]:
    """What was issued with a version, the most serious first."""
    serious = (NoticeKind.KILL, NoticeKind.WITHHOLD, NoticeKind.CORRECTION, NoticeKind.UPDATE, NoticeKind.ADVISORY)
    found = (await session.exec(select(Notice).where(Notice.release_id == release.id, ~col(Notice.drill)))).all()
    return sorted(found, key=lambda notice: serious.index(notice.kind))


async def carry_out(
    session: AsyncSession,
    door: Door,
    made: NewVersion,
    told: Told,
    change: Change,
    also: Mapping[NoticeKind, Sequence[str]],
) -> Outcome:
    """Publishes a version and tells of it: one notice for what is killed, one for what is withheld, and `also`.

    :param also: further notices, with the variants that they concern.
    :raises BadInput: the texts repeat what is taken back.
    """
    concerned: dict[NoticeKind, list[str]] = {}
    before = door.statuses
    for key, status in made.statuses.items():
        found = STATUS_MOVES.get((before.get(key, status), status))
        if found is not None and found.event is not EventKind.STORY_REINSTATED:
            concerned.setdefault(found.notice, []).append(key)
    taken_back = {key for keys in concerned.values() for key in keys}
    require_free_of(told.texts, await _said(session, door, taken_back))
    release = await publish(session, door, made)
    everything = set(before) | {part["id"] for part in made.frozen["variants"]}
    issued = []
    for kind in (NoticeKind.KILL, NoticeKind.WITHHOLD, NoticeKind.CORRECTION, NoticeKind.UPDATE):
        keys = concerned.get(kind, []) + list(also.get(kind, ()))
        if not keys:
            continue
        ids = [] if set(keys) == everything else [uuid.UUID(key) for key in sorted(keys)]
        given = NewNotice(kind, door.story.id, release, ids, dict(told.texts), told.reason)
        notice = await issue_notice(session, given, change)
        issued.append(notice)
        if kind is NoticeKind.KILL:
            await owe_deletion(session, door.story.id, [uuid.UUID(key) for key in keys], notice, change)
    return Outcome(release, tuple(issued))


def severest(statuses: Statuses, before: Statuses, otherwise: ReleaseKind) -> ReleaseKind:
    """The kind of a version that does several things at once."""
    kinds = {otherwise}
    for key, status in statuses.items():
        found = STATUS_MOVES.get((before.get(key, status), status))
        if found is not None:
            kinds.add(found.release)
    return min(kinds, key=_SEVERITY.index)


async def _said(session: AsyncSession, door: Door, keys: Collection[str]) -> list[JsonObject]:
    """What some variants say, and said in former versions."""
    if not keys:
        return []
    statement = (
        select(Document.content)
        .join(Release, col(Release.id) == Document.release_id)
        .where(Release.story_id == door.story.id)
        .order_by(col(Release.version).desc())
        .limit(_OLD_VERSIONS)
    )
    found: dict[tuple[str, int], JsonObject] = {}
    for content in (await session.exec(statement)).all():
        for part in decode(content)["variants"]:
            if part["id"] in keys:
                found.setdefault((part["id"], part["version"]), part)
    return list(found.values())
