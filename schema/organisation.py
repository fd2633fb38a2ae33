"""Organisations: who stories are about, and which enterprises go abroad with them."""

from __future__ import annotations

import uuid
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.base import JsonObject
from models.concept import Organisation as OrganisationRow
from models.concept import OrganisationKind
from models.errors import NotFound
from models.language import wording
from models.organisation import (
    OrganisationChanges,
    create_organisation,
    find_organisation,
    find_organisations,
    update_organisation,
)
from models.paging import decode_cursor, page_request
from models.scope import Scope
from schema.argument import After, Before, First, InLanguage, Last
from schema.change import LEFT_OUT, Payload, attempt, given_fields, saved_by_key
from schema.context import Context
from schema.identifier import global_id
from schema.node import Connection, Node
from schema.text import Text, TextInput, all_texts, texts_by_language

_LIST = "organisations"


@strawberry.type(description="An organisation that a story is about.")
class Organisation(Node):
    key: str = strawberry.field(description="The organisation's key, as filters take it.")
    kind: OrganisationKind = strawberry.field(description="What it is.")
    go_global: bool = strawberry.field(
        description="Whether it is an enterprise in the go-global programme; in a story, whether it was when that was released."
    )
    is_brand: bool | None = strawberry.field(
        description="Whether the story tells of its brand, for reports by enterprise; null outside of a story."
    )
    all_names: strawberry.Private[dict[str, str]]

    @strawberry.field(description="The organisation's name.")
    def name(self, language: InLanguage = None) -> str | None:
        return wording(self.all_names, language or "en")

    @strawberry.field(description="The organisation's name in every language.")
    def names(self) -> list[Text]:
        return all_texts(self.all_names)

    @classmethod
    def of_part(cls, part: JsonObject) -> Organisation:
        """An organisation out of a document; those of before brands were told do not say so."""
        return cls(
            id=global_id("Organisation", part["id"]),
            key=part["key"],
            kind=OrganisationKind(part["kind"]),
            go_global=part.get("goGlobal", False),
            is_brand=part.get("brand", False),
            all_names=part["names"],
        )

    @classmethod
    def of(cls, row: OrganisationRow) -> Organisation:
        return cls(
            id=global_id("Organisation", row.id),
            key=row.key,
            kind=row.kind,
            go_global=row.go_global,
            is_brand=None,
            all_names=row.names,
        )


@strawberry.input(name="OrganisationFilter", description="What organisations must meet.")
class OrganisationFilterInput:
    kind: OrganisationKind | None = strawberry.field(default=None, description="Only those of this kind.")
    go_global: bool | None = strawberry.field(
        default=None, description="Only enterprises in the go-global programme, or only what is not."
    )


@strawberry.input(
    description="An organisation to add, or, with its id, what to say of it anew. What is left out stays as it is."
)
class SaveOrganisationInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The organisation to change; absent for a new one."
    )
    key: str | None = strawberry.field(
        default=None, description="The key of a new organisation: a-z, 0-9, colon, dot and hyphen. It never changes."
    )
    names: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT, description="Its name in every language. A new one needs it."
    )
    kind: OrganisationKind | None = strawberry.field(default=LEFT_OUT, description="What it is. A new one needs it.")
    go_global: bool | None = strawberry.field(
        default=LEFT_OUT, description="Whether it is in the go-global programme; only an enterprise can be."
    )

    def changes(self) -> OrganisationChanges:
        """What is to be said anew."""
        given = given_fields(self, without=("id", "key"))
        if "names" in given:
            given["names"] = texts_by_language(given["names"], "names")
        changes: OrganisationChanges = given  # type: ignore[assignment]  # the input has the same fields
        return changes


@strawberry.type(description="What saving an organisation gave.")
class OrganisationPayload(Payload):
    organisation: Organisation | None = strawberry.field(description="The organisation; null where it was refused.")


async def save_organisation(
    info: Info[Context, None],
    input: Annotated[SaveOrganisationInput, strawberry.argument(description="The organisation.")],
) -> OrganisationPayload | None:
    """Adds or changes an organisation in one write transaction."""
    row, refusals = await attempt(
        saved_by_key(info.context, "saveOrganisation", input, "Organisation", create_organisation, update_organisation)
    )
    return OrganisationPayload(organisation=Organisation.of(row) if row else None, user_errors=refusals)


async def list_organisations(
    info: Info[Context, None],
    filter: Annotated[OrganisationFilterInput | None, strawberry.argument(description="What they must meet.")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[Organisation] | None:
    """A page of organisations, by their keys."""
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (str,)))
    wanted = filter or OrganisationFilterInput()
    async with info.context.database.read() as session:
        page = await find_organisations(session, request, kind=wanted.kind, go_global=wanted.go_global)
    return Connection[Organisation].of(page, _LIST, Organisation.of)


async def one_organisation(context: Context, organisation_id: uuid.UUID) -> Organisation:
    """An organisation by its id: for those who edit; partners see those that their stories are about there.

    :raises NotFound: none, or not for this actor.
    """
    if not context.actor.has(Scope.STORY_WRITE):
        raise NotFound("there is no such organisation")
    async with context.database.read() as session:
        return Organisation.of(await find_organisation(session, organisation_id))
