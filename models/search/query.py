"""What a reader typed, as a conjunction of words in any of the pool's languages.

Nothing a reader types is an operator, except a pair of quotation marks round a phrase. All words must occur in one row
of the index. A row is in one language and its tokens carry it, so a query is rendered as an OR over the languages of
the AND of the words as that language folds them.

The index keeps no word positions: they would make it two to three times as large, for the few queries that have quotes.
A phrase is looked up as its words, and whoever holds the texts of the matches asks `SearchQuery.accepts` for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from models.errors import BadInput
from models.search.tokeniser import primary_subtag, tokenise, unit_runs

MAX_QUERY_CHARACTERS: Final = 1_024
MAX_QUERY_TOKENS: Final = 64

_PHRASE = re.compile('["“”„＂]([^"“”„＂]+)["“”„＂]|«([^«»]+)»|「([^「」]+)」|『([^『』]+)』')

Run = tuple[str, ...]
"""A word, or a stretch of unspaced characters as its units."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A reader's words, to be found together in one variant; see `parse_query`.

    :ivar text: as typed.
    :ivar languages: primary subtags, sorted; a match is in one of them. None: nothing matches.
    :ivar phrases: what stood in quotation marks, as typed.
    """

    text: str
    languages: tuple[str, ...]
    phrases: tuple[str, ...]

    def words(self, language: str) -> tuple[Run, ...]:
        """The distinct words and unspaced stretches, in the order typed, folded as that language folds them."""
        return _words(self.text, primary_subtag(language))

    def tokens(self, language: str) -> tuple[str, ...]:
        """The distinct tokens that a row in this language must have, without their prefix."""
        return _tokens(self.text, primary_subtag(language))

    @property
    def is_conjunction(self) -> bool:
        """Whether more than one token is asked for, so that tokens that are common each may never meet."""
        return any(len(self.tokens(language)) > 1 for language in self.languages)

    def fts5_match(self, segments: Sequence[str] = ()) -> str:
        """The right-hand side of an FTS5 MATCH (https://sqlite.org/fts5.html#full_text_query_syntax).

        :param segments: further tokens, of which a row must have one.
        :raises ValueError: when the query has no languages.
        """
        return self._rendered(" AND ", " OR ", '"', segments)

    def tsquery(self, segments: Sequence[str] = ()) -> str:
        """The text form of a PostgreSQL tsquery, to be cast and not to be parsed as words.

        :param segments: further lexemes, of which a row must have one.
        :raises ValueError: when the query has no languages.
        """
        return self._rendered(" & ", " | ", "'", segments)

    def accepts(self, language: str, texts: Iterable[str]) -> bool:
        """Whether each phrase stands, word after word, in one of the texts of a variant that matched.

        True when nothing was quoted.
        """
        if not self.phrases:
            return True
        folded = [unit_text(text, language) for text in texts]
        phrases = (unit_text(phrase, language) for phrase in self.phrases)
        return all(any(phrase in text for text in folded) for phrase in phrases)

    def _rendered(self, conjunction: str, disjunction: str, quote: str, segments: Sequence[str]) -> str:
        if not self.languages:
            raise ValueError("A query without languages matches nothing and cannot be rendered.")
        alternatives = (
            conjunction.join(f"{quote}{language}_{token}{quote}" for token in self.tokens(language))
            for language in self.languages
        )
        words = disjunction.join(f"({alternative})" for alternative in alternatives)
        if not segments:
            return words
        return f"({disjunction.join(f'{quote}{segment}{quote}' for segment in segments)}){conjunction}({words})"


def parse_query(text: str, languages: Iterable[str]) -> SearchQuery:
    """What a reader typed, ready to be looked up.

    :param languages: the BCP 47 tags to search in: those the reader named, or all that the pool has.
    :raises BadInput: when there is no letter or digit in the text, or when it is too long.
    :raises BadLanguageTag: when a language is not a tag.
    """
    if len(text) > MAX_QUERY_CHARACTERS:
        raise BadInput(
            f"The search text has {len(text):,} characters; write at most {MAX_QUERY_CHARACTERS:,}.", field=["text"]
        )
    subtags = tuple(sorted({primary_subtag(language) for language in languages}))
    counts = [len(_tokens(text, language)) for language in subtags or ("und",)]
    if 0 in counts:
        raise BadInput(f"The search text {text!r} has no letter or digit; write at least one word.", field=["text"])
    if max(counts) > MAX_QUERY_TOKENS:
        raise BadInput(
            f"The search text has {max(counts)} words or pairs of characters; write at most {MAX_QUERY_TOKENS}.",
            field=["text"],
        )
    phrases = (next(filter(None, groups)) for groups in _PHRASE.findall(text))
    return SearchQuery(text, subtags, tuple(dict.fromkeys(phrase for phrase in phrases if tokenise(phrase, "und"))))


def unit_text(text: str, language: str) -> str:
    """The units of a text, each between two characters that no unit has.

    A sequence of words occurs in a text just where its unit text is a substring of that of the text.
    """
    return "".join([f"<{unit}>" for run in unit_runs(text, language) for unit in run])


@lru_cache(maxsize=1_024)
def _words(text: str, language: str) -> tuple[Run, ...]:
    return tuple(dict.fromkeys(tuple(run) for run in unit_runs(text, language)))


@lru_cache(maxsize=1_024)
def _tokens(text: str, language: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(token.text for token in tokenise(text, language)))
