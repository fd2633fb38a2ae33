"""How a language writes numbers and dates: its separators, and its words for millions, months and units.

Separators, months and scales are those of Unicode CLDR. Words are compared by their stems, since Russian and Greek inflect them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from babel import Locale

from models.language import LanguageTag, locale_for
from models.reprint.fact.fact import Quantity
from models.search.tokeniser import folded

_RUSSIAN: Final = re.compile(
    "(?:ами|ями|ией|ого|его|ому|ему|ыми|ими|ия|ии|ию|ие|ей|ой|ом|ем|ам|ям|ах|ях|ов|ев|[аеийоуыьюя])$"
)
_GREEK: Final = re.compile("(?:ουσ|ων|οσ|ου|ησ|ασ|εσ|οι|[ηαοισνυ])$")
_ARABIC: Final = re.compile("^(?:[وبكفل]?ال|لل|[وبل])(?=.{3})")
_LEAST_STEM: Final = 3
_PATTERN: Final = re.compile(r"(0+)\s*'?([^\W\d_]{2,})'?\W*")
_SPACES: Final = frozenset(" \u00a0\u202f\u2009")

_EXTRA_SCALES: Final = {
    "en": {"hundred": 100, "bn": 10**9, "mn": 10**6, "mln": 10**6},
    "de": {"tsd": 1000, "millionen": 10**6},
    "fr": {"mds": 10**9},
    "el": {"χιλ": 1000, "εκ": 10**6, "εκατ": 10**6, "δις": 10**9, "δισ": 10**9},
    "ar": {"الفا": 1000, "الف": 1000, "بليون": 10**9, "مليونا": 10**6},
    "hi": {"लाख": 10**5, "करोड़": 10**7},
}

_UNITS: Final = {
    Quantity.PERCENT: ("percent pct процент проц prozent pourcent パーセント بالمية بالماية بالمئة بالمائة τοισ"),
    Quantity.MONEY: (
        "yuan rmb cny usd eur dollar dollars euro euros pound pounds yen ruble rubles юань юаня юаней доллар "
        "доллара долларов евро рубль рубля рублей иена иен γιουάν δολάρια δολαρίων ευρώ يوان دولار دولارا "
        "يورو درهم ريال"
    ),
    Quantity.LENGTH: (
        "m km cm mm metre metres meter meters kilometre kilometres kilometer kilometers mile miles м км см мм "
        "метр метра метров километр километра километров μέτρα μέτρων χιλιόμετρα χιλιομέτρων χλμ متر مترا "
        "كيلومتر كيلومترا كم"
    ),
    Quantity.AREA: ("m2 km2 м2 км2 hectare hectares ha гектар гектара гектаров γα στρέμματα εκτάρια هكتار هكتارا"),
    Quantity.MASS: (
        "kg g tonne tonnes ton tons кг тонна тонны тонн килограмм килограмма килограммов τόνοι τόνων κιλά "
        "κιλών طن طنا كيلوغرام كجم"
    ),
    Quantity.TEMPERATURE: ("degree degrees градус градуса градусов βαθμοί βαθμών βαθμούς درجة درجات"),
    Quantity.DURATION: (
        "second seconds minute minutes min hour hours day days week weeks month months year years секунда "
        "секунды секунд минута минуты минут мин час часа часов день дня дней неделя недели недель месяц "
        "месяца месяцев год года лет λεπτά λεπτών ώρα ώρες ωρών μέρα μέρες ημέρες ημερών μήνες μηνών χρόνια "
        "ετών έτη ثانية دقيقة دقايق دقائق ساعة ساعات يوم يوما ايام شهر شهرا اشهر سنة سنوات عاما"
    ),
}
_CHARACTER_UNITS: Final = {
    Quantity.PERCENT: "%|‰|パーセント|퍼센트|プロ",
    Quantity.MONEY: "元|美元|欧元|日元|人民币|円|ドル|ユーロ|원|달러|위안|€|\\$|¥|₽|£",
    Quantity.LENGTH: "公里|千米|米|厘米|毫米|キロメートル|メートル|センチ|킬로미터|미터",
    Quantity.AREA: "平方米|平方公里|平方千米|公顷|亩|平方メートル|ヘクタール|㎡",
    Quantity.MASS: "千克|公斤|吨|克|トン|キログラム|킬로그램|톤",
    Quantity.TEMPERATURE: "摄氏度|°|度",
    Quantity.DURATION: "分钟|小时|秒|个月|天|周|分間|時間|日間|週間|か月|ヶ月|年間|시간|분|초",
}
CHARACTER_UNIT: Final = re.compile(
    r"\s?(?:" + "|".join(f"(?P<{quantity}>{units})" for quantity, units in _CHARACTER_UNITS.items()) + ")"
)
"""Units without letters, and those of Chinese, Japanese and Korean, behind a number."""


def stem(word: str) -> str:
    """A folded word without what inflection and articles add to it in Russian, Greek and Arabic; the same for all forms of most words."""
    if "а" <= word[0] <= "я":
        short = _RUSSIAN.sub("", word)
    elif "α" <= word[0] <= "ω":
        short = _GREEK.sub("", word)
    elif "\u0600" <= word[0] <= "\u06ff":
        return _ARABIC.sub("", word)
    else:
        return word
    return short if len(short) >= _LEAST_STEM else word


@dataclass(frozen=True)
class Wording:
    """How one language writes numbers and dates.

    :param decimal: the sign before the decimals; `spaced` says that a space stands between thousands.
    :param scales: what a number is multiplied by, by the stem of the word behind it.
    :param months: their numbers by the stems of their names.
    """

    language: str
    decimal: str
    spaced: bool
    scales: dict[str, int]
    months: dict[str, int]


@lru_cache(maxsize=64)
def wording_of(language: str) -> Wording:
    """How a language writes numbers and dates; English where CLDR does not know it.

    :param language: a BCP 47 tag.
    """
    locale = locale_for(LanguageTag(language))
    symbols = locale.number_symbols.get("latn", {})
    scales = {stem(folded(word)): scale for word, scale in _scales(locale)}
    months = {stem(folded(word.rstrip("."))): number for word, number in _months(locale) if not word[0].isdigit()}
    return Wording(
        language=language,
        decimal=str(symbols.get("decimal", ".")),
        spaced=str(symbols.get("group", ",")) in _SPACES,
        scales=scales | {stem(folded(word)): scale for word, scale in _EXTRA_SCALES.get(locale.language, {}).items()},
        months=months,
    )


@lru_cache(maxsize=1)
def units() -> dict[str, Quantity]:
    """What is counted, by the stem of the word behind a number, in all languages that there are words of."""
    return {stem(folded(word)): quantity for quantity, words in _UNITS.items() for word in words.split()}


def _scales(locale: Locale) -> Iterator[tuple[str, int]]:
    for style in ("long", "short"):
        for forms in locale.compact_decimal_formats.get(style, {}).values():
            for power, pattern in forms.items():
                found = _PATTERN.fullmatch(getattr(pattern, "pattern", str(pattern)))
                if found is not None and power.isdigit():
                    yield found[2], int(power) // 10 ** (len(found[1]) - 1)


def _months(locale: Locale) -> Iterator[tuple[str, int]]:
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, word in locale.months[context][width].items():
                if word.isascii() or locale.language != "en":
                    yield word, number
