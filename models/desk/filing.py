"""What stories are filed under: concepts, organisations, contributors; named by their codes and keys."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.concept import Concept, ConceptKind, Organisation, StoryConcept, StoryOrganisation
from models.contributor import Contributor, ContributorRole, StoryContributor
from models.desk.words import readable
from models.errors import BadInput, NotFound

MOST_FILED = 50
"""How many values one part of a filing holds at most."""
CONCEPT_PARTS = {
    "genres": ConceptKind.GENRE,
    "subjects": ConceptKind.SUBJECT,
    "places": ConceptKind.PLACE,
    "people": ConceptKind.PERSON,
}
FILED_PARTS = (*CONCEPT_PARTS, "organisations", "contributors")


@dataclass
class Filing:
    """What a story is filed under: codes, each in the editor's order.

    :param organisations: keys, each with whether the story tells of that enterprise's brand.
    :param contributors: keys, each with what he or she did.
    """

    genres: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    organisations: list[tuple[str, bool]] = field(default_factory=list)
    contributors: list[tuple[str, ContributorRole]] = field(default_factory=list)


async def read_filings(session: AsyncSession, story_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Filing]:
    """What stories are filed under, by their ids."""
    found = {story_id: Filing() for story_id in story_ids}
    parts = {kind: part for part, kind in CONCEPT_PARTS.items()}
    concepts = (
        select(StoryConcept.story_id, Concept.kind, Concept.code)
        .join(Concept, col(Concept.id) == col(StoryConcept.concept_id))
        .where(col(StoryConcept.story_id).in_(story_ids))
        .order_by(col(StoryConcept.ordinal), col(Concept.code))
    )
    for story_id, kind, code in (await session.exec(concepts)).all():
        getattr(found[story_id], parts[ConceptKind(kind)]).append(code)
    organisations = (
        select(StoryOrganisation.story_id, Organisation.key, StoryOrganisation.is_brand)
        .join(Organisation, col(Organisation.id) == col(StoryOrganisation.organisation_id))
        .where(col(StoryOrganisation.story_id).in_(story_ids))
        .order_by(col(StoryOrganisation.ordinal), col(Organisation.key))
    )
    for story_id, key, is_brand in (await session.exec(organisations)).all():
        found[story_id].organisations.append((key, is_brand))
    contributors = (
        select(StoryContributor.story_id, Contributor.key, StoryContributor.role)
        .join(Contributor, col(Contributor.id) == col(StoryContributor.contributor_id))
        .where(col(StoryContributor.story_id).in_(story_ids))
    )
    for story_id, key, role in (await session.exec(contributors)).all():
        found[story_id].contributors.append((key, ContributorRole(role)))
    for filing in found.values():
        filing.contributors.sort()  # databases order keys each by a collation of its own
    return found


def parse_filing(changes: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The parts of a filing that are given, each value once.

    :raises BadInput: too many values, or an organisation twice.
    """
    read: dict[str, list[Any]] = {}
    for part in FILED_PARTS:
        if part not in changes:
            continue
        if len(changes[part]) > MOST_FILED:
            raise BadInput(f"{part} holds {len(changes[part])} values; at most {MOST_FILED} are possible", field=[part])
        for value in changes[part]:
            readable(value if isinstance(value, str) else value[0], part)
        read[part] = list(dict.fromkeys(changes[part]))
    if "contributors" in read:
        read["contributors"].sort()
    keys = [key for key, _ in read.get("organisations", ())]
    if len(set(keys)) < len(keys):
        raise BadInput("organisations names one twice; give it once", field=["organisations"])
    return read


async def save_filing(
    session: AsyncSession, story_id: uuid.UUID, parts: Mapping[str, Sequence[Any]], *, write: Collection[str]
) -> None:
    """Files a story under what is given, in the place of what it was filed under.

    :param parts: as `parse_filing` gives them: all of them must be there.
    :param write: the parts that are different now.
    :raises NotFound: something is not there; the message names it.
    """
    for part, values in parts.items():
        ids = await _ids(session, part, values)
        if part not in write:
            continue
        await _remove(session, story_id, part)
        rows: list[StoryConcept | StoryOrganisation | StoryContributor] = []
        for ordinal, (value, row_id) in enumerate(zip(values, ids, strict=True)):
            if part in CONCEPT_PARTS:
                rows.append(StoryConcept(story_id=story_id, concept_id=row_id, ordinal=ordinal))
            elif part == "organisations":
                rows.append(
                    StoryOrganisation(story_id=story_id, organisation_id=row_id, ordinal=ordinal, is_brand=value[1])
                )
            else:
                rows.append(StoryContributor(story_id=story_id, contributor_id=row_id, role=value[1]))
        session.add_all(rows)
    await session.flush()


async def _ids(session: AsyncSession, part: str, values: Sequence[Any]) -> list[uuid.UUID]:
    """The ids of what the values name, in that order."""
    if part in CONCEPT_PARTS:
        names: list[str] = list(values)
        statement = select(Concept.code, Concept.id).where(
            Concept.kind == CONCEPT_PARTS[part], col(Concept.code).in_(names)
        )
    else:
        names = [key for key, _ in values]
        table: type[Organisation] | type[Contributor] = Organisation if part == "organisations" else Contributor
        statement = select(table.key, table.id).where(col(table.key).in_(names))
    found = dict((await session.exec(statement)).all())
    refuse_unknown(part, (name for name in names if name not in found))
    return [found[name] for name in names]


def refuse_unknown(part: str, unknown: Iterable[str]) -> None:
    """Refuses what is not there.

    :raises NotFound: there is something; the message names the first twenty.
    """
    if names := list(dict.fromkeys(unknown)):
        listed = ", ".join(repr(name[:80]) for name in names[:20])
        raise NotFound(f"{part} names {listed}, which is not there; add it first, or correct the code", field=[part])


async def _remove(session: AsyncSession, story_id: uuid.UUID, part: str) -> None:
    statement: sa.Delete
    if part in CONCEPT_PARTS:
        of_kind = select(Concept.id).where(Concept.kind == CONCEPT_PARTS[part])
        statement = sa.delete(StoryConcept).where(
            col(StoryConcept.story_id) == story_id, col(StoryConcept.concept_id).in_(of_kind)
        )
    elif part == "organisations":
        statement = sa.delete(StoryOrganisation).where(col(StoryOrganisation.story_id) == story_id)
    else:
        statement = sa.delete(StoryContributor).where(col(StoryContributor.story_id) == story_id)
    await session.execute(statement)
