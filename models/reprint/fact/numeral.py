"""Chinese, Japanese and English numerals in words, written in digits instead, so that there is one way to read numbers."""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = {character: number for number, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL: Final = {"十": 10, "百": 100, "千": 1000}
_LARGE: Final = {"万": 10**4, "亿": 10**8, "兆": 10**12}
_HAN: Final = re.compile("(百分之)?([〇零一二三四五六七八九十百千万亿兆两]{1,24})(?=([年月日号]?))")
_LEAST_YEAR: Final = 4

_ONES: Final = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_TEENS: Final = ["eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ENGLISH_VALUES: Final = {
    **{word: number for number, word in enumerate([*_ONES, *_TEENS], 1)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
}
_ENGLISH: Final = re.compile(
    rf"\b(?:({'|'.join(_TENS)})(?:[- ]({'|'.join(_ONES[:9])}))?|({'|'.join(_TEENS)})"
    rf"|({'|'.join(_ONES)})(?= (?:hundred|thousand|million|billion|per ?cent)\b))\b",
    re.IGNORECASE,
)


def in_digits(text: str, *, english: bool) -> str:
    """A text with its numerals in digits: 百分之五十七 as `57%`, 二〇二五年 as `2025年`, thirty-two as `32`.

    :param text: in compatibility form, with simplified characters.
    :param english: whether number words of English are read.
    """
    text = _HAN.sub(_han, text)
    return _ENGLISH.sub(_english, text) if english else text


def _han(found: re.Match[str]) -> str:
    percent, numeral, follows = found.groups()
    value = _value(numeral)
    is_told = percent or len(numeral) > 1 or follows in ("月", "日", "号")
    is_row = len(numeral) > 1 and all(character in _DIGITS for character in numeral)
    if value is None or not is_told or (is_row and follows != "年" and "〇" not in numeral and "零" not in numeral):
        return found.group()
    return f"{value}%" if percent else str(value)


def _value(numeral: str) -> int | None:
    """What a numeral says; None where it says none: 万, 千万千万, 三三两两, 七八十."""
    if all(character in _DIGITS for character in numeral):
        is_value = len(numeral) == 1 or len(numeral) >= _LEAST_YEAR
        return int("".join(str(_DIGITS[character]) for character in numeral)) if is_value else None
    total = section = 0
    digit: int | None = None
    least_small = least_large = 10**16
    for character in numeral:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
        elif character in _SMALL:
            unit = _SMALL[character]
            if unit >= least_small or (digit is None and unit != 10):
                return None
            section += (1 if digit is None else digit) * unit
            least_small, digit = unit, None
        else:
            unit = _LARGE[character]
            section += digit or 0
            if unit >= least_large:
                if total == 0 or section:
                    return None
                total, section = total * unit, 0  # 万亿
            elif section == 0 and total == 0:
                return None
            elif section == 0:
                total *= unit
            else:
                total += section * unit
            least_large, least_small, section, digit = unit, 10**16, 0, None
    return total + section + (digit or 0)


def _english(found: re.Match[str]) -> str:
    tens, ones, teens, one = found.groups()
    words = (word.lower() for word in (tens, ones, teens, one) if word)
    return str(sum(_ENGLISH_VALUES[word] for word in words))
