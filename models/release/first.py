"""Letting variants out: the first ones of a story, or further ones."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject
from models.change import Change
from models.desk.checklist import require_ready
from models.errors import BadInput, NotReleasable, WrongState
from models.freeze import Desk, freeze
from models.language import LanguageTag, language_covers
from models.pool.tables import Release, ReleaseKind
from models.release.act import Outcome
from models.release.gate import hold_desk, require_no_second_embargo, require_releasable, write_down
from models.release.publish import Door, NewVersion, open_door, publish, require_revision
from models.story import PubStatus
from models.variant import DeskState, Variant


@dataclass(frozen=True)
class Wanted:
    """Which variants are to be let out: those of some ids, or the approved ones in some languages (RFC 4647 ranges).

    With neither, every approved variant that is not out yet.
    """

    variant_ids: Collection[uuid.UUID] | None = None
    languages: Collection[LanguageTag] | None = None


async def release_story(
    session: AsyncSession,
    story_id: uuid.UUID,
    *,
    by: str,
    now: datetime,
    variant_ids: Collection[uuid.UUID] | None = None,
) -> Release:
    """Lets a story version into the pool, whatever was let out before: new words of released variants, too, without a notice.

    :param by: who releases, for the record.
    :param variant_ids: the variants to release; the others stay as they were released before. None releases every approved one that is
        not taken back.
    :raises NotFound: no such story.
    :raises NotReleasable: something is missing; the message lists all of it.
    """
    door = await open_door(session, story_id, now)
    _require_usable(door)
    desk = await hold_desk(session, door)
    chosen = [
        variant
        for variant in desk.variants
        if (_is_ready(door, variant) if variant_ids is None else variant.id in variant_ids)
    ]
    require_releasable(door, desk, chosen, variant_ids)
    frozen = await frozen_with(session, door, desk, chosen)
    return await _let_out(session, door, desk, chosen, frozen, by)


async def release_variants(
    session: AsyncSession, story_id: uuid.UUID, wanted: Wanted, revision: int | None, change: Change
) -> Outcome:
    """Lets a story's first or further variants out; those that are out stay as they are. Again changes nothing.

    :raises NotFound: no such story.
    :raises RevisionConflict: somebody has saved the story since.
    :raises WrongState: the story is withheld or canceled.
    :raises NotReleasable: the checklist blocks it, or new words of a released variant would go out without a notice.
    """
    if wanted.variant_ids is not None and wanted.languages is not None:
        raise BadInput("give variantIds or languages, not both", field=["languages"])
    door = await open_door(session, story_id, change.at)
    _require_usable(door)
    desk = await hold_desk(session, door)
    chosen = _chosen(door, desk, wanted)
    require_releasable(door, desk, chosen, wanted.variant_ids)
    await require_no_second_embargo(session, door)
    frozen = await frozen_with(session, door, desk, chosen)
    if changed := _changed(door, frozen):
        raise NotReleasable(
            f"{door.story.uri} cannot be released: {', '.join(changed)} would have new words; updateReleased or correctStory"
            " tells partners of them"
        )
    if door.live is not None and all(str(variant.id) in door.statuses for variant in chosen):
        return Outcome(await session.get_one(Release, door.live[0].release_id))
    require_revision(door.story, revision)
    require_ready(desk, [variant.id for variant in chosen], door.at)
    return Outcome(await _let_out(session, door, desk, chosen, frozen, change.by))


def _require_usable(door: Door) -> None:
    status = door.story.pub_status
    if status is PubStatus.WITHHELD:
        raise WrongState(f"{door.story.uri} is withheld; reinstate it before more is released", field=["storyId"])
    if status is PubStatus.CANCELED:
        raise WrongState(f"{door.story.uri} is canceled, and that is final; write a new story", field=["storyId"])


def _is_ready(door: Door, variant: Variant) -> bool:
    """Whether a variant is approved and not taken back."""
    status = door.statuses.get(str(variant.id), PubStatus.USABLE)
    return variant.desk_state is DeskState.APPROVED and status is PubStatus.USABLE


def _chosen(door: Door, desk: Desk, wanted: Wanted) -> list[Variant]:
    """The variants meant; of languages, and of all, those that are not out yet where there are any."""
    if wanted.variant_ids is not None:
        return [variant for variant in desk.variants if variant.id in wanted.variant_ids]
    ready = [
        variant
        for variant in desk.variants
        if _is_ready(door, variant)
        and (
            wanted.languages is None
            or any(language_covers(asked, LanguageTag(variant.language)) for asked in wanted.languages)
        )
    ]
    return [variant for variant in ready if str(variant.id) not in door.statuses] or ready


async def frozen_with(session: AsyncSession, door: Door, desk: Desk, chosen: Sequence[Variant]) -> JsonObject:
    """The document of a story's next version, with the chosen variants as they are on the desk."""
    previous = door.live[1] if door.live else None
    return await freeze(session, desk, chosen, previous=previous, version=door.story.version + 1, now=door.at)


def _changed(door: Door, frozen: JsonObject) -> list[str]:
    """The uris of live variants that a document says anew."""
    if door.live is None:
        return []
    before = {part["id"]: part["version"] for part in door.document["variants"]}
    return [part["uri"] for part in frozen["variants"] if before.get(part["id"], part["version"]) != part["version"]]


async def _let_out(
    session: AsyncSession, door: Door, desk: Desk, chosen: Sequence[Variant], frozen: JsonObject, by: str
) -> Release:
    about = [str(variant.id) for variant in chosen]
    made = NewVersion(
        kind=ReleaseKind.RELEASE,
        frozen=frozen,
        statuses=door.statuses,
        about=None if len(about) == len(frozen["variants"]) else about,
        schedule=door.story,
        by=by,
    )
    release = await publish(session, door, made)
    await write_down(session, desk, chosen, by)
    return release
