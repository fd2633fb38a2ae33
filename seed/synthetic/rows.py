"""The rows of a batch of synthetic stories, as the desk and the release door would have written them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlmodel import SQLModel

from models import document as documents
from models.asset import Asset, Rendition, VariantAsset
from models.base import SQLITE, JsonObject
from models.concept import StoryConcept
from models.event import Event, EventAudience, EventKind
from models.pool import index
from models.pool.index import RightsKey
from models.pool.key import Key, keys_of
from models.pool.tables import Document, PoolEntry, PoolStory, Release, ReleaseKind
from models.story import PubStatus, Story
from models.variant import DeskState, Variant
from seed.story import RELEASED_BY

Row = tuple[object, ...]


def table_name(table: type[SQLModel]) -> str:
    """The name of a table class's table."""
    return str(sa.inspect(table).local_table.name)


COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    table_name(table): tuple(columns.split())
    for table, columns in (
        (
            Story,
            "id uri slugline urgency series_id topic_id terms_id content_created embargoed_until expires version pub_status"
            " demonstration revision created_at updated_at",
        ),
        (
            Variant,
            "id story_id uri language form label headline description body body_text by located translated_from_id"
            " translated_from_version translation_method terms_id desk_state pub_status version version_created released_hash"
            " word_count char_count revision created_at updated_at",
        ),
        (Asset, "id story_id kind ordinal captions credit digital_source_type content_created terms_id"),
        (Rendition, "id asset_id name mime_type width height size sha256"),
        (VariantAsset, "variant_id asset_id ordinal"),
        (StoryConcept, "story_id concept_id ordinal"),
        (Release, "id story_id version kind at by reason"),
        (Document, "release_id content"),
        (
            PoolStory,
            "story_id release_id version version_created content_created pub_status embargoed_until expires variant_status",
        ),
        (
            PoolEntry,
            "position variant_id language form series topic content_created pub_status embargoed_until expires rights_id",
        ),
        (Event, "kind at audience partner_id story_id story_version variant_id subject_id scope position"),
    )
}
"""What is written of each table, in an order in which every row comes after those that it refers to."""

STORY, VARIANT, ASSET, RENDITION, VARIANT_ASSET, STORY_CONCEPT, RELEASE, DOCUMENT, POOL_STORY, POOL_ENTRY, EVENT = (
    COLUMNS
)


@dataclass(frozen=True, slots=True)
class Moments:
    """When a story's content was created, when it is released, and what ends its embargo and its relevance."""

    created: datetime
    released: datetime
    embargo: datetime | None
    expires: datetime | None


@dataclass
class Batch:
    """Rows by table, with what has to be looked up before they are whole.

    The rows of the pool's entries lack their last column, which comes from `rights`, one a row; those of the events lack
    their position.
    """

    stories: int = 0
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    rights: list[RightsKey] = field(default_factory=list)
    postings: dict[Key, list[int]] = field(default_factory=dict)
    """Release numbers by key, ascending."""
    texts: list[tuple[int, str | bytes, bytes | None]] = field(default_factory=list)
    """Positions with tokens, as `models.search.index` keeps them on the engine: for SQLite, plain and compressed; for
    PostgreSQL, a tsvector in binary form."""


class RowMaker:
    """Fills a batch with rows. Ids are UUIDs as text, written to the tables without hyphens, as both engines read them.

    :param dialect: `sqlite` or `postgresql`; on SQLite a moment is text.
    """

    def __init__(self, dialect: str) -> None:
        self._dialect = dialect
        self._moments: dict[datetime, str] = {}
        self.batch = Batch()

    def story(self, story: Any, choices: Sequence[str | None], moments: Moments) -> None:
        """A story on the desk.

        :param choices: ids of its series, topic and terms.
        """
        at = self._moment(moments.released)
        series_id, topic_id, terms_id = choices
        self.batch.rows[STORY].append(
            (
                compact(story.id),
                story.uri,
                story.slugline,
                story.urgency,
                series_id,
                topic_id,
                terms_id,
                self._moment(moments.created),
                self._moment(moments.embargo),
                self._moment(moments.expires),
                1,
                PubStatus.USABLE.value,
                story.demonstration,
                1,
                at,
                at,
            )
        )
        self.batch.stories += 1

    def concepts(self, story_id: str, concept_ids: Sequence[str]) -> None:
        """What a story is filed under, in one vocabulary."""
        own_id = compact(story_id)
        self.batch.rows[STORY_CONCEPT] += [
            (own_id, concept_id, ordinal) for ordinal, concept_id in enumerate(concept_ids)
        ]

    def asset(self, story_id: str, ordinal: int, asset: Any, renditions: Sequence[Any]) -> None:
        """An asset with its renditions."""
        own_id = compact(asset.id)
        self.batch.rows[ASSET].append(
            (
                own_id,
                compact(story_id),
                asset.kind.value,
                ordinal,
                orjson.dumps(asset.captions).decode(),
                asset.credit,
                asset.digital_source_type,
                self._moment(asset.content_created),
                None,
            )
        )
        self.batch.rows[RENDITION] += [
            (compact(file.id), own_id, file.name, file.mime_type, file.width, file.height, file.size, file.sha256)
            for file in renditions
        ]

    def variant(
        self, story_id: str, variant: Any, released_hash: str, asset_ids: Sequence[str], moments: Moments
    ) -> None:
        """A variant in its first version, with the assets that it shows."""
        own_id, at = compact(variant.id), self._moment(moments.released)
        source = variant.translated_from_id
        self.batch.rows[VARIANT].append(
            (
                own_id,
                compact(story_id),
                variant.uri,
                variant.language,
                variant.form.value,
                variant.label,
                variant.headline,
                variant.description,
                variant.body,
                variant.body_text,
                variant.by,
                variant.located,
                compact(source) if source else None,
                1 if source else None,
                variant.translation_method.value if source else None,
                None,
                DeskState.APPROVED.value,
                PubStatus.USABLE.value,
                1,
                at,
                released_hash,
                variant.word_count,
                variant.char_count,
                1,
                at,
                at,
            )
        )
        self.batch.rows[VARIANT_ASSET] += [
            (own_id, compact(asset_id), ordinal) for ordinal, asset_id in enumerate(asset_ids)
        ]

    def text(self, position: int, tokens: Sequence[str]) -> None:
        """What a variant is found by.

        :param tokens: distinct, with those of the segments.
        """
        if self._dialect == SQLITE:
            plain = " ".join(tokens)
            self.batch.texts.append((position, plain, _compressed(plain)))
        else:
            self.batch.texts.append((position, _tsvector(tokens), None))

    def release(self, number: int, document: JsonObject, moments: Moments) -> None:
        """A document's release, its place in the pool index, and its event."""
        rows, story = self.batch.rows, document["story"]
        story_id = compact(story["id"])
        at, created = self._moment(moments.released), self._moment(moments.created)
        embargo, expires = self._moment(moments.embargo), self._moment(moments.expires)
        series = story["series"]["key"] if story["series"] else None
        topic = story["topic"]["key"] if story["topic"] else None
        usable = PubStatus.USABLE.value
        rows[RELEASE].append((number, story_id, 1, ReleaseKind.RELEASE.value, at, RELEASED_BY, None))
        rows[DOCUMENT].append((number, documents.encode(document)))
        rows[POOL_STORY].append((story_id, number, 1, at, created, usable, embargo, expires, "{}"))
        for position, variant in index.positions(number, document):
            rows[POOL_ENTRY].append(
                (
                    position,
                    compact(variant["id"]),
                    variant["language"],
                    variant["form"],
                    series,
                    topic,
                    created,
                    usable,
                    embargo,
                    expires,
                )
            )
            self.batch.rights.append(index.rights_key(variant))
        for key in keys_of(document):
            self.batch.postings.setdefault(key, []).append(number)
        variants = [[variant["language"], variant["form"]] for variant in document["variants"]]
        scope = orjson.dumps({"series": series, "topic": topic, "variants": variants}).decode()
        kind, audience = EventKind.STORY_RELEASED.value, EventAudience.PARTNER.value
        rows[EVENT].append((kind, at, audience, None, story_id, 1, None, None, scope))

    def _moment(self, moment: datetime | None) -> str | datetime | None:
        if moment is None or self._dialect != SQLITE:
            return moment
        if moment not in self._moments:
            self._moments[moment] = moment.replace(tzinfo=None).isoformat(" ", "microseconds")
        return self._moments[moment]


def compact(identifier: str) -> str:
    """A UUID without its hyphens."""
    return identifier.replace("-", "")


def _compressed(text: str) -> bytes:
    """What `zlib.decompress` reads. A small window takes a quarter of the time: most of it goes into setting up."""
    compressor = zlib.compressobj(1, zlib.DEFLATED, 12, 5)
    return compressor.compress(text.encode()) + compressor.flush()


def _tsvector(tokens: Sequence[str]) -> bytes:
    """The form that PostgreSQL's `tsvectorrecv` reads: a count, then each lexeme, ended by a zero byte, with no positions."""
    return b"".join((struct.pack("!i", len(tokens)), *(token.encode() + b"\0\0\0" for token in tokens)))
