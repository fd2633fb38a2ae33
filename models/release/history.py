"""What there has been of a story, for staff: its versions, what differs between them, and who received which."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject
from models.document import decode
from models.errors import BadInput, NotFound
from models.notice.exposure import first_readings
from models.notice.history_reading import read_kept
from models.notice.table import Notice, NoticeRecipient
from models.paging import Page, PageRequest, cut_page
from models.pickup.table import Pickup
from models.pool.reading import SeenStory, see
from models.pool.rights import RightsBook
from models.pool.tables import Document, PoolStory, Release
from models.scope import Scope
from models.terms import load_policies
from models.viewer import Viewer

_CODES = ("genres", "subjects", "places", "people")
_PLAIN = ("slugline", "urgency", "contentCreated", "demonstration", "terms")
_SAID = ("headline", "description", "bodyText", "by", "located", "label", "terms", "translationMethod")


class ReceiptBasis(StrEnum):
    """How a partner came by a version."""

    READABLE = "READABLE"
    """A body of it was open to the partner."""
    PICKED_UP = "PICKED_UP"
    """The partner took a variant of it."""
    NOTIFIED = "NOTIFIED"
    """A notice was issued to the partner with it."""


@dataclass(frozen=True)
class StoryVersion:
    """A version with what it says.

    :param story: as it was then; None where its content is not shown to the viewer any more.
    :param notices: what was issued with it.
    """

    release: Release
    story: SeenStory | None
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class Recipient:
    """A partner that came by a version: how, and when first."""

    partner_id: uuid.UUID
    basis: ReceiptBasis
    at: datetime


@dataclass(frozen=True)
class FieldDifference:
    """What a field says in two versions. None: nothing, or the variant was not there.

    :param variant: the part of the document; None for what is said of the story itself.
    """

    variant: JsonObject | None
    field: str
    before: str | None
    after: str | None


async def find_versions(
    session: AsyncSession, story_id: uuid.UUID, request: PageRequest, viewer: Viewer, book: RightsBook
) -> Page[StoryVersion]:
    """A page of a story's versions, the newest first.

    :raises NotFound: the story was never released.
    """
    live = await _live(session, story_id)
    statement = select(Release).where(Release.story_id == story_id)
    if request.after is not None:
        statement = statement.where(col(Release.version) < int(request.after[0]))
    if request.before is not None:
        statement = statement.where(col(Release.version) > int(request.before[0]))
    order = col(Release.version).asc() if request.backward else col(Release.version).desc()
    rows = (await session.exec(statement.order_by(order).limit(request.size + 1))).all()
    page = cut_page(rows, lambda row: (row.version,), request)
    versions = await _with_content(session, live, page.items, viewer, book)
    return Page(versions, page.keys, page.has_next, page.has_previous)


async def find_version(session: AsyncSession, release_id: int, viewer: Viewer, book: RightsBook) -> StoryVersion:
    """One version by the number of its release; for who may write stories.

    :raises NotFound: there is none.
    """
    release = await session.get(Release, release_id) if viewer.actor.has(Scope.STORY_WRITE) else None
    if release is None:
        raise NotFound("there is no such version")
    live = await _live(session, release.story_id)
    return (await _with_content(session, live, [release], viewer, book))[0]


async def difference(
    session: AsyncSession, story_id: uuid.UUID, before: int, after: int, viewer: Viewer, book: RightsBook
) -> list[FieldDifference]:
    """What differs between two versions of a story, as far as the content of each variant is shown to the viewer.

    :raises NotFound: the story was never released, or has no such version.
    """
    live = await _live(session, story_id)
    found = select(Release).where(Release.story_id == story_id, col(Release.version).in_([before, after]))
    by_version = {release.version: release for release in (await session.exec(found)).all()}
    for name, version in (("from", before), ("to", after)):
        if version not in by_version:
            raise NotFound(f"the story has no version {version}", field=[name])
    if before > after:
        raise BadInput(f"from {before} is newer than to {after}; name the older version first", field=["from"])
    pair = [by_version[before], by_version[after]]
    one, other = [version.story for version in await _with_content(session, live, pair, viewer, book)]
    return [] if one is None or other is None else compare(one, other)


def compare(one: SeenStory, other: SeenStory) -> list[FieldDifference]:
    """What differs between two versions as they are seen. Pure."""
    said = [_story_says(story.document["story"]) for story in (one, other)]
    found = [FieldDifference(None, *change) for change in _changes(*said)]
    parts = [{variant.part["id"]: variant.part for variant in story.variants} for story in (one, other)]
    for key in dict.fromkeys([*parts[0], *parts[1]]):
        old, new = parts[0].get(key), parts[1].get(key)
        known = new or old
        found += [FieldDifference(known, *change) for change in _changes(_variant_says(old), _variant_says(new))]
    return found


async def recipients_of(session: AsyncSession, release: Release, now: datetime) -> list[Recipient]:
    """Who came by a version, by every way that there is, by partner and moment."""
    found: dict[tuple[uuid.UUID, ReceiptBasis], datetime] = {}

    def note(basis: ReceiptBasis, rows: Iterable[tuple[uuid.UUID, datetime]]) -> None:
        for partner_id, at in rows:
            key = partner_id, basis
            found[key] = min(at, found.get(key, at))

    note(ReceiptBasis.READABLE, await _readers(session, release, now))
    taken = select(Pickup.partner_id, Pickup.created_at).where(Pickup.release_id == release.id)
    note(ReceiptBasis.PICKED_UP, (await session.exec(taken)).all())
    told = (
        select(NoticeRecipient.partner_id, Notice.issued_at)
        .join(Notice, col(Notice.id) == NoticeRecipient.notice_id)
        .where(Notice.release_id == release.id)
    )
    note(ReceiptBasis.NOTIFIED, (await session.exec(told)).all())
    rows = [Recipient(partner_id, basis, at) for (partner_id, basis), at in found.items()]
    return sorted(rows, key=lambda row: (row.at, row.partner_id, row.basis))


async def _readers(session: AsyncSession, release: Release, now: datetime) -> list[tuple[uuid.UUID, datetime]]:
    """The partners to which a body was open while this version was the live one."""
    kept = await read_kept(session, release.story_id)
    gone: frozenset[str] = frozenset()
    until = now
    this = None
    for version, made in zip(kept.story, await _releases(session, release.story_id), strict=True):
        if this is not None:
            until = version.at
            break
        gone = (gone | version.taken_back) - version.given_back
        if made == release.id:
            this = replace(version, taken_back=gone, given_back=frozenset())
    assert this is not None, "every version is kept"
    alone = replace(kept, story=[this])
    policies = await load_policies(session, alone.policy_names())
    found = await asyncio.to_thread(lambda: first_readings(alone.history(until), policies))
    return [(partner_id, min(firsts.values())) for partner_id, firsts in found.items()]


async def _releases(session: AsyncSession, story_id: uuid.UUID) -> Sequence[int]:
    statement = select(Release.id).where(Release.story_id == story_id).order_by(col(Release.version))
    return (await session.exec(statement)).all()


async def _live(session: AsyncSession, story_id: uuid.UUID) -> PoolStory:
    live = await session.get(PoolStory, story_id)
    if live is None:
        raise NotFound("there is no such story, or it was never released", field=["storyId"])
    return live


async def _with_content(
    session: AsyncSession, live: PoolStory, releases: Sequence[Release], viewer: Viewer, book: RightsBook
) -> list[StoryVersion]:
    numbers = [release.id for release in releases]
    contents = (await session.exec(select(Document).where(col(Document.release_id).in_(numbers)))).all()
    documents = {row.release_id: decode(row.content) for row in contents}
    issued = (
        await session.exec(select(Notice).where(col(Notice.release_id).in_(numbers)).order_by(col(Notice.id)))
    ).all()
    found = []
    for release in releases:
        seen = await see(session, documents[release.id], live, viewer, book)
        story = None if seen is None or seen.is_stub else replace(seen, version=release.version)
        notices = tuple(notice for notice in issued if notice.release_id == release.id)
        found.append(StoryVersion(release, story, notices))
    return found


def _changes(
    before: Mapping[str, str | None], after: Mapping[str, str | None]
) -> list[tuple[str, str | None, str | None]]:
    names = dict.fromkeys([*before, *after])
    return [(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


def _story_says(story: JsonObject) -> dict[str, str | None]:
    said = {name: _text(story[name]) for name in _PLAIN}
    said |= {name: _text([item["code"] for item in story[name]]) for name in _CODES}
    said |= {name: _text([item["key"] for item in story[name]]) for name in ("organisations",)}
    said |= {name: story[name]["key"] if story[name] else None for name in ("series", "topic")}
    return said | {"contributors": _text([item["id"] for item in story["contributors"]])}


def _variant_says(part: JsonObject | None) -> dict[str, str | None]:
    if part is None:
        return {}
    source = part["translatedFrom"]
    said = {name: _text(part[name]) for name in _SAID}
    return said | {
        "assets": _text(part["assets"]),
        "translatedFrom": f"{source['id']} {source['version']}" if source else None,
    }


def _text(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or None
    return None if value is None or value == "" else str(value)
