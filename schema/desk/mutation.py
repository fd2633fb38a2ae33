"""What editors can change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import strawberry

from models.scope import Scope
from schema.access import RequiresScope
from schema.desk.asset_edit import DeskAssetPayload, DetachAssetPayload, attach_asset, detach_asset, update_asset
from schema.desk.review import SubmitForReviewPayload, approve, return_variant, submit_for_review
from schema.desk.story_edit import DeskStoryPayload, create_story, update_story
from schema.desk.variant_edit import DeskVariantPayload, RemoveVariantPayload, remove_variant, save_variant


def editing(resolver: Callable[..., Any], description: str) -> Any:
    """A mutation of those who write, translate and approve."""
    return strawberry.mutation(
        resolver=resolver, description=description, extensions=[RequiresScope(Scope.STORY_WRITE)]
    )


@strawberry.type
class DeskMutations:
    """Mutations of the desk."""

    create_story: DeskStoryPayload | None = editing(
        create_story, "Begins a story. The same again gives the same story."
    )
    update_story: DeskStoryPayload | None = editing(
        update_story, "Says something of a story anew. Partners see it with the next release."
    )
    save_variant: DeskVariantPayload | None = editing(
        save_variant, "Begins a variant, or saves what was written of it. Partners see it with the next release."
    )
    remove_variant: RemoveVariantPayload | None = editing(remove_variant, "Takes away a draft that was never released.")
    submit_for_review: SubmitForReviewPayload | None = editing(
        submit_for_review, "Hands variants to others to read. What is in review already stays there."
    )
    return_to_draft: DeskVariantPayload | None = editing(
        return_variant, "Sends a variant back to whoever writes it, with a note; its approvals are gone."
    )
    approve: DeskVariantPayload | None = editing(
        approve, "Finds that a variant may be released. Nobody approves words of his or her own. Again changes nothing."
    )
    attach_asset: DeskAssetPayload | None = editing(
        attach_asset, "Makes an uploaded file into an asset of a story. The same upload again gives the same asset."
    )
    update_asset: DeskAssetPayload | None = editing(
        update_asset, "Says something of an asset anew. Partners see it with the next release."
    )
    detach_asset: DetachAssetPayload | None = editing(
        detach_asset, "Takes an asset off its story. What was released with it keeps it until the next release."
    )
