"""`deskStories`: what is worked on."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.desk.reading import DeskFilter, find_desk_stories, read_desk_stories
from models.language import LanguageTag
from models.paging import decode_cursor, encode_cursor, page_request
from models.variant import DeskState, Form
from schema.argument import After, Before, First, Last
from schema.context import Context
from schema.desk.story import DeskStory
from schema.node import PageInfo, page_info

LIST = "deskStories"
CURSOR = (int, str)


@strawberry.type(description="A story of the desk on a page.")
class DeskStoryEdge:
    node: DeskStory = strawberry.field(description="The story.")
    cursor: str = strawberry.field(description="Its place in the list.")


@strawberry.type(description="A page of stories of the desk.")
class DeskStoryConnection:
    edges: list[DeskStoryEdge] = strawberry.field(description="The stories of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")


@strawberry.input(name="DeskStoryFilter", description="What stories of the desk must meet.")
class DeskStoryFilterInput:
    states: list[DeskState] | None = strawberry.field(
        default=None, description="Only those of which a variant (in these languages and forms) stands so."
    )
    languages: list[LanguageTag] | None = strawberry.field(
        default=None, description="Only those that have a variant in one of these languages."
    )
    forms: list[Form] | None = strawberry.field(
        default=None, description="Only those that have a variant in one of these forms."
    )
    series: str | None = strawberry.field(default=None, description="Only those of the series with this key.")
    topic: str | None = strawberry.field(default=None, description="Only those of the topic with this key.")
    released: bool | None = strawberry.field(
        default=None, description="Only those that were released, or only those that never were."
    )
    stale: bool = strawberry.field(
        default=False, description="Only those with a translation whose source has moved on."
    )
    text: str | None = strawberry.field(
        default=None, description="Only those with this in the slugline, the URI, or a headline: up to 100 characters."
    )

    def wanted(self) -> DeskFilter:
        """The filter as the models know it."""
        return DeskFilter(
            states=self.states,
            languages=self.languages,
            forms=self.forms,
            series=self.series,
            topic=self.topic,
            released=self.released,
            stale=self.stale,
            text=self.text,
        )


async def desk_stories(
    info: Info[Context, None],
    filter: Annotated[DeskStoryFilterInput | None, strawberry.argument(description="What they must meet.")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> DeskStoryConnection | None:
    """A page of the stories of the desk, those that were saved last first."""
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(LIST, cursor, CURSOR))
    shown = info.context.actor.content_statuses
    wanted = replace((filter or DeskStoryFilterInput()).wanted(), shown=shown)
    async with info.context.database.read() as session:
        page = await find_desk_stories(session, wanted, request)
        records = await read_desk_stories(session, page.items, shown)
    edges = [
        DeskStoryEdge(node=DeskStory.of(record), cursor=encode_cursor(LIST, key))
        for record, key in zip(records, page.keys, strict=True)
    ]
    return DeskStoryConnection(edges=edges, page_info=page_info(page, LIST))
