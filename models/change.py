"""Who changes something, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Change:
    """What every change of a partnership carries.

    :param by: the OAuth client id, or the name of the program.
    """

    by: str
    at: datetime
