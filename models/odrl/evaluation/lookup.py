"""Where the values of left operands come from: the world, what a party or an asset is like, and what was done."""

from __future__ import annotations

from models.odrl.evaluation.constraint import Given, Lookup, week_day
from models.odrl.evaluation.performed import Performed
from models.odrl.evaluation.policy import Constraint, Group
from models.odrl.evaluation.request import DATE_TIME, Request
from models.odrl.evaluation.value import Moment, number
from models.odrl.evaluation.world import World
from models.odrl.graph import Value
from models.odrl.vocabulary import XSD, local_name, odrl

COUNT = odrl("count")
DAY_OF_WEEK = "dayOfWeek"


def use_lookup(world: World, request: Request | None, rule: str, group: Group | None = None) -> Lookup:
    """What is known of the use that is asked for, under one rule.

    In this order: what the state tells of that very constraint, the time, what the request and the state tell in general, what they tell
    of the party and of the asset, and what the policy says itself (`odrl:status`).
    """

    def look(constraint: Constraint) -> Given | None:
        operand = constraint.left_operand
        if constraint.uid in world.stated:
            return Given(world.stated[constraint.uid])
        if operand == DATE_TIME and world.now is not None:
            return Given((_instant(world.now),))
        if operand in world.values:
            return Given(world.values[operand], world.units.get(operand))
        if operand == COUNT and (times := _count(world, request, rule, group)) is not None:
            return Given((times,))
        for uid in (request.party, request.target) if request else ():
            if uid is not None and (values := world.attribute(uid, operand)):
                return Given(values)
        if local_name(operand) == DAY_OF_WEEK:
            return week_day(world)
        return Given(constraint.status) if constraint.status else None

    return look


def member_lookup(world: World, uid: str | None, otherwise: Lookup) -> Lookup:
    """What is known of a member of a collection: what the documents tell of it, else what is known of the use."""

    def look(constraint: Constraint) -> Given | None:
        values = world.attribute(uid, constraint.left_operand) if uid is not None else ()
        return Given(values) if values else otherwise(constraint)

    return look


def performed_lookup(performed: Performed) -> Lookup:
    """What is known of an action that was performed."""

    def look(constraint: Constraint) -> Given | None:
        if constraint.left_operand == DATE_TIME and performed.at is not None:
            return Given((_instant(performed.at),))
        values = performed.values.get(constraint.left_operand)
        return Given(values, performed.unit) if values else None

    return look


def _count(world: World, request: Request | None, rule: str, group: Group | None) -> Value | None:
    """How often the rule's action is exercised with the use that is asked for: what was counted before, and this one.

    A count that the state limits to another action, asset, party or rule is another one; within a group, what was counted for any of its
    rules and actions is counted.
    """
    asked = request.action if request else None
    limits = {
        "assignee": request.party if request else None,
        "performer": request.party if request else None,
        "target": request.target if request else None,
    }

    def counts(name: str, value: str) -> bool:
        if name == "rule":
            return value == rule or (group is not None and value in group.uids)
        if name in ("action", "actionType"):
            return value == asked or (group is not None and not world.actions(value).isdisjoint(group.actions))
        return limits[name] == value

    counted = [
        found
        for count in world.counts
        if all(counts(name, value) for name, value in count.limits.items())
        and (found := number(count.times)) is not None
    ]
    return Value(str(sum(counted) + (request is not None)), XSD + "decimal") if counted else None


def _instant(at: Moment) -> Value:
    day = at.first != at.last
    return Value(at.first.date().isoformat() if day else at.first.isoformat(), XSD + ("date" if day else "dateTime"))
