"""Opens a hot topic in one transaction: the topic, and the stories that hang on it, in the pool at once where they are released."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.base import new_id
from models.catalogue import change_entry, hold_entry, need, read_texts, says
from models.change import Change
from models.document import brand_part
from models.errors import BadInput, KeyTaken, NotFound, WrongState
from models.event import Event, EventAudience, EventKind
from models.key import add_with_key, parse_key
from models.pool.tables import PoolStory
from models.release import hold_door, rerelease_metadata
from models.story import PubStatus, Story
from models.topic.edit import NOUN, TopicChanges
from models.topic.table import Topic

MOST_STORIES = 200
"""Stories that one call hangs on a topic."""


@dataclass(frozen=True)
class HungStory:
    """A story that hangs on the topic.

    :param former: the key of the topic that it hung on before; None where it hung on none.
    :param version: its new version in the pool; None where it was not released anew: it is on the desk alone, or said so already.
    """

    story: Story
    former: str | None
    version: int | None


@dataclass(frozen=True)
class OpenedTopic:
    """An open topic, and the stories that were named."""

    topic: Topic
    stories: tuple[HungStory, ...]


async def open_topic(
    session: AsyncSession, key: str, changes: TopicChanges, story_ids: Sequence[uuid.UUID], change: Change
) -> OpenedTopic:
    """Opens a topic and hangs stories on it.

    Released stories are released anew over the same variants, the topic said of them and nothing else; others get it on the desk. The same
    again changes nothing; the same with further stories hangs those on it, too. A topic that is there, but was never opened, is opened.

    :raises KeyTaken: another topic with the key was opened.
    :raises NotFound: one of the stories is not there.
    :raises WrongState: one of the stories is withheld or canceled.
    :raises BadInput: a value cannot be right, names are missing, or there are too many stories.
    """
    if len(story_ids) > MOST_STORIES:
        raise BadInput(f"storyIds holds {len(story_ids)} ids; at most {MOST_STORIES} are taken", field=["storyIds"])
    topic = await _open(session, parse_key(key), read_texts(changes), change)
    await hold_door(session)
    stories = await _stories(session, story_ids)
    return OpenedTopic(topic, tuple([await _hang(session, story, topic, change) for story in stories]))


async def _open(session: AsyncSession, key: str, values: dict[str, Any], change: Change) -> Topic:
    known = (await session.exec(select(Topic).where(Topic.key == key))).first()
    if known is None:
        need(values, NOUN, "names")
        _refuse_past(values, change)
        row = Topic(id=new_id(), key=key, opened_at=change.at, **values)
        known, is_new = await add_with_key(session, row)
        if is_new:
            return _announced(session, known, change)
    topic = await hold_entry(session, Topic, NOUN, known.id)
    if topic.opened_at is None:
        _refuse_past(values, change)
        return _announced(session, await change_entry(session, topic, {**values, "opened_at": change.at}), change)
    if not says(topic, values):
        raise KeyTaken(
            f"the topic {key!r} was opened already, and says something else; change it with saveTopic, or give another key",
            field=["key"],
        )
    return topic


def _refuse_past(values: dict[str, Any], change: Change) -> None:
    closes_at = values.get("closes_at")
    if closes_at is not None and closes_at <= change.at:
        raise BadInput(f"closesAt {closes_at.isoformat()} has passed; give a moment to come", field=["closesAt"])


def _announced(session: AsyncSession, topic: Topic, change: Change) -> Topic:
    event.append(
        session,
        Event(
            kind=EventKind.TOPIC_OPENED,
            at=change.at,
            audience=EventAudience.PARTNER,
            subject_id=str(topic.id),
            scope={"topic": topic.key},
        ),
    )
    return topic


async def _stories(session: AsyncSession, story_ids: Sequence[uuid.UUID]) -> list[Story]:
    """The stories, held until the commit, in the order in which they were named."""
    held = select(Story).where(col(Story.id).in_(story_ids)).order_by(col(Story.id)).with_for_update(key_share=True)
    found = {story.id: story for story in (await session.exec(held)).all()}
    wanted = list(dict.fromkeys(story_ids))
    if unknown := [str(id) for id in wanted if id not in found]:
        raise NotFound(f"storyIds names {', '.join(unknown[:20])}, which is not there", field=["storyIds"])
    shut = [
        f"{story.uri} is {story.pub_status}" for id in wanted if (story := found[id]).pub_status != PubStatus.USABLE
    ]
    if shut:
        raise WrongState(
            f"{'; '.join(shut[:20])}: only usable stories are hung on a topic; leave it out", field=["storyIds"]
        )
    return [found[id] for id in wanted]


async def _hang(session: AsyncSession, story: Story, topic: Topic, change: Change) -> HungStory:
    former = await session.get(Topic, story.topic_id) if story.topic_id else None
    if story.topic_id != topic.id:
        story.topic_id = topic.id
        story.revision += 1
        story.saved_by = change.by
        story.updated_at = change.at
        session.add(story)
        await session.flush()
    if await session.get(PoolStory, story.id) is None:
        return HungStory(story, former.key if former else None, None)
    release = await rerelease_metadata(session, story.id, {"topic": brand_part(topic)}, by=change.by, now=change.at)
    return HungStory(story, former.key if former else None, release.version if release else None)
