"""The moves between the pubStatus of what was released: one table, for stories and for variants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.errors import WrongState
from models.event import EventKind
from models.notice.table import NoticeKind
from models.pool.tables import ReleaseKind
from models.scope import Scope
from models.story import PubStatus


@dataclass(frozen=True)
class Move:
    """A move that is allowed.

    :param release: what the new version is.
    :param event: what the change log says.
    :param notice: what partners are told.
    :param scope: who may make it.
    """

    release: ReleaseKind
    event: EventKind
    notice: NoticeKind
    scope: Scope = Scope.STORY_RELEASE


_WITHHOLD = Move(ReleaseKind.WITHHOLD, EventKind.STORY_WITHHELD, NoticeKind.WITHHOLD)
_KILL = Move(ReleaseKind.CANCEL, EventKind.STORY_CANCELED, NoticeKind.KILL)
_REINSTATE = Move(ReleaseKind.REINSTATE, EventKind.STORY_REINSTATED, NoticeKind.UPDATE)

STATUS_MOVES: Final[dict[tuple[PubStatus, PubStatus], Move]] = {
    (PubStatus.USABLE, PubStatus.WITHHELD): _WITHHOLD,
    (PubStatus.USABLE, PubStatus.CANCELED): _KILL,
    (PubStatus.WITHHELD, PubStatus.CANCELED): _KILL,
    (PubStatus.WITHHELD, PubStatus.USABLE): _REINSTATE,
}
"""The allowed moves, from and to. CANCELED is final."""


def move(name: str, before: PubStatus, after: PubStatus, *field: str) -> Move:
    """The move of a story or a variant.

    :param name: its uri.
    :param field: where the input names it.
    :raises WrongState: it is not allowed.
    """
    found = STATUS_MOVES.get((before, after))
    if found is None:
        open_to = [status.value for old, status in STATUS_MOVES if old is before]
        allowed = f"it can become {' or '.join(open_to)}" if open_to else "that is final"
        raise WrongState(f"{name} is {before} and cannot become {after}; {allowed}", field=field or None)
    return found
