"""The tokeniser: the same tokens for what is stored and for what is asked, in any script."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import BadLanguageTag
from models.search.tokeniser import MAX_STORED_BYTES, MAX_TOKEN_CHARACTERS, runs, stored_tokens, tokenise, unit_runs

LANGUAGES = ["zh-Hans", "en", "ru", "ja", "ko", "el", "ar", "fr", "th", "hi"]


def texts(text: str, language: str) -> list[str]:
    return [token.text for token in tokenise(text, language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("zh", "龙岗的灯", ["龙岗", "岗的", "的灯"]),
        ("zh", "灯，茶", ["灯", "茶"]),
        ("zh", "5G头盔", ["5g", "头盔"]),
        ("zh", "Longgang的无人机", ["longgang", "的无", "无人", "人机"]),
        ("zh", "5Ｇ頭盔", ["5g", "頭盔"]),
        ("ja", "ﾄﾞﾛｰﾝの夜", ["ドロ", "ロー", "ーン", "ンの", "の夜"]),
        ("ja", "がか", ["がか"]),
        ("ko", "드론 쇼", ["드론", "쇼"]),
        ("ko", "\u1103\u1173\u1105\u1169\u11ab", ["드론"]),
        ("en", "Low-carbon city, 11,787 drones", ["low", "carbon", "city", "11", "787", "drone"]),
        ("en", "The robot's stories; students’ glasses", ["the", "robot", "story", "student", "glass"]),
        ("en", "news of this bus analysis", ["news", "of", "this", "bus", "analysis"]),
        ("en", "don't co\u00adoperate", ["dont", "cooperate"]),
        ("fr", "L'avion d’été", ["l", "avion", "d", "ete"]),
        ("ru", "Ёлка, зелёный йод, замо́к", ["елка", "зеленый", "йод", "замок"]),
        ("el", "ΟΔΟΣ οδός, ο ουρανός", ["οδοσ", "οδοσ", "ο", "ουρανοσ"]),
        ("ar", "الطَّائِرَةُ في المديـنة ٢٠٢٥", ["طايره", "في", "مدينه", "2025"]),
        ("ar", "إلى أحمد وآمال", ["الي", "احمد", "وامال"]),
        ("tr", "İstanbul ISTANBUL ıslak", ["istanbul", "istanbul", "islak"]),
        ("de", "Straße ﬁn", ["strasse", "fin"]),
        ("hi", "नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("th", "สวัสดี", ["สวั", "วัส", "สดี"]),
        ("en", "… 🎆 — !", []),
        ("en", "", []),
    ],
)
def test_text_becomes_folded_words_and_pairs(language: str, text: str, expected: list[str]) -> None:
    assert texts(text, language) == expected


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("el", "Ο ΟΥΡΑΝΟΣ", "ο ουρανός"),
        ("ru", "ещё", "еще"),
        ("ar", "الطائرة", "طائره"),
        ("ar", "بالطائرة", "للطائرة"),
        ("en", "drone shows", "drones show"),
        ("en", "matches", "match"),
        ("en", "Longgang’s", "Longgang"),
        ("ja", "ﾛﾎﾞｯﾄ", "ロボット"),
        ("vi", "Th\u00e2m Quy\u1ebfn", "Tham Quyen"),
        ("fa", "می\u200cخواهم", "ميخواهم"),
    ],
)
def test_spellings_that_readers_mix_are_one(language: str, one: str, other: str) -> None:
    assert texts(one, language) == texts(other, language)


@pytest.mark.parametrize(("one", "other"), [("мой", "мои"), ("їжак", "іжак"), ("が", "か"), ("龍", "龙")])
def test_letters_that_differ_stay_apart(one: str, other: str) -> None:
    assert texts(one, "und") != texts(other, "und")


def test_offsets_point_into_the_original_text() -> None:
    text = "＂ﾄﾞﾛｰﾝ＂ and Drones"
    spans = [(token.text, text[token.start : token.end]) for token in tokenise(text, "en")]
    assert spans == [("ドロ", "ﾄﾞﾛ"), ("ロー", "ﾛｰ"), ("ーン", "ｰﾝ"), ("and", "and"), ("drone", "Drones")]


def test_stored_tokens_hold_single_characters_pairs_and_the_language() -> None:
    assert stored_tokens("无人机5G 无人", "zh-Hans") == "zh_无 zh_人 zh_机 zh_无人 zh_人机 zh_5g"


def test_a_language_that_is_no_tag_is_refused() -> None:
    with pytest.raises(BadLanguageTag):
        stored_tokens("x", "e' | 'n")


def test_a_long_word_is_cut_and_a_long_text_keeps_its_beginning() -> None:
    (token,) = tokenise("ы" * 500, "ru")
    assert token.text == "ы" * MAX_TOKEN_CHARACTERS
    assert token.end == 500
    stored = stored_tokens(" ".join(f"beginning{number:07}" for number in range(60_000)), "en").split(" ")
    assert stored[0] == "en_beginning0000000"
    assert MAX_STORED_BYTES - 20 < sum(map(len, stored)) <= MAX_STORED_BYTES


@settings(deadline=None)
@given(st.text(), st.sampled_from(LANGUAGES))
def test_any_text_is_tokenised_within_its_bounds(text: str, language: str) -> None:
    for token in tokenise(text, language):
        assert 0 <= token.start < token.end <= len(text)
        assert 0 < len(token.text) <= 2 * MAX_TOKEN_CHARACTERS
        assert not set(token.text) & set(" _<>'\"\\\x00")
    assert [[unit.text for unit in run] for run in runs(text, language)] == [
        list(run) for run in unit_runs(text, language)
    ]


@settings(deadline=None)
@given(st.text(), st.sampled_from(LANGUAGES))
def test_what_a_text_asks_for_is_what_it_is_stored_by(text: str, language: str) -> None:
    stored = set(stored_tokens(text, language).split())
    assert {f"{language.partition('-')[0]}_{token.text}" for token in tokenise(text, language)} <= stored


@settings(deadline=None)
@given(st.text(), st.sampled_from(LANGUAGES))
def test_each_word_cut_out_of_a_text_finds_it(text: str, language: str) -> None:
    stored = set(stored_tokens(text, language).split())
    for token in tokenise(text, language):
        asked = texts(text[token.start : token.end], language)
        assert {f"{language.partition('-')[0]}_{word}" for word in asked} <= stored
