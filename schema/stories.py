"""`stories`: a filtered, ordered list of stories, with counts and facets."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry.types import Info

from models.asset import AssetKind
from models.errors import BadInput
from models.language import LanguageTag, language_name
from models.paging import decode_cursor, encode_cursor, page_request
from models.pool.browse import FACETS, StoryRow, browse
from models.pool.browse import Facets as CountedFacets
from models.pool.browse import count as count_stories
from models.pool.browse import facets as count_facets
from models.pool.filter import Period, StoryFilter
from models.pool.find import CURSOR_KINDS, StoryOrder
from models.story import PubStatus
from models.variant import Form
from schema.argument import InLanguage
from schema.context import Context
from schema.identifier import global_id
from schema.node import PageInfo, page_info
from schema.story import Story
from schema.usage import UseInput

MAX_VALUES = 100
"""How many values one filter field takes."""


@strawberry.input(description="A stretch of time: from `start` on, up to but without `until`. An absent side is open.")
class PeriodInput:
    start: datetime | None = strawberry.field(default=None, description="The first moment inside.")
    until: datetime | None = strawberry.field(default=None, description="The first moment no longer inside.")

    def period(self, name: str) -> Period:
        if self.start is not None and self.until is not None and self.until <= self.start:
            raise BadInput(f"{name}.until must lie after {name}.start", field=["filter", name, "until"])
        return Period(self.start, self.until)


@strawberry.input(
    name="StoryFilter",
    description="What stories must meet. Several values of one field mean any of them; all fields given must hold. Languages, "
    "forms and usableFor must hold for one and the same variant.",
)
class StoryFilterInput:
    languages: list[LanguageTag] | None = strawberry.field(
        default=None, description="Language ranges: de covers de-CH."
    )
    forms: list[Form] | None = strawberry.field(default=None, description="Forms.")
    series: list[str] | None = strawberry.field(default=None, description="Keys of series.")
    topics: list[str] | None = strawberry.field(default=None, description="Keys of topics.")
    subjects: list[str] | None = strawberry.field(default=None, description="Codes of subjects (IPTC Media Topics).")
    genres: list[str] | None = strawberry.field(default=None, description="Codes of genres.")
    places: list[str] | None = strawberry.field(default=None, description="Codes of places.")
    organisations: list[str] | None = strawberry.field(default=None, description="Keys of organisations.")
    brands: list[str] | None = strawberry.field(
        default=None, description="Keys of enterprises whose brand the stories tell of."
    )
    urgencies: list[int] | None = strawberry.field(default=None, description="Urgencies, 1 to 9.")
    media: list[AssetKind] | None = strawberry.field(
        default=None, description="Kinds of assets that a story must have."
    )
    version_created: PeriodInput | None = strawberry.field(
        default=None, description="When the live version was released."
    )
    content_created: PeriodInput | None = strawberry.field(default=None, description="When what it tells of happened.")
    updated_after: datetime | None = strawberry.field(default=None, description="Only versions made after this moment.")
    text: str | None = strawberry.field(
        default=None, description='Words that must all occur, in any language; "quoted words" stand next to each other.'
    )
    usable_for: UseInput | None = strawberry.field(default=None, description="Only what you may use so, now.")
    pub_statuses: list[PubStatus] | None = strawberry.field(
        default=None, description="Which statuses to list; USABLE where absent. Others are listed as stubs."
    )
    include_expired: bool = strawberry.field(
        default=False, description="List stories whose editorial relevance has ended, too."
    )

    def story_filter(self) -> StoryFilter:
        """The filter, checked.

        :raises BadInput: too many values, or an urgency that there is not.
        """
        for name in (
            "languages",
            "forms",
            "series",
            "topics",
            "subjects",
            "genres",
            "places",
            "organisations",
            "brands",
            "urgencies",
        ):
            values = getattr(self, name)
            if values is not None and len(values) > MAX_VALUES:
                raise BadInput(
                    f"{name} holds {len(values)} values; at most {MAX_VALUES} are taken", field=["filter", name]
                )
        for urgency in self.urgencies or ():
            if not 1 <= urgency <= 9:
                raise BadInput(f"{urgency} is no urgency; they go from 1 to 9", field=["filter", "urgencies"])
        return StoryFilter(
            languages=tuple(self.languages or ()),
            forms=tuple(self.forms or ()),
            series=tuple(self.series or ()),
            topics=tuple(self.topics or ()),
            subjects=tuple(self.subjects or ()),
            genres=tuple(self.genres or ()),
            places=tuple(self.places or ()),
            organisations=tuple(self.organisations or ()),
            brands=tuple(self.brands or ()),
            urgencies=tuple(self.urgencies or ()),
            media=tuple(self.media or ()),
            version_created=self.version_created.period("versionCreated") if self.version_created else Period(),
            content_created=self.content_created.period("contentCreated") if self.content_created else Period(),
            updated_after=self.updated_after,
            text=self.text,
            usable_for=self.usable_for.use_now("filter", "usableFor") if self.usable_for else None,
            statuses=tuple(self.pub_statuses) if self.pub_statuses else (PubStatus.USABLE,),
            include_expired=self.include_expired,
        )


@strawberry.type(description="A number of stories.")
class CountResult:
    value: int = strawberry.field(description="How many.")
    exact: bool = strawberry.field(description="Whether it is exactly so many; otherwise so many or more.")


@strawberry.type(description="A value that matching stories carry.")
class FacetValueResult:
    value: str = strawberry.field(description="The value, as the filter takes it.")
    label: str = strawberry.field(description="The value in words.")
    count: int = strawberry.field(description="How many stories carry it.")


@strawberry.type(description="Which values the matching stories carry, the most frequent first.")
class FacetsResult:
    languages: list[FacetValueResult] = strawberry.field(description="Languages.")
    forms: list[FacetValueResult] = strawberry.field(description="Forms.")
    series: list[FacetValueResult] = strawberry.field(description="Series.")
    subjects: list[FacetValueResult] = strawberry.field(description="Subjects.")
    exact: bool = strawberry.field(description="Whether all matching stories were counted.")
    examined: int | None = strawberry.field(
        description="How many of the newest matches were counted, where not all were."
    )


@strawberry.type(description="A passage that matches the text asked for.")
class HighlightResult:
    variant_id: strawberry.ID = strawberry.field(description="The variant that it stands in.")
    language: LanguageTag = strawberry.field(description="The language of the variant.")
    text: str = strawberry.field(description="The passage as plain text.")
    html: str = strawberry.field(description="The passage as safe HTML, with mark elements round what matches.")


@strawberry.type(description="A story on a page.")
class StoryEdge:
    node: Story = strawberry.field(description="The story.")
    cursor: str = strawberry.field(description="Its place in the list.")
    highlight: HighlightResult | None = strawberry.field(description="The passage that matches filter.text.")


@strawberry.type(description="A page of stories.")
class StoryConnection:
    edges: list[StoryEdge] = strawberry.field(description="The stories of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")
    budget_exhausted: bool = strawberry.field(
        description="Whether the page came short because 5,000 positions were examined; go on from pageInfo.endCursor."
    )
    ranked_newest: int | None = strawberry.field(
        description="With RELEVANCE: how many of the newest matches were ranked at most. Null in other orders."
    )
    wanted: strawberry.Private[StoryFilter]

    @strawberry.field(
        description="How many stories match: exact up to 10,000 without a filter, otherwise counted up to the newest 1,000 matches."
    )
    async def total_count(self, info: Info[Context, None]) -> CountResult | None:
        viewer = await info.context.viewer()
        async with info.context.database.read() as session:
            counted = await count_stories(session, self.wanted, viewer, info.context.book)
        return CountResult(value=counted.value, exact=counted.is_exact)

    @strawberry.field(
        description="Which values the matching stories carry: exact without a filter, otherwise over the newest 1,000 matches."
    )
    async def facets(self, info: Info[Context, None], language: InLanguage = None) -> FacetsResult | None:
        viewer = await info.context.viewer()
        async with info.context.database.read() as session:
            counted = await count_facets(session, self.wanted, viewer, info.context.book)
        values = {name: _facet_values(name, counted, language or "en") for name in FACETS}
        return FacetsResult(**values, exact=counted.examined is None, examined=counted.examined)


async def list_stories(
    context: Context,
    wanted: StoryFilter,
    order: StoryOrder,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> StoryConnection:
    """A page of stories."""
    name = f"stories.{order}"
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(name, cursor, CURSOR_KINDS[order]))
    viewer = await context.viewer()
    async with context.database.read() as session:
        page = await browse(session, wanted, order, request, viewer, context.book)
    address = await context.media_address()
    edges = [
        StoryEdge(
            node=Story.of(row.story, address),
            cursor=encode_cursor(name, key),
            highlight=_highlight(row),
        )
        for row, key in zip(page.items, page.keys, strict=True)
    ]
    return StoryConnection(
        edges=edges,
        page_info=page_info(page, name),
        budget_exhausted=page.examined_to is not None,
        ranked_newest=500 if order is StoryOrder.RELEVANCE else None,
        wanted=wanted,
    )


def _highlight(row: StoryRow) -> HighlightResult | None:
    if row.passage is None:
        return None
    part = row.passage.variant.part
    return HighlightResult(
        variant_id=global_id("Variant", part["id"]),
        language=part["language"],
        text=row.passage.snippet.text,
        html=row.passage.snippet.html,
    )


def _facet_values(name: str, counted: CountedFacets, language: str) -> list[FacetValueResult]:
    ordered = sorted(counted.counts[name].items(), key=lambda item: (-item[1], item[0]))
    return [
        FacetValueResult(
            value=value,
            label=language_name(LanguageTag(value), language) if name == "languages" else value,
            count=number,
        )
        for value, number in ordered
    ]
