"""Outlets: where copies run."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.audit.subject import about
from models.errors import BadInput
from models.language import LanguageTag
from models.outlet import (
    AudienceFigure,
    AudienceMeasure,
    FigureGrade,
    FigureQualifier,
    OutletChanges,
    OutletKind,
    create_outlet,
    update_outlet,
)
from models.outlet import Outlet as OutletRow
from models.partner.reading import find_outlet
from models.territory import Territory
from schema.change import LEFT_OUT, Payload, attempt, change_by, given_fields
from schema.context import Context
from schema.enum import describe
from schema.identifier import global_id, uuid_of
from schema.node import Node
from schema.scalar import Url

for _members in (OutletKind, AudienceMeasure, FigureQualifier, FigureGrade):
    describe(_members)


@strawberry.type(
    name="AudienceFigureResult", description="One figure of an outlet's audience. Followers are never views."
)
class AudienceFigureResult:
    measure: AudienceMeasure = strawberry.field(description="What it counts.")
    value: int = strawberry.field(description="How many.")
    qualifier: FigureQualifier = strawberry.field(description="Whether it is exact, at least, or about.")
    grade: FigureGrade = strawberry.field(description="How good it is.")
    as_of: date | None = strawberry.field(description="The day for which it is true; null where nobody said.")


@strawberry.type(description="A place where copies run.")
class Outlet(Node):
    key: str = strawberry.field(description="The outlet's key.")
    name: str = strawberry.field(description="What it is called.")
    kind: OutletKind = strawberry.field(description="What it is.")
    platform: str | None = strawberry.field(description="The platform of an account.")
    url: Url | None = strawberry.field(description="Its address.")
    territory: Territory | None = strawberry.field(description="Its country or region.")
    language: LanguageTag | None = strawberry.field(description="Its language.")
    audience: list[AudienceFigureResult] = strawberry.field(description="Dated figures of its audience.")
    partner_id: strawberry.ID | None = strawberry.field(
        description="Whose it is; null for the centre's own, and for one that is unclaimed."
    )
    demonstration: bool = strawberry.field(description="Whether it was made up for demonstration.")
    unclaimed: bool = strawberry.field(
        description="Whether it was found by the address of a copy, and nobody knows yet whose it is."
    )

    @classmethod
    def of(cls, row: OutletRow) -> Outlet:
        figures = [AudienceFigure.of(record) for record in row.audience]
        return cls(
            id=global_id("Outlet", row.id),
            key=row.key,
            name=row.name,
            kind=row.kind,
            platform=row.platform,
            url=Url(row.url) if row.url else None,
            territory=Territory(row.territory) if row.territory else None,
            language=LanguageTag(row.language) if row.language else None,
            audience=[AudienceFigureResult(**vars(figure)) for figure in figures],
            partner_id=global_id("Partner", row.partner_id) if row.partner_id else None,
            demonstration=row.demonstration,
            unclaimed=row.unclaimed,
        )


@strawberry.input(description="One figure of an outlet's audience.")
class AudienceFigureInput:
    measure: AudienceMeasure = strawberry.field(description="What it counts.")
    value: int = strawberry.field(description="How many.")
    qualifier: FigureQualifier = strawberry.field(description="Whether it is exact, at least, or about.")
    grade: FigureGrade = strawberry.field(description="How good it is.")
    as_of: date | None = strawberry.field(default=None, description="The day for which it is true.")


@strawberry.input(
    description="An outlet to add, or, with its id, what to say of it anew. What is left out stays as it is."
)
class SaveOutletInput:
    id: strawberry.ID | None = strawberry.field(default=None, description="The outlet to change; absent for a new one.")
    key: str | None = strawberry.field(
        default=None, description="The key of a new outlet: a-z, 0-9, colon, dot and hyphen. It never changes."
    )
    partner_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose a new outlet is; absent for the centre's own. It never changes."
    )
    name: str | None = strawberry.field(default=LEFT_OUT, description="What it is called. A new one needs it.")
    kind: OutletKind | None = strawberry.field(default=LEFT_OUT, description="What it is. A new one needs it.")
    platform: str | None = strawberry.field(default=LEFT_OUT, description="The platform of an account.")
    url: Url | None = strawberry.field(default=LEFT_OUT, description="Its address.")
    territory: Territory | None = strawberry.field(default=LEFT_OUT, description="Its country or region.")
    language: LanguageTag | None = strawberry.field(default=LEFT_OUT, description="Its language.")
    audience: list[AudienceFigureInput] | None = strawberry.field(
        default=LEFT_OUT, description="All figures of its audience."
    )

    def changes(self) -> OutletChanges:
        """What is to be said anew."""
        given = given_fields(
            self, nullable=("platform", "url", "territory", "language"), without=("id", "key", "partner_id")
        )
        if "audience" in given:
            given["audience"] = [AudienceFigure(**vars(figure)) for figure in given["audience"]]
        changes: OutletChanges = given  # type: ignore[assignment]  # the input has the same fields
        return changes


@strawberry.type(description="What saving an outlet gave.")
class OutletPayload(Payload):
    outlet: Outlet | None = strawberry.field(description="The outlet; null where it was refused.")


async def save_outlet(
    info: Info[Context, None],
    input: Annotated[SaveOutletInput, strawberry.argument(description="The outlet.")],
) -> OutletPayload | None:
    """Adds or changes an outlet in one write transaction."""
    outlet, refusals = await attempt(_saved(info.context, input))
    return OutletPayload(outlet=outlet, user_errors=refusals)


async def one_outlet(context: Context, outlet_id: uuid.UUID) -> Outlet:
    """An outlet by its id.

    :raises NotFound: none, or another partner's.
    """
    async with context.database.read() as session:
        return Outlet.of(await find_outlet(session, outlet_id, context.actor))


async def _saved(context: Context, given: SaveOutletInput) -> Outlet:
    changes, change = given.changes(), change_by(context)
    partner_id = uuid_of(given.partner_id, "Partner") if given.partner_id is not None else None
    if given.id is None:
        if given.key is None:
            raise BadInput("a new outlet needs a key", field=["key"])
        async with context.write("saveOutlet", given) as session:
            row = await create_outlet(session, partner_id, given.key, changes, change)
            about(session, global_id("Outlet", row.id), partner_id=row.partner_id)
            return Outlet.of(row)
    async with context.write("saveOutlet", given) as session:
        row = await update_outlet(session, uuid_of(given.id, "Outlet"), changes, change)
        if given.key not in (None, row.key) or partner_id not in (None, row.partner_id):
            raise BadInput("the key and the partner of an outlet never change; leave them out", field=["key"])
        return Outlet.of(row)
