"""The stock baseline: plain Strawberry over SQLModel entities and DataLoaders, as its documentation teaches it.

It answers the page of stories from the desk's normalised tables, without rights, and is served as Strawberry's own ASGI application.
Documents are parsed and validated once (`ParserCache`, `ValidationCache`), as anyone who measures would have it.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
import strawberry
from sqlmodel import SQLModel, col, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import Info

from models.asset import Asset as AssetRow
from models.asset import AssetKind, VariantAsset
from models.asset import Rendition as RenditionRow
from models.database import Database
from models.language import LanguageTag, wording
from models.series import Series as SeriesRow
from models.story import PubStatus
from models.story import Story as StoryRow
from models.terms import Terms as TermsRow
from models.topic import Topic as TopicRow
from models.variant import Form
from models.variant import Variant as VariantRow
from schema import enum as enum  # describes the models' enums
from schema.identifier import global_id
from schema.scalar import SCALARS, Url

Row = TypeVar("Row", bound=SQLModel)


@dataclass
class Loaders:
    """The loaders of one request."""

    database: Database
    media_url: str
    stories: DataLoader[uuid.UUID, StoryRow] = field(init=False)
    series: DataLoader[uuid.UUID, SeriesRow] = field(init=False)
    topic: DataLoader[uuid.UUID, TopicRow] = field(init=False)
    terms: DataLoader[uuid.UUID, TermsRow] = field(init=False)
    variants: DataLoader[uuid.UUID, list[VariantRow]] = field(init=False)
    assets: DataLoader[uuid.UUID, list[AssetRow]] = field(init=False)
    renditions: DataLoader[uuid.UUID, list[RenditionRow]] = field(init=False)
    variant_assets: DataLoader[uuid.UUID, list[AssetRow]] = field(init=False)

    def __post_init__(self) -> None:
        self.stories = DataLoader(partial(self._by_id, StoryRow, col(StoryRow.id)))
        self.series = DataLoader(partial(self._by_id, SeriesRow, col(SeriesRow.id)))
        self.topic = DataLoader(partial(self._by_id, TopicRow, col(TopicRow.id)))
        self.terms = DataLoader(partial(self._by_id, TermsRow, col(TermsRow.id)))
        self.variants = DataLoader(
            partial(self._children, VariantRow, col(VariantRow.story_id), (col(VariantRow.language),))
        )
        self.assets = DataLoader(partial(self._children, AssetRow, col(AssetRow.story_id), (col(AssetRow.ordinal),)))
        self.renditions = DataLoader(
            partial(self._children, RenditionRow, col(RenditionRow.asset_id), (col(RenditionRow.name),))
        )
        self.variant_assets = DataLoader(self._assets_of_variants)

    async def _by_id(self, table: type[Row], key: Any, ids: list[uuid.UUID]) -> list[Row]:
        async with self.database.read() as session:
            rows: Sequence[Any] = (await session.exec(select(table).where(key.in_(ids)))).all()
        found = {row.id: row for row in rows}
        return [found[id] for id in ids]

    async def _children(
        self, table: type[Row], parent: Any, order: tuple[Any, ...], ids: list[uuid.UUID]
    ) -> list[list[Row]]:
        found: defaultdict[uuid.UUID, list[Row]] = defaultdict(list)
        async with self.database.read() as session:
            for row in await session.exec(select(table).where(parent.in_(ids)).order_by(*order)):
                found[getattr(row, parent.key)].append(row)
        return [found[id] for id in ids]

    async def _assets_of_variants(self, ids: list[uuid.UUID]) -> list[list[AssetRow]]:
        statement = (
            select(VariantAsset.variant_id, AssetRow)
            .join(AssetRow, col(AssetRow.id) == VariantAsset.asset_id)
            .where(col(VariantAsset.variant_id).in_(ids))
            .order_by(col(VariantAsset.ordinal))
        )
        found: defaultdict[uuid.UUID, list[AssetRow]] = defaultdict(list)
        async with self.database.read() as session:
            for variant_id, asset in await session.exec(statement):
                found[variant_id].append(asset)
        return [found[id] for id in ids]


def _id_of(kind: str) -> Any:
    def resolve(root: Any) -> strawberry.ID:
        return global_id(kind, root.id)

    return strawberry.field(resolver=resolve)


def _wording_of(attribute: str) -> Any:
    def resolve(root: Any, language: LanguageTag | None = None) -> str | None:
        return wording(getattr(root, attribute), language or "en")

    return strawberry.field(resolver=resolve)


def _loaded(load: Callable[[Loaders, Any], Any]) -> Any:
    """A field whose value a loader of the request brings."""

    async def resolve(root: Any, info: Info[Loaders, None]) -> Any:
        return await load(info.context, root)

    return strawberry.field(resolver=resolve)


def _of_optional(name: str) -> Callable[[Loaders, Any], Any]:
    """Loads what `name`_id refers to, where it refers to something."""

    async def load(loaders: Loaders, root: Any) -> Any:
        key = getattr(root, f"{name}_id")
        return None if key is None else await getattr(loaders, name).load(key)

    return load


def _own_terms(root: Any) -> bool:
    return root.terms_id is not None


async def _terms(root: Any, info: Info[Loaders, None]) -> Any:
    """Its own, or its story's."""
    story = root if isinstance(root, StoryRow) else await info.context.stories.load(root.story_id)
    own: uuid.UUID | None = root.terms_id
    terms_id = own or story.terms_id
    assert terms_id is not None  # no story is released without terms
    return await info.context.terms.load(terms_id)


def _href(root: Any, info: Info[Loaders, None]) -> Url:
    return Url(f"{info.context.media_url}/{root.sha256}")


@strawberry.type
class Series:
    id: strawberry.ID = _id_of("Series")
    key: str
    name: str | None = _wording_of("names")


@strawberry.type
class Topic:
    id: strawberry.ID = _id_of("Topic")
    key: str
    name: str | None = _wording_of("names")


@strawberry.type
class Terms:
    id: strawberry.ID = _id_of("Terms")
    key: str | None
    policy_hash: str
    name: str | None = _wording_of("names")
    usage_terms: str | None = _wording_of("usage_terms")
    copyright_holder: str | None = _wording_of("copyright_holder")
    copyright_notice: str | None = _wording_of("copyright_notice")
    credit_line: str | None = _wording_of("credit_line")


@strawberry.type
class Rendition:
    id: strawberry.ID = _id_of("Rendition")
    name: str
    href: Url = strawberry.field(resolver=_href)
    mime_type: str
    width: int | None
    height: int | None
    size: int
    sha256: str


@strawberry.type
class Asset:
    id: strawberry.ID = _id_of("Asset")
    kind: AssetKind
    credit: str | None
    digital_source_type: str | None
    content_created: datetime | None
    own_terms: bool = strawberry.field(resolver=_own_terms)
    caption: str | None = _wording_of("captions")
    terms: Terms = strawberry.field(resolver=_terms)
    renditions: list[Rendition] = _loaded(lambda loaders, asset: loaders.renditions.load(asset.id))


@strawberry.type
class Variant:
    id: strawberry.ID = _id_of("Variant")
    uri: str
    version: int
    version_created: datetime | None
    pub_status: PubStatus
    language: LanguageTag
    form: Form
    label: str
    headline: str
    description: str | None
    body: str
    body_text: str
    by: str | None
    located: str | None
    word_count: int
    char_count: int
    own_terms: bool = strawberry.field(resolver=_own_terms)
    terms: Terms = strawberry.field(resolver=_terms)
    assets: list[Asset] = _loaded(lambda loaders, variant: loaders.variant_assets.load(variant.id))


@strawberry.type
class Story:
    id: strawberry.ID = _id_of("Story")
    uri: str
    version: int
    pub_status: PubStatus
    slugline: str | None
    urgency: int | None
    content_created: datetime | None
    embargoed_until: datetime | None
    expires: datetime | None
    demonstration: str | None
    series: Series | None = _loaded(_of_optional("series"))
    topic: Topic | None = _loaded(_of_optional("topic"))
    terms: Terms = strawberry.field(resolver=_terms)
    assets: list[Asset] = _loaded(lambda loaders, story: loaders.assets.load(story.id))
    variants: list[Variant] = _loaded(lambda loaders, story: loaders.variants.load(story.id))


@strawberry.type
class StoryEdge:
    node: Story


@strawberry.type
class PageInfo:
    has_next_page: bool
    has_previous_page: bool


@strawberry.type
class StoryConnection:
    edges: list[StoryEdge]
    page_info: PageInfo


@strawberry.type
class Query:
    @strawberry.field
    async def stories(self, info: Info[Loaders, None], first: int) -> StoryConnection:
        """The newest stories that are not embargoed and have not expired."""
        now = datetime.now(UTC)
        statement = (
            select(StoryRow)
            .where(
                StoryRow.pub_status == PubStatus.USABLE,
                col(StoryRow.version) > 0,
                sa.or_(col(StoryRow.embargoed_until).is_(None), col(StoryRow.embargoed_until) <= now),
                sa.or_(col(StoryRow.expires).is_(None), col(StoryRow.expires) > now),
            )
            .order_by(col(StoryRow.id).desc())
            .limit(first + 1)
        )
        async with info.context.database.read() as session:
            stories = (await session.exec(statement)).all()
        for story in stories[:first]:
            info.context.stories.prime(story.id, story)
        edges: list[Any] = [StoryEdge(node=story) for story in stories[:first]]  # type: ignore[arg-type]  # an entity
        return StoryConnection(
            edges=edges, page_info=PageInfo(has_next_page=len(stories) > first, has_previous_page=False)
        )


SCHEMA = strawberry.Schema(
    Query, extensions=[lambda: ParserCache(), lambda: ValidationCache()], config=StrawberryConfig(scalar_map=SCALARS)
)


class Endpoint(GraphQL[Loaders, None]):
    """Strawberry's own view; every request has loaders of its own."""

    def __init__(self, database: Database, media_url: str) -> None:
        super().__init__(SCHEMA, graphql_ide=None)
        self._database = database
        self._media_url = media_url

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Loaders:
        return Loaders(self._database, self._media_url)


def create_baseline(database_url: str, media_url: str) -> Starlette:
    """The baseline over a database.

    :param media_url: the address that renditions are said to lie under, without a trailing slash.
    """
    database = Database(database_url)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await database.close()

    return Starlette(routes=[Route("/graphql", Endpoint(database, media_url))], lifespan=lifespan)
