"""`releaseChecklist`."""

from __future__ import annotations

import uuid
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.desk.checklist import ChecklistCode, ChecklistSeverity
from models.desk.checklist import ChecklistItem as Item
from models.desk.checklist import checklist as read_checklist
from schema.context import Context
from schema.enum import describe
from schema.identifier import desk_uuid, global_id

for _members in (ChecklistCode, ChecklistSeverity):
    describe(_members)


@strawberry.type(description="One point of a release checklist.")
class ChecklistItemResult:
    code: ChecklistCode = strawberry.field(description="What was found.")
    severity: ChecklistSeverity = strawberry.field(description="What it does.")
    variant_id: strawberry.ID | None = strawberry.field(description="The variant that it is about, on the desk.")
    asset_id: strawberry.ID | None = strawberry.field(description="The asset that it is about.")
    message: str = strawberry.field(description="The rest of a sentence about the story.")

    @classmethod
    def of(cls, item: Item) -> ChecklistItemResult:
        return cls(
            code=item.code,
            severity=item.severity,
            variant_id=global_id("DeskVariant", item.variant_id) if item.variant_id else None,
            asset_id=global_id("Asset", item.asset_id) if item.asset_id else None,
            message=item.message,
        )


async def release_checklist(
    info: Info[Context, None],
    story_id: Annotated[strawberry.ID, strawberry.argument(description="The story.")],
    variant_ids: Annotated[
        list[strawberry.ID] | None,
        strawberry.argument(description="The variants that would be released; all approved ones where absent."),
    ] = None,
) -> list[ChecklistItemResult] | None:
    """What stands in the way of a release now.

    :raises NotFound: no such story, or an id of something else.
    """
    wanted = None if variant_ids is None else [desk_uuid(given, "Variant", "variantIds") for given in variant_ids]
    return await checklist_of(info.context, desk_uuid(story_id, "Story", "storyId"), wanted)


async def checklist_of(
    context: Context, story_id: uuid.UUID, variant_ids: list[uuid.UUID] | None
) -> list[ChecklistItemResult]:
    """What stands in the way of a release of these variants now.

    :raises NotFound: no such story.
    """
    async with context.database.read() as session:
        items = await read_checklist(session, story_id, variant_ids, context.services.clock())
    return [ChecklistItemResult.of(item) for item in items]
