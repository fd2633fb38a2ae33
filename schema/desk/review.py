"""`submitForReview`, `returnToDraft` and `approve`."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.types import Info

from models.desk.reading import find_desk_variant
from models.desk.review import approve_variant, return_to_draft, submit_variants
from schema.change import Payload, attempt, change_by
from schema.context import Context
from schema.desk.variant import DeskVariant
from schema.desk.variant_edit import DeskVariantPayload
from schema.identifier import desk_uuid


@strawberry.input(description="Variants to hand to others to read: all of them, or none.")
class SubmitForReviewInput:
    variant_ids: list[strawberry.ID] = strawberry.field(description="The variants: up to 50.")
    revision: int | None = strawberry.field(
        default=None, description="The revision in which it was read, where it is one variant."
    )


@strawberry.input(description="A variant to send back to whoever writes it.")
class ReturnToDraftInput:
    variant_id: strawberry.ID = strawberry.field(description="The variant.")
    revision: int | None = strawberry.field(default=None, description="The revision in which it was read.")
    note: str | None = strawberry.field(default=None, description="What is to be done: up to 2,000 characters.")


@strawberry.input(description="A variant that may be released, as far as you are asked.")
class ApproveInput:
    variant_id: strawberry.ID = strawberry.field(description="The variant.")
    revision: int = strawberry.field(description="The revision in which you have read it.")


@strawberry.type(description="What handing variants to others gave.")
class SubmitForReviewPayload(Payload):
    variants: list[DeskVariant] = strawberry.field(
        description="The variants as they are now; empty where it was refused."
    )


async def submit_for_review(
    info: Info[Context, None],
    input: Annotated[SubmitForReviewInput, strawberry.argument(description="The variants.")],
) -> SubmitForReviewPayload | None:
    """Hands variants to others in one write transaction."""

    async def work() -> list[DeskVariant]:
        shown = info.context.actor.content_statuses
        ids = [desk_uuid(given, "Variant", "variantIds") for given in input.variant_ids]
        async with info.context.write("submitForReview", input) as session:
            rows = await submit_variants(session, ids, change_by(info.context), revision=input.revision)
            return [DeskVariant.of(await find_desk_variant(session, row.id, shown)) for row in rows]

    variants, refusals = await attempt(work())
    return SubmitForReviewPayload(variants=variants or [], user_errors=refusals)


async def return_variant(
    info: Info[Context, None],
    input: Annotated[ReturnToDraftInput, strawberry.argument(description="The variant, and why.")],
) -> DeskVariantPayload | None:
    """Sends a variant back in one write transaction."""

    async def work() -> DeskVariant:
        shown = info.context.actor.content_statuses
        variant_id = desk_uuid(input.variant_id, "Variant", "variantId")
        async with info.context.write("returnToDraft", input) as session:
            change = change_by(info.context)
            await return_to_draft(session, variant_id, input.note, change, revision=input.revision)
            return DeskVariant.of(await find_desk_variant(session, variant_id, shown))

    variant, refusals = await attempt(work())
    return DeskVariantPayload(variant=variant, user_errors=refusals)


async def approve(
    info: Info[Context, None],
    input: Annotated[ApproveInput, strawberry.argument(description="The variant, as it was read.")],
) -> DeskVariantPayload | None:
    """Approves a variant in one write transaction."""

    async def work() -> DeskVariant:
        shown = info.context.actor.content_statuses
        variant_id = desk_uuid(input.variant_id, "Variant", "variantId")
        needed = info.context.services.desk.approvals
        async with info.context.write("approve", input) as session:
            await approve_variant(session, variant_id, input.revision, change_by(info.context), needed=needed)
            return DeskVariant.of(await find_desk_variant(session, variant_id, shown))

    variant, refusals = await attempt(work())
    return DeskVariantPayload(variant=variant, user_errors=refusals)
