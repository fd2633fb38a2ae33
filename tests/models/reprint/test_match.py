"""Matching: copies in every form and language are known, and what is no copy is not taken for one."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reprint.match import Fate, Form, Match, match
from models.reprint.shingles import hashes, normalised, shingled
from tests.models.reprint.stories import OTHER_REPORTS, STORIES, UNRELATED, edited, page

LANGUAGES = sorted(STORIES)
CHINESE = {"zh-Hans", "zh-Hant"}


def one(page_text: str, variant_text: str) -> Match:
    (found,) = match(page_text, [variant_text])
    return found


def paragraphs(language: str) -> list[str]:
    return STORIES[language].split("\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_copy_is_full_and_what_the_outlet_added_is_told(language: str) -> None:
    text = page(language, STORIES[language])
    found = one(text, STORIES[language])
    assert found.form is Form.FULL
    assert (found.coverage, found.own_coverage, found.reach) == (1, 1, 1)
    assert [paragraph.fate for paragraph in found.paragraphs] == [Fate.KEPT] * 7
    added = {text[paragraph.start : paragraph.end].split("\n")[0][:4] for paragraph in found.added}
    assert added == {line[:4] for line in page(language, "").split("\n") if line}
    assert 0.8 < found.page_share < 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lightly_edited_copy_is_edited(language: str) -> None:
    found = one(page(language, edited(language)), STORIES[language])
    assert found.form is Form.EDITED
    assert found.reach > 0.9
    fates = [paragraph.fate for paragraph in found.paragraphs]
    assert fates.count(Fate.CHANGED) >= 3
    assert fates[3] is Fate.KEPT
    assert Fate.CUT not in fates


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kept", [slice(0, 4), slice(3, 7), slice(1, 3), slice(4, 5)])
def test_a_copy_of_a_part_is_an_excerpt(language: str, kept: slice) -> None:
    found = one(page(language, "\n".join(paragraphs(language)[kept])), STORIES[language])
    assert found.form is Form.EXCERPT
    numbers = range(7)[kept]
    assert [number for number, each in enumerate(found.paragraphs) if each.fate is Fate.KEPT] == list(numbers)
    assert [number for number, each in enumerate(found.paragraphs) if each.fate is Fate.CUT] == [
        number for number in range(7) if number not in numbers
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_copy_without_its_last_paragraph_is_edited(language: str) -> None:
    assert one("\n".join(paragraphs(language)[:-1]), STORIES[language]).form is Form.EDITED


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_quotation_that_both_have_is_no_copy(language: str) -> None:
    found = one(page(language, OTHER_REPORTS[language]), STORIES[language])
    assert found.form is Form.QUOTATION
    assert found.own_coverage == 0
    assert found.coverage > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_page_quotes_of_the_story_is_a_quotation(language: str) -> None:
    sentence = paragraphs(language)[2].replace("\n", " ")
    assert one(page(language, f"— “{sentence}”"), STORIES[language]).form is Form.QUOTATION


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unrelated_report_does_not_match(language: str) -> None:
    found = one(page(language, UNRELATED[language]), STORIES[language])
    assert (found.form, found.coverage, found.spans) == (Form.NONE, 0, ())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("other", LANGUAGES)
def test_translations_do_not_match_and_the_two_scripts_of_chinese_do(language: str, other: str) -> None:
    found = one(STORIES[other], STORIES[language])
    if language == other or {language, other} == CHINESE:
        assert found.form is Form.FULL
    else:
        assert (found.form, found.coverage) == (Form.NONE, 0)


def test_each_variant_is_matched_in_their_order() -> None:
    found = match(page("ru", STORIES["ru"]), [STORIES[language] for language in LANGUAGES])
    assert [each.form is Form.FULL for each in found] == [language == "ru" for language in LANGUAGES]


def test_paragraphs_in_another_order_are_kept() -> None:
    found = one("\n".join(reversed(paragraphs("en"))), STORIES["en"])
    assert {paragraph.fate for paragraph in found.paragraphs} == {Fate.KEPT}
    assert found.form is Form.FULL
    assert len(found.spans) == 7


def test_a_page_without_paragraphs_matches_alike() -> None:
    found = one(STORIES["zh-Hans"].replace("\n", " "), STORIES["zh-Hans"])
    assert (found.form, found.added) == (Form.FULL, ())


def test_a_slip_in_quotation_marks_does_not_hide_a_copy() -> None:
    text = STORIES["zh-Hans"].replace("\n", "").replace("第一杯", "“第一杯").replace("留学生", "留学生“")
    assert one(text, STORIES["zh-Hans"]).form in (Form.FULL, Form.EDITED)


@pytest.mark.parametrize(
    ("variant", "page_text", "form"),
    [
        ("One two three four five six seven", "One two three four five six seven", Form.NONE),
        ("One two three four five six seven eight nine ten", "Now: one two three four five six seven eight nine ten!", Form.FULL),
        ("One two three four five six seven eight nine ten", "One two three four five six seven eight nine eleven", Form.NONE),
        ("机器人在雨天也出发送咖啡给护士们", "消息：机器人在雨天也出发送咖啡给护士们。", Form.FULL),
        ("", "One two three", Form.NONE),
        ("“One two three four five six seven eight nine ten eleven twelve”", "“One two three four five six seven”", Form.QUOTATION),
        ("***", "***", Form.NONE),
    ],
)  # fmt: skip
def test_of_short_texts_little_is_said(variant: str, page_text: str, form: Form) -> None:
    assert one(page_text, variant).form is form


def test_spoken_words_of_a_script_can_be_anywhere_until_they_are_many() -> None:
    spoken = (
        "at the harbour fair in the evening a machine lifts the kettle and pours tea for everybody who asks politely"
    )
    script = (
        f"Shot of the quay at dusk.\nVoice: “{spoken}.”\nThe picture fades to black and the name of the house appears."
    )
    assert one("We met at the harbour fair in spring and went home early.", script).form is Form.NONE
    assert one("She said: “Let us meet at the harbour fair in spring.”", script).form is Form.QUOTATION
    assert one(f"On our terrace {spoken}.", script).form is Form.QUOTATION


def test_names_and_set_phrases_that_two_reports_share_are_no_copy() -> None:
    office = "the Longgang District Bureau of Culture, Radio, Television, Tourism and Sports of Shenzhen"
    other = f"{UNRELATED['en']}\nA spokesman for {office} thanked the crews."
    assert one(other, f"{STORIES['en']}\nThe library belongs to {office}.").form is Form.NONE


def test_boilerplate_proves_nothing() -> None:
    footer = "About this service: stories from Longgang are written by people who live there, and free for partners."
    variant, other = f"{STORIES['en']}\n{footer}", f"{UNRELATED['en']}\n{footer}"
    assert one(other, variant).form is Form.EXCERPT
    (found,) = match(other, [variant], boilerplate=hashes(footer))
    assert found.form is Form.NONE
    (found,) = match(variant, [variant], boilerplate=hashes(footer))
    assert found.form is Form.FULL


@pytest.mark.parametrize(("every", "form"), [(100, Form.FULL), (10, Form.EDITED), (4, Form.EXCERPT), (2, Form.NONE)])
def test_of_shingles_survive_as_many_as_the_thresholds_reckon_with(every: int, form: Form) -> None:
    source = random.Random(1)
    words = [f"w{source.randrange(10**6)}" for _ in range(5_000)]
    changed = [f"x{word}" if source.random() < 1 / every else word for word in words]
    found = one(" ".join(changed), " ".join(words))
    assert found.coverage == pytest.approx((1 - 1 / every) ** 5, abs=0.03)
    assert found.form is form


def test_many_repetitions_are_matched_in_linear_time() -> None:
    found = one("again and " * 20_000, "again and " * 20_000)
    assert (found.form, found.page_share) == (Form.FULL, 1)


WORDS = st.sampled_from(
    ["龙岗", "龍崗的", "coffee", "Robot,", "café", "“", "”", "\n", "机器人", "и", "ещё", "12", "。", "ロボ", "«", "»"]
)
TEXTS = st.lists(WORDS, max_size=60).map(" ".join)


@given(TEXTS)
def test_a_text_covers_itself(text: str) -> None:
    found = one(text, text)
    assert found.coverage == (1 if shingled(text).shingles else 0)
    assert all(paragraph.fate is Fate.KEPT for paragraph in found.paragraphs)
    assert found.added == ()


@given(TEXTS, TEXTS)
def test_spans_lie_in_both_texts_and_normalise_alike(page_text: str, variant: str) -> None:
    found = one(page_text, variant)
    place = 0
    for span in found.spans:
        assert place <= span.page_start < span.page_end <= len(page_text)
        assert 0 <= span.variant_start < span.variant_end <= len(variant)
        ours, theirs = page_text[span.page_start : span.page_end], variant[span.variant_start : span.variant_end]
        assert normalised(ours) == normalised(theirs)
        place = span.page_end
    assert bool(found.spans) == (found.coverage > 0)
    for share in (found.coverage, found.own_coverage, found.reach, found.page_share):
        assert 0 <= share <= 1


@given(TEXTS, TEXTS, TEXTS)
def test_text_that_is_added_to_the_page_takes_nothing_away(page_text: str, variant: str, more: str) -> None:
    before, after = one(page_text, variant), one(f"{page_text}\n{more}", variant)
    assert after.coverage >= before.coverage
    assert after.own_coverage >= before.own_coverage


@given(TEXTS, TEXTS)
def test_case_width_script_and_spaces_do_not_count(page_text: str, variant: str) -> None:
    set_otherwise = page_text.replace(" ", "  ").replace("coffee", "ＣＯＦＦＥＥ").replace("龙岗", "龍崗")
    expected, found = one(page_text, variant), one(set_otherwise, variant)
    assert (found.form, found.coverage, found.own_coverage, found.page_share) == (
        expected.form, expected.coverage, expected.own_coverage, expected.page_share,
    )  # fmt: skip


@given(TEXTS, TEXTS)
def test_paragraphs_are_told_once_and_in_order(page_text: str, variant: str) -> None:
    found = one(page_text, variant)
    lines = [line for line in variant.split("\n") if normalised(line)]
    assert [normalised(variant[each.start : each.end]) for each in found.paragraphs] == [
        normalised(line) for line in lines
    ]
    assert {paragraph.fate for paragraph in found.paragraphs} <= {Fate.KEPT, Fate.CHANGED, Fate.CUT}
    assert all(paragraph.fate is Fate.ADDED for paragraph in found.added)
