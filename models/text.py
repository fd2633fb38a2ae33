"""Short texts per language: names and titles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.errors import BadInput
from models.language import parse_language

LONGEST_TEXT = 500
"""Characters of one text."""


def parse_texts(
    texts: Mapping[str, str], field: Sequence[str], *, least: int = 1, longest: int = LONGEST_TEXT
) -> dict[str, str]:
    """Texts per language tag, without spaces around them, the tags in canonical form.

    :param field: the path of the input value, for refusals.
    :param least: how many there must be.
    :param longest: characters of one text.
    :raises BadInput: too few; an empty text; one that is too long; one language twice.
    :raises BadLanguageTag: a tag that is none.
    """
    read: dict[str, str] = {}
    for given, text in texts.items():
        language, stripped = parse_language(given), text.strip()
        if language in read:
            raise BadInput(f"{field[-1]} has two texts in {language}; give one", field=field)
        if not 1 <= len(stripped) <= longest:
            raise BadInput(
                f"the text of {field[-1]} in {language} has {len(stripped)} characters; give 1 to {longest}",
                field=field,
            )
        read[language] = stripped
    if len(read) < least:
        raise BadInput(f"{field[-1]} holds no text; give at least one language", field=field)
    return read
