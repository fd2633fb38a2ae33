"""The moves of a variant between its states on the desk: one table, and what it allows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from models.errors import OwnWork, WrongState
from models.scope import Scope
from models.story import PubStatus, Story
from models.variant import DeskState, Variant


class DeskMove(StrEnum):
    """What can be done with a variant on the desk."""

    SAVE = "SAVE"
    """Change its words, or what it shows; it is a draft then."""
    SUBMIT = "SUBMIT"
    """Hand it to others to read."""
    RETURN = "RETURN"
    """Send it back to whoever writes it."""
    APPROVE = "APPROVE"
    """Find that it may be released."""


class MoveRule(StrEnum):
    """Who, among those with the scope, may make a move."""

    ANYBODY = "ANYBODY"
    """Whoever has the scope."""
    NOT_AN_AUTHOR = "NOT_AN_AUTHOR"
    """Nobody whose words have come in since the last release."""


@dataclass(frozen=True)
class Move:
    """A move that is allowed.

    :param scope: what whoever makes it needs.
    :param rule: who of those may make it.
    """

    source: DeskState
    target: DeskState
    name: DeskMove
    scope: Scope = Scope.STORY_WRITE
    rule: MoveRule = MoveRule.ANYBODY


MOVES = (
    Move(DeskState.DRAFT, DeskState.DRAFT, DeskMove.SAVE),
    Move(DeskState.DRAFT, DeskState.IN_REVIEW, DeskMove.SUBMIT),
    Move(DeskState.IN_REVIEW, DeskState.DRAFT, DeskMove.SAVE),
    Move(DeskState.IN_REVIEW, DeskState.DRAFT, DeskMove.RETURN),
    Move(DeskState.IN_REVIEW, DeskState.APPROVED, DeskMove.APPROVE, rule=MoveRule.NOT_AN_AUTHOR),
    Move(DeskState.APPROVED, DeskState.DRAFT, DeskMove.SAVE),
    Move(DeskState.APPROVED, DeskState.DRAFT, DeskMove.RETURN),
)
"""Every move there is. APPROVE arrives once enough have made it; until then the variant stays in review."""


def move(story: Story, variant: Variant, name: DeskMove, by: str) -> Move:
    """The move of this name from where a variant stands.

    :raises WrongState: there is none from there, or the story or the variant was killed.
    :raises OwnWork: the move is not for those who wrote it.
    """
    refuse_canceled(story, variant)
    found = next((row for row in MOVES if row.source is variant.desk_state and row.name is name), None)
    if found is None:
        sources = " or ".join(row.source for row in MOVES if row.name is name)
        raise WrongState(f"{variant.uri} is {variant.desk_state}; {name} is for what is {sources}")
    if found.rule is MoveRule.NOT_AN_AUTHOR and by in variant.authors:
        raise OwnWork(f"{by} has written what {variant.uri} says; somebody else has to make the move {name}")
    return found


def allowed_moves(story: Story, variant: Variant, by: str, scopes: Collection[Scope]) -> tuple[Move, ...]:
    """The moves that somebody with these scopes may make now."""
    if PubStatus.CANCELED in (story.pub_status, variant.pub_status):
        return ()
    return tuple(
        row
        for row in MOVES
        if row.source is variant.desk_state
        and row.scope in scopes
        and not (row.rule is MoveRule.NOT_AN_AUTHOR and by in variant.authors)
    )


def refuse_canceled(story: Story, variant: Variant | None = None) -> None:
    """Refuses what was killed.

    :raises WrongState: the story or the variant was killed: nothing of it is edited any more.
    """
    for row in (story, variant):
        if row is not None and row.pub_status is PubStatus.CANCELED:
            raise WrongState(f"{row.uri} is CANCELED and is not edited any more; write a new one")
