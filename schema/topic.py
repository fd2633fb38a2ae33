"""Topics: what is hot, and has stories hung on it while it is."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.base import JsonObject
from models.language import wording
from models.paging import decode_cursor, page_request
from models.topic import Topic as TopicRow
from models.topic.edit import TopicChanges, close_topic, create_topic, update_topic
from models.topic.opening import HungStory, OpenedTopic, open_topic
from models.topic.reading import find_topic, find_topics
from schema.argument import After, Before, First, InLanguage, Last
from schema.change import LEFT_OUT, Payload, attempt, change_by, given_fields, saved_by_key
from schema.context import Context
from schema.identifier import global_id, uuid_of
from schema.node import Connection, Node
from schema.text import Text, TextInput, all_texts, texts_by_language

_LIST = "topics"


@strawberry.type(description="A hot topic that stories are hung on while it is hot.")
class Topic(Node):
    key: str = strawberry.field(description="The topic's key, as filters take it.")
    topic_id: strawberry.Private[uuid.UUID]
    all_names: strawberry.Private[dict[str, str]]
    all_descriptions: strawberry.Private[dict[str, str]]
    row: strawberry.Private[TopicRow | None] = None

    @strawberry.field(description="The topic's name.")
    def name(self, language: InLanguage = None) -> str | None:
        return wording(self.all_names, language or "en")

    @strawberry.field(description="What the topic is about.")
    def description(self, language: InLanguage = None) -> str | None:
        return wording(self.all_descriptions, language or "en")

    @strawberry.field(description="The topic's name in every language.")
    def names(self) -> list[Text]:
        return all_texts(self.all_names)

    @strawberry.field(description="What the topic is about, in every language.")
    def descriptions(self) -> list[Text]:
        return all_texts(self.all_descriptions)

    @strawberry.field(description="When it was opened; null where it has not been.")
    async def opened_at(self, info: Info[Context, None]) -> datetime | None:
        row = await self._now(info.context)
        return row.opened_at if row else None

    @strawberry.field(
        description="Its deadline, from which on it is no longer open; null where none is set. Its stories stay."
    )
    async def closes_at(self, info: Info[Context, None]) -> datetime | None:
        row = await self._now(info.context)
        return row.closes_at if row else None

    async def _now(self, context: Context) -> TopicRow | None:
        """The topic as it is now: a document does not say when it is open, for that may change."""
        if self.row is None:
            async with context.database.read() as session:
                self.row = await session.get(TopicRow, self.topic_id)
        return self.row

    @classmethod
    def of_part(cls, part: JsonObject) -> Topic:
        """A topic out of a document."""
        return cls(
            id=global_id("Topic", part["id"]),
            key=part["key"],
            topic_id=uuid.UUID(part["id"]),
            all_names=part["names"],
            all_descriptions=part["descriptions"],
        )

    @classmethod
    def of(cls, row: TopicRow) -> Topic:
        return cls(
            id=global_id("Topic", row.id),
            key=row.key,
            topic_id=row.id,
            all_names=row.names,
            all_descriptions=row.descriptions,
            row=row,
        )


@strawberry.input(name="TopicFilter", description="What topics must meet.")
class TopicFilterInput:
    open: bool | None = strawberry.field(
        default=None,
        description="Only those that are open now, or only those that are not. Partners see open ones only.",
    )


class _TopicTexts:
    """What inputs of topics share: their texts and their deadline."""

    def changes(self) -> TopicChanges:
        """What is to be said anew."""
        given = given_fields(self, nullable=("closes_at",), without=("id", "key", "story_ids"))
        for name in ("names", "descriptions"):
            if name in given:
                given[name] = texts_by_language(given[name], name)
        changes: TopicChanges = given  # type: ignore[assignment]  # the inputs have the same fields
        return changes


@strawberry.input(
    description="A topic to prepare, or, with its id, what to say of one anew. What is left out stays as it is."
)
class SaveTopicInput(_TopicTexts):
    id: strawberry.ID | None = strawberry.field(default=None, description="The topic to change; absent for a new one.")
    key: str | None = strawberry.field(
        default=None, description="The key of a new topic: a-z, 0-9, colon, dot and hyphen. It never changes."
    )
    names: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT, description="Its name in every language. A new one needs it."
    )
    descriptions: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT, description="What it is about, in every language."
    )
    closes_at: datetime | None = strawberry.field(
        default=LEFT_OUT, description="Its deadline; a later one opens a topic again that has closed. Null: none."
    )


@strawberry.input(description="A topic to open, and the stories to hang on it.")
class OpenTopicInput(_TopicTexts):
    key: str = strawberry.field(description="Its key: a-z, 0-9, colon, dot and hyphen. It never changes.")
    names: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT, description="Its name in every language. One that was not saved before needs it."
    )
    descriptions: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT, description="What it is about, in every language."
    )
    closes_at: datetime | None = strawberry.field(
        default=LEFT_OUT, description="Its deadline, from which on it is no longer open; absent or null: none."
    )
    story_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list, description="The stories to hang on it, up to 200. A story hangs on one topic at a time."
    )


@strawberry.input(description="A topic to close.")
class CloseTopicInput:
    topic_id: strawberry.ID = strawberry.field(description="The topic.")


@strawberry.type(description="What saving or closing a topic gave.")
class TopicPayload(Payload):
    topic: Topic | None = strawberry.field(description="The topic; null where it was refused.")


@strawberry.type(description="A story that hangs on the topic now.")
class HungStoryResult:
    story_id: strawberry.ID = strawberry.field(description="The story.")
    uri: str = strawberry.field(description="Its URI.")
    former_topic: str | None = strawberry.field(
        description="The key of the topic that it hung on before, which may be this one; null where it hung on none."
    )
    version: int | None = strawberry.field(
        description="Its new version in the pool; null where it lies on the desk alone, or the pool says so already."
    )

    @classmethod
    def of(cls, hung: HungStory) -> HungStoryResult:
        return cls(
            story_id=global_id("Story", hung.story.id),
            uri=hung.story.uri,
            former_topic=hung.former,
            version=hung.version,
        )


@strawberry.type(description="What opening a topic gave.")
class OpenTopicPayload(Payload):
    topic: Topic | None = strawberry.field(description="The topic; null where it was refused.")
    stories: list[HungStoryResult] = strawberry.field(description="The stories that were named, in that order.")


async def save_topic(
    info: Info[Context, None],
    input: Annotated[SaveTopicInput, strawberry.argument(description="The topic.")],
) -> TopicPayload | None:
    """Adds or changes a topic in one write transaction."""
    row, refusals = await attempt(saved_by_key(info.context, "saveTopic", input, "Topic", create_topic, update_topic))
    return TopicPayload(topic=Topic.of(row) if row else None, user_errors=refusals)


async def open_hot_topic(
    info: Info[Context, None],
    input: Annotated[OpenTopicInput, strawberry.argument(description="The topic and its stories.")],
) -> OpenTopicPayload | None:
    """Opens a topic with its stories in one write transaction."""

    async def opened() -> OpenedTopic:
        changes, stories = input.changes(), [uuid_of(id, "Story") for id in input.story_ids]
        async with info.context.write("openTopic", input) as session:
            return await open_topic(session, input.key, changes, stories, change_by(info.context))

    done, refusals = await attempt(opened())
    if done is None:
        return OpenTopicPayload(topic=None, stories=[], user_errors=refusals)
    hung = [HungStoryResult.of(story) for story in done.stories]
    return OpenTopicPayload(topic=Topic.of(done.topic), stories=hung, user_errors=refusals)


async def close_hot_topic(
    info: Info[Context, None],
    input: Annotated[CloseTopicInput, strawberry.argument(description="The topic.")],
) -> TopicPayload | None:
    """Closes a topic in one write transaction."""

    async def closed() -> TopicRow:
        topic_id = uuid_of(input.topic_id, "Topic")
        async with info.context.write("closeTopic", input) as session:
            return await close_topic(session, topic_id, change_by(info.context))

    row, refusals = await attempt(closed())
    return TopicPayload(topic=Topic.of(row) if row else None, user_errors=refusals)


async def list_topics(
    info: Info[Context, None],
    filter: Annotated[TopicFilterInput | None, strawberry.argument(description="What they must meet.")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[Topic] | None:
    """A page of topics, by their keys."""
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (str,)))
    viewer = await info.context.viewer()
    async with info.context.database.read() as session:
        page = await find_topics(session, request, viewer, is_open=filter.open if filter else None)
    return Connection[Topic].of(page, _LIST, Topic.of)


async def one_topic(context: Context, topic_id: uuid.UUID) -> Topic:
    """A topic by its id.

    :raises NotFound: none, or one that the actor's partner does not see: closed, not opened yet, or not covered.
    """
    viewer = await context.viewer()
    async with context.database.read() as session:
        return Topic.of(await find_topic(session, topic_id, viewer))
