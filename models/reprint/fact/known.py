"""Who and what has names in several languages: the centre's places, people and organisations, and the world's countries and cities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from models.language import LanguageTag, locale_for
from models.reprint.fact.wording import stem
from models.reprint.shingles import simplified_characters
from models.search.tokeniser import UNSPACED, folded

MOST_WORDS: Final = 8
"""Of a name; longer ones are phrases that nobody repeats word for word."""
MOST_CHARACTERS: Final = 24
WORD: Final = re.compile(f"[^\\W_{UNSPACED}]+")
_UNSPACED_RUN: Final = re.compile(f"[{UNSPACED}]+")
_KATAKANA: Final = re.compile("[\u30a1-\u30fa\u30fc]")
_LEAST: Final = 2


@dataclass(frozen=True)
class Names:
    """Names by their words, or by their characters, and the key that stands for all names of the same.

    :param words: stems of one to `MOST_WORDS` words.
    :param characters: names in scripts without spaces.
    """

    words: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    characters: Mapping[str, str] = field(default_factory=dict)

    def lengths(self) -> tuple[list[int], list[int]]:
        """How many words, and how many characters, the names have, the most first."""
        return (
            sorted({len(words) for words in self.words}, reverse=True),
            sorted({len(name) for name in self.characters}, reverse=True),
        )


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, and its half-open place."""

    text: str
    stem: str
    start: int
    end: int


def words_of(text: str) -> Iterator[Word]:
    """The words of scripts with spaces."""
    for found in WORD.finditer(text):
        raw = found.group()
        if word := folded(raw):
            yield Word(raw, stem(word), found.start(), found.end())


def names_of(known: Iterable[tuple[str, Iterable[str]]]) -> Names:
    """Names in one form; of two that are alike the first counts, and all names of the other stand for the first.

    :param known: keys, with the names in all languages.
    """
    words: dict[tuple[str, ...], str] = {}
    characters: dict[str, str] = {}
    for own_key, names in known:
        forms = [form for name in names for form in _forms(name)]
        key = next((there for form in forms if (there := _held(form, words, characters))), own_key)
        for form in forms:
            if isinstance(form, str):
                characters.setdefault(form, key)
            else:
                words.setdefault(form, key)
    return Names(words, characters)


def found_names(text: str, words: Sequence[Word], names: Sequence[Names]) -> Iterator[tuple[str, int, int]]:
    """The known names in a text, the longest at each place, with their half-open places.

    :param text: prepared as `models.reprint.fact.reading` does, and `words` those of it.
    """
    for some in names:
        by_words, by_characters = some.lengths()
        yield from _in_words(words, some.words, by_words)
        for run in _UNSPACED_RUN.finditer(text):
            yield from _in_run(text, run.start(), run.end(), some.characters, by_characters)


def _in_words(
    words: Sequence[Word], names: Mapping[tuple[str, ...], str], lengths: Sequence[int]
) -> Iterator[tuple[str, int, int]]:
    stems = [word.stem for word in words]
    firsts = {form[0] for form in names}
    place = 0
    while place < len(words):
        step = 1
        if stems[place] in firsts and not words[place].text[0].islower():
            for length in lengths:
                key = names.get(tuple(stems[place : place + length]))
                if key is not None and place + length <= len(words):
                    yield key, words[place].start, words[place + length - 1].end
                    step = length
                    break
        place += step


def _in_run(
    text: str, start: int, end: int, names: Mapping[str, str], lengths: Sequence[int]
) -> Iterator[tuple[str, int, int]]:
    place = start
    while place < end:
        step = 1
        for length in lengths:
            key = names.get(text[place : place + length]) if place + length <= end else None
            if key is not None and not _inside_kana(text, place, place + length):
                yield key, place, place + length
                step = length
                break
        place += step


def _inside_kana(text: str, start: int, end: int) -> bool:
    """Whether a name in kana is a part of a longer word in kana."""
    before = start > 0 and _KATAKANA.match(text, start) and _KATAKANA.match(text, start - 1)
    return bool(before or (_KATAKANA.match(text, end - 1) and _KATAKANA.match(text, end)))


def _forms(name: str) -> Iterator[tuple[str, ...] | str]:
    plain = name.translate(simplified_characters())
    stems = tuple(word.stem for word in words_of(plain))
    if _UNSPACED_RUN.fullmatch(plain):
        if _LEAST <= len(plain) <= MOST_CHARACTERS:
            yield plain
    elif 0 < len(stems) <= MOST_WORDS and sum(map(len, stems)) > _LEAST:
        yield stems


def _held(
    form: tuple[str, ...] | str, words: Mapping[tuple[str, ...], str], characters: Mapping[str, str]
) -> str | None:
    return characters.get(form) if isinstance(form, str) else words.get(form)


@lru_cache(maxsize=32)
def world(language: str) -> Names:
    """The countries, regions and cities that Unicode CLDR has names of, in one language."""
    return names_of(world_names(language))


def world_names(language: str) -> list[tuple[str, list[str]]]:
    """Keys and names of what `world` knows."""
    locale = locale_for(LanguageTag(language))
    territories = [(f"territory:{code}", [name]) for code, name in locale.territories.items() if len(code) == 2]
    is_latin = str(locale.territories.get("FR", "F"))[0].isascii()
    cities: list[tuple[str, list[str]]] = []
    for zone in locale_for(
        LanguageTag("ru")
    ).time_zones:  # which has a name for each; English only where another is usual
        told = locale.time_zones.get(zone, {})
        if "city" in told or is_latin:
            cities.append((f"city:{zone}", [str(told.get("city") or str(zone).rpartition("/")[2].replace("_", " "))]))
    return [*territories, *(city for city in cities if "Etc/" not in city[0])]
