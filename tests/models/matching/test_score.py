"""Scores are sums of reasons, in whole numbers, out of a hundred."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.language import LanguageTag
from models.matching.score import MOST, MatchReasonCode, Rights, Taste, reads, reasons, score
from models.matching.wording import message

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
EL, EN, ZH = LanguageTag("el"), LanguageTag("en"), LanguageTag("zh")
ALLOWED = Rights(covered=True, permitted=True, asked=4, usable=4)


@pytest.mark.parametrize(
    ("public", "rights", "taste", "points"),
    [
        ((EL,), Rights(covered=False, permitted=False), Taste(), {MatchReasonCode.NOT_COVERED: 0}),
        ((EL,), Rights(covered=True, permitted=False), Taste(8, 8), {MatchReasonCode.NOTHING_PERMITTED: 0}),
        (
            (EL,), ALLOWED, Taste(),
            {
                MatchReasonCode.PERMITTED: 10, MatchReasonCode.PUBLIC_READS: 25, MatchReasonCode.TERRITORIES: 15,
                MatchReasonCode.TOOK_RECENTLY: 0,
            },
        ),
        (
            (EN,), Rights(covered=True, permitted=True, asked=4, usable=1), Taste(),
            {
                MatchReasonCode.PERMITTED: 10, MatchReasonCode.PUBLIC_READS: 0, MatchReasonCode.TERRITORIES: 4,
                MatchReasonCode.TOOK_RECENTLY: 0,
            },
        ),
        (
            (EL,), ALLOWED, Taste(8, 8, 4, 0, {EL: 4, ZH: 4}, NOW - timedelta(days=1)),
            {
                MatchReasonCode.PERMITTED: 10, MatchReasonCode.PUBLIC_READS: 25, MatchReasonCode.TERRITORIES: 15,
                MatchReasonCode.TOOK_LANGUAGE: 4, MatchReasonCode.TOOK_SUBJECTS: 8, MatchReasonCode.TOOK_SERIES: 3,
                MatchReasonCode.TOOK_RECENTLY: 5,
            },
        ),
        (
            (EL,), ALLOWED, Taste(1, 1, 0, 1, {EL: 1}, NOW - timedelta(days=400)),
            {
                MatchReasonCode.PERMITTED: 10, MatchReasonCode.PUBLIC_READS: 25, MatchReasonCode.TERRITORIES: 15,
                MatchReasonCode.TOOK_LANGUAGE: 2, MatchReasonCode.TOOK_SUBJECTS: 2, MatchReasonCode.TOOK_TOPIC: 1,
                MatchReasonCode.TOOK_RECENTLY: 0,
            },
        ),
    ],
)  # fmt: skip
def test_each_reason_gives_its_points(
    public: tuple[LanguageTag, ...], rights: Rights, taste: Taste, points: dict[MatchReasonCode, int]
) -> None:
    found = reasons(EL, public, rights, taste, NOW)
    assert {reason.code: reason.points for reason in found} == points
    assert score(found) == sum(points.values())


def test_a_reason_is_told_in_english_and_chinese() -> None:
    found = reasons(EL, (EN,), Rights(True, True, 3, 2), Taste(4, 1, 0, 0, {}, NOW - timedelta(days=3)), NOW)
    said = {reason.code: (message(reason, EN), message(reason, LanguageTag("zh-Hans"))) for reason in found}
    assert said[MatchReasonCode.PUBLIC_READS] == ("Its public does not read Greek.", "其受众不阅读希腊语。")
    assert said[MatchReasonCode.TERRITORIES][0] == "It may be used in 2 of 3 countries or regions where its public is."
    assert said[MatchReasonCode.TERRITORIES][1] == "其受众所在的3个国家或地区中，有2个可以使用。"
    assert said[MatchReasonCode.TOOK_SUBJECTS][0].startswith("25 per cent of what it took")
    assert said[MatchReasonCode.TOOK_RECENTLY][0] == "It last took something 3 days ago."
    nothing = reasons(EL, (EL,), ALLOWED, Taste(), NOW)[-1]
    assert (message(nothing, EN), message(nothing, ZH)) == ("It has not taken anything yet.", "其尚未取过稿。")


@pytest.mark.parametrize(
    ("own", "language", "answer"),
    [("en-GB", "en", True), ("en", "en-GB", True), ("zh", "zha", False), ("el", "en", False)],
)
def test_a_public_reads_its_language_however_narrow_either_is_said(own: str, language: str, answer: bool) -> None:
    assert reads((LanguageTag(own),), LanguageTag(language)) is answer


@given(
    st.lists(st.integers(0, 8000), min_size=5, max_size=5),
    st.integers(0, 300),
    st.integers(0, 300),
    st.integers(0, 9000),
)
def test_no_score_is_above_a_hundred_and_no_reason_above_its_most(
    weights: list[int], asked: int, usable: int, days: int
) -> None:
    total = sum(weights)
    parts = [min(weight, total) for weight in weights]
    taste = Taste(total, parts[0], parts[1], parts[2], {EL: parts[3]}, NOW - timedelta(days=days) if total else None)
    found = reasons(EL, (EL,), Rights(True, True, asked, min(asked, usable)), taste, NOW)
    assert all(0 <= reason.points <= reason.most for reason in found)
    assert 0 <= score(found) <= sum(MOST.values()) == 100
