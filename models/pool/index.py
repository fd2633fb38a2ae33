"""Keeps the pool index: a story's newest release in, the one before out, in the transaction of the release."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import POSTGRESQL, JsonObject
from models.document import decode
from models.pool.key import Key, keys_of
from models.pool.tables import Document, PoolEntry, PoolKey, PoolRights, PoolStory, Posting, first_position
from models.search import index as full_text
from models.search.tokeniser import stored_tokens
from models.story import PubStatus
from models.variant import Form

RightsKey = tuple[str, str, str]
"""Policy hash, language, form: what `PoolRights` names."""


async def put(
    session: AsyncSession,
    release_id: int,
    document: JsonObject,
    *,
    pub_status: PubStatus,
    embargoed_until: datetime | None,
    expires: datetime | None,
    content_created: datetime,
    version_created: datetime,
    variant_status: Mapping[str, PubStatus] = MappingProxyType({}),
) -> None:
    """Puts a story's newest release into the index; its former one must have been taken out (`take_out`).

    :param variant_status: the pubStatus of variants that are not as their story is, by id.
    """
    live = PoolStory(
        story_id=uuid.UUID(document["story"]["id"]),
        release_id=release_id,
        version=document["story"]["version"],
        version_created=version_created,
        content_created=content_created,
        pub_status=pub_status,
        embargoed_until=embargoed_until,
        expires=expires,
        variant_status={key: status.value for key, status in variant_status.items() if status is not pub_status},
    )
    session.add(live)
    rights = await rights_ids(session, {rights_key(variant) for variant in document["variants"]})
    for position, variant in positions(release_id, document):
        session.add(
            entry(
                position,
                document,
                variant,
                rights[rights_key(variant)],
                content_created,
                live.status_of(variant["id"]),
                embargoed_until,
                expires,
            )
        )
    await session.flush()
    keys = keys_of(document)
    ids = await key_ids(session, keys)
    await session.execute(sa.insert(Posting), [{"key_id": ids[key], "release_id": release_id} for key in sorted(keys)])
    await _count(session, ids.values(), +1)
    await full_text.add(session, [text_row(position, variant) for position, variant in positions(release_id, document)])


async def take_out(session: AsyncSession, live: PoolStory, document: JsonObject) -> None:
    """Takes a story's live release out of the index; its document stays."""
    keys = keys_of(document)
    ids = await key_ids(session, keys)
    await session.execute(
        sa.delete(Posting).where(col(Posting.release_id) == live.release_id, col(Posting.key_id).in_(ids.values()))
    )
    await _count(session, ids.values(), -1)
    taken = [position for position, _ in positions(live.release_id, document)]
    await session.execute(sa.delete(PoolEntry).where(col(PoolEntry.position).in_(taken)))
    await full_text.remove(session, taken)
    await session.delete(live)
    await session.flush()


async def live_story(session: AsyncSession, story_id: uuid.UUID) -> tuple[PoolStory, JsonObject] | None:
    """A story's live state and document; None where it was never released."""
    statement = (
        select(PoolStory, Document)
        .join(Document, col(Document.release_id) == PoolStory.release_id)
        .where(PoolStory.story_id == story_id)
    )
    row = (await session.exec(statement)).first()
    return None if row is None else (row[0], decode(row[1].content))


def positions(release_id: int, document: JsonObject) -> Iterable[tuple[int, JsonObject]]:
    """Each variant of a document with its position."""
    return enumerate(document["variants"], start=first_position(release_id))


def entry(
    position: int,
    document: JsonObject,
    variant: JsonObject,
    rights_id: int,
    content_created: datetime,
    pub_status: PubStatus,
    embargoed_until: datetime | None,
    expires: datetime | None,
) -> PoolEntry:
    """The index row of one variant."""
    story = document["story"]
    return PoolEntry(
        position=position,
        variant_id=uuid.UUID(variant["id"]),
        language=variant["language"],
        form=Form(variant["form"]),
        series=story["series"]["key"] if story["series"] else None,
        topic=story["topic"]["key"] if story["topic"] else None,
        rights_id=rights_id,
        content_created=content_created,
        pub_status=pub_status,
        embargoed_until=embargoed_until,
        expires=expires,
    )


def rights_key(variant: JsonObject) -> RightsKey:
    """Which `PoolRights` row a variant of a document belongs to."""
    return variant["policy"], variant["language"], variant["form"]


def text_row(position: int, variant: JsonObject) -> tuple[int, str, str]:
    """What the full-text index holds of a variant: position, tokens of the headline, tokens of description and body."""
    language = variant["language"]
    body = "\n".join(part for part in (variant["description"], variant["bodyText"]) if part)
    return position, stored_tokens(variant["headline"], language), stored_tokens(body, language)


async def rights_ids(session: AsyncSession, wanted: Collection[RightsKey]) -> dict[RightsKey, int]:
    """The ids of these rights; those not yet known are added."""
    known = await _known_rights(session, wanted) if wanted else {}
    # Only what is missing: a number that is not used would lengthen every map of permissions.
    missing = [
        {"policy_hash": policy, "language": language, "form": Form(form)}
        for policy, language, form in sorted(set(wanted) - known.keys())
    ]
    if not missing:
        return known
    await session.execute(_insert_missing(session, PoolRights, missing))
    return await _known_rights(session, wanted)


async def _known_rights(session: AsyncSession, wanted: Collection[RightsKey]) -> dict[RightsKey, int]:
    policies = {policy for policy, _, _ in wanted}
    found = (await session.exec(select(PoolRights).where(col(PoolRights.policy_hash).in_(policies)))).all()
    return {(row.policy_hash, row.language, row.form.value): row.id for row in found}


async def key_ids(session: AsyncSession, wanted: Collection[Key]) -> Mapping[Key, int]:
    """The ids of these keys; those not yet known are added with a count of zero."""
    rows = [{"kind": key.kind.value, "value": key.value, "stories": 0} for key in sorted(wanted)]
    if not rows:
        return {}
    await session.execute(_insert_missing(session, PoolKey, rows))
    pairs = sa.tuple_(col(PoolKey.kind), col(PoolKey.value)).in_([(key.kind.value, key.value) for key in wanted])
    found = (await session.exec(select(PoolKey).where(pairs))).all()
    by_text = {(row.kind, row.value): row.id for row in found}
    return {key: by_text[(key.kind.value, key.value)] for key in wanted}


def _insert_missing(
    session: AsyncSession, table: type[PoolKey] | type[PoolRights], rows: list[JsonObject]
) -> sa.Insert:
    insert = postgresql.insert if session.get_bind().dialect.name == POSTGRESQL else sqlite.insert
    return insert(table).values(rows).on_conflict_do_nothing()


async def _count(session: AsyncSession, ids: Iterable[int], change: int) -> None:
    await session.execute(
        sa.update(PoolKey).where(col(PoolKey.id).in_(list(ids))).values(stories=col(PoolKey.stories) + change)
    )
