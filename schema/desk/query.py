"""What editors can read."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import strawberry

from models.scope import Scope
from schema.access import RequiresScope
from schema.context import Context
from schema.desk.asset import one_desk_asset
from schema.desk.checklist import ChecklistItemResult, release_checklist
from schema.desk.listing import DeskStoryConnection, desk_stories
from schema.desk.story import DeskStory, desk_story, one_desk_story
from schema.desk.translation import TranslationMatrixConnection, one_translation_row, translation_matrix
from schema.desk.variant import one_desk_variant
from schema.node import Node


def edited(resolver: Callable[..., Any], description: str) -> Any:
    """A field for those who write, translate and approve."""
    return strawberry.field(resolver=resolver, description=description, extensions=[RequiresScope(Scope.STORY_WRITE)])


@strawberry.type
class DeskQueries:
    """Queries of the desk."""

    desk_story: DeskStory | None = edited(desk_story, "A story as it is edited, by its id or its URI.")
    desk_stories: DeskStoryConnection | None = edited(
        desk_stories, "Stories as they are edited, those that were saved last first."
    )
    release_checklist: list[ChecklistItemResult] | None = edited(
        release_checklist, "What would stand in the way of a release now, and what you should know before."
    )
    translation_matrix: TranslationMatrixConnection | None = edited(
        translation_matrix,
        "Which story there is in which language, how it stands, and what has fallen behind its source.",
    )


async def desk_node(context: Context, kind: str, key: uuid.UUID) -> Node:
    """A thing of the desk by its type and its primary key.

    :raises NotFound: there is none.
    """
    match kind:
        case "DeskStory":
            return await one_desk_story(context, key)
        case "DeskVariant":
            return await one_desk_variant(context, key)
        case "TranslationRow":
            return await one_translation_row(context, key)
        case _:
            return await one_desk_asset(context, key)
