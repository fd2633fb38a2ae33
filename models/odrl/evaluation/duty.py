"""In which state duties are: done, too late, or neither."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.odrl.evaluation.constraint import Lookup, all_of, deadline_passed, satisfied
from models.odrl.evaluation.lookup import performed_lookup
from models.odrl.evaluation.performed import DutyState, Performed
from models.odrl.evaluation.policy import Action, AnyConstraint, Duty, LogicalConstraint, Member
from models.odrl.evaluation.report import DutyReport
from models.odrl.evaluation.world import World


@dataclass(frozen=True)
class Bound:
    """Whom a duty binds that names nobody.

    :param party: who asks; None where nobody does.
    :param assignees: the assignees of the rule that the duty belongs to.
    :param any_performer: whether what was performed counts whoever performed it.
    """

    party: str | None
    assignees: tuple[Member, ...]
    any_performer: bool


@dataclass(frozen=True)
class DutyOutcome:
    """A duty's state, and whether it is due now.

    :param active: whether all its constraints hold, as far as is known: an unknown one does not excuse from a duty.
    """

    duty: Duty
    state: DutyState
    active: bool
    consequences: tuple[DutyOutcome, ...] = ()

    @property
    def reports(self) -> Iterator[DutyReport]:
        """This duty, then its consequences."""
        yield DutyReport(self.duty.uid, self.state)
        for consequence in self.consequences:
            yield from consequence.reports

    @property
    def outstanding(self) -> bool:
        """Whether it is still to be done. A commitment is, by whoever uses the permission now: it is taken on anew with each use."""
        return self.active and (self.state is DutyState.NON_SET or self.duty.commitment is True)


def duty_outcome(duty: Duty, world: World, lookup: Lookup, bound: Bound) -> DutyOutcome:
    """The state of a duty in the world.

    It is fulfilled when an action of its class was performed with all refinements met (Formal Semantics, Conditions), or when the state
    holds a report that says so; it is violated when its time is over. What was done too late fulfils it together with all its
    consequences (Information Model 2.6.5).
    """
    consequences = tuple(duty_outcome(part, world, lookup, bound) for part in duty.consequences)
    reported = world.reported.get(duty.uid, DutyState.NON_SET)
    if duty.commitment:
        # What an earlier use brought with it can be violated; whether this use's is done is not known before it.
        violated = reported is DutyState.VIOLATED
        return DutyOutcome(duty, DutyState.VIOLATED if violated else DutyState.NON_SET, True, consequences)
    if reported is not DutyState.NON_SET:
        return DutyOutcome(duty, reported, True, consequences)
    conditions = [part for constraint in duty.constraints for part in _conjuncts(constraint)]
    over = [part for part in conditions if deadline_passed(part, world)]
    if all_of(satisfied(part, lookup, world) for part in conditions if part not in over) is False:
        return DutyOutcome(duty, DutyState.NON_SET, False, consequences)
    done = [performed for performed in world.performed if _fulfils(performed, duty, world, bound)]
    made_good = bool(done) and bool(consequences) and all(part.state is DutyState.FULFILLED for part in consequences)
    if made_good or any(_in_time(performed, over, world) for performed in done):
        return DutyOutcome(duty, DutyState.FULFILLED, True, consequences)
    too_late = bool(over) or all(_too_late(action, world) for action in duty.actions)
    return DutyOutcome(duty, DutyState.VIOLATED if too_late else DutyState.NON_SET, True, consequences)


def not_due(duty: Duty) -> DutyOutcome:
    """A remedy where nothing is to be remedied."""
    return DutyOutcome(duty, DutyState.NON_SET, False, tuple(not_due(part) for part in duty.consequences))


def was_performed(action: Action, performed: Performed, world: World) -> bool:
    """Whether what was done belongs to a class of actions, all refinements met."""
    if performed.action is not None and action.iri not in world.actions(performed.action):
        return False
    known = performed_lookup(performed)
    return all(satisfied(part, known, world) for part in action.refinements)


def concerns(uid: str | None, members: tuple[Member, ...], world: World) -> bool:
    """Whether someone or something is one of those named; where the state does not say who, or nobody is named, it may be."""
    return uid is None or not members or any(world.belongs(uid, member) for member in members)


def is_past(performed: Performed, world: World) -> bool:
    """Whether it was done by now; what the state says without a time was."""
    return performed.at is None or world.now is None or performed.at.first <= world.now.last


def _fulfils(performed: Performed, duty: Duty, world: World, bound: Bound) -> bool:
    if not is_past(performed, world) or performed.duty not in (None, duty.uid):
        return False
    if not concerns(performed.target, duty.targets, world):
        return False
    if performed.duty is None and not concerns(performed.beneficiary, duty.beneficiaries, world):
        return False
    if not bound.any_performer and not _by_the_bound(performed, duty, world, bound):
        return False
    return any(was_performed(action, performed, world) for action in duty.actions)


def _by_the_bound(performed: Performed, duty: Duty, world: World, bound: Bound) -> bool:
    """Whether whoever must do it did it: those whom the duty names, else who asks, else those to whom the rule applies."""
    if duty.assignees or bound.party is None:
        return concerns(performed.performer, duty.assignees or bound.assignees, world)
    return performed.performer in (None, bound.party)


def _conjuncts(constraint: AnyConstraint) -> Iterator[AnyConstraint]:
    """The constraints that must all hold for this one to hold."""
    if isinstance(constraint, LogicalConstraint) and constraint.operand in ("and", "andSequence"):
        for part in constraint.constraints:
            yield from _conjuncts(part)
    else:
        yield constraint


def _in_time(performed: Performed, over: list[AnyConstraint], world: World) -> bool:
    known = performed_lookup(performed)
    return all(satisfied(part, known, world) is not False for part in over)


def _too_late(action: Action, world: World) -> bool:
    """Whether an action can no longer be performed as its refinements ask."""
    return any(deadline_passed(part, world) for refinement in action.refinements for part in _conjuncts(refinement))
