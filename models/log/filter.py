"""What a reader of the change log asks for."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from models.base import JsonObject
from models.event import Event, EventKind
from models.language import LanguageRange, LanguageTag, ranges_covering
from models.usage import Subject


@dataclass(frozen=True)
class ChangeFilter:
    """Changes that meet all of what is given; None asks for any.

    Languages, forms, series and topics ask of the story that a change is about, languages and forms of one and the same variant. A
    change that is about no story in the pool, such as a notice, a pickup or an agreement, passes them: nobody misses a kill over a filter.

    :param languages: RFC 4647 ranges: `de` covers `de-CH`.
    :param series: keys. Likewise `topics`.
    """

    kinds: frozenset[EventKind] | None = None
    languages: frozenset[LanguageRange] | None = None
    forms: frozenset[str] | None = None
    series: frozenset[str] | None = None
    topics: frozenset[str] | None = None
    story_ids: frozenset[uuid.UUID] | None = None

    @cached_property
    def asks_of_stories(self) -> bool:
        """Whether what a story is matters at all."""
        return any(part is not None for part in (self.languages, self.forms, self.series, self.topics))

    def holds_before(self, event: Event) -> bool:
        """Whether the kind and the story are among those that are asked for."""
        return (self.kinds is None or event.kind in self.kinds) and (
            self.story_ids is None or event.story_id in self.story_ids
        )

    def holds_of(self, subject: Subject) -> bool:
        """Whether a variant is among those that are asked for."""
        return (
            (self.languages is None or not self.languages.isdisjoint(ranges_covering(LanguageTag(subject.language))))
            and (self.forms is None or subject.form in self.forms)
            and (self.series is None or subject.series in self.series)
            and (self.topics is None or subject.topic in self.topics)
        )

    def record(self) -> JsonObject:
        """The filter as a JSON object, for keeping; what asks for any is left out."""
        parts: dict[str, Iterable[object] | None] = {
            "kinds": self.kinds,
            "languages": self.languages,
            "forms": self.forms,
            "series": self.series,
            "topics": self.topics,
            "storyIds": self.story_ids,
        }
        return {name: sorted(str(value) for value in values) for name, values in parts.items() if values is not None}

    @classmethod
    def of_record(cls, record: JsonObject) -> ChangeFilter:
        """The filter that was kept so."""

        def kept(name: str) -> frozenset[str] | None:
            return frozenset(record[name]) if name in record else None

        kinds, languages, stories = kept("kinds"), kept("languages"), kept("storyIds")
        return cls(
            kinds=None if kinds is None else frozenset(EventKind(kind) for kind in kinds),
            languages=None if languages is None else frozenset(LanguageRange(range_) for range_ in languages),
            forms=kept("forms"),
            series=kept("series"),
            topics=kept("topics"),
            story_ids=None if stories is None else frozenset(uuid.UUID(story) for story in stories),
        )


EVERYTHING = ChangeFilter()
