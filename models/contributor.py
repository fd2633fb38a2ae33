"""Contributors: who tells a story or shoots it."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import TypedDict

from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import Json, Table, enum_column, new_id
from models.catalogue import add_entry, change_entry, hold_entry, need, read_texts
from models.errors import BadTerritory, NotFound
from models.key import page_by_key, parse_key
from models.language import parse_language
from models.paging import Page, PageRequest
from models.territory import is_country, parse_territory

_NOUN = "contributor"


class ContributorRelation(StrEnum):
    """How a contributor stands to the centre."""

    STAFF = "STAFF"
    """Works for the centre."""
    FOREIGN_RESIDENT = "FOREIGN_RESIDENT"
    """Lives in the city and comes from abroad."""
    STUDENT = "STUDENT"
    """Studies in the city."""
    EXPERT = "EXPERT"
    """Is asked for knowledge of a field."""


class ContributorRole(StrEnum):
    """What a contributor did for a story."""

    REPORTER = "REPORTER"
    """Found it out and wrote it."""
    ON_CAMERA = "ON_CAMERA"
    """Tells it in front of the camera."""
    CAMERA = "CAMERA"
    """Shot it."""
    TRANSLATOR = "TRANSLATOR"
    """Carried it into another language."""


class Contributor(Table, table=True):
    """A person who contributes; `nationality` is an ISO 3166-1 code, `consent` to be named was given."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    names: dict[str, str] = Field(sa_type=Json)
    relation: ContributorRelation = Field(sa_type=enum_column(ContributorRelation))
    nationality: str | None = Field(default=None, max_length=2)
    language: str | None = Field(default=None, max_length=35)
    consent: bool = False


class StoryContributor(Table, table=True):
    """Who did what for a story."""

    story_id: uuid.UUID = Field(foreign_key="story.id", primary_key=True, ondelete="CASCADE")
    contributor_id: uuid.UUID = Field(foreign_key="contributor.id", primary_key=True, index=True)
    role: ContributorRole = Field(sa_type=enum_column(ContributorRole), primary_key=True)


class ContributorChanges(TypedDict, total=False):
    """What is to be said of a contributor anew; what is left out stays as it is."""

    names: dict[str, str]
    relation: ContributorRelation
    nationality: str | None
    language: str | None
    consent: bool


async def create_contributor(session: AsyncSession, key: str, changes: ContributorChanges) -> Contributor:
    """Adds a contributor, without consent where nothing is said of it. The same again finds the same one.

    :raises KeyTaken: another contributor has the key.
    :raises BadInput: a value cannot be right, or names or relation are missing.
    """
    need(changes, _NOUN, "names", "relation")
    return await add_entry(session, Contributor, _NOUN, {"key": parse_key(key)}, _read(changes))


async def update_contributor(
    session: AsyncSession, contributor_id: uuid.UUID, changes: ContributorChanges
) -> Contributor:
    """Says something of a contributor anew. Whose consent is withdrawn is not named from each story's next release on.

    :raises NotFound: no such contributor.
    :raises BadInput: a value cannot be right.
    """
    return await change_entry(session, await hold_entry(session, Contributor, _NOUN, contributor_id), _read(changes))


async def find_contributors(session: AsyncSession, request: PageRequest) -> Page[Contributor]:
    """A page of contributors by their keys."""
    return await page_by_key(session, select(Contributor), col(Contributor.key), request)


async def find_contributor(session: AsyncSession, contributor_id: uuid.UUID) -> Contributor:
    """One contributor.

    :raises NotFound: none with that id.
    """
    contributor = await session.get(Contributor, contributor_id)
    if contributor is None:
        raise NotFound("there is no such contributor")
    return contributor


def _read(changes: ContributorChanges) -> dict[str, object]:
    read = read_texts(changes)
    nationality, language = changes.get("nationality"), changes.get("language")
    if nationality is not None:
        read["nationality"] = code = parse_territory(nationality)
        if not is_country(code):
            raise BadTerritory(
                f"{nationality!r} is no nationality; give the two letters of a country in ISO 3166-1",
                field=["nationality"],
            )
    if language is not None:
        read["language"] = parse_language(language)
    return read
