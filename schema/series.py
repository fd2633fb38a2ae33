"""Series: running content brands, in stories and at the desk."""

from __future__ import annotations

import uuid
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.base import JsonObject
from models.errors import NotFound
from models.language import wording
from models.paging import decode_cursor, page_request
from models.scope import Scope
from models.series import Series as SeriesRow
from models.series import SeriesChanges, create_series, find_series, update_series
from schema.argument import After, Before, First, InLanguage, Last
from schema.change import LEFT_OUT, Payload, attempt, given_fields, saved_by_key
from schema.context import Context
from schema.identifier import global_id
from schema.node import Connection, Node
from schema.text import Text, TextInput, all_texts, texts_by_language

_LIST = "seriesList"


@strawberry.type(description="A running content brand.")
class Series(Node):
    key: str = strawberry.field(description="The series' key, as filters take it.")
    all_names: strawberry.Private[dict[str, str]]
    all_descriptions: strawberry.Private[dict[str, str]]

    @strawberry.field(description="The series' name.")
    def name(self, language: InLanguage = None) -> str | None:
        return wording(self.all_names, language or "en")

    @strawberry.field(description="What the series is about.")
    def description(self, language: InLanguage = None) -> str | None:
        return wording(self.all_descriptions, language or "en")

    @strawberry.field(description="The series' name in every language.")
    def names(self) -> list[Text]:
        return all_texts(self.all_names)

    @strawberry.field(description="What the series is about, in every language.")
    def descriptions(self) -> list[Text]:
        return all_texts(self.all_descriptions)

    @classmethod
    def of_part(cls, part: JsonObject) -> Series:
        """A series out of a document."""
        return cls(
            id=global_id("Series", part["id"]),
            key=part["key"],
            all_names=part["names"],
            all_descriptions=part["descriptions"],
        )

    @classmethod
    def of(cls, row: SeriesRow) -> Series:
        return cls(id=global_id("Series", row.id), key=row.key, all_names=row.names, all_descriptions=row.descriptions)


@strawberry.input(
    description="A series to add, or, with its id, what to say of it anew. What is left out stays as it is."
)
class SaveSeriesInput:
    id: strawberry.ID | None = strawberry.field(default=None, description="The series to change; absent for a new one.")
    key: str | None = strawberry.field(
        default=None, description="The key of a new series: a-z, 0-9, colon, dot and hyphen. It never changes."
    )
    names: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT, description="Its name in every language. A new one needs it."
    )
    descriptions: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT, description="What it is about, in every language."
    )

    def changes(self) -> SeriesChanges:
        """What is to be said anew."""
        given = given_fields(self, without=("id", "key"))
        for name in ("names", "descriptions"):
            if name in given:
                given[name] = texts_by_language(given[name], name)
        changes: SeriesChanges = given  # type: ignore[assignment]  # the input has the same fields
        return changes


@strawberry.type(description="What saving a series gave.")
class SeriesPayload(Payload):
    series: Series | None = strawberry.field(description="The series; null where it was refused.")


async def save_series(
    info: Info[Context, None],
    input: Annotated[SaveSeriesInput, strawberry.argument(description="The series.")],
) -> SeriesPayload | None:
    """Adds or changes a series in one write transaction."""
    work = saved_by_key(info.context, "saveSeries", input, "Series", create_series, update_series)
    row, refusals = await attempt(work)
    return SeriesPayload(series=Series.of(row) if row else None, user_errors=refusals)


async def list_series(
    info: Info[Context, None],
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[Series] | None:
    """A page of series, by their keys."""
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (str,)))
    async with info.context.database.read() as session:
        page = await find_series(session, request)
    return Connection[Series].of(page, _LIST, Series.of)


async def one_series(context: Context, series_id: uuid.UUID) -> Series:
    """A series by its id: for those who edit; partners see the series of their stories there.

    :raises NotFound: none, or not for this actor.
    """
    if context.actor.has(Scope.STORY_WRITE):
        async with context.database.read() as session:
            row = await session.get(SeriesRow, series_id)
        if row is not None:
            return Series.of(row)
    raise NotFound("there is no such series")
