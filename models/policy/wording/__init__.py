"""Policies in words: the plain sentences that an editor would write, in English and in Chinese, made from the rules.

The words say what the rules say and no more. Names that somebody chose, of purposes and events, are quoted as they are; subdivisions
of countries have their ISO 3166-2 names, in Latin letters, in every language.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from models.language import LanguageTag
from models.policy.rules import Duty, Policy
from models.policy.wording.chinese import Chinese
from models.policy.wording.english import English


def word_policy(policy: Policy, language: LanguageTag, zone: ZoneInfo) -> str:
    """A policy in a few sentences.

    :param language: Chinese for `zh` and all below it, English for everything else.
    :param zone: in which days and times are said.
    """
    return Chinese(zone).policy(policy) if is_chinese(language) else English(zone).policy(policy)


def word_duties(duties: Sequence[Duty], language: LanguageTag, zone: ZoneInfo) -> str:
    """What is taken on, in a sentence or two; empty without duties."""
    return (Chinese(zone) if is_chinese(language) else English(zone)).duties(duties)


def word_until(moment: datetime, language: LanguageTag, zone: ZoneInfo) -> str:
    """The end of a time, as part of a sentence: "until the end of 30 June 2026", 「至2026年6月30日止」."""
    return (Chinese(zone) if is_chinese(language) else English(zone)).until(moment)


def is_chinese(language: LanguageTag) -> bool:
    """Whether sentences in this language are written in Chinese; all others are written in English."""
    return language.split("-")[0] == "zh"
