"""`createStory` and `updateStory`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from models.contributor import ContributorRole
from models.desk.reading import read_desk_stories
from models.desk.rules import parse_story_uri
from models.desk.story import StoryChanges
from models.desk.story import create_story as create
from models.desk.story import update_story as update
from models.errors import BadInput
from schema.change import LEFT_OUT, Payload, attempt, change_by, given_fields
from schema.context import Context
from schema.desk.story import DeskStory
from schema.identifier import desk_uuid
from schema.terms import read_id

_NULLABLE = ("slugline", "urgency", "content_created", "embargoed_until", "expires", "series", "topic", "terms_id")
_NAMING = ("uri", "slug", "day", "story_id", "revision")


@strawberry.input(description="An organisation that a story is filed under.")
class OrganisationFilingInput:
    key: str = strawberry.field(description="Its key.")
    is_brand: bool = strawberry.field(
        default=False, description="Whether the story tells of that enterprise's brand, for reports by enterprise."
    )


@strawberry.input(description="A contributor whom a story credits.")
class ContributorFilingInput:
    key: str = strawberry.field(description="His or her key.")
    role: ContributorRole = strawberry.field(description="What he or she did.")


@strawberry.input(description="A story to begin. The same again gives the same story. Give `uri`, or `slug`.")
class CreateStoryInput:
    uri: str | None = strawberry.field(
        default=None, description="A NewsML URN, such as urn:newsml:example.org:20261120:drones. It never changes."
    )
    slug: str | None = strawberry.field(
        default=None, description="The last part of a URI that the centre makes: ASCII letters, digits, . _ and -."
    )
    day: datetime | None = strawberry.field(
        default=None,
        description="With `slug`: a moment of the day that the URI names. Give it where you may have to send the same again after "
        "midnight; where absent, it is `contentCreated`, or today.",
    )
    slugline: str | None = strawberry.field(default=LEFT_OUT, description="A short working title.")
    urgency: int | None = strawberry.field(default=LEFT_OUT, description="From 1, most urgent, to 9.")
    content_created: datetime | None = strawberry.field(default=LEFT_OUT, description="When what it tells of happened.")
    embargoed_until: datetime | None = strawberry.field(
        default=LEFT_OUT, description="No use before this moment, of any version."
    )
    expires: datetime | None = strawberry.field(
        default=LEFT_OUT, description="When its editorial relevance ends: after its embargo."
    )
    series: str | None = strawberry.field(default=LEFT_OUT, description="The key of a series.")
    topic: str | None = strawberry.field(default=LEFT_OUT, description="The key of a topic.")
    genres: list[str] | None = strawberry.field(default=LEFT_OUT, description="Codes of genres, in order.")
    subjects: list[str] | None = strawberry.field(default=LEFT_OUT, description="Codes of IPTC Media Topics, in order.")
    places: list[str] | None = strawberry.field(default=LEFT_OUT, description="Codes of places, in order.")
    people: list[str] | None = strawberry.field(default=LEFT_OUT, description="Codes of people, in order.")
    organisations: list[OrganisationFilingInput] | None = strawberry.field(
        default=LEFT_OUT, description="Organisations that it is about, in order."
    )
    contributors: list[ContributorFilingInput] | None = strawberry.field(
        default=LEFT_OUT, description="Who told and shot it."
    )
    terms_id: strawberry.ID | None = strawberry.field(
        default=LEFT_OUT, description="The terms that hold for all that has no terms of its own."
    )


@strawberry.input(description="What to say of a story anew. What is left out stays as it is.")
class UpdateStoryInput:
    story_id: strawberry.ID = strawberry.field(description="The story.")
    revision: int = strawberry.field(description="The revision in which it was read.")
    slugline: str | None = strawberry.field(default=LEFT_OUT, description="A short working title.")
    urgency: int | None = strawberry.field(default=LEFT_OUT, description="From 1, most urgent, to 9.")
    content_created: datetime | None = strawberry.field(default=LEFT_OUT, description="When what it tells of happened.")
    embargoed_until: datetime | None = strawberry.field(
        default=LEFT_OUT,
        description="No use before this moment, of any version. Once it is released, `rescheduleStory` changes it.",
    )
    expires: datetime | None = strawberry.field(
        default=LEFT_OUT,
        description="When its editorial relevance ends. Once it is released, `rescheduleStory` changes it.",
    )
    series: str | None = strawberry.field(default=LEFT_OUT, description="The key of a series. Null: none.")
    topic: str | None = strawberry.field(default=LEFT_OUT, description="The key of a topic. Null: none.")
    genres: list[str] | None = strawberry.field(default=LEFT_OUT, description="Codes of genres, in order.")
    subjects: list[str] | None = strawberry.field(default=LEFT_OUT, description="Codes of IPTC Media Topics, in order.")
    places: list[str] | None = strawberry.field(default=LEFT_OUT, description="Codes of places, in order.")
    people: list[str] | None = strawberry.field(default=LEFT_OUT, description="Codes of people, in order.")
    organisations: list[OrganisationFilingInput] | None = strawberry.field(
        default=LEFT_OUT, description="Organisations that it is about, in order."
    )
    contributors: list[ContributorFilingInput] | None = strawberry.field(
        default=LEFT_OUT, description="Who told and shot it."
    )
    terms_id: strawberry.ID | None = strawberry.field(
        default=LEFT_OUT, description="The terms that hold for all that has no terms of its own. Null: none."
    )


@strawberry.type(description="What editing a story gave.")
class DeskStoryPayload(Payload):
    story: DeskStory | None = strawberry.field(description="The story as it is now; null where it was refused.")


async def create_story(
    info: Info[Context, None],
    input: Annotated[CreateStoryInput, strawberry.argument(description="The story.")],
) -> DeskStoryPayload | None:
    """Begins a story in one write transaction."""

    async def work() -> DeskStory:
        changes, change = _changes(input), change_by(info.context)
        uri = _uri(info.context, input, changes)
        async with info.context.write("createStory", input) as session:
            row = await create(session, uri, changes, change)
            records = await read_desk_stories(session, [row], info.context.actor.content_statuses)
            return DeskStory.of(records[0])

    story, refusals = await attempt(work())
    return DeskStoryPayload(story=story, user_errors=refusals)


async def update_story(
    info: Info[Context, None],
    input: Annotated[UpdateStoryInput, strawberry.argument(description="The story, and what to say of it.")],
) -> DeskStoryPayload | None:
    """Changes a story in one write transaction."""

    async def work() -> DeskStory:
        changes, change = _changes(input), change_by(info.context)
        story_id = desk_uuid(input.story_id, "Story", "storyId")
        async with info.context.write("updateStory", input) as session:
            row = await update(session, story_id, changes, change, revision=input.revision)
            records = await read_desk_stories(session, [row], info.context.actor.content_statuses)
            return DeskStory.of(records[0])

    story, refusals = await attempt(work())
    return DeskStoryPayload(story=story, user_errors=refusals)


def _changes(given: CreateStoryInput | UpdateStoryInput) -> StoryChanges:
    read: dict[str, Any] = given_fields(given, nullable=_NULLABLE, without=_NAMING)
    if "organisations" in read:
        read["organisations"] = [(filed.key, filed.is_brand) for filed in read["organisations"]]
    if "contributors" in read:
        read["contributors"] = [(filed.key, filed.role) for filed in read["contributors"]]
    if read.get("terms_id") is not None:
        read["terms_id"] = read_id(read["terms_id"], "Terms", "termsId")
    changes: StoryChanges = read  # type: ignore[assignment]  # the inputs have the same fields
    return changes


def _uri(context: Context, given: CreateStoryInput, changes: StoryChanges) -> str:
    """The URI of a new story.

    :raises BadInput: it cannot be one, or there are two or none.
    """
    if (given.uri is None) == (given.slug is None):
        raise BadInput("give either uri or slug", field=["uri"])
    if given.uri is not None:
        return parse_story_uri(given.uri)
    day = given.day or changes.get("content_created")
    return context.services.desk.uri(str(given.slug), day or context.services.clock())
