"""Texts per language, as they are written and as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import strawberry

from models.errors import BadInput
from models.language import LanguageTag


@strawberry.type(name="TextResult", description="A text in one language.")
class Text:
    language: LanguageTag = strawberry.field(description="The language.")
    text: str = strawberry.field(description="The text.")


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


def all_texts(texts: Mapping[str, str]) -> list[Text]:
    """Every text there is, by language."""
    return [Text(language=LanguageTag(language), text=text) for language, text in sorted(texts.items())]
