"""What Storypool exports is evaluated as Storypool decides; what of an agreement is no rule is refused by name."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.base import JsonObject
from models.errors import BadPolicy
from models.odrl.evaluation import Activation, DutyReading, DutyState, Report, evaluate
from models.odrl.export import duty_uid, export_policy, places
from models.odrl.profile import agreement_stem, rule_stem
from models.odrl.report import REPORT_CONTEXT, DecidedCase, compliance_report
from models.policy import EMPTY_POLICY, DeliveryChannel, Policy, RightsAction, Rule
from models.usage import NOTHING_HELD, Account, Decision, DutyFact, Standing, Subject, UsageDecision, Use, decide
from models.usage.terms import uses_under
from tests.models.odrl.test_export import agreement_of
from tests.models.policies import CHANNELS, policies
from tests.models.usage.cases import (
    ARTICLE,
    EVERYTHING,
    FACT_SETS,
    MOMENTS_ASKED,
    NOW,
    PARTNER,
    USES,
    accounts,
    agreement,
    allow,
    constraint,
    duty,
    use,
    variant_id,
)

UID = "urn:example:terms"
TARGET = "urn:example:variant"
ASKED = replace(ARTICLE, variant=variant_id(0))


def request_for(asked: Use, subject: Subject, at: datetime, party: uuid.UUID = variant_id(9)) -> JsonObject:
    """The request of a use, as compliance reports have it."""
    answer = UsageDecision(Decision.DENY, ())
    case = DecidedCase(answer, (), subject, asked, Standing(), at, TARGET, party.urn)
    return {"@context": REPORT_CONTEXT, **compliance_report(case)["storypool:request"]}


def state_of(policy: Policy, stem: str, account: Account, at: datetime, *things: JsonObject) -> JsonObject:
    """What is known to a usage decision: the time, what is taken under each permission, and how duties stand."""
    counts, reports = [], []
    for place, rule in places(policy):
        uid = place.uid(stem)
        counts.append({"sotw:rule": {"@id": uid}, "sotw:countValue": uses_under(rule, account)})
        for number, owed in enumerate(rule.duties):
            facts = [fact for fact in account.duties if fact.action is owed.action]
            settled = any(fact.settled for fact in facts)
            late = [fact for fact in facts if fact.violated or (fact.deadline is not None and fact.deadline <= at)]
            violated = any(not fact.settled for fact in late)
            deontic = "Fulfilled" if settled and owed.precondition else "Violated" if violated else "NonSet"
            reports.append(
                {
                    "@type": "report:DutyReport",
                    "report:rule": {"@id": duty_uid(uid, number)},
                    "report:deonticState": {"@id": f"report:{deontic}"},
                }
            )
    now = {"@value": at.isoformat(), "@type": "xsd:dateTime"}
    known = {"@type": "sotw:SotW", "sotw:currentTime": now, "sotw:count": counts}
    return {"@context": REPORT_CONTEXT, "@graph": [known, *reports, *things]}


def evaluated(
    policy: Policy, asked: Use, at: datetime = NOW, account: Account = NOTHING_HELD, **switches: Any
) -> Report:
    """What an evaluation of the exported policy finds."""
    state = state_of(policy, rule_stem(policy.hash()), account, at)
    return evaluate(export_policy(policy, UID), request_for(asked, ASKED, at), state, **switches)


def decided(policy: Policy, asked: Use, at: datetime = NOW, account: Account = NOTHING_HELD) -> str:
    """What Storypool decides under these terms, for a partner whose agreement permits everything."""
    return decide((policy,), ASKED, asked, PARTNER.towards(account), at).decision.value


@settings(max_examples=150)
@given(policies(), USES, MOMENTS_ASKED, st.data())
def test_exported_terms_are_evaluated_as_they_are_decided(
    policy: Policy, asked: Use, at: datetime, data: st.DataObject
) -> None:
    siblings = [(variant_id(number), ASKED) for number in range(2)]
    account = data.draw(st.just(NOTHING_HELD) | accounts(asked, siblings))
    # No rule says that to translate asks for a language, or that what is held already counts no more.
    assume(asked.action is not RightsAction.TRANSLATE or asked.language is not None)
    assume(not account.holds(ASKED, asked))
    for reading in DutyReading:
        assert evaluated(policy, asked, at, account, duties=reading).decision == decided(policy, asked, at, account)


def duties_of(found: Report) -> list[DutyState]:
    return [owed.state for rule in found.rules for owed in rule.duties]


@pytest.mark.parametrize("reading", DutyReading)
@pytest.mark.parametrize(
    ("owed", "facts", "decision", "state"),
    [
        (duty("inform"), (), "PERMIT_WITH_DUTIES", DutyState.NON_SET),
        (duty("inform"), (("inform", False, True),), "PERMIT_WITH_DUTIES", DutyState.VIOLATED),
        (duty("inform", blocking=True), (), "PERMIT_WITH_DUTIES", DutyState.NON_SET),
        (duty("inform", blocking=True), (("inform", False, True),), "DENY", DutyState.VIOLATED),
        (duty("inform", precondition=True), (), "DENY", DutyState.NON_SET),
        (duty("inform", precondition=True), (("inform", False, True),), "DENY", DutyState.VIOLATED),
        (duty("inform", precondition=True), (("inform", True, False),), "PERMIT", DutyState.FULFILLED),
    ],
)
def test_each_duty_is_what_it_says_whatever_the_reading_of_duties(
    owed: Any, facts: Sequence[tuple[str, bool, bool]], decision: str, state: DutyState, reading: DutyReading
) -> None:
    policy = allow(duties=(owed,))
    known = tuple(DutyFact(owed.action, settled, violated) for _, settled, violated in facts)
    found = evaluated(policy, use(), account=Account(duties=known), duties=reading)
    assert (found.decision, duties_of(found)) == (decision, [state])
    assert decided(policy, use(), account=Account(duties=known)) == decision


def test_a_commitment_is_taken_on_anew_whatever_was_done_before() -> None:
    policy = allow(duties=(duty("inform", constraint("dateTime", "2020-01-01T00:00:00Z", operator="lt")),))
    done = {"@id": "urn:example:done", "odrl:action": {"@id": "odrl:inform"}, "sotw:performer": variant_id(9).urn}
    state = state_of(policy, rule_stem(policy.hash()), NOTHING_HELD, NOW, done)
    found = evaluate(export_policy(policy, UID), request_for(use(), ASKED, NOW), state)
    assert (found.decision, duties_of(found)) == ("PERMIT_WITH_DUTIES", [DutyState.NON_SET])


@pytest.mark.parametrize(("limit", "decision"), [("3", "DENY"), ("4", "PERMIT")])
def test_what_is_counted_for_one_rule_of_a_group_is_counted_for_all(limit: str, decision: str) -> None:
    policy = Policy((Rule(("distribute", "print"), (constraint("count", limit, operator="lteq"),)),))
    document = export_policy(policy, UID)
    group = document["permission"][0]["storypool:inGroup"]["@id"]
    by_rule = [
        {"sotw:rule": {"@id": uid}, "sotw:countValue": 1}
        for uid in (group, *(f"{group}-{a}" for a in ("distribute", "print")))
    ]
    by_action = [
        {"sotw:action": {"@id": f"odrl:{action}"}, "sotw:countValue": n}
        for action, n in (("distribute", 1), ("print", 2))
    ]
    for counts in (by_rule, by_action):
        other = {"sotw:rule": {"@id": "urn:example:other"}, "sotw:countValue": 9}
        state = {"@context": REPORT_CONTEXT, "@type": "sotw:SotW", "sotw:count": [*counts, other]}
        for action in (RightsAction.DISTRIBUTE, RightsAction.PRINT):
            assert evaluate(document, request_for(use(action), ASKED, NOW), state).decision == decision


def test_where_nothing_is_permitted_the_rule_that_says_so_denies() -> None:
    found = evaluated(EMPTY_POLICY, use())
    assert (found.decision, [rule.activation for rule in found.rules]) == ("DENY", [Activation.ACTIVE])


def described(subject: Subject) -> JsonObject:
    """What is known of a variant that is released."""
    story = {"storypool:series": subject.series, "storypool:topic": subject.topic}
    return {
        "@id": TARGET,
        "odrl:partOf": {"@id": "storypool:pool"},
        "odrl:language": str(subject.language),
        "storypool:form": subject.form,
        **{name: value for name, value in story.items() if value is not None},
    }


PARTY = uuid.UUID(int=7)
STEM = agreement_stem(uuid.UUID(int=8), 3)


def contract(policy: Policy, **parts: Any) -> JsonObject:
    """An agreement without what is no rule."""
    return agreement_of(policy, **{"quotas": [], "exclusivities": [], **parts})


@settings(max_examples=60)
@given(
    policies(counts=False),
    USES,
    MOMENTS_ASKED,
    st.lists(st.sampled_from(["001", "142", "CN", "FR", "JP"]), min_size=1, max_size=2, unique=True),
    st.lists(st.sampled_from(CHANNELS), min_size=4, max_size=6, unique=True),
    st.sampled_from([None, ("zh",), ("en", "ru")]),
    st.sampled_from([None, ("ARTICLE",), ("VIDEO",)]),
    st.sampled_from([None, ("fun",)]),
    st.sampled_from([None, "fun", "faces"]),
    FACT_SETS,
)  # fmt: skip
def test_exported_agreements_are_evaluated_as_they_are_decided(
    policy: Policy,
    asked: Use,
    at: datetime,
    territories: list[str],
    channels: list[str],
    languages: tuple[str, ...] | None,
    forms: tuple[str, ...] | None,
    series: tuple[str, ...] | None,
    of_series: str | None,
    facts: tuple[DutyFact, ...],
) -> None:
    assume(asked.action is not RightsAction.TRANSLATE or asked.language is not None)
    start, end = "2025-02-01T00:00:00Z", "2025-05-01T00:00:00Z"
    subject = replace(ASKED, series=of_series)
    document = contract(
        policy,
        territories=territories,
        channels=channels,
        startsAt=start,
        endsAt=end,
        topics=None,
        languages=languages and list(languages),
        forms=forms and list(forms),
        series=series and list(series),
    )
    terms = agreement(
        policy=policy,
        territories=tuple(territories),
        channels=tuple(DeliveryChannel(channel) for channel in channels),
        starts_at=datetime.fromisoformat(start),
        ends_at=datetime.fromisoformat(end),
        duties=facts,
        languages=languages,
        forms=forms,
        series=series,
    )
    ours = decide((EVERYTHING,), subject, asked, Standing(agreements=(terms,)), at).decision
    state = state_of(policy, STEM, Account(duties=facts), at, described(subject))
    found = evaluate(document, request_for(asked, subject, at, PARTY), state)
    assert found.decision.value == ours.value


def test_an_agreement_is_for_its_partner_alone_and_for_what_it_covers() -> None:
    document = contract(EVERYTHING, territories=["001"], channels=["WEB"], languages=["zh"], topics=None)
    asked = use(channel=DeliveryChannel.WEB)
    at = datetime.fromisoformat("2026-03-01T00:00:00+00:00")
    for party, known, decision in (
        (PARTY, described(ASKED), "PERMIT"),
        (variant_id(1), described(ASKED), "DENY"),
        (PARTY, described(replace(ASKED, form="VIDEO")), "DENY"),
        (PARTY, {"@id": TARGET, "odrl:language": "zh"}, "DENY"),
    ):
        state = state_of(EVERYTHING, STEM, NOTHING_HELD, at, known)
        assert evaluate(document, request_for(asked, ASKED, at, party), state).decision == decision


def test_the_frame_holds_also_where_a_permission_does_not_name_it() -> None:
    document = contract(EVERYTHING, territories=["RU"], channels=["WEB"], languages=None, forms=None, topics=None)
    del document["permission"][0]["constraint"]
    at = datetime.fromisoformat("2026-03-01T00:00:00+00:00")
    state = state_of(EVERYTHING, STEM, NOTHING_HELD, at, described(ASKED))
    answers = {
        place: evaluate(document, request_for(use(territory=place), ASKED, at, PARTY), state).decision
        for place in ("RU", "CN")
    }
    assert answers == {"RU": "PERMIT", "CN": "DENY"}


def refused_documents() -> Iterator[tuple[JsonObject, str]]:
    yield agreement_of(EVERYTHING, exclusivities=[]), "storypool/odrl#quota"
    yield agreement_of(EVERYTHING, quotas=[]), "storypool/odrl#exclusivity"
    yield contract(EVERYTHING, suspended=True), "'suspended'"
    yield {**contract(EVERYTHING), "storypool:penalty": 5}, "storypool/odrl#penalty"
    document = export_policy(allow(duties=("inform",)), UID)
    document["permission"][0]["duty"][0]["storypool:accepted"] = "perhaps"
    yield document, "'accepted'"
    document = export_policy(allow(), UID)
    yield (
        {
            **document,
            "permission": {**document["permission"][0], "storypool:inGroup": [{"@id": "urn:x:a"}, {"@id": "urn:x:b"}]},
        },
        "several groups",
    )
    day = {"leftOperand": "dateTime", "operator": "lteq", "rightOperand": "2026-06-30"}
    zoned = {**export_policy(allow(), UID, zone="Asia/Shanghai")}
    yield {**zoned, "permission": {**zoned["permission"][0], "constraint": day}}, "a date alone"


@pytest.mark.parametrize(("document", "words"), list(refused_documents()))
def test_what_cannot_be_evaluated_is_refused_by_name(document: JsonObject, words: str) -> None:
    state = state_of(EVERYTHING, STEM, NOTHING_HELD, NOW)
    with pytest.raises(BadPolicy, match=words):
        evaluate(document, request_for(use(), ASKED, NOW), state)
