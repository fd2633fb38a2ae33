"""The words that go with what is taken back: they say nothing of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from models.base import JsonObject
from models.desk.words import readable
from models.errors import BadInput
from models.text import parse_texts

LONGEST_NOTICE: Final = 2_000
"""Characters of a notice's text in one language."""
LONGEST_REASON: Final = 2_000
"""Characters of a reason."""
RUN_WORDS: Final = 8
"""So many words in a row, as they stand in a body, are a quotation. Eight go beyond names, titles and set phrases; shorter runs meet by
chance. In scripts without spaces between words, twice as many characters: a Chinese word has about two."""
_WORD_WEIGHT: Final = 2
_UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, kana and Chinese characters."""
_TOKEN: Final = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}_])\w)+")
_SINGLE: Final = re.compile(rf"[{_UNSPACED}]")
_CHINESE: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


def notice_texts(texts: Mapping[str, str], *, least: int = 1, field: str = "texts") -> dict[str, str]:
    """The texts of a notice, by language.

    :param least: how many there must be.
    :raises BadInput: too few; one is empty or too long; two in one language.
    """
    for text in texts.values():
        readable(text, field)
    return parse_texts(texts, [field], least=least, longest=LONGEST_NOTICE)


def default_language(text: str) -> str:
    """The language under which a text is kept that comes without one: `zh` where it has Chinese characters, else `en`."""
    return "zh" if _CHINESE.search(text) else "en"


def checked_reason(reason: str) -> str:
    """A reason, without spaces around it.

    :raises BadInput: there is none, or it is too long.
    """
    stripped = readable(reason, "reason").strip()
    if not 1 <= len(stripped) <= LONGEST_REASON:
        raise BadInput(
            f"the reason has {len(stripped)} characters; give 1 to {LONGEST_REASON}, for the record", field=["reason"]
        )
    return stripped


def require_free_of(texts: Mapping[str, str], taken_back: Iterable[JsonObject]) -> None:
    """Refuses texts that repeat what they take back: a headline, or a run of its words (`RUN_WORDS`).

    :param taken_back: the variants of documents.
    :raises BadInput: a text repeats some of it. The message does not say what.
    """
    read = {language: _tokens(text) for language, text in texts.items()}
    spoken = {language: _runs(tokens) for language, tokens in read.items()}
    for part in taken_back:
        headline = _tokens(part["headline"])
        content = _runs(_tokens(part["bodyText"])) | _runs(_tokens(part["description"] or ""))
        for language, tokens in read.items():
            if _holds(tokens, headline):
                raise BadInput(
                    f"the text in {language} repeats the headline of {part['uri']}, which it takes back; say it without",
                    field=["texts"],
                )
            if spoken[language] & content:
                raise BadInput(
                    f"the text in {language} quotes {RUN_WORDS} words or more of {part['uri']}, which it takes back; say it without",
                    field=["texts"],
                )


def _tokens(text: str) -> list[str]:
    """Words, or single characters where a script has no spaces, whatever their case, width and punctuation."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def _runs(tokens: Sequence[str]) -> set[tuple[str, ...]]:
    """Every shortest run that counts as a quotation. Equal runs begin with equal tokens, so they end alike."""
    weights = [1 if _SINGLE.match(token) else _WORD_WEIGHT for token in tokens]
    runs, end, weight = set(), 0, 0
    for start, own in enumerate(weights):
        while weight < RUN_WORDS * _WORD_WEIGHT and end < len(tokens):
            weight += weights[end]
            end += 1
        if weight < RUN_WORDS * _WORD_WEIGHT:
            break
        runs.add(tuple(tokens[start:end]))
        weight -= own
    return runs


def _holds(tokens: Sequence[str], wanted: Sequence[str]) -> bool:
    size = len(wanted)
    return size > 0 and any(
        list(tokens[start : start + size]) == list(wanted) for start in range(len(tokens) - size + 1)
    )
