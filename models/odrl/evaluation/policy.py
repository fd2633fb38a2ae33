"""Foreign policies as values: what ODRL's information model calls rules, duties, actions, collections and constraints."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.odrl.graph import Value


class RuleType(StrEnum):
    """The three kinds of rules of a policy."""

    PERMISSION = "Permission"
    PROHIBITION = "Prohibition"
    OBLIGATION = "Obligation"


@dataclass(frozen=True)
class Constraint:
    """One comparison (Information Model 2.5.1).

    :param uid: its IRI, or its name within the document.
    :param left_operand: an IRI, of ODRL's or foreign.
    :param operator: the ODRL term.
    :param reference: whether the right operand names where the value is to be found (`rightOperandReference`).
    :param unit: what the value is counted in.
    :param status: the present value of the left operand, where the policy itself gives it.
    """

    uid: str
    left_operand: str
    operator: str
    right_operand: tuple[Value, ...]
    reference: bool = False
    unit: str | None = None
    status: tuple[Value, ...] = ()


@dataclass(frozen=True)
class LogicalConstraint:
    """Constraints joined by `and`, `or`, `xone` or `andSequence` (Information Model 2.5.2)."""

    uid: str
    operand: str
    constraints: tuple[AnyConstraint, ...]


AnyConstraint = Constraint | LogicalConstraint


@dataclass(frozen=True)
class Action:
    """A class of actions: what is done, and the refinements that narrow it."""

    iri: str
    refinements: tuple[AnyConstraint, ...] = ()


@dataclass(frozen=True)
class Member:
    """An asset or a party, or a collection of them with the refinements that its members must meet.

    :param source: the IRI by which a collection's members name it (`odrl:source`), where it is another than its own.
    """

    iri: str
    source: str | None = None
    refinements: tuple[AnyConstraint, ...] = ()


@dataclass(frozen=True)
class Duty:
    """What must be done: a permission's duty, a prohibition's remedy, a duty's consequence, or an obligation.

    :param assignees: who must do it; where nobody is named, whoever the rule binds.
    :param beneficiaries: to whom it is done; where nobody is named, any of the rule's assigners.
    :param commitment: whether it is taken on with each use and done afterwards; False: it must be done before. None where the policy
        does not say, and the reading of duties does.
    :param blocking: of a commitment: whether it keeps its permission from being active once it is violated.
    """

    uid: str
    actions: tuple[Action, ...]
    targets: tuple[Member, ...] = ()
    assignees: tuple[Member, ...] = ()
    beneficiaries: tuple[Member, ...] = ()
    constraints: tuple[AnyConstraint, ...] = ()
    consequences: tuple[Duty, ...] = ()
    commitment: bool | None = None
    blocking: bool = False


@dataclass(frozen=True)
class Group:
    """Rules that are one rule of Storypool's: what is counted for one of them is counted for all.

    :param uids: the rules' IRIs, and that of the group.
    :param actions: the IRIs of the actions of all of them.
    """

    uids: frozenset[str]
    actions: frozenset[str]


@dataclass(frozen=True)
class Rule:
    """A permission or a prohibition. Where it names no target or assignee, it is for every one.

    :param duties: a permission's duties, or a prohibition's remedies.
    """

    type: RuleType
    uid: str
    actions: tuple[Action, ...]
    targets: tuple[Member, ...] = ()
    assignees: tuple[Member, ...] = ()
    constraints: tuple[AnyConstraint, ...] = ()
    duties: tuple[Duty, ...] = ()
    group: Group | None = None


class Conflict(StrEnum):
    """What happens where a permission and a prohibition both apply (Information Model 2.10)."""

    PERM = "perm"
    """The permission wins."""
    PROHIBIT = "prohibit"
    """The prohibition wins."""
    INVALID = "invalid"
    """The policy permits nothing."""


@dataclass(frozen=True)
class ForeignPolicy:
    """A policy, its compact form spelt out: each rule has what the policy states for all of them (Information Model 2.7)."""

    uid: str
    conflict: Conflict
    rules: tuple[Rule, ...]
    obligations: tuple[Duty, ...]
