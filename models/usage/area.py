"""Where a use is permitted: the areas, named by as few territories as there are names for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from models.policy import LeftOperand, Policy, Rule
from models.territory import WORLD, Territory, standard_tree
from models.usage.decision import is_permitted
from models.usage.facts import Standing, Subject, Use
from models.usage.terms import match_permission, match_prohibition, question


def permitted_territories(
    policies: Sequence[Policy], subject: Subject, use: Use, standing: Standing, now: datetime
) -> tuple[Territory, ...]:
    """The largest territories for the whole of which `decide` permits the use now; none of them lies inside another.

    :param use: its territory is of no matter.
    """
    area = _possible(policies, subject, use, standing, now)
    tree = standard_tree()
    found: list[Territory] = []
    for code in tree.by_size():
        mask = tree.mask(code)
        if mask & area != mask:
            continue
        if is_permitted(policies, subject, replace(use, territory=code), standing, now):
            found.append(code)
            area &= ~mask
    return tuple(sorted(found))


def named(territories: Iterable[Territory]) -> int:
    """All of these territories together, as `TerritoryTree.mask` has them."""
    together = 0
    for code in territories:
        together |= standard_tree().mask(code)
    return together


def without(territories: Sequence[Territory], others: Sequence[Territory]) -> tuple[Territory, ...]:
    """What of these territories is not in the others, in as few names as there are."""
    area = named(territories) & ~named(others)
    tree = standard_tree()
    found = []
    for code in tree.by_size():
        mask = tree.mask(code)
        if mask & area == mask:
            found.append(code)
            area &= ~mask
    return tuple(sorted(found))


def _possible(policies: Sequence[Policy], subject: Subject, use: Use, standing: Standing, now: datetime) -> int:
    """Outside of this area nothing is permitted; inside, single rules may still not reach over the whole of a territory."""
    area = standard_tree().mask(WORLD)
    for policy in policies:
        area &= _reach(policy, subject, use, now)
    if standing.is_staff:
        return area
    return area & named(code for agreement in standing.agreements for code in agreement.territories)


def _reach(policy: Policy, subject: Subject, use: Use, now: datetime) -> int:
    asked = question(use, subject)
    area = 0
    for rule in policy.permissions:
        if match_permission(_anywhere(rule), asked, None).holds(now):
            area |= _place(rule)
    for rule in policy.prohibitions:
        if match_prohibition(_anywhere(rule), asked).holds(now):
            area &= ~_place(rule)
    return area


def _anywhere(rule: Rule) -> Rule:
    return replace(
        rule, constraints=tuple(item for item in rule.constraints if item.left_operand is not LeftOperand.SPATIAL)
    )


def _place(rule: Rule) -> int:
    area = standard_tree().mask(WORLD)
    for constraint in rule.constraints:
        if constraint.left_operand is LeftOperand.SPATIAL:
            area &= constraint.area
    return area
