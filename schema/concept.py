"""Vocabulary terms, organisations, contributors, series and topics as they lie in documents."""

from __future__ import annotations

from typing import Any

import strawberry

from models.base import JsonObject
from models.concept import OrganisationKind
from models.contributor import ContributorRelation, ContributorRole
from models.language import wording
from models.territory import Territory
from schema.argument import InLanguage
from schema.identifier import global_id


def named(names: dict[str, str], language: str | None) -> str | None:
    """A name in the language asked for, or the nearest that there is."""
    return wording(names, language or "en")


@strawberry.type(description="A term of a vocabulary: a genre, a subject (IPTC Media Topic), a place or a person.")
class Concept:
    id: strawberry.ID = strawberry.field(description="Opaque.")
    code: str = strawberry.field(description="The term's code, as filters take it.")
    territory: Territory | None = strawberry.field(description="The country or region of a place.")
    names: strawberry.Private[dict[str, str]]

    @strawberry.field(description="The term's name.")
    def name(self, language: InLanguage = None) -> str | None:
        return named(self.names, language)

    @classmethod
    def of(cls, kind: str, part: JsonObject) -> Concept:
        return cls(
            id=global_id(kind, part["code"]), code=part["code"], territory=part["territory"], names=part["names"]
        )


@strawberry.type(description="An organisation that a story is about.")
class Organisation:
    id: strawberry.ID = strawberry.field(description="Opaque.")
    key: str = strawberry.field(description="The organisation's key, as filters take it.")
    kind: OrganisationKind = strawberry.field(description="What it is.")
    names: strawberry.Private[dict[str, str]]

    @strawberry.field(description="The organisation's name.")
    def name(self, language: InLanguage = None) -> str | None:
        return named(self.names, language)

    @classmethod
    def of(cls, part: JsonObject) -> Organisation:
        return cls(
            id=global_id("Organisation", part["id"]),
            key=part["key"],
            kind=OrganisationKind(part["kind"]),
            names=part["names"],
        )


@strawberry.type(description="Who told or shot a story, and in which part.")
class Contributor:
    id: strawberry.ID = strawberry.field(description="Opaque; of this person in this role.")
    relation: ContributorRelation = strawberry.field(description="How the person stands to the centre.")
    role: ContributorRole = strawberry.field(description="What the person did.")
    names: strawberry.Private[dict[str, str]]

    @strawberry.field(description="The person's name; null where the person did not consent to be named.")
    def name(self, language: InLanguage = None) -> str | None:
        return named(self.names, language)

    @classmethod
    def of(cls, part: JsonObject) -> Contributor:
        return cls(
            id=global_id("Contributor", f"{part['id']}:{part['role']}"),
            relation=ContributorRelation(part["relation"]),
            role=ContributorRole(part["role"]),
            names=part["names"],
        )


@strawberry.type(description="A running content brand.")
class Series:
    id: strawberry.ID = strawberry.field(description="Opaque.")
    key: str = strawberry.field(description="The series' key, as filters take it.")
    names: strawberry.Private[dict[str, str]]
    descriptions: strawberry.Private[dict[str, str]]

    @strawberry.field(description="The series' name.")
    def name(self, language: InLanguage = None) -> str | None:
        return named(self.names, language)

    @strawberry.field(description="What the series is about.")
    def description(self, language: InLanguage = None) -> str | None:
        return named(self.descriptions, language)


@strawberry.type(description="A hot topic that stories are hung on while it is hot.")
class Topic:
    id: strawberry.ID = strawberry.field(description="Opaque.")
    key: str = strawberry.field(description="The topic's key, as filters take it.")
    names: strawberry.Private[dict[str, str]]
    descriptions: strawberry.Private[dict[str, str]]

    @strawberry.field(description="The topic's name.")
    def name(self, language: InLanguage = None) -> str | None:
        return named(self.names, language)

    @strawberry.field(description="What the topic is about.")
    def description(self, language: InLanguage = None) -> str | None:
        return named(self.descriptions, language)


def brand_fields(kind: str, part: JsonObject) -> dict[str, Any]:
    """The fields of a series or topic out of its part of a document."""
    return {
        "id": global_id(kind, part["id"]),
        "key": part["key"],
        "names": part["names"],
        "descriptions": part["descriptions"],
    }
