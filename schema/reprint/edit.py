"""What staff say of copies, and of outlets that were found and not claimed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.language import LanguageTag
from models.reprint import edit
from models.reprint.edit import ReprintChanges
from models.reprint.record import records_of
from models.reprint.table import ReprintForm, ReprintState, Stage, TimePrecision
from models.territory import Territory
from schema.change import LEFT_OUT, Payload, attempt, given_fields
from schema.context import Context
from schema.identifier import uuid_of
from schema.outlet import Outlet
from schema.reprint.report import ReprintPayload
from schema.reprint.reprint import Reprint


@strawberry.input(description="What to say of a copy anew. What is left out stays as it is.")
class UpdateReprintInput:
    reprint_id: strawberry.ID = strawberry.field(description="The copy.")
    revision: int = strawberry.field(description="Its revision, as you have read it.")
    outlet_id: strawberry.ID | None = strawberry.field(default=LEFT_OUT, description="Where it ran.")
    variant_id: strawberry.ID | None = strawberry.field(
        default=LEFT_OUT, description="The variant, and with it the story."
    )
    variant_version: int | None = strawberry.field(default=LEFT_OUT, description="The version of the variant.")
    title: str | None = strawberry.field(default=LEFT_OUT, description="Its title.")
    language: LanguageTag | None = strawberry.field(default=LEFT_OUT, description="Its language.")
    territory: Territory | None = strawberry.field(default=LEFT_OUT, description="The country or region where it ran.")
    form: ReprintForm | None = strawberry.field(default=LEFT_OUT, description="How much of the story it carries.")
    published_at: datetime | None = strawberry.field(default=LEFT_OUT, description="When it was published.")
    published_precision: TimePrecision | None = strawberry.field(
        default=LEFT_OUT, description="How exactly that is known."
    )
    stage: Stage | None = strawberry.field(
        default=LEFT_OUT, description="How far along its way it is; null to go by the outlet."
    )
    state: ReprintState | None = strawberry.field(default=LEFT_OUT, description="What is known of it.")
    note: str | None = strawberry.field(default=LEFT_OUT, description="A note.")

    def changes(self) -> ReprintChanges:
        """What is to be said anew, as the models take it."""
        nullable = ("variant_id", "variant_version", "title", "language", "territory", "form", "stage", "note")
        given = given_fields(self, nullable=nullable, without=("reprint_id", "revision"))
        for name, kind in (("outlet_id", "Outlet"), ("variant_id", "Variant")):
            if given.get(name) is not None:
                given[name] = uuid_of(given[name], kind)
        if "stage" in given:
            given["stage_given"] = given.pop("stage")
        changes: ReprintChanges = given  # type: ignore[assignment]  # the input has the same fields
        return changes


async def update_reprint(
    info: Info[Context, None],
    input: Annotated[UpdateReprintInput, strawberry.argument(description="The copy, and what it is.")],
) -> ReprintPayload | None:
    """Says anew what a copy is, in one write transaction."""
    reprint, errors = await attempt(_updated(info.context, input))
    return ReprintPayload(reprint=reprint, user_errors=errors)


async def _updated(context: Context, given: UpdateReprintInput) -> Reprint:
    changes, reprint_id = given.changes(), uuid_of(given.reprint_id, "Reprint")
    async with context.write("updateReprint", given) as session:
        row = await edit.update(session, reprint_id, changes, given.revision, context.services.clock())
        (found,) = await records_of(session, [row], context.actor)
        return Reprint.of(found)


@strawberry.input(description="Two outlets that are one.")
class MergeOutletsInput:
    unclaimed_id: strawberry.ID = strawberry.field(
        description="The one that nobody has claimed. It is gone afterwards."
    )
    into_id: strawberry.ID = strawberry.field(description="The one that is known.")


@strawberry.type(description="What bringing two outlets together gave.")
class MergeOutletsPayload(Payload):
    outlet: Outlet | None = strawberry.field(description="The outlet that is known; null where it was refused.")


async def merge_outlets(
    info: Info[Context, None],
    input: Annotated[MergeOutletsInput, strawberry.argument(description="The outlets.")],
) -> MergeOutletsPayload | None:
    """Brings two outlets together in one write transaction."""
    outlet, errors = await attempt(_merged(info.context, input))
    return MergeOutletsPayload(outlet=outlet, user_errors=errors)


async def _merged(context: Context, given: MergeOutletsInput) -> Outlet:
    async with context.write("mergeOutlets", given) as session:
        row = await edit.merge_outlets(session, uuid_of(given.unclaimed_id, "Outlet"), uuid_of(given.into_id, "Outlet"))
        return Outlet.of(row)


@strawberry.input(description="A copy to look at.")
class CheckReprintInput:
    reprint_id: strawberry.ID = strawberry.field(description="The copy. It needs an address.")


async def check_reprint(
    info: Info[Context, None],
    input: Annotated[CheckReprintInput, strawberry.argument(description="The copy.")],
) -> ReprintPayload | None:
    """Has a copy looked at as soon as may be."""
    reprint, errors = await attempt(_to_be_checked(info.context, input))
    return ReprintPayload(reprint=reprint, user_errors=errors)


async def _to_be_checked(context: Context, given: CheckReprintInput) -> Reprint:
    async with context.write("checkReprint", given) as session:
        row = await edit.have_checked(session, uuid_of(given.reprint_id, "Reprint"), context.services.clock())
        (found,) = await records_of(session, [row], context.actor)
        return Reprint.of(found)
