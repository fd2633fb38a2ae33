"""Policies as values: constraints, duties, rules."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, reduce
from operator import or_
from typing import Final, NewType

from models.policy.vocabulary import ACTION_TERMS, DutyAction, LeftOperand, Operator, RightsAction
from models.territory import Territory, standard_tree

PolicyHash = NewType("PolicyHash", str)
"""SHA-256, in lower-case hexadecimal, of a policy's canonical form."""

MOST_CONDITIONAL: Final = 6
"""How many permissions of one policy may be conditional; the pool index keeps a bit for each."""


@dataclass(frozen=True, order=True)
class Constraint:
    """One condition of a rule: left operand, operator, and values in canonical spelling."""

    left_operand: LeftOperand
    operator: Operator
    right_operand: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "right_operand", tuple(sorted(set(self.right_operand))))

    @cached_property
    def moment(self) -> datetime:
        """The bound of a `dateTime` constraint, in UTC."""
        return datetime.fromisoformat(self.right_operand[0]).astimezone(UTC)

    @cached_property
    def number(self) -> int:
        """The bound of a `count` or a `percentage` constraint."""
        return int(self.right_operand[0])

    @cached_property
    def duration(self) -> timedelta:
        """The bound of an `elapsedTime` constraint; canonically a whole number of seconds, `PT3600S`."""
        return timedelta(seconds=int(self.right_operand[0][2:-1]))

    @cached_property
    def values(self) -> frozenset[str]:
        """The values of a constraint on a set."""
        return frozenset(self.right_operand)

    @cached_property
    def area(self) -> int:
        """All territories of a `spatial` constraint together, as `TerritoryTree.mask` has them."""
        tree = standard_tree()
        return reduce(or_, (tree.mask(Territory(code)) for code in self.right_operand))


@dataclass(frozen=True, order=True)
class Duty:
    """What whoever uses a permission takes upon itself.

    :param constraints: until when it must be done: a `dateTime`, or an `elapsedTime` counted from the pickup, or neither.
    :param precondition: it must be done before the permission holds (ODRL Information Model 2.6.3); any other duty is accepted with
        the pickup.
    :param blocking: once violated, it shuts the permission for the partner and the story.
    """

    action: DutyAction
    constraints: tuple[Constraint, ...] = ()
    precondition: bool = False
    blocking: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "constraints", tuple(sorted(set(self.constraints))))

    def deadline(self, accepted_at: datetime) -> datetime | None:
        """When it must be done where it was accepted at a moment; None where that is not said."""
        moments = [
            item.moment if item.left_operand is LeftOperand.DATE_TIME else accepted_at + item.duration
            for item in self.constraints
        ]
        return min(moments, default=None)


@dataclass(frozen=True, order=True)
class Rule:
    """A permission or a prohibition: action terms (`ACTION_TERMS`), constraints that all must hold, and duties.

    Only a permission has duties, a `count` or a `percentage`.
    """

    actions: tuple[str, ...]
    constraints: tuple[Constraint, ...] = ()
    duties: tuple[Duty, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "actions", tuple(sorted({str(term) for term in self.actions})))
        object.__setattr__(self, "constraints", tuple(sorted(set(self.constraints))))
        object.__setattr__(self, "duties", tuple(sorted(set(self.duties))))

    @cached_property
    def covered(self) -> frozenset[RightsAction]:
        """Every action that the rule speaks of, `includedIn` being followed."""
        return frozenset().union(*(ACTION_TERMS[term] for term in self.actions))

    @cached_property
    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """From when, and until when, its `dateTime` constraints let it hold; None where a side is open."""
        moments = [item for item in self.constraints if item.left_operand is LeftOperand.DATE_TIME]
        starts = [item.moment for item in moments if item.operator is Operator.GTEQ]
        ends = [item.moment for item in moments if item.operator is not Operator.GTEQ]
        return max(starts, default=None), min(ends, default=None)

    @cached_property
    def conditions(self) -> tuple[Constraint, ...]:
        """Its constraints other than those of time."""
        return tuple(item for item in self.constraints if item.left_operand is not LeftOperand.DATE_TIME)

    @cached_property
    def limit(self) -> int | None:
        """How many different uses of one story a partner may take under it; None where that is not said."""
        return min((item.number for item in self.constraints if item.left_operand is LeftOperand.COUNT), default=None)

    @cached_property
    def is_conditional(self) -> bool:
        """Whether it depends on what a partner has taken or done: by its count, a precondition, or a duty that blocks."""
        return self.limit is not None or any(duty.precondition or duty.blocking for duty in self.duties)


@dataclass(frozen=True)
class Policy:
    """Permissions and prohibitions. Where both match, the prohibition wins; where nothing is said, all is denied."""

    permissions: tuple[Rule, ...] = ()
    prohibitions: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "permissions", tuple(sorted(set(self.permissions))))
        object.__setattr__(self, "prohibitions", tuple(sorted(set(self.prohibitions))))

    @cached_property
    def conditional(self) -> tuple[Rule, ...]:
        """The permissions that depend on what a partner has taken or done, in order; at most `MOST_CONDITIONAL`."""
        return tuple(rule for rule in self.permissions if rule.is_conditional)

    @cached_property
    def open_at_first(self) -> int:
        """Bit n: the n-th conditional permission is open to a partner that has taken nothing of a story and done nothing."""
        return sum(
            1 << place
            for place, rule in enumerate(self.conditional)
            if not any(duty.precondition for duty in rule.duties)
        )

    @cached_property
    def looks_at_language(self) -> bool:
        """Whether any rule says something about the language of the use."""
        return any(
            item.left_operand is LeftOperand.LANGUAGE
            for rule in (*self.permissions, *self.prohibitions)
            for item in rule.constraints
        )

    def __hash__(self) -> int:
        return self._number

    def canonical(self) -> str:
        """The one JSON text of this policy: what `parse_policy` reads, with sorted keys and values, and without spaces.

        It states ODRL's conflict strategy, `prohibit`, which otherwise would be `invalid` (Information Model 2.10).
        """
        return self._canonical

    def hash(self) -> PolicyHash:
        """The policy's name: the SHA-256 of its canonical form."""
        return self._hash

    def merged_under(self, story: Policy) -> Policy:
        """These terms of a variant or an asset, under those of its story.

        Its own permissions replace the story's; the story's prohibitions always hold.
        """
        return Policy(self.permissions, self.prohibitions + story.prohibitions)

    @cached_property
    def _number(self) -> int:
        return hash((self.permissions, self.prohibitions))

    @cached_property
    def _canonical(self) -> str:
        document = {
            "conflict": "prohibit",
            "permissions": [_rule_document(rule) for rule in self.permissions],
            "prohibitions": [_rule_document(rule) for rule in self.prohibitions],
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)

    @cached_property
    def _hash(self) -> PolicyHash:
        return PolicyHash(hashlib.sha256(self._canonical.encode()).hexdigest())


EMPTY_POLICY: Final = Policy()
"""Nothing said: nothing permitted (W3C ODRL formal semantics)."""


def _rule_document(rule: Rule) -> dict[str, object]:
    document: dict[str, object] = {
        "actions": list(rule.actions),
        "constraints": [_constraint_document(constraint) for constraint in rule.constraints],
    }
    if rule.duties:
        document["duties"] = [_duty_document(duty) for duty in rule.duties]
    return document


def _duty_document(duty: Duty) -> dict[str, object]:
    document: dict[str, object] = {
        "action": duty.action,
        "constraints": [_constraint_document(item) for item in duty.constraints],
    }
    if duty.precondition:
        document["precondition"] = True
    if duty.blocking:
        document["blocking"] = True
    return document


def _constraint_document(constraint: Constraint) -> dict[str, object]:
    return {
        "leftOperand": constraint.left_operand,
        "operator": constraint.operator,
        "rightOperand": list(constraint.right_operand),
    }
