"""Words that people send: what no text holds is refused before a database meets it."""

from __future__ import annotations

import re

from models.errors import BadInput

_UNREADABLE = re.compile("[\x00\ud800-\udfff]")


def readable(text: str, field: str) -> str:
    """The text, as it was given.

    :param field: where it stands in the input.
    :raises BadInput: it holds a NUL, or half of a surrogate pair.
    """
    if found := _UNREADABLE.search(text):
        raise BadInput(f"{field} holds U+{ord(found.group()):04X}, which is no text; take it out", field=[field])
    return text
