"""What a filter asks for, and that it is kept as it was."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from models.event import EventKind
from models.log import ChangeFilter
from models.usage import Subject

KEYS = st.none() | st.frozensets(st.sampled_from(["a", "b-c", "趣"]))
FILTERS = st.builds(
    ChangeFilter,
    kinds=st.none() | st.frozensets(st.sampled_from(list(EventKind))),
    languages=st.none() | st.frozensets(st.sampled_from(["*", "de", "zh-Hans"])),
    forms=st.none() | st.frozensets(st.sampled_from(["ARTICLE", "VIDEO"])),
    series=KEYS,
    topics=KEYS,
    story_ids=st.none() | st.frozensets(st.uuids()),
)


@given(FILTERS)
def test_a_filter_comes_back_as_it_was_kept(wanted: ChangeFilter) -> None:
    assert ChangeFilter.of_record(wanted.record()) == wanted


def test_a_language_range_covers_what_is_narrower() -> None:
    wanted = ChangeFilter(languages=frozenset({"de"}))  # type: ignore[arg-type]  # a range in canonical form
    assert wanted.holds_of(Subject(language="de-CH", form="ARTICLE", variant=uuid.uuid4()))  # type: ignore[arg-type]
    assert not wanted.holds_of(Subject(language="den", form="ARTICLE"))  # type: ignore[arg-type]
