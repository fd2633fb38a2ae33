"""Usage decisions as compliance reports, in the vocabulary of FORCE (https://w3id.org/force/compliance-report).

A report has one `PolicyReport` for the story's terms and one for each agreement that was looked at. What decides beside policies (status,
embargo, quotas, exclusivities) is no rule of ODRL's: it stands, with every rule in words, among the reasons of the whole.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple

import orjson

from models.base import JsonObject
from models.odrl.export import PERMISSION, Place, agreement_frame, atoms, constraint_uid, duty_uid, places
from models.odrl.profile import CONTEXT, agreement_iri, agreement_stem, compact, policy_iri, rule_stem
from models.odrl.vocabulary import REPORT, SOTW
from models.policy import ACTION_TERMS, Constraint, Duty, LeftOperand, Policy, Rule
from models.policy.value import moment_text
from models.usage import Account, AgreementFacts, Standing, Subject, UsageDecision, Use
from models.usage.rules import CANCELED, covers
from models.usage.terms import Conditions, Question, match_permission, match_prohibition, question, uses_under

REPORT_CONTEXT: Final = [CONTEXT[0], {**CONTEXT[1], "report": REPORT, "sotw": SOTW}]


@dataclass(frozen=True)
class DecidedCase:
    """A usage decision with all that it was made from; see `models.usage.decide`.

    :param target: the IRI of the variant.
    :param party: the IRI of the partner; None for staff.
    :param at: the moment that was decided for.
    """

    decision: UsageDecision
    policies: Sequence[Policy]
    subject: Subject
    use: Use
    standing: Standing
    at: datetime
    target: str
    party: str | None = None

    @cached_property
    def asked(self) -> Question:
        """The use as it is compared."""
        return question(self.use, self.subject)


def compliance_report(case: DecidedCase) -> JsonObject:
    """The decision as JSON-LD."""
    request = _request(case)
    decision = case.decision
    whole: JsonObject = {
        "@context": REPORT_CONTEXT,
        "@type": compact("UsageDecision"),
        compact("decision"): {"@id": compact(decision.decision.value)},
        "dct:created": _moment(case.at),
        compact("request"): request,
        compact("policyReport"): [
            {
                "@id": _name(request["@id"], policy.uid),
                "@type": "report:PolicyReport",
                "dct:created": _moment(case.at),
                "report:policy": {"@id": policy.uid},
                "report:policyRequest": {"@id": request["@id"]},
                "report:ruleReport": list(_rule_reports(case, policy, request["@id"])),
            }
            for policy in _looked_at(case)
        ],
        compact("reason"): [
            {
                compact("code"): reason.code,
                compact("outcome"): {"@id": compact(reason.outcome.value)},
                compact("message"): reason.message,
            }
            for reason in decision.reasons
        ],
    }
    if decision.valid_until is not None:
        whole[compact("validUntil")] = _moment(decision.valid_until)
    if case.subject.pub_status == CANCELED:
        whole[compact("obligation")] = _deletion(request["@id"])
    return whole


class _LookedAt(NamedTuple):
    """A policy that was looked at.

    :param stem: what the IRIs of its rules begin with.
    :param conditions: what its conditional permissions were compared with.
    :param premises: what its permissions ask beside their own constraints: the report of each, without its IRI.
    """

    uid: str
    stem: str
    policy: Policy
    conditions: Conditions
    premises: Sequence[Mapping[str, object]] = ()


def _looked_at(case: DecidedCase) -> Iterator[_LookedAt]:
    held = case.standing.account.holds(case.subject, case.use)
    for policy in case.policies:
        name = policy.hash()
        yield _LookedAt(policy_iri(name), rule_stem(name), policy, Conditions(case.standing.account, held))
    for agreement in () if case.standing.is_staff else case.standing.agreements:
        names = (agreement.id, agreement.version)
        conditions = Conditions(Account(duties=agreement.duties), held)
        yield _LookedAt(
            agreement_iri(*names),
            agreement_stem(*names),
            agreement.policy,
            conditions,
            list(_agreement_premises(case, agreement)),
        )
        if case.decision.agreement is not None and case.decision.agreement.id == agreement.id:
            return


def _agreement_premises(case: DecidedCase, agreement: AgreementFacts) -> Iterator[JsonObject]:
    """That the agreement covers the variant, is the partner's, and is for this place, channel and time."""
    yield _premise("TargetReport", covers(agreement, case.subject))
    yield _premise("PartyReport", True)
    frame = agreement_frame(
        {
            "territories": agreement.territories,
            "channels": agreement.channels,
            "startsAt": moment_text(agreement.starts_at),
            "endsAt": None if agreement.ends_at is None else moment_text(agreement.ends_at),
        }
    )
    stem = agreement_stem(agreement.id, agreement.version)
    for name, constraint in frame:
        holds = match_permission(Rule(("use",), (constraint,)), case.asked).holds(case.at)
        yield _premise("ConstraintReport", holds, stem + name)


def _rule_reports(case: DecidedCase, looked_at: _LookedAt, request: str) -> Iterator[JsonObject]:
    """A report for each atomic rule, as exports have them."""
    for place, rule in places(looked_at.policy):
        permits = place.kind == PERMISSION
        match = (
            match_permission(rule, case.asked, looked_at.conditions) if permits else match_prohibition(rule, case.asked)
        )
        premises = list(_premises(case, looked_at, place, rule))
        within = all(_is_satisfied(premise) for premise in looked_at.premises) if permits else True
        for action, uid in atoms(rule, place.uid(looked_at.stem)).items():
            attempted = case.asked.action in ACTION_TERMS[action]
            active = attempted and within and match.holds(case.at)
            report: JsonObject = {
                "@id": _name(request, uid),
                "@type": f"report:{place.kind.capitalize()}Report",
                "report:rule": {"@id": uid},
                "report:ruleRequest": {"@id": request},
                "report:attemptState": _state("Attempted" if attempted else "NotAttempted"),
                "report:activationState": _state("Active" if active else "Inactive"),
                "report:premiseReport": [
                    {"@id": _name(request, uid, str(number)), **premise}
                    for number, premise in enumerate([_premise("ActionReport", attempted), *premises])
                ],
            }
            if rule.duties:
                report["report:conditionReport"] = [
                    _duty_report(
                        case, looked_at, duty, uid, duty_uid(place.uid(looked_at.stem), number), active, request
                    )
                    for number, duty in enumerate(rule.duties)
                ]
            yield report


def _premises(case: DecidedCase, looked_at: _LookedAt, place: Place, rule: Rule) -> Iterator[Mapping[str, object]]:
    """The rule's constraints, each by itself, and then what the whole policy asks of its permissions."""
    for number, constraint in enumerate(rule.constraints):
        holds = _constraint_holds(case, looked_at, place, rule, constraint)
        yield _premise("ConstraintReport", holds, constraint_uid(place.uid(looked_at.stem), number))
    if place.kind == PERMISSION:
        yield from looked_at.premises


def _constraint_holds(
    case: DecidedCase, looked_at: _LookedAt, place: Place, rule: Rule, constraint: Constraint
) -> bool:
    """Whether a constraint holds by itself. A count is counted under its whole rule."""
    if constraint.left_operand is LeftOperand.COUNT:
        account, held = looked_at.conditions
        return held or uses_under(rule, account) < constraint.number
    alone = Rule(("use",), (constraint,))
    if place.kind == PERMISSION:
        return match_permission(alone, case.asked).holds(case.at)
    return match_prohibition(alone, case.asked).holds(case.at)


def _duty_report(
    case: DecidedCase, looked_at: _LookedAt, duty: Duty, rule: str, uid: str, active: bool, request: str
) -> JsonObject:
    """Where a duty stands: an accepted one is new with each pickup, unless an earlier one of the story is violated."""
    facts = [fact for fact in looked_at.conditions.account.duties if fact.action is duty.action]
    if duty.precondition and any(fact.settled for fact in facts):
        performance, deontic = "Performed", "Fulfilled"
    elif any(
        not fact.settled and (fact.violated or (fact.deadline is not None and fact.deadline <= case.at))
        for fact in facts
    ):
        performance, deontic = "Unknown", "Violated"
    else:
        performance, deontic = "Unknown", "NonSet"
    report: JsonObject = {
        "@id": _name(request, rule, uid),
        "@type": "report:DutyReport",
        "report:rule": {"@id": uid},
        "report:activationState": _state("Active" if active else "Inactive"),
        "report:performanceState": _state(performance),
        "report:deonticState": _state(deontic),
    }
    deadline = duty.deadline(case.at)
    if deadline is not None:
        report[compact("deadline")] = _moment(deadline)
    return report


def _deletion(request: str) -> JsonObject:
    """What a canceled story asks of everybody, whatever its terms say."""
    return {
        "@id": _name(request, "delete"),
        "@type": "report:DutyReport",
        "report:rule": {"@id": compact("deleteCopies")},
        "report:activationState": _state("Active"),
        "report:performanceState": _state("Unknown"),
        "report:deonticState": _state("NonSet"),
    }


def _request(case: DecidedCase) -> JsonObject:
    asked = case.asked
    features: dict[str, object] = {
        "odrl:spatial": asked.territory,
        "odrl:deliveryChannel": {"@id": compact(asked.channel)},
        "odrl:language": asked.language,
        "odrl:purpose": asked.purpose,
        "odrl:event": asked.event,
        "odrl:percentage": asked.percentage,
    }
    request: JsonObject = {
        "@type": "sotw:EvaluationRequest",
        "dct:issued": _moment(case.at),
        "sotw:requestedAction": {"@id": f"odrl:{asked.action.value}"},
        "sotw:requestedTarget": {"@id": case.target},
        "sotw:requestParameter": [
            {
                "@type": "sotw:RequestParameter",
                "sotw:describesFeature": {"@id": feature},
                "sotw:value": str(value) if isinstance(value, str) else value,
            }
            for feature, value in features.items()
            if value is not None
        ],
    }
    if case.party is not None:
        request["sotw:requestingParty"] = {"@id": case.party}
    number = uuid.uuid5(uuid.NAMESPACE_URL, orjson.dumps(request, option=orjson.OPT_SORT_KEYS).decode())
    return {"@id": number.urn, **request}


def _premise(kind: str, holds: bool, constraint: str | None = None) -> JsonObject:
    report: JsonObject = {
        "@type": f"report:{kind}",
        "report:satisfactionState": _state("Satisfied" if holds else "Unsatisfied"),
    }
    return report if constraint is None else {**report, "report:constraint": {"@id": constraint}}


def _is_satisfied(premise: Mapping[str, object]) -> bool:
    return premise["report:satisfactionState"] == _state("Satisfied")


def _state(name: str) -> JsonObject:
    return {"@id": f"report:{name}"}


def _moment(at: datetime) -> JsonObject:
    return {"@value": moment_text(at), "@type": "xsd:dateTime"}


def _name(request: str, *parts: str) -> str:
    """The IRI of a part of a report: the same for the same question at the same moment."""
    return uuid.uuid5(uuid.UUID(request), " ".join(parts)).urn
