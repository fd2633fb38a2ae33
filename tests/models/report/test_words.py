"""What reports call their codes."""

from __future__ import annotations

from enum import StrEnum

import pytest

from models.metric.table import Counting, Measure
from models.outlet import PLATFORMS, FigureGrade, FigureQualifier
from models.partner import PartnerKind
from models.report.copies import LEDGER
from models.report.table import Column, ColumnKind
from models.report.words import WORDS, Says, worded
from models.reprint.agreed import CHANNEL, DELETION_DUE, LANGUAGE, TERRITORY, TOO_EARLY, TOO_LATE
from models.reprint.page.block import RULES
from models.reprint.table import EdgeKind, ReprintForm, ReprintState, Stage, TimePrecision
from models.reprint.verify import GONE


@pytest.mark.parametrize(
    "codes",
    [
        ReprintState, ReprintForm, EdgeKind, Stage, TimePrecision, Measure, Counting, FigureGrade, FigureQualifier, PartnerKind,
    ],
)  # fmt: skip
def test_every_code_has_words_in_both_languages(codes: type[StrEnum]) -> None:
    for code in codes:
        english, chinese = WORDS[code.value]
        assert "_" not in english
        assert any("一" <= letter <= "鿿" for letter in chinese)


@pytest.mark.parametrize(
    ("text", "says", "english", "chinese"),
    [
        ("NEEDS_REVIEW", Says.CODES, "to be reviewed", "待人工核查"),
        ("EMPTY, STATUS_404, S_1", Says.CODES, "an empty page, no such page (404), S_1", "空白页面, 页面不存在（404）, S_1"),
        ("AT_LEAST CLAIMED", Says.QUALITY, "at least, claimed", "至少，声称"),
        (
            "VIEWS AT_LEAST CLAIMED; PLAYS EXACT MEASURED",
            Says.QUALITY,
            "views: at least, claimed; plays: exactly, measured",
            "浏览量：至少，声称；播放量：精确，实测",
        ),
        ("ru", Says.LANGUAGE, "Russian", "俄语"),
        ("zh-Hant", Says.LANGUAGE, "Traditional Chinese", "繁体中文"),
        ("RU", Says.TERRITORY, "Russia", "俄罗斯"),
        ("419", Says.TERRITORY, "Latin America", "拉丁美洲"),
        ("QZ", Says.TERRITORY, "QZ", "QZ"),
        ("MYSPACE", Says.CODES, "MYSPACE", "MYSPACE"),
        ("wechat", Says.PLATFORM, "WeChat", "微信"),
        ("INSTAGRAM", Says.PLATFORM, "Instagram", "Instagram"),
        ("a forum", Says.PLATFORM, "a forum", "a forum"),
        ("VIEWS of the lake", Says.WORDS, "VIEWS of the lake", "VIEWS of the lake"),
    ],
)  # fmt: skip
def test_codes_are_said_in_words(text: str, says: Says, english: str, chinese: str) -> None:
    assert worded(text, says, "en") == english
    assert worded(text, says, "zh") == chinese


def test_every_reason_that_a_look_gives_has_words() -> None:
    walls = {rule.name for rule in RULES}
    gone = {f"STATUS_{status}" for status in GONE}
    breaches = {TERRITORY, CHANNEL, LANGUAGE, TOO_EARLY, TOO_LATE, DELETION_DUE}
    assert walls | gone | breaches <= WORDS.keys()


def test_every_platform_that_addresses_tell_has_a_name() -> None:
    assert {name.upper() for name in PLATFORMS.values()} <= WORDS.keys()


def test_what_is_no_text_stays() -> None:
    assert Column("copies", "Copies", "转载数", ColumnKind.COUNT).worded(7, "zh") == 7
    assert next(column for column in LEDGER if column.key == "state").worded(None, "zh") is None
