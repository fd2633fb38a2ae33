"""Language tags: BCP 47 (RFC 5646), matched as RFC 4647 says.

A tag is checked and put into canonical form once, where it enters; after that, equal languages are equal strings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NewType

import langcodes
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from langcodes.tag_parser import LanguageTagError

from models.errors import BadLanguageTag

LanguageTag = NewType("LanguageTag", str)
"""A BCP 47 language tag in canonical form: `zh-Hans-CN`, `de`, `he` (never `iw`)."""

LanguageRange = NewType("LanguageRange", str)
"""A basic language range (RFC 4647 section 2.1): a tag in canonical form, or `*` for every language."""

UNDETERMINED = LanguageTag("und")
"""The tag of texts whose language is not known (BCP 47)."""

ANY_LANGUAGE = LanguageRange("*")

LONGEST_TAG = 35
"""Characters: the length that RFC 5646 section 4.4.1 asks everyone to have room for, and that our columns have."""

RIGHT_TO_LEFT_SCRIPTS = frozenset(
    {"Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend", "Nkoo", "Phnx", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"}
)


@lru_cache(maxsize=4096)
def parse_language(value: str) -> LanguageTag:
    """The canonical form of a well-formed BCP 47 tag.

    Case is made canonical (RFC 5646 section 2.1.1) and deprecated subtags are replaced by what replaced them
    (section 4.5: `iw` → `he`, `zh-cmn-Hans` → `zh-Hans`).

    :raises BadLanguageTag: the value is not a well-formed tag, names no language, or is longer than `LONGEST_TAG`.
    """
    if len(value) > LONGEST_TAG:
        raise BadLanguageTag(f"{value[:LONGEST_TAG]!r}… is longer than the {LONGEST_TAG} characters of a language tag.")
    # langcodes reads `en_US` and `123` and `Latn` too, which no BCP 47 reader has to understand.
    primary = value.split("-", 1)[0]
    if "_" in value or not primary.isascii() or not primary.isalpha() or len(primary) == 4:
        raise BadLanguageTag(_not_a_tag(value))
    try:
        return LanguageTag(langcodes.standardize_tag(value))
    except LanguageTagError as error:
        raise BadLanguageTag(_not_a_tag(value)) from error


def parse_language_range(value: str) -> LanguageRange:
    """The canonical form of a basic language range: `*`, or a tag as in `parse_language`.

    :raises BadLanguageTag: neither.
    """
    return ANY_LANGUAGE if value == ANY_LANGUAGE else LanguageRange(parse_language(value))


def language_covers(language_range: LanguageRange | LanguageTag, tag: LanguageTag) -> bool:
    """Whether the range matches the tag by basic filtering (RFC 4647 section 3.3.1).

    `de` covers `de` and `de-CH`, not the reverse; `*` covers everything; `zh` does not cover `zha`.
    """
    if language_range == ANY_LANGUAGE:
        return True
    wanted, given = language_range.lower(), tag.lower()
    return given == wanted or given.startswith(wanted + "-")


@lru_cache(maxsize=4096)
def ranges_covering(tag: LanguageTag) -> frozenset[LanguageRange]:
    """Every canonical range that covers a canonical tag (`language_covers`): `*`, the tag, and what it begins with."""
    subtags = tag.split("-")
    return frozenset({ANY_LANGUAGE, *(LanguageRange("-".join(subtags[:end])) for end in range(1, len(subtags) + 1))})


def lookup(preferences: Sequence[LanguageTag], available: Iterable[LanguageTag]) -> LanguageTag | None:
    """The one available language to serve for these preferences, best first; None when nothing serves.

    Each preference is tried to its end before the next (RFC 4647 section 3.4): the tag itself, then a narrower one
    that it covers (`zh` is served by `zh-Hans`; the shortest such, then the first in alphabetical order), then the tag
    with its last subtags taken away one by one (`de-CH-1996` is served by `de`).
    """
    candidates = sorted(set(available), key=lambda tag: (len(tag), tag))
    for preference in preferences:
        for wanted in _with_truncations(preference):
            exact = next((tag for tag in candidates if tag.lower() == wanted.lower()), None)
            if exact is not None:
                return exact
            if wanted == preference:
                narrower = next((tag for tag in candidates if language_covers(preference, tag)), None)
                if narrower is not None:
                    return narrower
    return None


@lru_cache(maxsize=4096)
def language_name(tag: LanguageTag, in_language: LanguageTag) -> str:
    """What the language is called in another one, by Unicode CLDR: `zh-Hans` in `en` is "Simplified Chinese".

    Subtags that have no name of their own follow in brackets as they are; a tag without any name is its own name. A
    language in which CLDR has no names falls back to its parents and then to English.
    """
    names = locale_for(in_language)
    language = langcodes.Language.get(tag, normalize=False)
    parts = [part for part in (language.language, language.script, language.territory) if part]
    for length in range(len(parts), 0, -1):
        name = names.languages.get("_".join(parts[:length]))
        if name is None:
            continue
        rest = [names.scripts.get(part) or names.territories.get(part) or part for part in parts[length:]]
        rest += language.variants or []
        return f"{name} ({', '.join(rest)})" if rest else str(name)
    return tag


@lru_cache(maxsize=1024)
def is_right_to_left(tag: LanguageTag) -> bool:
    """Whether text in this language runs from right to left, by its script, given or likely (`ar`, `az-Arab`)."""
    return script_of(tag) in RIGHT_TO_LEFT_SCRIPTS


@lru_cache(maxsize=1024)
def locale_for(tag: LanguageTag) -> Locale:
    """The CLDR locale nearest to a language: its own, a parent's, or English.

    `zh-TW` is read as what it means, Chinese in the traditional script, so it does not fall back to simplified.
    """
    language = langcodes.Language.get(tag, normalize=False)
    tries = (
        (language.language, language.territory, language.script),
        (language.language, None, script_of(tag)),
        (language.language, None, None),
    )
    for name, territory, script in tries:
        try:
            return Locale(name or "en", territory=territory, script=script)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def script_of(tag: LanguageTag) -> str | None:
    """The script that the tag names, or the likely one by CLDR, as its ISO 15924 code; None where neither is known."""
    language = langcodes.Language.get(tag, normalize=False)
    if language.script or not language.language:
        return language.script
    likely: Mapping[str, str] = get_global("likely_subtags")
    full = likely.get(f"{language.language}_{language.territory}") or likely.get(language.language)
    return full.split("_")[1] if full else None


def _with_truncations(tag: str) -> list[str]:
    """The tag and its shorter forms; a single-letter subtag goes with what followed it (RFC 4647, 3.4)."""
    forms = []
    subtags = tag.split("-")
    while subtags:
        forms.append("-".join(subtags))
        subtags.pop()
        while subtags and len(subtags[-1]) == 1:
            subtags.pop()
    return forms


def _not_a_tag(value: str) -> str:
    return f"{value!r} is not a BCP 47 language tag. Write it like 'zh', 'zh-Hans' or 'pt-BR'."


def wording(texts: Mapping[str, str], language: str) -> str | None:
    """The text in a language: in the tag itself, else in its primary language, else in English, else in Chinese, else in any."""
    for tag in (language, language.split("-")[0], "en", "zh"):
        if tag in texts:
            return texts[tag]
    return next(iter(texts.values()), None)
