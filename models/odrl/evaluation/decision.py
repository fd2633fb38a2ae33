"""Which rules of a policy are in effect for a request in a state of the world, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from models.odrl.evaluation.constraint import Lookup, Truth, all_of, any_of, satisfied
from models.odrl.evaluation.duty import Bound, DutyOutcome, concerns, duty_outcome, is_past, not_due, was_performed
from models.odrl.evaluation.lookup import member_lookup, use_lookup
from models.odrl.evaluation.performed import DutyState
from models.odrl.evaluation.policy import (
    Action,
    AnyConstraint,
    Conflict,
    Duty,
    ForeignPolicy,
    LogicalConstraint,
    Member,
    Rule,
    RuleType,
)
from models.odrl.evaluation.reading import read_policy
from models.odrl.evaluation.report import Activation, ConstraintReport, Decision, Report, RuleReport, Satisfaction
from models.odrl.evaluation.request import Request, read_request
from models.odrl.evaluation.world import World, read_world
from models.odrl.graph import read_graph


class DutyReading(StrEnum):
    """What a duty that is not fulfilled means for its permission. The published test suites disagree."""

    PRECONDITION = "precondition"
    """The permission is not active before (W3C ODRL Community Group, Formal Semantics)."""
    COMMITMENT = "commitment"
    """The permission is active, and comes with the duty; only a violated duty ends it (FORCE's test suite)."""


@dataclass(frozen=True)
class RuleOutcome:
    """What was found of a rule.

    :param active: whether it is in effect for what is asked.
    :param applies: whether, moreover, the refinements of its actions, targets and assignees are met.
    """

    rule: Rule
    active: bool
    applies: bool
    constraints: tuple[ConstraintReport, ...]
    duties: tuple[DutyOutcome, ...]


def evaluate(
    policy: object,
    request: object,
    state: object,
    *,
    duties: DutyReading = DutyReading.PRECONDITION,
    any_performer: bool = False,
) -> Report:
    """What a policy says to a request in a state of the world, all three as decoded JSON-LD.

    The time is the state's, else the request's; nothing else is asked. Where a value is unknown, a permission is not active, and a
    prohibition is; only for `isNoneOf`, what is not given is taken to be none of those named.

    :param any_performer: whether what the state says was performed counts whoever performed it.
    :raises BadPolicy: something in one of the documents is not understood; `field` names the document and the thing.
    """
    policy_graph, request_graph = read_graph(policy, "policy"), read_graph(request, "request")
    read, asked = read_policy(policy_graph), read_request(request_graph)
    named = frozenset(duty.uid for duty in _all_duties(read))
    world = read_world(read_graph(state, "state"), policy_graph, request_graph, asked, named)
    outcomes = [_outcome(rule, asked, world, duties, any_performer) for rule in read.rules]
    reports = [_report(outcome) for outcome in outcomes]
    obligations = [_obligation(duty, asked, world, any_performer) for duty in read.obligations]
    return Report(_decision(outcomes, read.conflict), (*reports, *obligations))


def _decision(outcomes: list[RuleOutcome], conflict: Conflict) -> Decision:
    permits = [found for found in outcomes if found.rule.type is RuleType.PERMISSION and found.applies]
    prohibited = any(found.rule.type is RuleType.PROHIBITION and found.applies for found in outcomes)
    if not permits or (prohibited and conflict is not Conflict.PERM):
        return Decision.DENY
    free = any(not any(duty.outstanding for duty in found.duties) for found in permits)
    return Decision.PERMIT if free else Decision.PERMIT_WITH_DUTIES


def _outcome(
    rule: Rule, request: Request | None, world: World, reading: DutyReading, any_performer: bool
) -> RuleOutcome:
    permits = rule.type is RuleType.PERMISSION
    lookup = use_lookup(world, request, rule.uid, rule.group)
    parts = _parts(rule, request, world, lookup)
    limits = all_of(satisfied(part, lookup, world) for part in rule.constraints)
    bound = Bound(request.party if request else None, rule.assignees, any_performer)
    due = permits or (limits is not False and _was_broken(rule, world))
    duties = tuple(duty_outcome(duty, world, lookup, bound) if due else not_due(duty) for duty in rule.duties)
    matched = all_of(any_of(part.matches for part in group) for group in parts)
    active = _taken(all_of([matched, limits]), permits) and not (
        permits and any(_blocks(duty, reading) for duty in duties)
    )
    refined = all_of(any_of(all_of([part.matches, part.refined]) for part in group) for group in parts)
    known = [(part, lookup) for part in rule.constraints]
    known += [(refinement, part.lookup) for group in parts for part in group for refinement in part.refinements]
    return RuleOutcome(
        rule,
        active,
        request is not None and active and _taken(refined, permits),
        tuple(report for part, look in known for report in _constraint_reports(part, look, world, permits)),
        duties,
    )


@dataclass(frozen=True)
class _Part:
    """One action, target or assignee of a rule, of which any may be what is asked for.

    :param matches: whether it is.
    :param refined: whether its refinements are met.
    """

    matches: Truth
    refined: Truth
    refinements: tuple[AnyConstraint, ...]
    lookup: Lookup


def _parts(rule: Rule, request: Request | None, world: World, use: Lookup) -> list[list[_Part]]:
    """The rule's actions, targets and assignees, without those of which it names none."""
    groups = [[_action_part(action, request, world, use) for action in rule.actions]]
    for members, uid in (
        (rule.targets, request.target if request else None),
        (rule.assignees, request.party if request else None),
    ):
        if members:
            groups.append([_member_part(member, uid, world, use, asked=request is not None) for member in members])
    return groups


def _action_part(action: Action, request: Request | None, world: World, use: Lookup) -> _Part:
    matches = request is None or action.iri in world.actions(request.action)
    return _Part(matches, all_of(satisfied(part, use, world) for part in action.refinements), action.refinements, use)


def _member_part(member: Member, uid: str | None, world: World, use: Lookup, *, asked: bool) -> _Part:
    matches = None if asked and uid is None else not asked or world.belongs(str(uid), member)
    look = member_lookup(world, uid, use)
    refined = all_of(satisfied(part, look, world) for part in member.refinements)
    return _Part(matches, refined, member.refinements, look)


def _taken(truth: Truth, permits: bool) -> bool:
    """What is unknown does not hold for a permission, and holds for whatever forbids or obliges."""
    return truth is True if permits else truth is not False


def _blocks(outcome: DutyOutcome, reading: DutyReading) -> bool:
    """Whether a duty keeps its permission from being active."""
    violated, commitment = outcome.state is DutyState.VIOLATED, outcome.duty.commitment
    if commitment:
        return violated and outcome.duty.blocking
    beforehand = reading is DutyReading.PRECONDITION or commitment is False
    return violated or (outcome.outstanding and beforehand)


def _was_broken(rule: Rule, world: World) -> bool:
    """Whether the state says that what a prohibition forbids was done."""
    return any(
        is_past(performed, world)
        and performed.action is not None
        and concerns(performed.target, rule.targets, world)
        and concerns(performed.performer, rule.assignees, world)
        and any(was_performed(action, performed, world) for action in rule.actions)
        for performed in world.performed
    )


def _obligation(duty: Duty, request: Request | None, world: World, any_performer: bool) -> RuleReport:
    lookup = use_lookup(world, request, duty.uid)
    outcome = duty_outcome(duty, world, lookup, Bound(None, duty.assignees, any_performer))
    in_effect = _taken(all_of(satisfied(part, lookup, world) for part in duty.constraints), False)
    reports = [report for part in duty.constraints for report in _constraint_reports(part, lookup, world, False)]
    activation = Activation.ACTIVE if in_effect else Activation.INACTIVE
    return RuleReport(duty.uid, RuleType.OBLIGATION, activation, tuple(reports), tuple(outcome.reports))


def _report(outcome: RuleOutcome) -> RuleReport:
    activation = Activation.ACTIVE if outcome.active else Activation.INACTIVE
    duties = tuple(report for duty in outcome.duties for report in duty.reports)
    return RuleReport(outcome.rule.uid, outcome.rule.type, activation, outcome.constraints, duties)


def _constraint_reports(part: AnyConstraint, lookup: Lookup, world: World, permits: bool) -> Iterator[ConstraintReport]:
    """A constraint, then what it is made of. What is unknown is reported as it is taken."""
    holds = _taken(satisfied(part, lookup, world), permits)
    yield ConstraintReport(part.uid, Satisfaction.SATISFIED if holds else Satisfaction.UNSATISFIED)
    if isinstance(part, LogicalConstraint):
        for inner in part.constraints:
            yield from _constraint_reports(inner, lookup, world, permits)


def _all_duties(policy: ForeignPolicy) -> Iterator[Duty]:
    """Every duty, remedy, obligation and consequence."""
    pending = [*policy.obligations, *(duty for rule in policy.rules for duty in rule.duties)]
    while pending:
        duty = pending.pop()
        yield duty
        pending += duty.consequences
