"""Reading a policy from JSON. Whatever is not understood is refused by name: a rule half understood is a wrong rule.

{"permissions": [{"actions": ["distribute"],
                  "constraints": [{"leftOperand": "spatial", "operator": "isAnyOf", "rightOperand": ["001"]},
                                  {"leftOperand": "dateTime", "operator": "lteq", "rightOperand": "2026-06-30"},
                                  {"leftOperand": "count", "operator": "lteq", "rightOperand": "3"}],
                  "duties": [{"action": "attribute"},
                             {"action": "inform", "blocking": true,
                              "constraints": [{"leftOperand": "elapsedTime", "operator": "lteq", "rightOperand": "P7D"}]}]}],
 "prohibitions": []}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from models.policy.refusal import Path, items_of, listed, mapping, one_of, refuse, shown
from models.policy.rules import MOST_CONDITIONAL, Constraint, Duty, Policy, Rule
from models.policy.value import READERS, day_bounds, is_date, moment_text
from models.policy.vocabulary import ACTION_TERMS, DutyAction, LeftOperand, Operator

CONFLICT: Final = "prohibit"
DUTY_OPERANDS: Final = (LeftOperand.DATE_TIME, LeftOperand.ELAPSED_TIME)
"""What a duty may be constrained by: until when it must be done."""
RULE_OPERANDS: Final = tuple(item for item in LeftOperand if item is not LeftOperand.ELAPSED_TIME)
PERMISSION_OPERANDS: Final = (LeftOperand.COUNT, LeftOperand.PERCENTAGE)
"""What only a permission may be constrained by: to be forbidden the fourth use is to be permitted three."""
DUTY_ACTIONS: Final = [action.value for action in DutyAction if action is not DutyAction.DELETE]
"""What a duty of a permission may ask for."""
DATE_OPERATORS: Final = ("eq", "gt", "gteq", "lt", "lteq")
_SINGLE: Final = (
    LeftOperand.DATE_TIME,
    LeftOperand.COUNT,
    LeftOperand.PERCENTAGE,
    LeftOperand.ELAPSED_TIME,
)


def parse_policy(data: object, zone: ZoneInfo | None = None) -> Policy:
    """The policy that decoded JSON describes.

    :param data: an object with `permissions` and `prohibitions`, lists of rules, either of which may be left out, and
        optionally `conflict`, which can only be `prohibit`.
    :param zone: in which a date alone is a whole day. Without one, a date alone is refused.
    :raises BadPolicy: anything in it is unknown, missing or not supported; `field` is the path to it.
    """
    policy = mapping(data, (), {"permissions", "prohibitions", "conflict"})
    if policy.get("conflict", CONFLICT) != CONFLICT:
        refuse(("conflict",), f"is {shown(policy['conflict'])}; the only conflict strategy is {CONFLICT!r}")
    parsed = Policy(
        permissions=tuple(_permission(item, path, zone) for item, path in items_of(policy, "permissions", ())),
        prohibitions=tuple(_prohibition(item, path, zone) for item, path in items_of(policy, "prohibitions", ())),
    )
    if len(parsed.conditional) > MOST_CONDITIONAL:
        refuse(
            ("permissions",),
            f"hold {len(parsed.conditional)} rules with a count, a precondition or a duty that blocks;"
            f" at most {MOST_CONDITIONAL} are possible",
        )
    return parsed


def _permission(data: object, path: Path, zone: ZoneInfo | None) -> Rule:
    rule = mapping(data, path, {"actions", "constraints", "duties"})
    duties = tuple(_duty(item, at, zone) for item, at in items_of(rule, "duties", path))
    actions = [duty.action for duty in duties]
    for place, action in enumerate(actions):
        if action in actions[:place] and duties[place] != duties[actions.index(action)]:
            refuse((*path, "duties", str(place)), f"asks for {action.value!r} a second time in another way")
    return Rule(_actions(rule, path), _constraints(rule, path, zone, RULE_OPERANDS), duties)


def _prohibition(data: object, path: Path, zone: ZoneInfo | None) -> Rule:
    rule = mapping(data, path, {"actions", "constraints", "duties"})
    if items_of(rule, "duties", path):
        refuse((*path, "duties"), "cannot be: a prohibition has no duties")
    constraints = _constraints(rule, path, zone, RULE_OPERANDS)
    for constraint in constraints:
        if constraint.left_operand in PERMISSION_OPERANDS:
            refuse(
                (*path, "constraints"),
                f"hold a {constraint.left_operand.value!r}, which only a permission can have: permit so much instead",
            )
    return Rule(_actions(rule, path), constraints)


def _actions(rule: Mapping[str, object], path: Path) -> tuple[str, ...]:
    items = items_of(rule, "actions", path)
    if not items:
        refuse((*path, "actions"), f"is empty; name at least one of {listed(ACTION_TERMS)}")
    return tuple(one_of(item, at, ACTION_TERMS) for item, at in items)


def _duty(data: object, path: Path, zone: ZoneInfo | None) -> Duty:
    duty = mapping(data, path, {"action", "constraints", "precondition", "blocking"})
    action = duty.get("action")
    if action == DutyAction.DELETE:
        refuse((*path, "action"), "is 'delete', which needs no saying: copies of a canceled story are always deleted")
    chosen = DutyAction(one_of(action, (*path, "action"), DUTY_ACTIONS))
    constraints = _constraints(duty, path, zone, DUTY_OPERANDS)
    for place, constraint in enumerate(constraints):
        if constraint.operator is Operator.GTEQ:
            refuse((*path, "constraints", str(place)), "says from when; a duty says until when it must be done")
    precondition, blocking = (_flag(duty, name, path) for name in ("precondition", "blocking"))
    if precondition and (constraints or blocking):
        refuse((*path, "precondition"), "is true: what must be done beforehand has no deadline and blocks anyhow")
    return Duty(chosen, constraints, precondition, blocking)


def _flag(data: Mapping[str, object], name: str, path: Path) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        refuse((*path, name), f"is {shown(value)}; it must be true or false")
    return value


def _constraints(
    rule: Mapping[str, object], path: Path, zone: ZoneInfo | None, operands: Sequence[LeftOperand]
) -> tuple[Constraint, ...]:
    return tuple(
        constraint
        for item, at in items_of(rule, "constraints", path)
        for constraint in _constraint(item, at, zone, operands)
    )


def _constraint(data: object, path: Path, zone: ZoneInfo | None, operands: Sequence[LeftOperand]) -> list[Constraint]:
    """A constraint; two where one date alone stands for the bounds of its day."""
    constraint = mapping(data, path, {"leftOperand", "operator", "rightOperand"})
    operand = LeftOperand(one_of(constraint.get("leftOperand"), (*path, "leftOperand"), operands))
    values = _values(constraint, (*path, "rightOperand"))
    operator = constraint.get("operator")
    if operand in _SINGLE and len(values) != 1:
        refuse((*path, "rightOperand"), f"has {len(values)} values; {operand.value!r} is compared with one")
    if operand is LeftOperand.DATE_TIME:
        value = values[0][0]
        if is_date(value):
            return _of_day(value, operator, zone, path)
        allowed = [Operator.GTEQ.value, Operator.LT.value]
    elif operand in _SINGLE:
        allowed = [Operator.LTEQ.value]
    else:
        if operator == "eq" and len(values) != 1:
            refuse((*path, "rightOperand"), f"has {len(values)} values; 'eq' compares with one, 'isAnyOf' with several")
        allowed = [Operator.IS_ANY_OF.value, "eq"]
    chosen = one_of(operator, (*path, "operator"), allowed)
    read = READERS[operand]
    canonical = tuple(read(value, at) for value, at in values)
    return [Constraint(operand, Operator.IS_ANY_OF if chosen == "eq" else Operator(chosen), canonical)]


def _of_day(value: str, operator: object, zone: ZoneInfo | None, path: Path) -> list[Constraint]:
    chosen = one_of(operator, (*path, "operator"), list(DATE_OPERATORS))
    at = (*path, "rightOperand")
    if zone is None:
        refuse(at, f"is {shown(value)}, a date alone; give the time zone in which it is a day, or a date and time")
    begin, end = (moment_text(moment) for moment in day_bounds(value, zone, at))
    bounds = {
        "eq": [(Operator.GTEQ, begin), (Operator.LT, end)],
        "gteq": [(Operator.GTEQ, begin)],
        "gt": [(Operator.GTEQ, end)],
        "lt": [(Operator.LT, begin)],
        "lteq": [(Operator.LT, end)],
    }[chosen]
    return [Constraint(LeftOperand.DATE_TIME, bound, (moment,)) for bound, moment in bounds]


def _values(constraint: Mapping[str, object], path: Path) -> list[tuple[str, Path]]:
    given = constraint.get("rightOperand")
    if isinstance(given, str | int) and not isinstance(given, bool):
        return [(str(given), path)]
    items = items_of(constraint, path[-1], path[:-1])
    if not items:
        refuse(path, "is missing or empty; give at least one value")
    values = []
    for item, at in items:
        if isinstance(item, bool) or not isinstance(item, str | int):
            refuse(at, f"is {shown(item)}; a value is a string or a whole number")
        values.append((str(item), at))
    return values
