"""Numbers, dates and times come out in one form, in whatever language they are written."""

from __future__ import annotations

import pytest

from models.reprint.fact.fact import Fact, FactKind, Quantity
from models.reprint.fact.number import value_of
from models.reprint.fact.reading import facts_of


def read(text: str, language: str) -> list[str]:
    return [fact.value for fact in facts_of(text, language) if fact.kind is not FactKind.NAME]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "an account with 3.7 million followers"),
        ("en", "an account with 3,700,000 followers"),
        ("zh", "拥有370万粉丝"),
        ("zh", "拥有三百七十万粉丝"),
        ("zh-Hant", "擁有３７０萬粉絲"),
        ("de", "ein Konto mit 3,7 Mio. Abonnenten"),
        ("de", "ein Konto mit 3.700.000 Abonnenten"),
        ("ru", "аккаунт с 3,7 млн подписчиков"),
        ("ru", "аккаунт с 3,7 миллионами подписчиков"),
        ("ru", "аккаунт с 3 700 000 подписчиков"),
        ("ar", "حساب لديه ٣٫٧ مليون متابع"),
        ("ja", "370万人のフォロワー"),
        ("el", "λογαριασμός με 3,7 εκατ. ακόλουθους"),
        ("el", "λογαριασμός με 3,7 εκατομμύρια ακόλουθους"),
        ("fr", "un compte de 3,7 millions d'abonnés"),
        ("es", "una cuenta con 3,7 millones de seguidores"),
        ("ko", "팔로워 370만 명"),
    ],
    ids=lambda value: value[:24],
)
def test_a_number_is_the_same_in_every_language(language: str, text: str) -> None:
    assert read(text, language) == ["3700000"]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("zh", "投资1亿2000万元", ["120000000"]),
        ("zh", "产值1.2万亿元", ["1200000000000"]),
        ("zh", "百分之五十七", ["57"]),
        ("zh", "第二十八届，三十二台，一万零五百人", ["28", "32", "10500"]),
        ("zh", "万一千万不要三三两两，七八十", []),
        ("zh", "跑了25千米", ["25"]),
        ("ja", "1万1787機", ["11787"]),
        ("en", "thirty-two of three hundred, and fifteen more", ["32", "300", "15"]),
        ("en", "one of 3 robots, the 5th, in 7 parks", []),
        ("en", "up 5 per cent, 0.5 points", ["5", "0.5"]),
        ("en", "version 1.2.3, call 12345678901234567890", []),
        ("en", "03/04/2025", []),
        ("en", "25/04/2025, 04/26/2025", ["2025", "04-25", "04-26"]),
        ("ru", "08.04.2025", ["2025", "04-08"]),
        ("ru", "8 апреля 2025 года в 18:30", ["04-08", "2025", "18:30"]),
        ("zh", "2025年4月8日下午6:30", ["2025", "04-08", "18:30"]),
        ("zh", "二〇二五年四月八日", ["2025", "04-08"]),
        ("ja", "2025年4月8日", ["2025", "04-08"]),
        ("en", "on April 8, 2025 at 6:30 p.m.", ["04-08", "2025", "18:30"]),
        ("en", "on the 8th April", ["04-08"]),
        ("es", "el 8 de abril", ["04-08"]),
        ("el", "στις 8 Απριλίου", ["04-08"]),
        ("el", "της 9ης Σεπτεμβρίου", ["09-09"]),
        ("ar", "في ٨ أبريل", ["04-08"]),
        ("en", "at 25:71 on 45 April", ["45"]),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else None,
)
def test_what_is_read_and_what_is_left_out(language: str, text: str, found: list[str]) -> None:
    assert read(text, language) == found


@pytest.mark.parametrize(
    ("digits", "decimal", "value"),
    [
        ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"),
        ("1.234", ",", "1234"),
        ("3.7", ",", "3.7"),
        ("1,234.5", ".", "1234.5"),
        ("1.234,5", ",", "1234.5"),
        ("1'234", ".", "1234"),
        ("1,23,4", ".", "None"),
        ("1.2.3", ".", "None"),
    ],
)
def test_separators_are_those_of_the_language(digits: str, decimal: str, value: str) -> None:
    assert str(value_of(digits, decimal)) == value


def test_two_quantities_are_not_the_same_fact() -> None:
    (share,) = facts_of("57 per cent", "en")
    (length,) = facts_of("57公里", "zh")
    (bare,) = facts_of("57", "ru")
    assert (share.quantity, length.quantity, bare.quantity) == (Quantity.PERCENT, Quantity.LENGTH, None)
    assert share.hash() == length.hash() == bare.hash()
    assert not share.agrees(length)
    assert bare.agrees(share)
    assert bare.agrees(length)


def test_a_hash_is_the_same_for_ever() -> None:
    assert Fact(FactKind.NUMBER, "3700000", "370万", 0).hash() == -6942704073209788969
