"""Natural keys: the short names that people and data files give to partners, agreements, outlets and the like."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.errors import BadInput

LONGEST_KEY = 64
_KEY = re.compile(r"[a-z0-9][a-z0-9:.-]*", re.ASCII)


def parse_key(value: str, field: Sequence[str] = ("key",)) -> str:
    """A natural key, as it was given.

    :param field: the path of the input value, for the refusal.
    :raises BadInput: it has other characters than lower-case letters, digits, colons, dots and hyphens, or too many.
    """
    if len(value) > LONGEST_KEY or not _KEY.fullmatch(value):
        raise BadInput(
            f"{value[:80]!r} is not a key: write 1 to {LONGEST_KEY} of a-z, 0-9, ':', '.' and '-', a letter or digit first",
            field=field,
        )
    return value
