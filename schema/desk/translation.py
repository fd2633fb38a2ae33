"""`translationMatrix`: which story there is in which language, and how it stands."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.desk.reading import DeskFilter, StoryRecord, find_desk_stories, read_desk_stories
from models.errors import BadInput, NotFound
from models.language import LanguageTag
from models.paging import PageRequest, decode_cursor, encode_cursor, page_request
from models.story import PubStatus
from models.variant import DeskState, Form
from schema.argument import After, Before, First, Last
from schema.context import Context
from schema.desk.listing import CURSOR
from schema.identifier import desk_uuid, global_id
from schema.node import Node, PageInfo, page_info

_LIST = "translationMatrix"
_MOST_STORIES = 100


@strawberry.type(description="What there is of a story in one language and form.")
class TranslationCellResult:
    language: LanguageTag = strawberry.field(description="The language.")
    form: Form = strawberry.field(description="The form.")
    label: str = strawberry.field(description="Tells variants of the same language and form apart; usually empty.")
    variant_id: strawberry.ID = strawberry.field(description="The variant, on the desk.")
    headline: str = strawberry.field(description="Its headline.")
    desk_state: DeskState = strawberry.field(description="Where its editing stands.")
    pub_status: PubStatus = strawberry.field(description="Whether what was released of it may be used.")
    version: int = strawberry.field(description="Its last released version; 0 before the first.")
    revision: int = strawberry.field(description="Its revision on the desk.")
    source_id: strawberry.ID | None = strawberry.field(description="The variant that it was translated from, if any.")
    stale: bool = strawberry.field(description="Whether its source says or shows something else by now.")


@strawberry.type(name="TranslationRow", description="One story, by language.")
class TranslationRowResult(Node):
    story_id: strawberry.ID = strawberry.field(description="The story, on the desk.")
    uri: str = strawberry.field(description="Its URI.")
    slugline: str | None = strawberry.field(description="Its working title.")
    version: int = strawberry.field(description="Its last version; 0 before the first release.")
    cells: list[TranslationCellResult] = strawberry.field(description="What there is of it, by language and form.")
    missing_languages: list[LanguageTag] = strawberry.field(
        description="Of the languages that were asked for, or else that the page has anywhere: those it does not exist in."
    )

    @classmethod
    def of(
        cls, record: StoryRecord, languages: list[LanguageTag], wanted: list[LanguageTag] | None
    ) -> TranslationRowResult:
        written = {variant.variant.language for variant in record.variants}
        return cls(
            id=global_id("TranslationRow", record.story.id),
            story_id=global_id("DeskStory", record.story.id),
            uri=record.story.uri,
            slugline=record.story.slugline,
            version=record.story.version,
            cells=[
                TranslationCellResult(
                    language=LanguageTag(variant.variant.language),
                    form=variant.variant.form,
                    label=variant.variant.label,
                    variant_id=global_id("DeskVariant", variant.variant.id),
                    headline=variant.variant.headline,
                    desk_state=variant.variant.desk_state,
                    pub_status=variant.variant.pub_status,
                    version=variant.variant.version,
                    revision=variant.variant.revision,
                    source_id=global_id("DeskVariant", variant.translation.source.id) if variant.translation else None,
                    stale=variant.translation is not None and variant.translation.is_stale,
                )
                for variant in record.variants
                if wanted is None or variant.variant.language in wanted
            ],
            missing_languages=[language for language in languages if language not in written],
        )


@strawberry.type(description="A story on a page of the matrix.")
class TranslationRowEdge:
    node: TranslationRowResult = strawberry.field(description="The story, by language.")
    cursor: str = strawberry.field(description="Its place in the list.")


@strawberry.type(description="A page of the matrix.")
class TranslationMatrixConnection:
    languages: list[LanguageTag] = strawberry.field(description="The columns: those asked for, or all on this page.")
    edges: list[TranslationRowEdge] = strawberry.field(
        description="The rows: stories, those that were saved last first."
    )
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")


@strawberry.input(name="TranslationMatrixFilter", description="Which stories, and which languages.")
class TranslationMatrixFilterInput:
    story_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Only these stories: up to 100.")
    series: str | None = strawberry.field(default=None, description="Only those of the series with this key.")
    topic: str | None = strawberry.field(default=None, description="Only those of the topic with this key.")
    stale: bool = strawberry.field(
        default=False, description="Only those with a translation whose source has moved on."
    )
    languages: list[LanguageTag] | None = strawberry.field(
        default=None, description="The columns, in this order; whatever there is where absent."
    )

    def wanted(self) -> DeskFilter:
        """The filter as the models know it.

        :raises BadInput: too many stories.
        :raises NotFound: an id of something else.
        """
        ids = None
        if self.story_ids is not None:
            if len(self.story_ids) > _MOST_STORIES:
                raise BadInput(f"storyIds holds {len(self.story_ids)} ids; at most {_MOST_STORIES} are taken")
            ids = [desk_uuid(given, "Story", "storyIds") for given in self.story_ids]
        return DeskFilter(series=self.series, topic=self.topic, stale=self.stale, story_ids=ids)


async def translation_matrix(
    info: Info[Context, None],
    filter: Annotated[
        TranslationMatrixFilterInput | None, strawberry.argument(description="Which stories and languages.")
    ] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> TranslationMatrixConnection | None:
    """A page of stories, each with what there is of it in every language."""
    given = filter or TranslationMatrixFilterInput()
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, CURSOR))
    shown = info.context.actor.content_statuses
    async with info.context.database.read() as session:
        page = await find_desk_stories(session, replace(given.wanted(), shown=shown), request)
        records = await read_desk_stories(session, page.items, shown)
    found = sorted({variant.variant.language for record in records for variant in record.variants})
    languages = given.languages if given.languages is not None else [LanguageTag(tag) for tag in found]
    edges = [
        TranslationRowEdge(
            node=TranslationRowResult.of(record, languages, given.languages), cursor=encode_cursor(_LIST, key)
        )
        for record, key in zip(records, page.keys, strict=True)
    ]
    return TranslationMatrixConnection(languages=languages, edges=edges, page_info=page_info(page, _LIST))


async def one_translation_row(context: Context, story_id: uuid.UUID) -> TranslationRowResult:
    """What there is of one story in every language.

    :raises NotFound: there is no such story on the desk.
    """
    shown = context.actor.content_statuses
    async with context.database.read() as session:
        page = await find_desk_stories(session, DeskFilter(story_ids=[story_id], shown=shown), PageRequest(1))
        records = await read_desk_stories(session, page.items, shown)
    if not records:
        raise NotFound("there is no such story")
    return TranslationRowResult.of(records[0], [], None)
