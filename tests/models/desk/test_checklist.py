"""The release checklist, point by point."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from models.asset import Asset, AssetKind, Rendition
from models.desk.checklist import ChecklistCode as Code
from models.desk.checklist import check, require_ready
from models.desk.translation import Translation
from models.errors import NotReleasable
from models.freeze import Desk
from models.policy import Policy, RightsAction, Rule
from models.story import PubStatus, Story
from models.terms import Terms
from models.variant import DeskState, Form, Variant
from tests.seeded import NOW

PERMITTING, NOTHING = "permitting", "nothing"


def ready() -> Desk:
    """A story that nothing keeps from being released: one article in English that shows one picture."""
    terms = {name: Terms(id=uuid.uuid4(), policy_hash=name, names={}) for name in (PERMITTING, NOTHING)}
    story = Story(uri="urn:newsml:x:20261120:x", terms_id=terms[PERMITTING].id, version=0)
    variant = Variant(
        story_id=story.id,
        uri=f"{story.uri}.en.article",
        language="en-GB",
        form=Form.ARTICLE,
        headline="Drones",
        body="<p>Drones</p>",
        body_text="Drones",
        desk_state=DeskState.APPROVED,
    )
    asset = Asset(story_id=story.id, kind=AssetKind.PICTURE, captions={"en": "Drones"}, credit="Ana")
    rendition = Rendition(asset_id=asset.id, name="web", mime_type="image/jpeg", size=1, sha256="0")
    return Desk(
        story=story,
        variants=[variant],
        assets=[asset],
        renditions={asset.id: [rendition]},
        shown={variant.id: [asset.id]},
        terms={row.id: row for row in terms.values()},
        policies={
            PERMITTING: Policy(permissions=(Rule(actions=(RightsAction.DISPLAY,)),)),
            NOTHING: Policy(),
        },
        series=None,
        topic=None,
        concepts={},
        organisations=[],
        contributors=[],
        translations={},
    )


def change(part: str, **values: Any) -> Callable[[Desk], None]:
    """Says something else of the story, its variant or its asset."""

    def act(desk: Desk) -> None:
        row = {"story": desk.story, "variant": desk.variants[0], "asset": desk.assets[0]}[part]
        for name, value in values.items():
            setattr(row, name, value)

    return act


def without_terms(part: str) -> Callable[[Desk], None]:
    """Gives a part terms that permit nothing."""
    return lambda desk: change(part, terms_id=next(id for id, row in desk.terms.items() if row.policy_hash == NOTHING))(
        desk
    )


def test_what_is_ready_has_no_point() -> None:
    assert check(ready(), None, NOW) == ()


@pytest.mark.parametrize(
    ("act", "codes", "blocks"),
    [
        (change("story", pub_status=PubStatus.WITHHELD), {Code.STORY_WITHHELD}, True),
        (change("story", pub_status=PubStatus.CANCELED), {Code.STORY_CANCELED}, True),
        (change("story", terms_id=None), {Code.NO_TERMS}, True),
        (change("story", embargoed_until=NOW), {Code.EMBARGO_PAST}, True),
        (change("story", embargoed_until=NOW, version=1), set(), False),
        (change("story", embargoed_until=NOW + timedelta(seconds=1)), set(), False),
        (change("story", expires=NOW), {Code.EXPIRED}, False),
        (change("story", expires=NOW + timedelta(days=1)), {Code.EXPIRES_SOON}, False),
        (change("story", expires=NOW + timedelta(days=2)), set(), False),
        (change("variant", desk_state=DeskState.IN_REVIEW), {Code.NOT_APPROVED}, True),
        (change("variant", pub_status=PubStatus.CANCELED), {Code.VARIANT_CANCELED}, True),
        (change("variant", headline=" "), {Code.EMPTY_HEADLINE}, True),
        (change("variant", body_text=""), {Code.EMPTY_BODY}, True),
        (change("variant", body_text="", form=Form.VIDEO), {Code.EMPTY_BODY}, False),
        (without_terms("variant"), {Code.PERMITS_NOTHING}, True),
        (without_terms("asset"), {Code.ASSET_WITHOUT_RIGHTS}, True),
        (without_terms("story"), {Code.PERMITS_NOTHING, Code.ASSET_WITHOUT_RIGHTS}, True),
        (change("asset", credit=" "), {Code.ASSET_WITHOUT_CREDIT}, True),
        (change("asset", captions={"zh": "无人机"}), {Code.CAPTION_UNTRANSLATED}, True),
        (change("asset", captions={"en": " "}), {Code.CAPTION_UNTRANSLATED}, True),
        (change("asset", captions={}, kind=AssetKind.TEXT_TRACK), set(), False),
        (lambda desk: desk.renditions.clear(), {Code.ASSET_WITHOUT_FILE}, False),
    ],
)
def test_each_point_is_found_alone(act: Callable[[Desk], None], codes: set[Code], blocks: bool) -> None:
    desk = ready()
    act(desk)
    items = check(desk, [desk.variants[0].id], NOW)
    assert {item.code for item in items} == codes
    assert any(item.blocks for item in items) == blocks
    for item in items:
        assert item.message
        assert (item.asset_id is not None) == (item.code.startswith("ASSET") or item.code is Code.CAPTION_UNTRANSLATED)


def test_what_is_named_and_what_is_not_is_told_apart() -> None:
    desk, stranger = ready(), uuid.uuid4()
    assert [item.code for item in check(desk, [], NOW)] == [Code.NOTHING_CHOSEN]
    assert [item.code for item in check(desk, [stranger], NOW)] == [Code.NOTHING_CHOSEN, Code.UNKNOWN_VARIANT]
    change("asset", credit=None)(desk)
    change("variant", desk_state=DeskState.DRAFT)(desk)
    assert [item.code for item in check(desk, None, NOW)] == [Code.NOTHING_CHOSEN], (
        "what is not released is not looked at"
    )
    change("asset", credit="Ana")(desk)
    change("variant", desk_state=DeskState.APPROVED)(desk)
    (variant,) = desk.variants
    source = Variant(**{**variant.model_dump(), "content_revision": 3})
    said = {"headline": "Drones"}
    for base, present, codes in ((said, said, []), (said, {"headline": "Swarms"}, [Code.STALE_TRANSLATION])):
        desk.translations[variant.id] = Translation(source, 1, None, base, present)
        assert [(item.code, item.blocks) for item in check(desk, None, NOW)] == [(code, False) for code in codes]


def test_a_release_is_refused_with_all_that_blocks_it() -> None:
    desk = ready()
    require_ready(desk, None, NOW)
    change("asset", credit=None)(desk)
    change("variant", headline="")(desk)
    change("story", expires=NOW)(desk)
    with pytest.raises(NotReleasable) as refused:
        require_ready(desk, None, NOW)
    assert "has no headline; nobody is credited for PICTURE 1 of" in refused.value.message
    assert "expire" not in refused.value.message, "what only warns is not in the way"
