"""What a reader of the change log asks for."""

from __future__ import annotations

import strawberry

from models.errors import BadInput
from models.event import EventKind
from models.language import LanguageTag, parse_language_range
from models.log import ChangeFilter
from models.variant import Form
from schema.identifier import desk_uuid
from schema.log.kind import ChangeKind

MAX_VALUES = 100
"""How many values one filter field takes."""


@strawberry.input(
    name="ChangeFilter",
    description="What changes must meet. Several values of one field mean any of them; all fields given must hold. Languages, forms, "
    "series and topics ask of the story that a change is about, languages and forms of one and the same variant; notices, pickups, duties "
    "and agreements pass them, so that no filter keeps a kill back.",
)
class ChangeFilterInput:
    kinds: list[ChangeKind] | None = strawberry.field(default=None, description="Only changes of these kinds.")
    languages: list[LanguageTag] | None = strawberry.field(
        default=None, description="Language ranges: de covers de-CH."
    )
    forms: list[Form] | None = strawberry.field(default=None, description="Forms.")
    series: list[str] | None = strawberry.field(default=None, description="Keys of series.")
    topics: list[str] | None = strawberry.field(default=None, description="Keys of topics.")
    story_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Only changes of these stories.")

    def change_filter(self) -> ChangeFilter:
        """The filter, as the models take it.

        :raises BadInput: too many values.
        :raises NotFound: an id that is no story's.
        """
        for name in ("kinds", "languages", "forms", "series", "topics", "story_ids"):
            values = getattr(self, name)
            if values is not None and len(values) > MAX_VALUES:
                raise BadInput(
                    f"{name} holds {len(values)} values; at most {MAX_VALUES} are taken", field=["filter", name]
                )
        return ChangeFilter(
            kinds=None if self.kinds is None else frozenset(EventKind(kind.value) for kind in self.kinds),
            languages=None
            if self.languages is None
            else frozenset(parse_language_range(language) for language in self.languages),
            forms=None if self.forms is None else frozenset(form.value for form in self.forms),
            series=None if self.series is None else frozenset(self.series),
            topics=None if self.topics is None else frozenset(self.topics),
            story_ids=None
            if self.story_ids is None
            else frozenset(desk_uuid(story, "Story", "filter", "storyIds") for story in self.story_ids),
        )
