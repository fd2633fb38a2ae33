"""The moves between states of the desk, against a table of their own."""

from __future__ import annotations

import itertools
import uuid

import pytest

from models.desk.moves import DeskMove, allowed_moves, move
from models.errors import OwnWork, StorypoolError, WrongState
from models.scope import Scope
from models.story import PubStatus, Story
from models.variant import DeskState, Form, Variant

ARRIVES = {
    ("DRAFT", "SAVE"): "DRAFT",
    ("DRAFT", "SUBMIT"): "IN_REVIEW",
    ("IN_REVIEW", "SAVE"): "DRAFT",
    ("IN_REVIEW", "RETURN"): "DRAFT",
    ("IN_REVIEW", "APPROVE"): "APPROVED",
    ("APPROVED", "SAVE"): "DRAFT",
    ("APPROVED", "RETURN"): "DRAFT",
}
CASES = list(itertools.product(DeskState, DeskMove, (PubStatus.USABLE, PubStatus.CANCELED), ("ana", "ben")))


def desk(state: DeskState, status: PubStatus) -> tuple[Story, Variant]:
    story = Story(uri="urn:newsml:x:20261120:x", pub_status=status)
    variant = Variant(
        story_id=uuid.uuid4(),
        uri="urn:newsml:x:20261120:x.en.article",
        language="en",
        form=Form.ARTICLE,
        headline="",
        body="",
        body_text="",
        authors=["ana"],
        desk_state=state,
    )
    return story, variant


@pytest.mark.parametrize(("state", "name", "status", "by"), CASES)
def test_a_move_is_made_or_refused_as_the_table_says(
    state: DeskState, name: DeskMove, status: PubStatus, by: str
) -> None:
    story, variant = desk(state, status)
    refusal: type[StorypoolError] | None = None
    if status is PubStatus.CANCELED or (state, name) not in ARRIVES:
        refusal = WrongState
    elif name is DeskMove.APPROVE and by == "ana":
        refusal = OwnWork
    offered = {row.name for row in allowed_moves(story, variant, by, frozenset(Scope))}
    assert (name in offered) == (refusal is None)
    assert allowed_moves(story, variant, by, frozenset({Scope.POOL_READ})) == ()
    if refusal is None:
        assert move(story, variant, name, by).target == ARRIVES[state, name]
    else:
        with pytest.raises(refusal):
            move(story, variant, name, by)
