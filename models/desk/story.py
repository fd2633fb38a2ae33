"""Begins stories on the desk, and says things of them anew."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import new_id
from models.change import Change
from models.contributor import ContributorRole
from models.desk.conflict import revision_conflict
from models.desk.filing import FILED_PARTS, parse_filing, read_filings, refuse_unknown, save_filing
from models.desk.hold import hold_story
from models.desk.moves import refuse_canceled
from models.desk.words import readable
from models.errors import BadInput, EndBeforeStart, KeyTaken, NotFound, WrongState
from models.key import add_with_key
from models.series import Series
from models.story import Story
from models.terms import Terms
from models.topic import Topic

LONGEST_SLUGLINE = 128
_SCHEDULE = ("embargoedUntil", "expires")
_COLUMNS = {
    "slugline": "slugline",
    "urgency": "urgency",
    "contentCreated": "content_created",
    "embargoedUntil": "embargoed_until",
    "expires": "expires",
    "termsId": "terms_id",
}
"""Of the fields that a row says as they are given: under which name."""


class StoryChanges(TypedDict, total=False):
    """What is to be said of a story anew; what is left out stays as it is.

    Series, topic, organisations and contributors are named by their keys, all else that a story is filed under by its code.
    """

    slugline: str | None
    urgency: int | None
    content_created: datetime | None
    embargoed_until: datetime | None
    expires: datetime | None
    series: str | None
    topic: str | None
    genres: Sequence[str]
    subjects: Sequence[str]
    places: Sequence[str]
    people: Sequence[str]
    organisations: Sequence[tuple[str, bool]]
    contributors: Sequence[tuple[str, ContributorRole]]
    terms_id: uuid.UUID | None


async def create_story(session: AsyncSession, uri: str, changes: StoryChanges, change: Change) -> Story:
    """Begins a story. The same again finds the same one.

    :param uri: as `models.desk.rules` makes or reads it.
    :raises KeyTaken: another story has the URI.
    :raises NotFound: something that it names is not there.
    :raises BadInput: a value cannot be right.
    """
    wanted = _read(changes)
    row = Story(id=new_id(), uri=uri, saved_by=change.by, created_at=change.at, updated_at=change.at)
    _refuse_period(row, wanted)
    await _set(session, row, wanted, wanted)
    story, is_new = await add_with_key(session, row, "uri")
    parts = _parts(wanted)
    if is_new:
        await save_filing(session, story.id, parts, write=parts)
    else:
        theirs = await story_says(session, story)
        if different := [name for name in wanted if wanted[name] != theirs[name]]:
            raise KeyTaken(
                f"there is a story {uri} already, with another {', '.join(different)}; change it by updateStory, or take another slug",
                field=["uri"],
            )
    return story


async def update_story(
    session: AsyncSession, story_id: uuid.UUID, changes: StoryChanges, change: Change, *, revision: int
) -> Story:
    """Says something of a story anew. The same again changes nothing, whatever revision it was read in.

    :param revision: in which the story was read.
    :raises NotFound: no such story, or something that it names is not there.
    :raises RevisionConflict: it was saved in between.
    :raises WrongState: it was killed; or it was released, and its embargo or expiry would be changed.
    :raises BadInput: a value cannot be right.
    """
    story = await hold_story(session, story_id)
    wanted = _read(changes)
    theirs = await story_says(session, story)
    different = [name for name in wanted if wanted[name] != theirs[name]]
    if not different:
        return story
    if revision != story.revision:
        raise revision_conflict(revision, story, different, base=None, yours=wanted, theirs=theirs)
    refuse_canceled(story)
    if story.version > 0 and (moved := [name for name in different if name in _SCHEDULE]):
        raise WrongState(
            f"{story.uri} was released: its {' and '.join(moved)} is changed by rescheduleStory", field=[moved[0]]
        )
    _refuse_period(story, wanted)
    await _set(session, story, wanted, different)
    await save_filing(session, story.id, _parts(wanted), write=different)
    story.revision += 1
    story.saved_by = change.by
    story.updated_at = change.at
    session.add(story)
    await session.flush()
    return story


async def story_says(session: AsyncSession, story: Story) -> dict[str, Any]:
    """What a story says now, under the names of the input."""
    series = await session.get(Series, story.series_id) if story.series_id else None
    topic = await session.get(Topic, story.topic_id) if story.topic_id else None
    filing = (await read_filings(session, [story.id]))[story.id]
    return {
        **{name: getattr(story, column) for name, column in _COLUMNS.items()},
        "series": series.key if series else None,
        "topic": topic.key if topic else None,
        **{part: getattr(filing, part) for part in FILED_PARTS},
    }


def _read(changes: StoryChanges) -> dict[str, Any]:
    """What is wanted, under the names of the input."""
    given: dict[str, Any] = dict(changes)
    read: dict[str, Any] = parse_filing(given)
    read |= {name: given[name] for name in ("series", "topic") if name in given}
    read |= {name: given[column] for name, column in _COLUMNS.items() if column in given}
    if read.get("slugline") is not None:
        read["slugline"] = readable(read["slugline"], "slugline").strip() or None
    if len(read.get("slugline") or "") > LONGEST_SLUGLINE:
        raise BadInput(
            f"slugline has {len(read['slugline'])} characters; at most {LONGEST_SLUGLINE} are possible",
            field=["slugline"],
        )
    for name in ("series", "topic"):
        readable(read.get(name) or "", name)
    urgency = read.get("urgency")
    if urgency is not None and not 1 <= urgency <= 9:
        raise BadInput(f"urgency is {urgency}; give 1, the most urgent, to 9", field=["urgency"])
    return read


def _parts(wanted: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {part: wanted[part] for part in FILED_PARTS if part in wanted}


def _refuse_period(story: Story, wanted: Mapping[str, Any]) -> None:
    embargoed_until = wanted.get("embargoedUntil", story.embargoed_until)
    expires = wanted.get("expires", story.expires)
    if embargoed_until is not None and expires is not None and expires <= embargoed_until:
        raise EndBeforeStart(
            f"it would expire at {expires.isoformat()}, not after its embargo lifts at {embargoed_until.isoformat()}",
            field=["expires"],
        )


async def _set(
    session: AsyncSession, story: Story, wanted: Mapping[str, Any], names: Sequence[str] | Mapping[str, Any]
) -> None:
    """Sets the columns of a row.

    :raises NotFound: the series, the topic or the terms are not there.
    """
    for name in names:
        value = wanted[name]
        if name == "series":
            story.series_id = await _brand(session, Series, name, value)
        elif name == "topic":
            story.topic_id = await _brand(session, Topic, name, value)
        elif name in _COLUMNS:
            if name == "termsId" and value is not None and await session.get(Terms, value) is None:
                raise NotFound(f"there are no terms {value}", field=[name])
            setattr(story, _COLUMNS[name], value)


async def _brand(
    session: AsyncSession, table: type[Series] | type[Topic], name: str, key: str | None
) -> uuid.UUID | None:
    if key is None:
        return None
    found = (await session.exec(select(table.id).where(table.key == key))).first()
    if found is None:
        refuse_unknown(name, [key])
    return found
