"""Alliances: groups of partners and contributors."""

from __future__ import annotations

import uuid
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.alliance import Alliance as AllianceRow
from models.alliance import AllianceChanges, create_alliance, member_keys, update_alliance
from models.audit.subject import about
from models.errors import BadInput
from models.language import wording
from models.partner.reading import find_alliance
from models.scope import Scope
from schema.access import RequiresScope
from schema.argument import InLanguage
from schema.change import LEFT_OUT, Payload, attempt, change_by, given_fields
from schema.context import Context
from schema.identifier import global_id, uuid_of
from schema.node import Node
from schema.text import Text, TextInput, all_texts, texts_by_language


@strawberry.type(description="A group of partners and contributors that spreads stories together.")
class Alliance(Node):
    key: str = strawberry.field(description="The alliance's key.")
    row: strawberry.Private[AllianceRow]

    @strawberry.field(description="The alliance's name.")
    def name(self, language: InLanguage = None) -> str | None:
        return wording(self.row.names, language or "en")

    @strawberry.field(description="The alliance's name in every language.")
    def names(self) -> list[Text]:
        return all_texts(self.row.names)

    @strawberry.field(
        description="The keys of the partners that belong to it.", extensions=[RequiresScope(Scope.PARTNER_WRITE)]
    )
    async def partner_keys(self, info: Info[Context, None]) -> list[str] | None:
        async with info.context.database.read() as session:
            return (await member_keys(session, self.row.id)).partners

    @strawberry.field(
        description="The keys of the contributors that belong to it.", extensions=[RequiresScope(Scope.PARTNER_WRITE)]
    )
    async def contributor_keys(self, info: Info[Context, None]) -> list[str] | None:
        async with info.context.database.read() as session:
            return (await member_keys(session, self.row.id)).contributors

    @classmethod
    def of(cls, row: AllianceRow) -> Alliance:
        return cls(id=global_id("Alliance", row.id), key=row.key, row=row)


@strawberry.input(
    description="An alliance to add, or, with its id, what to say of it anew. What is left out stays as it is."
)
class SaveAllianceInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The alliance to change; absent for a new one."
    )
    key: str | None = strawberry.field(
        default=None, description="The key of a new alliance: a-z, 0-9, colon, dot and hyphen. It never changes."
    )
    names: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT, description="Its name in every language. A new one needs it."
    )
    partners: list[str] | None = strawberry.field(default=LEFT_OUT, description="The keys of all partners in it.")
    contributors: list[str] | None = strawberry.field(
        default=LEFT_OUT, description="The keys of all contributors in it."
    )

    def changes(self) -> AllianceChanges:
        """What is to be said anew."""
        given = given_fields(self, without=("id", "key"))
        if "names" in given:
            given["names"] = texts_by_language(given["names"], "names")
        changes: AllianceChanges = given  # type: ignore[assignment]  # the input has the same fields
        return changes


@strawberry.type(description="What saving an alliance gave.")
class AlliancePayload(Payload):
    alliance: Alliance | None = strawberry.field(description="The alliance; null where it was refused.")


async def save_alliance(
    info: Info[Context, None],
    input: Annotated[SaveAllianceInput, strawberry.argument(description="The alliance.")],
) -> AlliancePayload | None:
    """Adds or changes an alliance in one write transaction."""
    alliance, refusals = await attempt(_saved(info.context, input))
    return AlliancePayload(alliance=alliance, user_errors=refusals)


async def one_alliance(context: Context, alliance_id: uuid.UUID) -> Alliance:
    """An alliance by its id.

    :raises NotFound: none, or one that the actor's partner does not belong to.
    """
    async with context.database.read() as session:
        return Alliance.of(await find_alliance(session, alliance_id, context.actor))


async def _saved(context: Context, given: SaveAllianceInput) -> Alliance:
    changes, change = given.changes(), change_by(context)
    if given.id is None:
        if given.key is None:
            raise BadInput("a new alliance needs a key", field=["key"])
        async with context.write("saveAlliance", given) as session:
            row = await create_alliance(session, given.key, changes, change)
            about(session, global_id("Alliance", row.id))
            return Alliance.of(row)
    async with context.write("saveAlliance", given) as session:
        row = await update_alliance(session, uuid_of(given.id, "Alliance"), changes, change)
        if given.key not in (None, row.key):
            raise BadInput("the key of an alliance never changes; leave it out", field=["key"])
        return Alliance.of(row)
