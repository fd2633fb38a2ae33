"""Who was let in, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.actor import Actor


@dataclass(frozen=True, slots=True)
class Admission:
    """What an access token gives.

    :param expires_at: from when on it gives nothing.
    """

    actor: Actor
    expires_at: datetime
