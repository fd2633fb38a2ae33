"""Contributors: who tells a story or shoots it, as stories show them and as the desk keeps them."""

from __future__ import annotations

import uuid
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.base import JsonObject
from models.contributor import Contributor as ContributorRow
from models.contributor import (
    ContributorChanges,
    ContributorRelation,
    ContributorRole,
    create_contributor,
    find_contributor,
    find_contributors,
    update_contributor,
)
from models.errors import NotFound
from models.language import LanguageTag, wording
from models.paging import decode_cursor, page_request
from models.scope import Scope
from models.territory import Territory
from schema.argument import After, Before, First, InLanguage, Last
from schema.change import LEFT_OUT, Payload, attempt, given_fields, saved_by_key
from schema.context import Context
from schema.identifier import global_id
from schema.node import Connection, Node
from schema.text import Text, TextInput, all_texts, texts_by_language

_LIST = "contributors"
_RECORD = "ContributorRecord"


@strawberry.type(description="Who told or shot a story, and in which part.")
class Contributor:
    id: strawberry.ID = strawberry.field(description="Opaque; of this person in this role.")
    relation: ContributorRelation = strawberry.field(description="How the person stands to the centre.")
    role: ContributorRole = strawberry.field(description="What the person did.")
    names: strawberry.Private[dict[str, str]]

    @strawberry.field(description="The person's name; null where the person did not consent to be named.")
    def name(self, language: InLanguage = None) -> str | None:
        return wording(self.names, language or "en")

    @classmethod
    def of(cls, part: JsonObject) -> Contributor:
        """A contributor out of a document."""
        return cls(
            id=global_id("Contributor", f"{part['id']}:{part['role']}"),
            relation=ContributorRelation(part["relation"]),
            role=ContributorRole(part["role"]),
            names=part["names"],
        )


@strawberry.type(description="What the desk keeps of somebody who contributes. Partners never see it.")
class ContributorRecord(Node):
    key: str = strawberry.field(description="The contributor's key.")
    relation: ContributorRelation = strawberry.field(description="How the person stands to the centre.")
    nationality: Territory | None = strawberry.field(description="The person's country (ISO 3166-1).")
    language: LanguageTag | None = strawberry.field(description="The language that the person works in.")
    consent: bool = strawberry.field(description="Whether the person consents to be named.")
    row: strawberry.Private[ContributorRow]

    @strawberry.field(description="The person's name.")
    def name(self, language: InLanguage = None) -> str | None:
        return wording(self.row.names, language or "en")

    @strawberry.field(description="The person's name in every language.")
    def names(self) -> list[Text]:
        return all_texts(self.row.names)

    @classmethod
    def of(cls, row: ContributorRow) -> ContributorRecord:
        return cls(
            id=global_id(_RECORD, row.id),
            key=row.key,
            relation=row.relation,
            nationality=Territory(row.nationality) if row.nationality else None,
            language=LanguageTag(row.language) if row.language else None,
            consent=row.consent,
            row=row,
        )


@strawberry.input(
    description="A contributor to add, or, with its id, what to say of it anew. What is left out stays as it is."
)
class SaveContributorInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The contributor to change; absent for a new one."
    )
    key: str | None = strawberry.field(
        default=None, description="The key of a new contributor: a-z, 0-9, colon, dot and hyphen. It never changes."
    )
    names: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT, description="The person's name in every language. A new one needs it."
    )
    relation: ContributorRelation | None = strawberry.field(
        default=LEFT_OUT, description="How the person stands to the centre. A new one needs it."
    )
    nationality: Territory | None = strawberry.field(
        default=LEFT_OUT, description="The person's country: two letters of ISO 3166-1."
    )
    language: LanguageTag | None = strawberry.field(
        default=LEFT_OUT, description="The language that the person works in."
    )
    consent: bool | None = strawberry.field(
        default=LEFT_OUT,
        description="Whether the person consents to be named; false for a new one where absent. Where consent is withdrawn, each released "
        "story leaves the name out from its next release on: release the person's stories again to have it gone from the pool.",
    )

    def changes(self) -> ContributorChanges:
        """What is to be said anew."""
        given = given_fields(self, nullable=("nationality", "language"), without=("id", "key"))
        if "names" in given:
            given["names"] = texts_by_language(given["names"], "names")
        changes: ContributorChanges = given  # type: ignore[assignment]  # the input has the same fields
        return changes


@strawberry.type(description="What saving a contributor gave.")
class ContributorPayload(Payload):
    contributor: ContributorRecord | None = strawberry.field(description="The contributor; null where it was refused.")


async def save_contributor(
    info: Info[Context, None],
    input: Annotated[SaveContributorInput, strawberry.argument(description="The contributor.")],
) -> ContributorPayload | None:
    """Adds or changes a contributor in one write transaction."""
    row, refusals = await attempt(
        saved_by_key(info.context, "saveContributor", input, _RECORD, create_contributor, update_contributor)
    )
    return ContributorPayload(contributor=ContributorRecord.of(row) if row else None, user_errors=refusals)


async def list_contributors(
    info: Info[Context, None],
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[ContributorRecord] | None:
    """A page of contributors, by their keys."""
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (str,)))
    async with info.context.database.read() as session:
        page = await find_contributors(session, request)
    return Connection[ContributorRecord].of(page, _LIST, ContributorRecord.of)


async def one_contributor(context: Context, contributor_id: uuid.UUID) -> ContributorRecord:
    """A contributor by its id: for those who edit.

    :raises NotFound: none, or not for this actor.
    """
    if not context.actor.has(Scope.STORY_WRITE):
        raise NotFound("there is no such contributor")
    async with context.database.read() as session:
        return ContributorRecord.of(await find_contributor(session, contributor_id))
