"""Whether a copy keeps what was agreed: by each thing that is agreed, and never on a guess."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.language import LanguageTag
from models.outlet import Outlet, OutletKind
from models.policy import (
    Constraint,
    DeliveryChannel,
    LeftOperand,
    Operator,
    Policy,
    RightsAction,
    Rule,
)
from models.reprint.agreed import NOWHERE, Agreed, AgreedUse, Stretch, Where, breaches, channels_of, published_within
from models.reprint.table import EdgeBasis, EdgeKind, Reprint, ReprintForm, TimePrecision, TimeSource
from models.territory import Territory
from models.usage import Use
from models.usage.window import Window

TAKEN = datetime(2026, 5, 1, 8, tzinfo=UTC)
WEB = frozenset({DeliveryChannel.WEB})
DAY = timedelta(days=1)
ID = uuid.UUID(int=1)


def use(territory: str = "FR", channel: DeliveryChannel = DeliveryChannel.WEB, language: str | None = "en") -> Use:
    tag = None if language is None else LanguageTag(language)
    return Use(RightsAction.DISTRIBUTE, Territory(territory), channel, tag)


def policy(*constraints: Constraint, forbidden: tuple[Rule, ...] = ()) -> Policy:
    return Policy((Rule(("distribute",), constraints),), forbidden)


def agreed(*uses: AgreedUse) -> Agreed:
    return Agreed(uses or (AgreedUse(use(), (policy(),)),), TAKEN)


def at(moment: datetime) -> Stretch:
    return Stretch(moment, moment)


def told(
    what: Agreed, where: Where = NOWHERE, form: ReprintForm = ReprintForm.FULL, language: str = "en"
) -> tuple[str, ...]:
    return breaches(what, where, form, language, TAKEN + 10 * DAY)


@pytest.mark.parametrize(
    ("territory", "expected"),
    [
        ("FR", ()),
        ("FR-75C", ()),
        ("150", ()),
        ("001", ()),
        (None, ()),
        ("no-such-place", ()),
        ("DE", ("TERRITORY_NOT_AGREED",)),
        ("CN-GD", ("TERRITORY_NOT_AGREED",)),
        ("002", ("TERRITORY_NOT_AGREED",)),
    ],
    ids=["there", "part", "continent", "world", "unknown", "no code", "neighbour", "far part", "other continent"],
)
def test_only_what_lies_wholly_outside_breaks_the_territory(territory: str | None, expected: tuple[str, ...]) -> None:
    assert told(agreed(), Where(territory=territory)) == expected


@pytest.mark.parametrize(
    ("kind", "unclaimed", "expected"),
    [
        (OutletKind.SITE, False, ()),
        (OutletKind.APP, False, ()),
        (OutletKind.PAPER, False, ()),
        (OutletKind.CHANNEL, False, ()),
        (OutletKind.ACCOUNT, False, ("CHANNEL_NOT_AGREED",)),
        (OutletKind.ACCOUNT, True, ("CHANNEL_NOT_AGREED",)),
    ],
    ids=["site", "app", "paper", "channel", "account", "unclaimed account"],
)
def test_a_page_is_of_another_channel_only_where_it_cannot_be_of_this(
    kind: OutletKind, unclaimed: bool, expected: tuple[str, ...]
) -> None:
    outlet = Outlet(key="o", name="o", kind=kind, unclaimed=unclaimed)
    assert told(agreed(), Where(channels=channels_of(outlet))) == expected


def test_an_unclaimed_site_may_be_an_account_and_is_no_paper() -> None:
    outlet = Outlet(key="o", name="o", kind=OutletKind.SITE, unclaimed=True)
    social = agreed(AgreedUse(use(channel=DeliveryChannel.SOCIAL)))
    printed = agreed(AgreedUse(use(channel=DeliveryChannel.PRINT)))
    assert told(social, Where(channels=channels_of(outlet))) == ()
    assert told(printed, Where(channels=channels_of(outlet))) == ("CHANNEL_NOT_AGREED",)


@pytest.mark.parametrize(
    ("agreed_on", "found", "expected"),
    [
        ("en", "en-GB", ()),
        ("zh-Hans", "zh-Hant", ()),
        (None, "ru", ()),
        ("en", "ru", ("LANGUAGE_NOT_AGREED",)),
    ],
    ids=["narrower", "other script", "any", "other"],
)
def test_another_language_is_another_language_and_not_another_script(
    agreed_on: str | None, found: str, expected: tuple[str, ...]
) -> None:
    assert told(agreed(AgreedUse(use(language=agreed_on))), language=found) == expected


def test_a_copy_has_to_be_covered_by_one_use_alone_and_is_told_by_the_nearest() -> None:
    both = agreed(AgreedUse(use("FR")), AgreedUse(use("JP", DeliveryChannel.SOCIAL)))
    assert told(both, Where(territory="JP", channels=WEB)) == ("TERRITORY_NOT_AGREED",)
    assert told(both, Where(territory="JP", channels=frozenset({DeliveryChannel.SOCIAL}))) == ()
    assert told(both, Where(territory="US", channels=frozenset({DeliveryChannel.SOCIAL}))) == ("TERRITORY_NOT_AGREED",)


def bounded(start: datetime | None = None, until: datetime | None = None) -> Agreed:
    constraints = []
    for operator, moment in ((Operator.GTEQ, start), (Operator.LT, until)):
        if moment is not None:
            constraints.append(Constraint(LeftOperand.DATE_TIME, operator, (moment.isoformat(),)))
    return agreed(AgreedUse(use(), (policy(*constraints), policy())))


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (at(TAKEN - DAY), ()),
        (at(TAKEN - 3 * DAY), ("BEFORE_RIGHTS",)),
        (at(TAKEN - 2 * DAY), ()),
        (at(TAKEN - 2 * DAY - timedelta(microseconds=1)), ("BEFORE_RIGHTS",)),
        (at(TAKEN + 2 * DAY - timedelta(microseconds=1)), ()),
        (at(TAKEN + 2 * DAY), ("AFTER_RIGHTS",)),
        (Stretch(TAKEN + DAY, TAKEN + 3 * DAY), ()),
        (Stretch(TAKEN + 2 * DAY - timedelta(microseconds=1), TAKEN + 3 * DAY), ()),
        (Stretch(TAKEN + 2 * DAY, TAKEN + 3 * DAY), ("AFTER_RIGHTS",)),
        (Stretch(TAKEN - 30 * DAY, TAKEN + 30 * DAY), ()),
        (None, ()),
    ],
    ids=[
        "before it was taken", "early", "first moment", "just before", "last moment", "end", "about the end", "ends in it",
        "from the end on", "about all of it", "unknown",
    ],
)  # fmt: skip
def test_a_time_outside_of_the_rights_is_told_only_where_no_moment_of_it_is_inside(
    published: Stretch | None, expected: tuple[str, ...]
) -> None:
    limited = bounded(TAKEN - 2 * DAY, TAKEN + 2 * DAY)
    assert told(limited, Where(published=published)) == expected


def test_the_agreement_ends_what_its_terms_leave_open() -> None:
    ended = agreed(AgreedUse(use(), (policy(),), Window(TAKEN - DAY, TAKEN + DAY)))
    assert told(ended, Where(published=at(TAKEN + DAY))) == ("AFTER_RIGHTS",)
    assert told(ended, Where(published=at(TAKEN - 2 * DAY))) == ("BEFORE_RIGHTS",)


def test_a_prohibition_that_begins_later_ends_the_rights() -> None:
    later = Rule(("use",), (Constraint(LeftOperand.DATE_TIME, Operator.GTEQ, ((TAKEN + DAY).isoformat(),)),))
    what = agreed(AgreedUse(use(), (policy(forbidden=(later,)),)))
    assert told(what, Where(published=at(TAKEN))) == ()
    assert told(what, Where(published=at(TAKEN + DAY))) == ("AFTER_RIGHTS",)


def test_what_the_kept_rules_do_not_explain_is_not_judged_by_them() -> None:
    what = agreed(AgreedUse(use(), (Policy(),)))
    assert told(what, Where(published=at(TAKEN + 100 * DAY))) == ()


def prohibiting(action: str, *constraints: Constraint) -> Agreed:
    return agreed(AgreedUse(use(), (policy(forbidden=(Rule((action,), constraints),)),)))


@pytest.mark.parametrize(
    ("action", "form", "expected"),
    [
        ("modify", ReprintForm.FULL, ()),
        ("modify", ReprintForm.EDITED, ("EDIT_FORBIDDEN",)),
        ("modify", ReprintForm.EXCERPT, ()),
        ("extract", ReprintForm.EXCERPT, ("EXCERPT_FORBIDDEN",)),
        ("reproduce", ReprintForm.EXCERPT, ("EXCERPT_FORBIDDEN",)),
        ("extract", ReprintForm.QUOTATION, ()),
        ("translate", ReprintForm.TRANSLATION, ("TRANSLATION_FORBIDDEN",)),
        ("print", ReprintForm.EDITED, ()),
    ],
)
def test_a_form_breaks_what_was_agreed_where_a_prohibition_speaks_of_it(
    action: str, form: ReprintForm, expected: tuple[str, ...]
) -> None:
    assert told(prohibiting(action), form=form) == expected
    assert told(agreed(), form=form) == ()


@pytest.mark.parametrize(
    ("operand", "value", "territory", "expected"),
    [
        (LeftOperand.SPATIAL, "FR", None, ("EDIT_FORBIDDEN",)),
        (LeftOperand.SPATIAL, "FR-75C", None, ()),
        (LeftOperand.SPATIAL, "FR-75C", "FR-75C", ("EDIT_FORBIDDEN",)),
        (LeftOperand.SPATIAL, "DE", None, ()),
        (LeftOperand.PURPOSE, "advertising", None, ()),
        (LeftOperand.DELIVERY_CHANNEL, "WEB", None, ("EDIT_FORBIDDEN",)),
        (LeftOperand.DELIVERY_CHANNEL, "PRINT", None, ()),
        (LeftOperand.LANGUAGE, "en", None, ("EDIT_FORBIDDEN",)),
        (LeftOperand.LANGUAGE, "ru", None, ()),
    ],
    ids=["all", "a part", "that part", "elsewhere", "unknown purpose", "web", "print", "english", "russian"],
)
def test_a_prohibition_counts_only_where_it_is_about_the_copy_for_certain(
    operand: LeftOperand, value: str, territory: str | None, expected: tuple[str, ...]
) -> None:
    what = prohibiting("modify", Constraint(operand, Operator.IS_ANY_OF, (value,)))
    assert told(what, Where(territory=territory), ReprintForm.EDITED) == expected


def test_a_copy_that_should_be_deleted_is_told_from_that_moment_on() -> None:
    gone_by = agreed(AgreedUse(use(), delete_by=TAKEN + DAY))
    assert breaches(gone_by, Where(), ReprintForm.FULL, "en", TAKEN + DAY) == ("DELETION_DUE",)
    assert breaches(gone_by, Where(), ReprintForm.FULL, "en", TAKEN + DAY - timedelta(seconds=1)) == ()
    assert breaches(gone_by, Where(), ReprintForm.FULL, "en", None) == ()
    other = Agreed((*gone_by.uses, AgreedUse(use("FR"))), TAKEN)
    assert told(other) == ()
    assert (gone_by.delete_by, other.delete_by) == (TAKEN + DAY, None)


def copy(precision: TimePrecision, source: TimeSource = TimeSource.STATED) -> Reprint:
    return Reprint(
        copy_key="",
        outlet_id=ID,
        root_id=ID,
        created_at=TAKEN,
        updated_at=TAKEN,
        edge_kind=EdgeKind.REPRINT,
        edge_basis=EdgeBasis.STATED,
        edge_confidence=0,
        published_at=TAKEN,
        published_precision=precision,
        published_source=source,
    )


@pytest.mark.parametrize("precision", list(TimePrecision))
@given(minutes=st.integers(-26 * 60, 26 * 60 - 1))
def test_a_coarse_moment_stands_for_all_of_its_stretch_in_every_zone(precision: TimePrecision, minutes: int) -> None:
    found = published_within(copy(precision, TimeSource.META))
    assert found.earliest <= TAKEN + timedelta(minutes=minutes) <= found.latest


def test_how_sure_a_moment_is() -> None:
    assert published_within(copy(TimePrecision.SECOND)) == Stretch(TAKEN, TAKEN + timedelta(seconds=1))
    unsaid = published_within(copy(TimePrecision.SECOND, TimeSource.FIRST_SEEN))
    assert (unsaid.earliest.year, unsaid.latest) == (1900, TAKEN)
    assert Stretch(TAKEN, TAKEN).is_before(Stretch(TAKEN + DAY, TAKEN + DAY))
    assert not unsaid.is_before(Stretch(TAKEN, TAKEN + DAY))
