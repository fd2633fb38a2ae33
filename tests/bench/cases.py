"""What is asked of pools, with the place of a deep page."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from models.paging import encode_cursor
from tests.bench.pool import DECADE, NEWEST

USABLE: Final = {"territory": "FR", "channel": "WEB"}
"""A use that about half of the pool's policies permit."""

COMMON_WORD: Final = "city"
RARE_WORD: Final = "kx40"
"""One in some seven hundred variants has it."""


@dataclass(frozen=True)
class Case:
    """A filter.

    :param deep: where in the pool the deep page begins, as a share of its stories counted from the oldest; None for no deep page.
    :param order: NEWEST_FIRST where absent.
    """

    name: str
    filter: dict[str, Any] = field(default_factory=dict)
    deep: float | None = 0.5
    order: str = "NEWEST_FIRST"

    def variables(self, first: int, stories: int, *, deep: bool) -> dict[str, Any]:
        """The variables of the first or of the deep page, in a pool of so many stories."""
        after = None
        if deep:
            assert self.deep is not None
            after = encode_cursor(f"stories.{self.order}", (int(stories * self.deep),))
        return {"filter": self.filter, "orderBy": self.order, "first": first, "after": after}


def _back(years: float) -> str:
    return _text(NEWEST - timedelta(days=365.25 * years))


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


SINGLE: Final = (
    Case("no filter"),
    Case("language", {"languages": ["ru"]}),
    Case("language, one in three", {"languages": ["el"]}),
    Case("form", {"forms": ["SHORT_VIDEO"]}),
    Case("series", {"series": ["synthetic-series-00"]}),
    Case("topic", {"topics": ["synthetic-topic-00"]}),
    Case("subject", {"subjects": ["synthetic:000"]}),
    Case("genre", {"genres": ["synthetic:000"]}),
    Case("place", {"places": ["synthetic:000"]}),
    Case("urgency", {"urgencies": [5]}),
    Case("media", {"media": ["VIDEO"]}),
    Case("content date window", {"contentCreated": {"start": _back(6), "until": _back(4)}}),
    Case("version date window", {"versionCreated": {"start": _back(6), "until": _back(4)}}),
    Case("updated after", {"updatedAfter": _text(NEWEST - DECADE / 2)}, deep=0.75),
    Case("usable for, half", {"usableFor": USABLE}),
    Case("text, common word", {"text": COMMON_WORD}),
    Case("text, rare word", {"text": RARE_WORD}),
)
"""One filter each, newest first: their median may grow by half from the smallest pool to the largest."""

CONJUNCTIONS: Final = (
    Case("language, subject, form", {"languages": ["ru"], "subjects": ["synthetic:000"], "forms": ["ARTICLE"]}, None),
    Case("series and place", {"series": ["synthetic-series-00"], "places": ["synthetic:000"]}, None),
    Case("rare subject and rare place", {"subjects": ["synthetic:199"], "places": ["synthetic:039"]}, None),
    Case("usable for, language, form", {"usableFor": USABLE, "languages": ["el"], "forms": ["ARTICLE"]}, None),
    Case("text and subject", {"text": COMMON_WORD, "subjects": ["synthetic:150"]}, None),
    Case("two words that rarely meet", {"text": f"{RARE_WORD} kx41"}, None),
)
"""Several at once: each examines no more than its budget."""

RELEVANCE: Final = (
    Case("relevance, common word", {"text": COMMON_WORD}, None, "RELEVANCE"),
    Case("relevance, rare word", {"text": RARE_WORD}, None, "RELEVANCE"),
)

COUNTED: Final = (
    Case("no filter"),
    Case("language", {"languages": ["ru"]}),
    Case("subject", {"subjects": ["synthetic:000"]}),
)
"""What counts and facets are asked under."""
