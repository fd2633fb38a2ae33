"""Policies in words: the plain sentences that an editor would write, in English and in Chinese, made from the rules.

The words say what the rules say and no more. Names that somebody chose, of purposes and events, are quoted as they are; subdivisions
of countries have their ISO 3166-2 names, in Latin letters, in every language.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from models.language import LanguageTag
from models.policy.rules import Policy
from models.policy.wording.chinese import Chinese
from models.policy.wording.english import English


def words_for(language: LanguageTag, zone: ZoneInfo) -> English | Chinese:
    """Whoever words policies in a language: in Chinese for `zh` and all below it, in English for everything else.

    :param zone: in which days and times are said.
    """
    return Chinese(zone) if language.split("-")[0] == "zh" else English(zone)


def word_policy(policy: Policy, language: LanguageTag, zone: ZoneInfo) -> str:
    """A policy in a few sentences."""
    return words_for(language, zone).policy(policy)
