"""A fact: a number, a date, a time or a name, in one form for all languages, with the words that a text has for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from typing import Final

_PERSON: Final = b"storypool fact 1"


class FactKind(StrEnum):
    """What kind of fact two texts share."""

    NUMBER = "NUMBER"
    """A number: `3700000` is 3.7 million, 370万 and 3,7 млн."""
    YEAR = "YEAR"
    """A year."""
    DATE = "DATE"
    """A day of the year, as `04-08`."""
    TIME = "TIME"
    """A time of the day, as `18:30`."""
    NAME = "NAME"
    """A name in Latin letters: a brand, an acronym, a model."""
    KNOWN = "KNOWN"
    """Somebody or something that has names in several languages: a place, a person, an organisation."""


class Quantity(StrEnum):
    """What a number counts, where the words beside it say so. Numbers of two different quantities are not the same fact."""

    PERCENT = "PERCENT"
    MONEY = "MONEY"
    LENGTH = "LENGTH"
    AREA = "AREA"
    MASS = "MASS"
    TEMPERATURE = "TEMPERATURE"
    DURATION = "DURATION"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a text.

    :param value: the same in every language: digits, `04-08`, `unitree`, `place:shenzhen`.
    :param words: what the text has for it the first time, with signs and digits in one form.
    :param group: facts of one text with the same number stand side by side, and come as one: the words of a long name, a date and its year.
    :param quantity: of a number; None where nothing says it.
    """

    kind: FactKind
    value: str
    words: str
    group: int
    quantity: Quantity | None = None

    def hash(self) -> int:
        """The same in every process and version: 64 bits, as a signed integer that databases can hold."""
        digest = blake2b(f"{self.kind}\x1f{self.value}".encode(errors="surrogatepass"), digest_size=8, person=_PERSON)
        return int.from_bytes(digest.digest(), "big", signed=True)

    def agrees(self, other: Fact) -> bool:
        """Whether two facts of one hash can be the same: 57 % is not 57 km."""
        return self.quantity is other.quantity or self.quantity is None or other.quantity is None
