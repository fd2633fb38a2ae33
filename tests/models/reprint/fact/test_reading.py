"""Names in Latin letters, names that are known in several languages, and how much is read of a text."""

from __future__ import annotations

import pytest

from models.reprint.fact.fact import FactKind
from models.reprint.fact.known import names_of
from models.reprint.fact.reading import MOST_FACTS, facts_of

NAMES = names_of(
    [
        ("place:longgang", ["龙岗", "Longgang", "Лунган"]),
        ("organisation:paper", ["人民日报海外版", "People's Daily Overseas Edition"]),
        ("place:other", ["Longgang"]),
    ]
)


def found(text: str, language: str, kind: FactKind) -> list[str]:
    return [fact.value for fact in facts_of(text, language, NAMES) if fact.kind is kind]


def test_names_in_latin_letters_are_found_in_every_script() -> None:
    assert found("宇树Unitree的机器人使用5G和QS-210", "zh", FactKind.NAME) == ["unitree", "5g", "qs210"]
    assert found("Робот Unitree работает по 5G", "ru", FactKind.NAME) == ["unitree", "5g"]
    assert found("The robot by Unitree uses 5G and an iPhone.", "en", FactKind.NAME) == ["unitree", "5g", "iphone"]


def test_capitals_of_sentences_and_titles_and_units_are_no_names() -> None:
    assert found("Robots Walk Home\nHowever, robots walk. Meanwhile they wait for Monday.", "en", FactKind.NAME) == [
        "monday"
    ]
    assert found("长500m，重20kg，跑5km", "zh", FactKind.NAME) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Guests from France and Japan came to Longgang."),
        ("zh", "法国和日本客人来到龙岗"),
        ("ru", "Гости из Франции и Японии приехали в Лунган"),
        ("el", "Επισκέπτες από τη Γαλλία και την Ιαπωνία στο Longgang"),
        ("ja", "フランスと日本の客が龍崗を訪れた"),
        ("ar", "ضيوف من فرنسا واليابان في Longgang"),
    ],
)
def test_known_names_are_the_same_in_every_language(language: str, text: str) -> None:
    assert sorted(found(text, language, FactKind.KNOWN)) == ["place:longgang", "territory:FR", "territory:JP"]


def test_names_of_several_words_and_small_letters() -> None:
    assert found("a report in People's Daily Overseas Edition", "en", FactKind.KNOWN) == ["organisation:paper"]
    assert found("a turkey and a chad", "en", FactKind.KNOWN) == []


def test_what_stands_side_by_side_is_of_one_group() -> None:
    groups = [
        fact.group for fact in facts_of("The Mavic Cine Pro flew, and the Mavic Cine Pro won on 8 April 2025.", "en")
    ]
    assert len(set(groups)) == 2


@pytest.mark.parametrize(
    "piece", ["7", "7 ", "7,", "17:", "五", "万千", "A1 ", "Ab ", "法国", "8 April ", "١٢ ", "-", "7.7.2025"]
)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_hostile_page_is_read_in_part(piece: str, language: str) -> None:
    assert len(facts_of(piece * (5 * 2**20 // len(piece)), language)) <= 3


def test_no_more_than_so_many_facts_are_kept() -> None:
    assert len(facts_of(" ".join(map(str, range(1000, 9000))), "en")) == MOST_FACTS
    assert facts_of("", None) == ()
