"""What a partner holds and owes, and what others have to themselves, by the table of the design: counts, quotas, duties, exclusivities,
shares and events, and days that are shorter or longer than others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models.policy import DeliveryChannel, DutyAction, Policy, RightsAction, parse_policy
from models.territory import Territory
from models.usage import (
    STAFF,
    Account,
    Decision,
    DutyFact,
    ExclusivityFacts,
    HeldUse,
    Quota,
    Standing,
    Subject,
    UsageDecision,
    Use,
    decide,
    is_permitted,
    readable,
)
from models.usage.openings import BEGINNING, Opening, openings
from tests.models.usage.cases import (
    ARTICLE,
    EVERYTHING,
    NOW,
    PARTNER,
    TIMES,
    agreement,
    allow,
    constraint,
    duty,
    forbid,
    held,
    use,
    variant_id,
)

TWO = constraint("count", "2", operator="lteq")
WEEK = constraint("elapsedTime", "PT604800S", operator="lteq")
FR, JP, KR = use(territory="FR"), use(territory="JP"), use(territory="KR")
VARIANT = replace(ARTICLE, variant=variant_id(0))
INFORM, CONSENT = DutyAction.INFORM, DutyAction.OBTAIN_CONSENT
LESSON = allow(constraint("count", "1", operator="lteq"), constraint("purpose", "education"))
LESSON_IN_KR = use(territory="KR", purpose="education")
REPORT_FIRST = allow(duties=(duty("inform", precondition=True),))
REPORT_OR_STOP = allow(duties=(duty("inform", WEEK, blocking=True),))
REPORT_SOMETIME = allow(duties=(duty("inform", WEEK),))


def denials(decision: UsageDecision) -> set[str]:
    return {reason.code for reason in decision.denials}


def holding(*uses: HeldUse, duties: tuple[DutyFact, ...] = ()) -> Standing:
    return PARTNER.towards(Account(uses, duties))


@pytest.mark.parametrize(
    ("account", "asked", "permitted"),
    [
        ((), FR, True),
        ((held(FR),), JP, True),
        ((held(FR), held(FR)), JP, True),
        ((held(FR), held(JP)), KR, False),
        ((held(FR), held(JP)), FR, True),
        ((held(FR), held(JP)), use(territory="FR", language="zh"), True),
        ((held(FR), held(JP)), use(territory="FR", language="en"), False),
        ((held(FR), held(JP)), use(territory="FR", purpose="education"), True),
        ((held(FR), held(JP)), use(territory="FR", channel=DeliveryChannel.APP), False),
        ((held(FR), held(JP)), use(RightsAction.DISPLAY, territory="FR"), False),
        # The variants of a story are counted together, each use of each.
        ((held(FR), held(FR, variant=1)), KR, False),
        ((held(FR, variant=1),), FR, True),
        ((held(FR, variant=1), held(JP, variant=1)), FR, False),
    ],
)
def test_a_count_is_of_different_uses_of_the_story(account: tuple[HeldUse, ...], asked: Use, permitted: bool) -> None:
    decision = decide([allow(TWO, action="use")], VARIANT, asked, holding(*account), NOW)
    assert decision.is_permitted is permitted
    assert ("COUNT_EXHAUSTED" in denials(decision)) is not permitted


def test_a_count_is_only_of_what_its_permission_speaks_of_but_of_that_at_any_time() -> None:
    web = allow(
        TWO, constraint("deliveryChannel", "WEB"), constraint("dateTime", "2025-03-01T00:00:00Z", operator="gteq")
    )
    elsewhere = (
        held(use(territory="FR", channel=DeliveryChannel.APP)),
        held(use(territory="JP", channel=DeliveryChannel.APP)),
    )
    assert is_permitted([web], VARIANT, KR, holding(*elsewhere), NOW)
    assert not is_permitted([web], VARIANT, KR, holding(held(FR), held(JP)), NOW)


def test_another_permission_without_a_count_takes_over() -> None:
    both = Policy((*allow(TWO).permissions, *allow(constraint("spatial", "KR"), duties=("inform",)).permissions))
    taken = holding(held(FR), held(JP))
    assert decide([both], VARIANT, KR, taken, NOW).decision is Decision.PERMIT_WITH_DUTIES
    assert denials(decide([both], VARIANT, use(territory="DE"), taken, NOW)) == {"COUNT_EXHAUSTED", "NOTHING_PERMITS"}


def test_staff_hold_nothing_and_are_not_counted() -> None:
    assert is_permitted([allow(TWO)], VARIANT, FR, STAFF, NOW)


@pytest.mark.parametrize(
    ("quota", "asked", "until", "permitted"),
    [
        (Quota(2, 1), JP, None, True),
        (Quota(2, 2), JP, None, False),
        (Quota(0, 0), JP, None, False),
        (Quota(2, 2, "VIDEO"), JP, None, True),
        (Quota(2, 2, "ARTICLE"), JP, None, False),
        (Quota(2, 2, None, TIMES[3]), JP, TIMES[3], False),
        (Quota(2, 1, None, TIMES[3]), JP, None, True),
        (Quota(2, 2, None, NOW), JP, None, True),
        (Quota(2, 2), FR, None, True),
    ],
)
def test_a_quota_that_is_used_up_shuts_what_is_not_held(
    quota: Quota, asked: Use, until: datetime | None, permitted: bool
) -> None:
    standing = Standing(agreements=(agreement(quotas=(quota,)),), account=Account((held(FR),)))
    decision = decide([EVERYTHING], VARIANT, asked, standing, NOW)
    assert (decision.is_permitted, decision.valid_until) == (permitted, until)
    assert denials(decision) == (set() if permitted else {"QUOTA_EXHAUSTED"})


def test_a_second_agreement_with_room_is_the_one_that_permits() -> None:
    contracts = (agreement(number=1, quotas=(Quota(1, 1),)), agreement(number=2))
    decision = decide([EVERYTHING], VARIANT, JP, Standing(agreements=contracts), NOW)
    assert decision.agreement == (contracts[1].id, 1)


def exclusive(**more: object) -> Standing:
    facts = ExclusivityFacts(TIMES[2], TIMES[4], frozenset({Territory("CN")}), frozenset({DeliveryChannel.WEB}))
    return replace(PARTNER, exclusivities=(replace(facts, **more),))  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("standing", "asked", "at", "permitted"),
    [
        (exclusive(), use(), NOW, False),
        (exclusive(), use(), TIMES[2], False),
        (exclusive(), use(), TIMES[2] - timedelta(microseconds=1), True),
        (exclusive(), use(), TIMES[4] - timedelta(microseconds=1), False),
        (exclusive(), use(), TIMES[4], True),
        (exclusive(), use(channel=DeliveryChannel.PRINT), NOW, True),
        (exclusive(), use(territory="JP"), NOW, True),
        (exclusive(), use(territory="HK"), NOW, True),
        (exclusive(), use(territory="CN-GD"), NOW, False),
        (exclusive(), use(territory="142"), NOW, False),
        (exclusive(territories=None), use(territory="JP"), NOW, False),
        (exclusive(channels=None), use(channel=DeliveryChannel.PRINT), NOW, False),
        (exclusive(languages=frozenset({"en"})), use(), NOW, True),
        (exclusive(languages=frozenset({"zh"})), use(), NOW, False),
        (exclusive(forms=frozenset({"VIDEO"})), use(), NOW, True),
        (exclusive(series=frozenset({"fun"})), use(), NOW, True),
        (exclusive(topics=frozenset()), use(), NOW, True),
    ],
)
def test_what_another_has_to_itself_must_not_be_touched_meanwhile(
    standing: Standing, asked: Use, at: datetime, permitted: bool
) -> None:
    decision = decide([EVERYTHING], ARTICLE, asked, standing, at)
    assert decision.is_permitted is permitted
    assert denials(decision) == (set() if permitted else {"EXCLUSIVE_TO_ANOTHER"})
    if not permitted:
        assert decision.valid_until == TIMES[4]


def test_even_what_is_held_already_waits_for_the_end_of_anothers_exclusivity() -> None:
    assert not is_permitted([EVERYTHING], VARIANT, use(), exclusive().towards(Account((held(use()),))), NOW)


@pytest.mark.parametrize(
    ("terms", "facts", "code"),
    [
        (REPORT_FIRST, (), "DUTY_NOT_DONE"),
        (REPORT_FIRST, (DutyFact(INFORM, settled=False),), "DUTY_NOT_DONE"),
        (REPORT_FIRST, (DutyFact(INFORM, settled=False, violated=True),), "DUTY_NOT_DONE"),
        (REPORT_FIRST, (DutyFact(CONSENT, settled=True),), "DUTY_NOT_DONE"),
        (REPORT_FIRST, (DutyFact(INFORM, settled=True),), None),
        (REPORT_OR_STOP, (), None),
        (REPORT_OR_STOP, (DutyFact(INFORM, settled=False, deadline=TIMES[3]),), None),
        (REPORT_OR_STOP, (DutyFact(INFORM, settled=False, deadline=TIMES[2]),), "DUTY_VIOLATED"),
        (REPORT_OR_STOP, (DutyFact(INFORM, settled=True, deadline=TIMES[2]),), None),
        (REPORT_OR_STOP, (DutyFact(INFORM, settled=False, violated=True),), "DUTY_VIOLATED"),
        (REPORT_OR_STOP, (DutyFact(CONSENT, settled=False, violated=True),), None),
        (REPORT_SOMETIME, (DutyFact(INFORM, settled=False, violated=True, deadline=TIMES[2]),), None),
    ],
)
def test_a_precondition_waits_a_blocking_duty_shuts_once_violated_and_any_other_only_binds(
    terms: Policy, facts: tuple[DutyFact, ...], code: str | None
) -> None:
    for story, contract in ((terms, EVERYTHING), (EVERYTHING, terms)):
        owed = agreement(policy=contract, duties=facts if contract is terms else ())
        standing = Standing(agreements=(owed,), account=Account(duties=facts if story is terms else ()))
        decision = decide([story], VARIANT, FR, standing, NOW)
        assert decision.is_permitted is (code is None)
        assert code is None or code in denials(decision)


def test_a_precondition_is_not_asked_again_of_whoever_has_done_it() -> None:
    done = holding(duties=(DutyFact(INFORM, settled=True),))
    assert decide([REPORT_FIRST], VARIANT, FR, done, NOW).decision is Decision.PERMIT


def test_the_deadline_of_an_open_duty_bounds_the_answer() -> None:
    owing = holding(duties=(DutyFact(INFORM, settled=False, deadline=TIMES[3]),))
    assert decide([REPORT_OR_STOP], VARIANT, FR, owing, NOW).valid_until == TIMES[3]
    assert decide([REPORT_SOMETIME], VARIANT, FR, owing, NOW).valid_until is None
    settled = holding(duties=(DutyFact(INFORM, settled=True, deadline=TIMES[3]),))
    assert decide([REPORT_OR_STOP], VARIANT, FR, settled, NOW).valid_until is None


@pytest.mark.parametrize(
    ("accepted_at", "bounds", "due"),
    [
        (NOW, (), None),
        (NOW, (WEEK,), NOW + timedelta(days=7)),
        (NOW, (constraint("dateTime", "2025-04-01T00:00:00Z", operator="lt"),), TIMES[3]),
        (NOW, (WEEK, constraint("dateTime", "2025-03-20T00:00:00Z", operator="lt")), datetime(2025, 3, 20, tzinfo=UTC)),
        (NOW, (WEEK, constraint("dateTime", "2025-04-01T00:00:00Z", operator="lt")), NOW + timedelta(days=7)),
    ],
)
def test_a_deadline_is_the_earliest_of_its_bounds(
    accepted_at: datetime, bounds: tuple[object, ...], due: datetime | None
) -> None:
    assert duty("inform", *bounds).deadline(accepted_at) == due  # type: ignore[arg-type]  # constraints


@pytest.mark.parametrize(
    ("terms", "asked", "permitted"),
    [
        (allow(constraint("percentage", "30", operator="lteq")), use(percentage=30), True),
        (allow(constraint("percentage", "30", operator="lteq")), use(percentage=31), False),
        (allow(constraint("percentage", "30", operator="lteq")), use(), False),
        (allow(constraint("event", "qixi", "fair")), use(event="fair"), True),
        (allow(constraint("event", "qixi")), use(event="Qixi"), False),
        (allow(constraint("event", "qixi")), use(), False),
        (forbid(constraint("event", "qixi")), use(event="fair"), True),
        (forbid(constraint("event", "qixi")), use(event="qixi"), False),
        (forbid(constraint("event", "qixi")), use(), False),
    ],
)
def test_a_share_or_an_event_that_is_not_said_fails_a_permission_and_meets_a_prohibition(
    terms: Policy, asked: Use, permitted: bool
) -> None:
    assert is_permitted([terms], ARTICLE, asked, PARTNER, NOW) is permitted


def until_day(day: str, zone: str, operator: str = "lteq") -> Policy:
    limit = {"leftOperand": "dateTime", "operator": operator, "rightOperand": day}
    return parse_policy({"permissions": [{"actions": ["use"], "constraints": [limit]}]}, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("day", "zone", "begins", "hours"),
    [
        ("2025-06-30", "Asia/Shanghai", datetime(2025, 6, 29, 16, tzinfo=UTC), 24),
        ("2025-03-30", "Europe/Berlin", datetime(2025, 3, 29, 23, tzinfo=UTC), 23),
        ("2025-10-26", "Europe/Berlin", datetime(2025, 10, 25, 22, tzinfo=UTC), 25),
        ("2025-03-09", "America/New_York", datetime(2025, 3, 9, 5, tzinfo=UTC), 23),
        ("2025-11-02", "America/New_York", datetime(2025, 11, 2, 4, tzinfo=UTC), 25),
        ("2025-04-25", "Africa/Cairo", datetime(2025, 4, 24, 22, tzinfo=UTC), 23),  # there is no midnight
        ("2025-10-05", "Australia/Lord_Howe", datetime(2025, 10, 4, 13, 30, tzinfo=UTC), 23.5),
    ],
)
def test_a_date_alone_is_the_whole_day_of_the_zone_however_long_that_is(
    day: str, zone: str, begins: datetime, hours: float
) -> None:
    ends, instant = begins + timedelta(hours=hours), timedelta(microseconds=1)
    standing = Standing(agreements=(agreement(),))

    def permitted(operator: str, at: datetime) -> bool:
        return is_permitted([until_day(day, zone, operator)], ARTICLE, use(), standing, at)

    at = (begins - instant, begins, ends - instant, ends)
    assert [permitted("eq", moment) for moment in at] == [False, True, True, False]
    assert [permitted("lteq", moment) for moment in at] == [True, True, True, False]
    assert [permitted("lt", moment) for moment in at] == [True, False, False, False]
    assert [permitted("gteq", moment) for moment in at] == [False, True, True, True]
    assert [permitted("gt", moment) for moment in at] == [False, False, False, True]
    assert decide([until_day(day, zone)], ARTICLE, use(), standing, begins).valid_until == ends


def test_openings_begin_with_what_is_open_now_and_change_with_each_deadline() -> None:
    policy = Policy((*allow(TWO).permissions, *REPORT_OR_STOP.permissions))
    numbered = {rule: 1 << place for place, rule in enumerate(policy.conditional)}
    counted, reported = numbered[allow(TWO).permissions[0]], numbered[REPORT_OR_STOP.permissions[0]]
    account = Account((held(FR), held(JP)), (DutyFact(INFORM, settled=False, deadline=TIMES[3]),))
    assert openings(policy, account) == [
        Opening(BEGINNING, reported, counted | reported),
        Opening(TIMES[3], 0, counted),
    ]
    assert openings(policy, Account()) == [Opening(BEGINNING, policy.open_at_first, policy.open_at_first)]


@pytest.mark.parametrize(
    ("terms", "standing", "subject", "is_readable"),
    [
        (allow(TWO), holding(held(FR, variant=1), held(JP, variant=1)), VARIANT, False),
        (allow(TWO), holding(held(FR), held(JP)), VARIANT, True),
        (REPORT_FIRST, holding(), VARIANT, False),
        (REPORT_FIRST, holding(duties=(DutyFact(INFORM, settled=True),)), VARIANT, True),
        (EVERYTHING, Standing(agreements=(agreement(quotas=(Quota(1, 1),)),)), VARIANT, False),
        (
            EVERYTHING,
            Standing(agreements=(agreement(quotas=(Quota(1, 1),)),), account=Account((held(FR),))),
            VARIANT,
            True,
        ),
        # What is held is held for every purpose, also where the count of those for this one is used up elsewhere.
        (LESSON, holding(held(FR), held(LESSON_IN_KR, variant=1)), VARIANT, True),
        (LESSON, holding(held(FR, variant=1), held(LESSON_IN_KR, variant=1)), VARIANT, False),
        (EVERYTHING, exclusive(territories=None), ARTICLE, True),
        (EVERYTHING, exclusive(territories=None, channels=None), ARTICLE, False),
    ],
)
def test_a_body_is_readable_to_whoever_may_still_take_or_has_taken(
    terms: Policy, standing: Standing, subject: Subject, is_readable: bool
) -> None:
    assert readable([terms], subject, standing, NOW).is_readable is is_readable
