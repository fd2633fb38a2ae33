"""Numbers, dates and times of a text, in one form whatever its language writes them in.

What is ambiguous is left out rather than guessed: 03/04/2025 in English, versions such as 1.2.3, numbers of more than 15 digits, which
are names of something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from models.reprint.fact.fact import Fact, FactKind, Quantity
from models.reprint.fact.wording import CHARACTER_UNIT, Wording, stem, units
from models.search.tokeniser import folded

TRIVIAL: Final = 10
"""Whole numbers below it stand in any text and say nothing, unless they are per cent."""
YEARS: Final = range(1900, 2100)
MOST_DIGITS: Final = 15
MOST_TOKENS: Final = 50_000
"""Numbers that are looked at in one text."""

_TOKEN: Final = re.compile(
    r"(?P<ymd>(?<!\d)\d{4} ?[年/.-] ?\d{1,2} ?[月/.-] ?\d{1,2}(?!\d))"
    r"|(?P<md>(?<!\d)\d{1,2} ?月 ?\d{1,2} ?[日号])"
    r"|(?P<dmy>(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{4}(?!\d))"
    r"|(?P<time>(?:(?P<half>下午|晚上|午后|傍晚) ?)?(?<![\d:])\d{1,2}[:时]\d{2}(?![\d:])(?: ?(?P<pm>[pP]\.?[mM]))?)"
    r"|(?P<number>\d+(?:[.,'’]\d+| \d{3}(?!\d))*)"
)
_WORD: Final = re.compile(r"[ -]?([^\W\d_\u2e80-\u9fff\uac00-\ud7af]+)\.?")
_BEFORE: Final = re.compile(r"([^\W\d_\u2e80-\u9fff\uac00-\ud7af]{3,20})\.? $")
_ORDINAL: Final = re.compile(
    r"(?:st|nd|rd|th|er|re|ème|º|ª|ης|ας|ες|η|ου|ος|ο|-?(?:го|й|я|е|му|м|ая|ый|ой))(?![^\W\d_])|\.(?= )"
)
_OF: Final = re.compile(r" (?:de|of|del|do)(?= )")
_HAN_SCALE: Final = re.compile(r" ?([천백십]?[만억조]|(?:[十百千](?![米克瓦]))?[万亿兆]?亿?)")
_HAN_VALUES: Final = {
    "十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "兆": 10**12,
    "십": 10, "백": 100, "천": 1000, "만": 10**4, "억": 10**8, "조": 10**12,
}  # fmt: skip
_NEXT: Final = re.compile(r"\d{1,4}(?![\d.,])")
_PERCENT: Final = re.compile(" (?:per cent|τοις εκατό|por ciento|por cento|pour cent|per cento|في المئة|في المائة)")
_UNIT: Final = re.compile(r" ?([^\W\d_]{1,20}2?)")
_SIGN: Final = re.compile(r"[$€£¥₽] ?$")


@dataclass(frozen=True, slots=True)
class Found:
    """A fact, and its half-open place in the text."""

    fact: Fact
    start: int
    end: int


def numbers_of(text: str, wording: Wording) -> Iterator[Found]:
    """The numbers, years, dates and times of a text in reading order.

    :param text: prepared as `models.reprint.fact.reading` does.
    """
    place = 0
    for _ in range(MOST_TOKENS):
        token = _TOKEN.search(text, place)
        if token is None:
            return
        place = token.end()
        kind = token.lastgroup if token.lastgroup not in ("half", "pm") else "time"
        if kind == "number":
            place = token.start() + len(token.group().split(" ", 1)[0])
            for found in _number(text, token, wording):
                place = max(place, found.end)
                yield found
        elif kind == "time":
            yield from _time(token)
        else:
            yield from _date(token, str(kind), wording)


def _date(token: re.Match[str], kind: str, wording: Wording) -> Iterator[Found]:
    parts = [int(part) for part in re.findall(r"\d+", token.group())]
    if kind == "dmy":
        day, month, year = parts
        if month > 12 or (wording.language.startswith("en") and day <= 12 and day != month):
            if day > 12 or month <= 12:  # neither order, or either
                return
            day, month = month, day
    else:
        year, month, day = parts if kind == "ymd" else (0, *parts)
    if year in YEARS:
        yield _found(FactKind.YEAR, str(year), token.group(), token.start(), token.end())
    if 1 <= month <= 12 and 1 <= day <= 31:
        yield _found(FactKind.DATE, f"{month:02}-{day:02}", token.group(), token.start(), token.end())


def _time(token: re.Match[str]) -> Iterator[Found]:
    hour, minute = (int(part) for part in re.findall(r"\d+", token.group()))
    hour += 12 if hour < 12 and (token["half"] or token["pm"]) else 0
    if hour < 24 and minute < 60:
        yield _found(FactKind.TIME, f"{hour:02}:{minute:02}", token.group(), token.start(), token.end())


def _number(text: str, token: re.Match[str], wording: Wording) -> Iterator[Found]:
    digits, start, end = token.group(), token.start(), token.end()
    leading = digits.split(" ", 1)[0]
    if not wording.spaced or len(leading) > 3:
        digits, end = leading, start + len(leading)
    value = value_of(digits, wording.decimal)
    after = end
    if ordinal := _ORDINAL.match(text, end):
        after = ordinal.end()
    if beside := _month_beside(text, start, after, wording):
        month, first, behind = beside
        if value is not None and value == value.to_integral_value() and 1 <= value <= 31:
            yield _found(FactKind.DATE, f"{month:02}-{int(value):02}", text[first:behind], first, behind)
            return
    if value is None:
        yield Found(Fact(FactKind.NUMBER, "", digits[:40], start), start, end)  # takes its place, and says nothing
        return
    value, last = _scaled(text, value, end, wording)
    quantity, last = _quantity(text, start, last)
    is_year = last == end and value in YEARS and digits.isdigit()
    if is_year and quantity in (None, Quantity.DURATION):  # 2025年, 2025 году
        yield _found(FactKind.YEAR, digits, digits, start, end)
    elif quantity is Quantity.PERCENT or value != value.to_integral_value() or value >= TRIVIAL:
        written = format(value.normalize(), "f")
        if len(written) <= MOST_DIGITS + 1:
            yield _found(FactKind.NUMBER, written, text[start:last], start, last, quantity)


def value_of(digits: str, decimal: str) -> Decimal | None:
    """What digits with separators say; None where they say nothing for sure.

    :param decimal: the sign that stands before the decimals in the language of the text.
    """
    plain = re.sub("['’ ]", "", digits)
    if len(plain) > MOST_DIGITS + 6 or sum(map(str.isdigit, plain)) > MOST_DIGITS:
        return None
    signs = [character for character in plain if character in ".,"]
    if not signs:
        return Decimal(plain)
    parts = re.split("[.,]", plain)
    thousands = all(len(part) == 3 for part in parts[1:]) and 1 <= len(parts[0]) <= 3
    if len(set(signs)) == 2:
        whole = all(len(part) == 3 for part in parts[1:-1])
        return Decimal("".join(parts[:-1]) + "." + parts[-1]) if signs.count(signs[-1]) == 1 and whole else None
    if len(signs) > 1:
        return Decimal("".join(parts)) if thousands else None
    if signs[0] != decimal and thousands:
        return Decimal("".join(parts))
    return Decimal(".".join(parts))


def _scaled(text: str, value: Decimal, end: int, wording: Wording) -> tuple[Decimal, int]:
    """A number with the thousands, millions and 万 behind it, and where those end."""
    total = Decimal(0)
    while (scale := _HAN_SCALE.match(text, end)) is not None and scale[1]:
        factor = 1
        for character in scale[1]:
            factor *= _HAN_VALUES[character]
        value, end = value * factor, scale.end()
        following = _NEXT.match(text, end)
        if following is None or factor < 10**4:
            return total + value, end
        total, value, end = total + value, Decimal(following.group()), following.end()
    value += total
    for _ in range(2):
        word = _WORD.match(text, end)
        if word is None:
            break
        by = wording.scales.get(stem(folded(word[1]) or word[1]))
        if by is None:
            break
        value, end = value * by, word.end(1)
    return value, end


def _quantity(text: str, start: int, end: int) -> tuple[Quantity | None, int]:
    if unit := CHARACTER_UNIT.match(text, end):
        return Quantity(str(unit.lastgroup)), unit.end()
    if _SIGN.search(text, max(start - 3, 0), start):
        return Quantity.MONEY, end
    if percent := _PERCENT.match(text, end):
        return Quantity.PERCENT, percent.end()
    word = _UNIT.match(text, end)
    found = units().get(stem(folded(word[1]))) if word is not None and folded(word[1]) else None
    return (found, word.end()) if word is not None and found is not None else (None, end)


def _month_beside(text: str, start: int, end: int, wording: Wording) -> tuple[int, int, int] | None:
    """The month that a number is the day of, and where the date begins and ends."""
    if of := _OF.match(text, end):
        end = of.end()
    after = _WORD.match(text, end)
    if after is not None and (number := wording.months.get(stem(folded(after[1]) or after[1]))):
        return number, start, after.end(1)
    before = _BEFORE.search(text, max(start - 24, 0), start)
    if before is not None and (number := wording.months.get(stem(folded(before[1]) or before[1]))):
        return number, before.start(1), end
    return None


def _found(kind: FactKind, value: str, words: str, start: int, end: int, quantity: Quantity | None = None) -> Found:
    return Found(Fact(kind, value, " ".join(words[:80].split()), start, quantity), start, end)
