"""Policies as values: constraints, duties, rules."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, reduce
from operator import or_
from typing import Final, NewType

from models.policy.vocabulary import ACTION_TERMS, DutyAction, LeftOperand, Operator, RightsAction
from models.territory import Territory, standard_tree

PolicyHash = NewType("PolicyHash", str)
"""SHA-256, in lower-case hexadecimal, of a policy's canonical form."""


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
    """What whoever uses a permission takes upon itself."""

    action: DutyAction
    constraints: tuple[Constraint, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "constraints", tuple(sorted(set(self.constraints))))


@dataclass(frozen=True, order=True)
class Rule:
    """A permission or a prohibition: action terms (`ACTION_TERMS`), constraints that all must hold, and duties.

    Only a permission has duties.
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


@dataclass(frozen=True)
class Policy:
    """Permissions and prohibitions. Where both match, the prohibition wins; where nothing is said, all is denied."""

    permissions: tuple[Rule, ...] = ()
    prohibitions: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "permissions", tuple(sorted(set(self.permissions))))
        object.__setattr__(self, "prohibitions", tuple(sorted(set(self.prohibitions))))

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
        document["duties"] = [
            {"action": duty.action, "constraints": [_constraint_document(item) for item in duty.constraints]}
            for duty in rule.duties
        ]
    return document


def _constraint_document(constraint: Constraint) -> dict[str, object]:
    return {
        "leftOperand": constraint.left_operand,
        "operator": constraint.operator,
        "rightOperand": list(constraint.right_operand),
    }
