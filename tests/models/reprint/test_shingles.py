"""Shingles: the same for the same words, however they are set, and for ever."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reprint.shingles import CHARACTERS, WORDS, hashes, normalised, shingled, simplified_characters, units_of
from tests.models.reprint.stories import STORIES

TEXTS = st.text(st.sampled_from("aB é,.“”'’\n\t龙龍岗12ｱﾞか゚ㅎ한ёйلا\u200b\u00adﬁ①·—𠮷e\u0301"), max_size=60)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Coffee ROBOTS, at last!", "coffee robots — at last"),
        ("café", "cafe\u0301"),
        ("ﬁne ２０２５", "fine 2025"),
        ("龍崗的機器人在這裡", "龙岗的机器人在这里"),
        ("說著著名的故事", "说着着名的故事"),
        ("机器人， 出 发\n了", "机器人出发了"),
        ("ﾛﾎﾞｯﾄ", "ロボット"),
        ("ещё", "еще"),
        ("Ο καφές", "ο καφες"),
        ("صباحًا", "صباحا"),
        ("the driver’s", "the driver's"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_how_a_text_is_set_does_not_count(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("сommunicatiоn", "communication"),
        ("кoмпaния", "компания"),
        ("а с о", "a c o"),
        ("mor\u200bning light", "morning light"),
        ("хорошо\u200b\ufeffе утро", "хорошое утро"),
    ],
    ids=[
        "Cyrillic in Latin",
        "Latin in Cyrillic",
        "words of both looks",
        "zero-width space",
        "zero-width no-break space",
    ],
)
def test_letters_that_were_exchanged_and_breaks_that_nobody_sees_do_not_count(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_a_word_of_two_scripts_that_nobody_takes_for_one_stays() -> None:
    assert normalised("gitблогер") == ("gitблогер",)


@pytest.mark.parametrize(
    ("one", "other"), [("й", "и"), ("robot", "robots"), ("か", "が"), ("2025", "2026"), ("a b", "ab")]
)
def test_other_words_are_other_words(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize(
    ("text", "shingles"),
    [
        ("", 0),
        ("one two three four", 0),
        ("one two three four five", 1),
        ("one two three four five six", 2),
        ("一二三四五六七", 0),
        ("一二三四五六七八", 1),
        ("한국의로봇커피가게", 2),
        ("2025年12月3日清晨六点", 3),
        ("word 一二三四五六七", 1),
    ],
)
def test_a_shingle_has_five_words_or_eight_characters_and_mixes_them(text: str, shingles: int) -> None:
    assert len(shingled(text).shingles) == shingles


def test_a_number_in_a_chinese_text_does_not_tear_it() -> None:
    assert hashes("到2030年底增加到40台并且") & hashes("计划到2030年底增加到40台并且")


def test_order_counts_and_units_are_not_run_together() -> None:
    assert not hashes("one two three four five") & hashes("five four three two one")
    assert not hashes("ab c d e f") & hashes("a bc d e f")


def test_hashes_are_those_that_were_stored() -> None:
    assert hashes("one two three four five") == {8608196494163769578}
    assert all(-(2**63) <= each < 2**63 for each in hashes(STORIES["en"]))


def test_hashes_are_the_same_in_every_process() -> None:
    program = "from models.reprint.shingles import hashes; print(*hashes('清晨六点的第一杯咖啡'))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, text=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert {frozenset(map(int, each.split())) for each in printed} == {hashes("清晨六点的第一杯咖啡")}


def test_traditional_and_simplified_are_the_same_text() -> None:
    assert hashes(STORIES["zh-Hans"]) == hashes(STORIES["zh-Hant"])


def test_folding_characters_twice_changes_nothing() -> None:
    table = simplified_characters()
    assert len(table) > 4_000
    assert not set(map(ord, table.values())) & set(table)


@given(TEXTS)
def test_units_lie_in_the_text_in_order_and_each_is_itself_when_cut_out(text: str) -> None:
    units = units_of(text)
    place = 0
    for unit in units:
        assert place <= unit.start < unit.end <= len(text)
        assert normalised(text[unit.start : unit.end]) == (unit.text,)
        assert unit.weight in (WORDS, CHARACTERS)
        place = unit.end


@given(TEXTS, TEXTS)
def test_a_text_keeps_its_shingles_whatever_stands_around_it(text: str, around: str) -> None:
    assert hashes(text) <= hashes(f"{around}\n{text}\n{around}")


@given(TEXTS)
def test_shingles_begin_at_each_unit_as_long_as_there_are_enough(text: str) -> None:
    read = shingled(text)
    assert [shingle.first for shingle in read.shingles] == list(range(len(read.shingles)))
    assert all(shingle.first < shingle.after <= len(read.units) for shingle in read.shingles)
