"""Texts per language, as they are written."""

from __future__ import annotations

from collections.abc import Iterable

import strawberry

from models.errors import BadInput
from models.language import LanguageTag


@strawberry.input(description="A text in one language.")
class TextInput:
    language: LanguageTag = strawberry.field(description="The language.")
    text: str = strawberry.field(description="The text.")


def texts_by_language(texts: Iterable[TextInput], *field: str) -> dict[str, str]:
    """The texts by language tag.

    :param field: where they stand in the input.
    :raises BadInput: there are two in one language.
    """
    found: dict[str, str] = {}
    for place, given in enumerate(texts):
        if given.language in found:
            raise BadInput(f"there is another text in {given.language}; give one", field=[*field, str(place)])
        found[given.language] = given.text
    return found
