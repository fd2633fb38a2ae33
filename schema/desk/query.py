"""What editors can read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import strawberry

from models.scope import Scope
from schema.access import RequiresScope
from schema.desk.checklist import ChecklistItemResult, release_checklist
from schema.desk.listing import DeskStoryConnection, desk_stories
from schema.desk.story import DeskStory, desk_story
from schema.desk.translation import TranslationMatrixConnection, translation_matrix


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
