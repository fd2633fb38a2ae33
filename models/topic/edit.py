"""Changing topics: added by key, changed by id, and closed. `models.topic.opening` opens them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TypedDict

from sqlmodel.ext.asyncio.session import AsyncSession

from models.catalogue import add_entry, change_entry, hold_entry, need, read_texts
from models.change import Change
from models.errors import EndBeforeStart, WrongState
from models.key import parse_key
from models.topic.table import Topic

NOUN = "topic"


class TopicChanges(TypedDict, total=False):
    """What is to be said of a topic anew; what is left out stays as it is. Without `closes_at` it stays open."""

    names: dict[str, str]
    descriptions: dict[str, str]
    closes_at: datetime | None


async def create_topic(session: AsyncSession, key: str, changes: TopicChanges) -> Topic:
    """Adds a topic that is not open yet. The same again finds the same one.

    :raises KeyTaken: another topic has the key.
    :raises BadInput: a value cannot be right, or names are missing.
    """
    need(changes, NOUN, "names")
    return await add_entry(session, Topic, NOUN, {"key": parse_key(key)}, read_texts(changes))


async def update_topic(session: AsyncSession, topic_id: uuid.UUID, changes: TopicChanges) -> Topic:
    """Says something of a topic anew; a later deadline opens one that has closed again.

    :raises NotFound: no such topic.
    :raises BadInput: a value cannot be right.
    :raises EndBeforeStart: it would close before it was opened.
    """
    topic = await hold_entry(session, Topic, NOUN, topic_id)
    values = read_texts(changes)
    closes_at: datetime | None = values.get("closes_at", topic.closes_at)
    if topic.opened_at is not None and closes_at is not None and closes_at <= topic.opened_at:
        raise EndBeforeStart(
            f"closesAt {closes_at.isoformat()} does not lie after {topic.opened_at.isoformat()}, when it was opened",
            field=["closesAt"],
        )
    return await change_entry(session, topic, values)


async def close_topic(session: AsyncSession, topic_id: uuid.UUID, change: Change) -> Topic:
    """Closes a topic now. Its stories stay as they are; one that has closed already is left as it is.

    :raises NotFound: no such topic.
    :raises WrongState: it was never opened.
    """
    topic = await hold_entry(session, Topic, NOUN, topic_id)
    if topic.opened_at is None:
        raise WrongState(f"the topic {topic.key!r} was never opened; openTopic opens it", field=["id"])
    if topic.closes_at is not None and topic.closes_at <= change.at:
        return topic
    return await change_entry(session, topic, {"closes_at": change.at})
