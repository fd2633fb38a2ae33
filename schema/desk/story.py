"""Stories on the desk."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

import strawberry
from sqlmodel import select
from strawberry.types import Info

from models.contributor import ContributorRole
from models.desk.reading import StoryRecord, find_desk_story
from models.desk.words import readable
from models.document import terms_part
from models.errors import BadInput, NotFound
from models.story import PubStatus
from models.story import Story as StoryRow
from schema.context import Context
from schema.desk.asset import DeskAsset, desk_assets_of
from schema.desk.checklist import ChecklistItemResult, checklist_of
from schema.desk.variant import DeskVariant
from schema.identifier import desk_uuid, global_id, uuid_of
from schema.node import Node
from schema.terms import Terms


@strawberry.type(description="An organisation that a story is filed under.")
class FiledOrganisationResult:
    key: str = strawberry.field(description="Its key.")
    is_brand: bool = strawberry.field(description="Whether the story tells of that enterprise's brand.")


@strawberry.type(description="A contributor whom a story credits.")
class FiledContributorResult:
    key: str = strawberry.field(description="His or her key.")
    role: ContributorRole = strawberry.field(description="What he or she did.")


@strawberry.type(description="A story as it is edited. Partners see what was released of it: `Story`.")
class DeskStory(Node):
    story_id: strawberry.ID = strawberry.field(description="Its id in the pool, once it is released.")
    uri: str = strawberry.field(description="A NewsML URN; it never changes.")
    version: int = strawberry.field(description="Counts releases and changes of status; 0 before the first release.")
    revision: int = strawberry.field(description="Counts saves of the story itself. Give it with the next change.")
    pub_status: PubStatus = strawberry.field(description="Whether what was released of it may be used.")
    slugline: str | None = strawberry.field(description="A short working title.")
    urgency: int | None = strawberry.field(description="From 1, most urgent, to 9.")
    content_created: datetime | None = strawberry.field(description="When what it tells of happened.")
    embargoed_until: datetime | None = strawberry.field(description="No use before this moment, of any version.")
    expires: datetime | None = strawberry.field(description="When its editorial relevance ends.")
    series: str | None = strawberry.field(description="The key of the content brand that it belongs to.")
    topic: str | None = strawberry.field(description="The key of the hot topic that it hangs on.")
    genres: list[str] = strawberry.field(description="What kind of writing it is, by code.")
    subjects: list[str] = strawberry.field(description="What it is about: codes of IPTC Media Topics.")
    places: list[str] = strawberry.field(description="Where it happens, by code.")
    people: list[str] = strawberry.field(description="Who it is about, by code.")
    organisations: list[FiledOrganisationResult] = strawberry.field(description="Which organisations it is about.")
    contributors: list[FiledContributorResult] = strawberry.field(description="Who told and shot it.")
    terms: Terms | None = strawberry.field(description="The terms that hold for all that has no terms of its own.")
    asset_ids: list[strawberry.ID] = strawberry.field(description="All its pictures, videos and other assets.")
    variants: list[DeskVariant] = strawberry.field(description="What is written of it, by language and form.")
    created_at: datetime = strawberry.field(description="When it was begun.")
    saved_by: str | None = strawberry.field(description="Who saved the story itself last: the OAuth client.")
    saved_at: datetime = strawberry.field(description="When it, or a variant of it, was saved last.")

    @strawberry.field(
        description="What would stand in the way of a release of what is approved of it, as `releaseChecklist` says."
    )
    async def checklist(self, info: Info[Context, None]) -> list[ChecklistItemResult]:
        return await checklist_of(info.context, uuid_of(self.id, "DeskStory"), None)

    @strawberry.field(description="All its pictures, videos and other assets, as they are edited, in order.")
    async def assets(self, info: Info[Context, None]) -> list[DeskAsset]:
        return await desk_assets_of(info.context, uuid_of(self.id, "Story"))

    @classmethod
    def of(cls, record: StoryRecord) -> DeskStory:
        row, filing = record.story, record.filing
        return cls(
            id=global_id("DeskStory", row.id),
            story_id=global_id("Story", row.id),
            uri=row.uri,
            version=row.version,
            revision=row.revision,
            pub_status=row.pub_status,
            slugline=row.slugline,
            urgency=row.urgency,
            content_created=row.content_created,
            embargoed_until=row.embargoed_until,
            expires=row.expires,
            series=record.series.key if record.series else None,
            topic=record.topic.key if record.topic else None,
            genres=filing.genres,
            subjects=filing.subjects,
            places=filing.places,
            people=filing.people,
            organisations=[FiledOrganisationResult(key=key, is_brand=brand) for key, brand in filing.organisations],
            contributors=[FiledContributorResult(key=key, role=role) for key, role in filing.contributors],
            terms=Terms.of(terms_part(record.terms)) if record.terms else None,
            asset_ids=[global_id("Asset", asset_id) for asset_id in record.asset_ids],
            variants=[DeskVariant.of(variant) for variant in record.variants],
            created_at=row.created_at,
            saved_by=row.saved_by,
            saved_at=row.updated_at,
        )


async def one_desk_story(context: Context, story_id: uuid.UUID) -> DeskStory:
    """A story of the desk.

    :raises NotFound: there is none.
    """
    async with context.database.read() as session:
        return DeskStory.of(await find_desk_story(session, story_id, context.actor.content_statuses))


async def desk_story(
    info: Info[Context, None],
    id: Annotated[strawberry.ID | None, strawberry.argument(description="Its id, on the desk or in the pool.")] = None,
    uri: Annotated[str | None, strawberry.argument(description="Its URI.")] = None,
) -> DeskStory | None:
    """A story of the desk by its id or its URI.

    :raises BadInput: both are given, or neither.
    :raises NotFound: there is none.
    """
    if (id is None) == (uri is None):
        raise BadInput("give either id or uri")
    if id is not None:
        return await one_desk_story(info.context, desk_uuid(id, "Story", "id"))
    async with info.context.database.read() as session:
        story_id = (await session.exec(select(StoryRow.id).where(StoryRow.uri == readable(str(uri), "uri")))).first()
    if story_id is None:
        raise NotFound("there is no such story", field=["uri"])
    return await one_desk_story(info.context, story_id)
