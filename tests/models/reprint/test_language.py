"""Languages of texts, and what is too short to have one."""

from __future__ import annotations

import pytest

from models.reprint.language import language_of
from tests.models.reprint.stories import STORIES

OTHERS = {
    "ko": "이른 아침 선전 룽강의 첫 커피는 사람이 건네준 것이 아니었다. 은백색 로봇이 밤 근무를 마친 간호사에게 라테를 건넸다.",
    "fr": "À six heures du matin, le premier café de Longgang n’est pas servi par une main humaine, mais par un robot argenté.",
    "de": "Um sechs Uhr früh wird der erste Kaffee in Longgang nicht von Menschen gereicht, sondern von einem silbernen Roboter.",
    "es": "A las seis de la mañana, el primer café de Longgang no lo sirve una persona, sino un robot plateado junto al parque.",
    "uk": "О шостій ранку першу каву в Лунгані подає не людина, а сріблястий робот біля східних воріт міського парку.",
}


@pytest.mark.parametrize("language", STORIES)
def test_a_story_is_in_its_language(language: str) -> None:
    found = language_of(STORIES[language])
    assert found is not None
    assert found.tag == language
    assert 90 <= found.confidence <= 100


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_is_enough(language: str) -> None:
    found = language_of(OTHERS[language])
    assert found is not None
    assert found.tag == language


@pytest.mark.parametrize("text", ["", "Longgang", "龙岗街头的咖啡机器人", "2025-12-03 08:15 " * 20, "!?… — " * 50])
def test_names_headlines_and_numbers_have_no_language(text: str) -> None:
    assert language_of(text) is None


def test_chinese_is_told_apart_by_its_characters_not_by_where_it_comes_from() -> None:
    simplified, traditional = (
        "台湾来的学生说，里面的面条后来都被大家吃完了。",
        "台灣來的學生說，裡面的麵條後來都被大家吃完了。",
    )
    assert [found.tag for text in (simplified, traditional) if (found := language_of(text))] == ["zh-Hans", "zh-Hant"]


def test_chinese_without_a_telling_character_names_no_script() -> None:
    found = language_of("今天下午三人在大草地上跑步，天上有白色的月光")
    assert found is not None
    assert found.tag == "zh"


def test_a_foreign_name_does_not_make_a_text_foreign() -> None:
    found = language_of(f"{STORIES['ru']}\nLonggang International Communication Centre, Shenzhen, China")
    assert found is not None
    assert found.tag == "ru"
