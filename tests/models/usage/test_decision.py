"""The usage decision, by the table of the design."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from models.policy import EMPTY_POLICY, DeliveryChannel, Duty, DutyAction, Policy, RightsAction
from models.usage import (
    STAFF,
    AgreementFacts,
    Decision,
    Outcome,
    Standing,
    Subject,
    UsageDecision,
    Use,
    decide,
    is_permitted,
)
from tests.models.usage.cases import (
    ARTICLE,
    EVERYTHING,
    NOW,
    PARTNER,
    TIMES,
    agreement,
    allow,
    constraint,
    forbid,
    use,
)

TRANSLATE = RightsAction.TRANSLATE


def outcomes(decision: UsageDecision) -> dict[str, Outcome]:
    return {reason.code: reason.outcome for reason in decision.reasons}


@pytest.mark.parametrize(
    ("terms", "asked", "permitted"),
    [
        (EMPTY_POLICY, use(), False),
        (EVERYTHING, use(), True),
        (allow(), use(), True),
        (allow(), use(RightsAction.PRINT), False),
        (allow(action="play"), use(RightsAction.DISPLAY), True),
        (allow(action="reproduce"), use(RightsAction.EXTRACT), True),
        (allow(action="derive"), use(TRANSLATE, language="en"), False),
        # A permitted territory must contain all that is asked.
        (allow(constraint("spatial", "142")), use(territory="CN"), True),
        (allow(constraint("spatial", "142")), use(territory="CN-GD"), True),
        (allow(constraint("spatial", "CN")), use(territory="142"), False),
        (allow(constraint("spatial", "CN-GD")), use(territory="CN"), False),
        (allow(constraint("spatial", "150")), use(territory="EU"), False),
        (allow(constraint("spatial", "150", "142")), use(territory="EU"), False),
        (allow(constraint("spatial", "150"), constraint("spatial", "EU")), use(territory="FR"), True),
        (allow(constraint("spatial", "150"), constraint("spatial", "EU")), use(territory="GB"), False),
        # A prohibited one must not even be touched.
        (forbid(constraint("spatial", "CN")), use(territory="CN-GD"), False),
        (forbid(constraint("spatial", "CN-GD")), use(territory="CN"), False),
        (forbid(constraint("spatial", "CN")), use(territory="001"), False),
        (forbid(constraint("spatial", "CN")), use(territory="HK"), True),
        (forbid(constraint("spatial", "CN")), use(territory="TW"), True),
        (forbid(constraint("spatial", "142")), use(territory="EU"), False),
        (allow(constraint("deliveryChannel", "WEB", "APP")), use(channel=DeliveryChannel.APP), True),
        (allow(constraint("deliveryChannel", "WEB", "APP")), use(channel=DeliveryChannel.PRINT), False),
        (forbid(constraint("deliveryChannel", "SOCIAL")), use(channel=DeliveryChannel.SOCIAL), False),
        (forbid(constraint("deliveryChannel", "SOCIAL")), use(channel=DeliveryChannel.WEB), True),
        # The language of a use is the variant's where none is given, and must be given to translate.
        (allow(constraint("language", "zh")), use(), True),
        (allow(constraint("language", "en")), use(), False),
        (allow(constraint("language", "en")), use(language="en-GB"), True),
        (allow(constraint("language", "en-GB")), use(language="en"), False),
        (allow(constraint("language", "*")), use(language="ru"), True),
        (forbid(constraint("language", "zh")), use(), False),
        (forbid(constraint("language", "zh")), use(language="zh-Hans"), False),
        (forbid(constraint("language", "zh-Hans")), use(), True),
        (allow(constraint("language", "ru"), action="translate"), use(TRANSLATE, language="ru"), True),
        (allow(constraint("language", "ru"), action="translate"), use(TRANSLATE, language="en"), False),
        (allow(constraint("language", "ru", "zh"), action="translate"), use(TRANSLATE), False),
        (allow(action="translate"), use(TRANSLATE), False),
        # What is not said fails a permission and meets a prohibition.
        (allow(constraint("purpose", "education")), use(purpose="education"), True),
        (allow(constraint("purpose", "education")), use(purpose="advertising"), False),
        (allow(constraint("purpose", "education")), use(), False),
        (forbid(constraint("purpose", "advertising")), use(purpose="education"), True),
        (forbid(constraint("purpose", "advertising")), use(purpose="advertising"), False),
        (forbid(constraint("purpose", "advertising")), use(), False),
        # Windows are half-open.
        (allow(constraint("dateTime", "2025-03-15T12:00:00Z", operator="gteq")), use(), True),
        (allow(constraint("dateTime", "2025-03-15T12:00:01Z", operator="gteq")), use(), False),
        (allow(constraint("dateTime", "2025-03-15T12:00:00Z", operator="lt")), use(), False),
        (allow(constraint("dateTime", "2025-03-15T12:00:01Z", operator="lt")), use(), True),
        (forbid(constraint("dateTime", "2025-03-15T12:00:00Z", operator="lt")), use(), True),
        (forbid(constraint("dateTime", "2025-03-15T12:00:00Z", operator="gteq")), use(), False),
        # All conditions of one rule must hold together; a prohibition of something narrower leaves the rest.
        (
            forbid(constraint("spatial", "CN"), constraint("deliveryChannel", "PRINT")),
            use(channel=DeliveryChannel.WEB),
            True,
        ),
        (
            forbid(constraint("spatial", "CN"), constraint("deliveryChannel", "PRINT")),
            use(channel=DeliveryChannel.PRINT),
            False,
        ),
    ],
)
def test_what_terms_permit(terms: Policy, asked: Use, permitted: bool) -> None:
    for standing in (STAFF, PARTNER):
        decision = decide([terms], ARTICLE, asked, standing, NOW)
        assert decision.is_permitted is permitted
        assert is_permitted([terms], ARTICLE, asked, standing, NOW) is permitted
        if not permitted:
            assert decision.agreement is None


def test_without_terms_nothing_is_permitted() -> None:
    decision = decide([], ARTICLE, use(), PARTNER, NOW)
    assert decision.decision is Decision.DENY
    assert outcomes(decision)["NOTHING_PERMITS"] is Outcome.APPLIES


def test_every_policy_must_permit() -> None:
    assert decide([EVERYTHING, allow()], ARTICLE, use(), PARTNER, NOW).is_permitted
    assert not decide([EVERYTHING, EMPTY_POLICY], ARTICLE, use(), PARTNER, NOW).is_permitted


@pytest.mark.parametrize(
    ("subject", "standing", "code"),
    [
        (replace(ARTICLE, pub_status="CANCELED"), PARTNER, "STORY_CANCELED"),
        (replace(ARTICLE, pub_status="WITHHELD"), PARTNER, "STORY_WITHHELD"),
        (replace(ARTICLE, pub_status="unheard of"), PARTNER, "STORY_WITHHELD"),
        (replace(ARTICLE, embargoed_until=NOW + timedelta(seconds=1)), PARTNER, "UNDER_EMBARGO"),
        (replace(ARTICLE, pub_status="CANCELED"), STAFF, "STORY_CANCELED"),
        (replace(ARTICLE, embargoed_until=NOW + timedelta(seconds=1)), STAFF, "UNDER_EMBARGO"),
        (ARTICLE, replace(PARTNER, partner_active=False), "PARTNER_SUSPENDED"),
        (ARTICLE, Standing(), "NOT_COVERED"),
        (ARTICLE, Standing(agreements=(agreement(languages=("en",)),)), "NOT_COVERED"),
        (ARTICLE, Standing(agreements=(agreement(forms=("VIDEO",)),)), "NOT_COVERED"),
        (ARTICLE, Standing(agreements=(agreement(series=("fun",)),)), "NOT_COVERED"),
        (ARTICLE, Standing(agreements=(agreement(topics=()),)), "NOT_COVERED"),
    ],
)
def test_a_refusal_denies_and_is_named(subject: Subject, standing: Standing, code: str) -> None:
    decision = decide([EVERYTHING], subject, use(), standing, NOW)
    assert decision.decision is Decision.DENY
    assert {reason.code for reason in decision.reasons if reason.outcome is Outcome.APPLIES} - {"PERMISSION"} == {code}


@pytest.mark.parametrize(
    ("contract", "code", "said"),
    [
        (agreement(starts_at=NOW + timedelta(seconds=1)), "AGREEMENT_PERIOD", "only from 2025-03-15T12:00:01Z"),
        (agreement(ends_at=NOW), "AGREEMENT_PERIOD", "until 2025-03-15T12:00:00Z"),
        (agreement(territories=("150", "JP")), "AGREEMENT_TERRITORY", "CN is not among the territories"),
        (agreement(territories=()), "AGREEMENT_TERRITORY", "CN is not"),
        (agreement(channels=(DeliveryChannel.APP, DeliveryChannel.PRINT)), "AGREEMENT_CHANNEL", ": APP, PRINT."),
    ],
)
def test_a_requirement_that_is_not_met_denies_and_is_named(contract: AgreementFacts, code: str, said: str) -> None:
    decision = decide([EVERYTHING], ARTICLE, use(), Standing(agreements=(contract,)), NOW)
    assert decision.decision is Decision.DENY
    unmet = [reason for reason in decision.reasons if reason.outcome is Outcome.UNSATISFIED]
    assert [reason.code for reason in unmet] == [code]
    assert said in unmet[0].message


def test_an_expired_story_is_not_refused() -> None:
    assert decide([EVERYTHING], replace(ARTICLE, expires=TIMES[0]), use(), PARTNER, NOW).is_permitted


def test_a_canceled_story_fires_the_duty_to_delete() -> None:
    decision = decide([EVERYTHING], replace(ARTICLE, pub_status="CANCELED"), use(), PARTNER, NOW)
    assert decision.duties == (Duty(DutyAction.DELETE),)
    assert decide([EVERYTHING], replace(ARTICLE, pub_status="WITHHELD"), use(), PARTNER, NOW).duties == ()


def test_duties_of_story_and_agreement_are_taken_on_together() -> None:
    contract = agreement(policy=allow(duties=("inform",)))
    decision = decide([allow(duties=("attribute",))], ARTICLE, use(), Standing(agreements=(contract,)), NOW)
    assert decision.decision is Decision.PERMIT_WITH_DUTIES
    assert decision.duties == (Duty(DutyAction.ATTRIBUTE), Duty(DutyAction.INFORM))


def test_of_several_permissions_the_one_with_the_fewest_duties_is_used() -> None:
    both = Policy(allow(duties=("attribute",)).permissions + allow(constraint("spatial", "001")).permissions)
    assert decide([both], ARTICLE, use(), STAFF, NOW).decision is Decision.PERMIT


def test_the_first_agreement_that_permits_is_named_and_no_later_one_is_looked_at() -> None:
    contracts = (
        agreement(number=4),
        agreement(number=3, starts_at=TIMES[1]),
        agreement(number=2, territories=("JP",)),
    )
    decision = decide([EVERYTHING], ARTICLE, use(), Standing(agreements=contracts), NOW)
    assert decision.agreement == (contracts[0].id, 1)
    assert [reason.code for reason in decision.reasons].count("AGREEMENT_TERRITORY") == 2
    without = decide([EVERYTHING], ARTICLE, use(), Standing(agreements=contracts[1:]), NOW)
    assert without.agreement == (contracts[1].id, 1)


def test_the_prohibition_of_one_agreement_does_not_bind_another() -> None:
    contracts = (agreement(number=1, policy=forbid()), agreement(number=2))
    decision = decide([EVERYTHING], ARTICLE, use(), Standing(agreements=contracts), NOW)
    assert decision.agreement == (contracts[1].id, 1)


def test_reasons_name_every_rule_in_the_order_looked_at() -> None:
    decision = decide([forbid(constraint("spatial", "CN"))], ARTICLE, use(territory="HK"), PARTNER, NOW)
    assert [(reason.code, reason.outcome) for reason in decision.reasons] == [
        ("STORY_CANCELED", Outcome.DOES_NOT_APPLY),
        ("STORY_WITHHELD", Outcome.DOES_NOT_APPLY),
        ("UNDER_EMBARGO", Outcome.DOES_NOT_APPLY),
        ("PARTNER_SUSPENDED", Outcome.DOES_NOT_APPLY),
        ("PROHIBITION", Outcome.DOES_NOT_APPLY),
        ("PERMISSION", Outcome.APPLIES),
        ("AGREEMENT_PERIOD", Outcome.SATISFIED),
        ("NOT_COVERED", Outcome.DOES_NOT_APPLY),
        ("AGREEMENT_TERRITORY", Outcome.SATISFIED),
        ("AGREEMENT_CHANNEL", Outcome.SATISFIED),
        ("PERMISSION", Outcome.APPLIES),
    ]


def test_a_prohibition_meets_a_language_that_is_not_given() -> None:
    terms = forbid(constraint("language", "ru"), action="translate")
    decision = decide([terms], ARTICLE, use(TRANSLATE), STAFF, NOW)
    assert outcomes(decision)["LANGUAGE_NOT_GIVEN"] is Outcome.APPLIES
    assert outcomes(decision)["PROHIBITION"] is Outcome.APPLIES


def test_a_message_says_what_was_asked_and_what_is_allowed() -> None:
    terms = allow(constraint("purpose", "education", "news"))
    messages = [reason.message for reason in decide([terms], ARTICLE, use(), STAFF, NOW).reasons]
    assert "Permission 1 of the story's terms is for the purposes education, news; none was asked." in messages
    assert "Nothing in the story's terms permits this use." in messages


@pytest.mark.parametrize(
    ("terms", "subject", "contract", "until"),
    [
        (EVERYTHING, ARTICLE, agreement(), None),
        (allow(constraint("dateTime", "2025-04-01T00:00:00Z", operator="lt")), ARTICLE, agreement(), TIMES[3]),
        (allow(constraint("dateTime", "2025-04-01T00:00:00Z", operator="gteq")), ARTICLE, agreement(), TIMES[3]),
        (forbid(constraint("dateTime", "2025-05-01T00:00:00Z", operator="gteq")), ARTICLE, agreement(), TIMES[4]),
        (EVERYTHING, replace(ARTICLE, embargoed_until=TIMES[4]), agreement(), TIMES[4]),
        (EVERYTHING, ARTICLE, agreement(ends_at=TIMES[5]), TIMES[5]),
        (EVERYTHING, ARTICLE, agreement(starts_at=TIMES[4]), TIMES[4]),
        # What changes by the clock is no bound where the answer stays the same.
        (EMPTY_POLICY, replace(ARTICLE, embargoed_until=TIMES[4]), agreement(ends_at=TIMES[5]), None),
        (EVERYTHING, replace(ARTICLE, pub_status="WITHHELD", embargoed_until=TIMES[4]), agreement(), None),
        (
            Policy(
                EVERYTHING.permissions
                + allow(constraint("dateTime", "2025-04-01T00:00:00Z", operator="lt")).permissions
            ),
            ARTICLE,
            agreement(),
            None,
        ),
    ],
)
def test_valid_until_is_when_the_answer_first_changes(
    terms: Policy, subject: Subject, contract: AgreementFacts, until: datetime | None
) -> None:
    decision = decide([terms], subject, use(), Standing(agreements=(contract,)), NOW)
    assert decision.valid_until == until
