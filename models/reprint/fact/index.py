"""Which stories hold which facts. It follows the releases by itself, and can be thrown away and made anew.

Facts belong to stories here, and not to variants: all languages of a story tell the same, and a copy may be of any version.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject
from models.concept import Concept, ConceptKind, Organisation
from models.contributor import Contributor
from models.database import Database
from models.document import decode
from models.event import Counter
from models.pool.tables import Document, Release, ReleaseKind
from models.reprint.fact.known import Names, names_of, world_names
from models.reprint.fact.reading import facts_of
from models.reprint.fact.score import Commonness
from models.reprint.table import MatchFact, MatchFactCount
from models.series import Series

FOLLOWED: Final = "match-facts"
"""The counter that holds the number of the last release in the index."""
STORIES: Final = "match-fact-stories"
"""The counter of stories that hold any fact."""
MOST_ROWS: Final = 4_000
"""Of the index that one look-up reads: the rarest facts come first, and those that would bring more are not asked for."""
MOST_NAMES: Final = 20_000
"""Of each vocabulary that are known."""
_AT_ONCE: Final = 25


async def catch_up(database: Database) -> None:
    """Brings the facts to the newest release, in short transactions."""
    while True:
        async with database.read() as session:
            done = (await session.exec(select(Counter.value).where(Counter.name == FOLLOWED))).one()
            newer = select(Release.id).where(col(Release.id) > done).limit(1)
            if (await session.exec(newer)).first() is None:
                return
            names = await names_of_pool(session)
        async with database.write() as session:
            await _index_some(session, names)


async def forget(session: AsyncSession) -> None:
    """Empties the index; `catch_up` fills it again."""
    await session.execute(sa.delete(MatchFact))
    await session.execute(sa.delete(MatchFactCount))
    await session.execute(sa.update(Counter).where(col(Counter.name).in_((FOLLOWED, STORIES))).values(value=0))


async def names_of_pool(session: AsyncSession) -> Names:
    """What the pool has names of in several languages: places, people, organisations, contributors who agreed to be named, series.

    A place that Unicode CLDR names as well stands for the same there, so that it is known in languages that the pool has no name in.
    """
    concepts = (
        select(Concept.kind, Concept.code, Concept.names)
        .where(col(Concept.kind).in_((ConceptKind.PLACE, ConceptKind.PERSON)))
        .order_by(col(Concept.kind), col(Concept.code))
        .limit(MOST_NAMES)
    )
    organisations = select(Organisation.key, Organisation.names).order_by(col(Organisation.key)).limit(MOST_NAMES)
    consenting = select(Contributor.key, Contributor.names).where(col(Contributor.consent).is_(True))
    contributors = consenting.order_by(col(Contributor.key)).limit(MOST_NAMES)
    series = select(Series.key, Series.names).order_by(col(Series.key)).limit(MOST_NAMES)
    known: list[tuple[str, Iterable[str]]] = [
        (f"{ConceptKind(kind).value.lower()}:{code}", names.values())
        for kind, code, names in (await session.exec(concepts)).all()
    ]
    for kind, statement in (("organisation", organisations), ("contributor", contributors), ("series", series)):
        known += [(f"{kind}:{key}", names.values()) for key, names in (await session.exec(statement)).all()]
    return await asyncio.to_thread(_with_world, known)


def _with_world(known: Sequence[tuple[str, Iterable[str]]]) -> Names:
    worldly = _worldly()
    renamed = [(next((worldly[name] for name in names if name in worldly), key), list(names)) for key, names in known]
    return names_of(renamed)


@cache
def _worldly() -> Mapping[str, str]:
    return {name: key for language in ("zh", "en") for key, (name,) in reversed(world_names(language))}


async def _index_some(session: AsyncSession, names: Names) -> None:
    held = select(Counter).where(Counter.name == FOLLOWED).with_for_update()
    counter = (await session.exec(held.execution_options(populate_existing=True))).one()
    newer = select(Release).where(col(Release.id) > counter.value).order_by(col(Release.id)).limit(_AT_ONCE)
    for release in (await session.exec(newer)).all():
        if release.kind is ReleaseKind.RELEASE:
            await _index(session, release, names)
        counter.value = release.id
    session.add(counter)
    await session.flush()


async def _index(session: AsyncSession, release: Release, names: Names) -> None:
    content = (await session.exec(select(Document.content).where(Document.release_id == release.id))).one()
    found = await asyncio.to_thread(_hashes, decode(content)["variants"], names)
    stored = select(MatchFact.hash).where(MatchFact.story_id == release.story_id)
    there = set((await session.exec(stored)).all())
    new = sorted(found - there)
    if not new:
        return
    if not there:
        stories = sa.update(Counter).where(col(Counter.name) == STORIES)
        await session.execute(stories.values(value=col(Counter.value) + 1))
    rows = [{"hash": number, "story_id": release.story_id} for number in new]
    await session.execute(sa.insert(MatchFact), rows)
    known = select(MatchFactCount.hash).where(col(MatchFactCount.hash).in_(new))
    counted = set((await session.exec(known)).all())
    if counted:
        more = sa.update(MatchFactCount).where(col(MatchFactCount.hash).in_(counted))
        changed = more.values(stories=col(MatchFactCount.stories) + 1)
        await session.execute(changed.execution_options(synchronize_session=False))
    if first := [{"hash": number, "stories": 1} for number in new if number not in counted]:
        await session.execute(sa.insert(MatchFactCount), first)


def _hashes(parts: Sequence[JsonObject], names: Names) -> set[int]:
    return {fact.hash() for part in parts for fact in facts_of(text_of(part), part["language"], names)}


def text_of(part: JsonObject) -> str:
    """The text of a variant, of its part of a document, whose facts count: headline and body."""
    return f"{part['headline'] or ''}\n{part['bodyText'] or ''}"


async def commonness(session: AsyncSession, hashes: Iterable[int]) -> Commonness:
    """How many stories hold these facts, and how many there are."""
    stories = (await session.exec(select(Counter.value).where(Counter.name == STORIES))).one()
    counts = select(MatchFactCount.hash, MatchFactCount.stories).where(col(MatchFactCount.hash).in_(set(hashes)))
    return Commonness(stories, dict((await session.exec(counts)).all()))


async def holders(session: AsyncSession, common: Commonness) -> dict[uuid.UUID, set[int]]:
    """The stories that hold some of these facts, by the rarest facts: no more than `MOST_ROWS` rows are read."""
    asked: list[int] = []
    rows = 0
    for number, stories in sorted(common.held.items(), key=lambda one: (one[1], one[0])):
        rows += stories
        if rows > MOST_ROWS:
            break
        asked.append(number)
    found: dict[uuid.UUID, set[int]] = {}
    holding = select(MatchFact.story_id, MatchFact.hash).where(col(MatchFact.hash).in_(asked))
    for story_id, number in (await session.exec(holding)).all():
        found.setdefault(story_id, set()).add(number)
    return found


async def held_by(session: AsyncSession, story_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[int]]:
    """All facts of some stories."""
    found: dict[uuid.UUID, set[int]] = {}
    holding = select(MatchFact.story_id, MatchFact.hash).where(col(MatchFact.story_id).in_(set(story_ids)))
    for story_id, number in (await session.exec(holding)).all():
        found.setdefault(story_id, set()).add(number)
    return found
