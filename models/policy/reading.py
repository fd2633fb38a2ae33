"""Reading a policy from JSON. Whatever is not understood is refused by name: a rule half understood is a wrong rule.

{"permissions": [{"actions": ["distribute"],
                  "constraints": [{"leftOperand": "spatial", "operator": "isAnyOf", "rightOperand": ["001"]}],
                  "duties": [{"action": "attribute"}]}],
 "prohibitions": []}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, NoReturn

from models.errors import BadLanguageTag, BadPolicy, BadTerritory
from models.language import parse_language_range
from models.policy.rules import Constraint, Duty, Policy, Rule
from models.policy.vocabulary import ACTION_TERMS, DeliveryChannel, DutyAction, LeftOperand, Operator
from models.territory import parse_territory

Path = tuple[str, ...]

CONFLICT: Final = "prohibit"
LONGEST_PURPOSE: Final = 64
"""Characters of a purpose."""

NOT_YET: Final = frozenset({"count", "percentage", "event"})
"""Left operands that Storypool means to support and does not yet."""

RFC_3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def parse_policy(data: object) -> Policy:
    """The policy that decoded JSON describes.

    :param data: an object with `permissions` and `prohibitions`, lists of rules, either of which may be left out, and
        optionally `conflict`, which can only be `prohibit`.
    :raises BadPolicy: anything in it is unknown, missing or not supported yet; `field` is the path to it.
    """
    policy = _mapping(data, (), {"permissions", "prohibitions", "conflict"})
    if policy.get("conflict", CONFLICT) != CONFLICT:
        _refuse(("conflict",), f"is {policy['conflict']!r}; the only conflict strategy is {CONFLICT!r}")
    return Policy(
        permissions=tuple(_permission(item, path) for item, path in _items(policy, "permissions", ())),
        prohibitions=tuple(_prohibition(item, path) for item, path in _items(policy, "prohibitions", ())),
    )


def _permission(data: object, path: Path) -> Rule:
    rule = _mapping(data, path, {"actions", "constraints", "duties"})
    duties = tuple(_duty(item, at) for item, at in _items(rule, "duties", path))
    return Rule(_actions(rule, path), _constraints(rule, path), duties)


def _prohibition(data: object, path: Path) -> Rule:
    rule = _mapping(data, path, {"actions", "constraints", "duties"})
    if _items(rule, "duties", path):
        _refuse((*path, "duties"), "cannot be: a prohibition has no duties")
    return Rule(_actions(rule, path), _constraints(rule, path))


def _actions(rule: Mapping[str, object], path: Path) -> tuple[str, ...]:
    items = _items(rule, "actions", path)
    if not items:
        _refuse((*path, "actions"), f"is empty; name at least one of {_listed(ACTION_TERMS)}")
    return tuple(_one_of(item, at, ACTION_TERMS) for item, at in items)


def _duty(data: object, path: Path) -> Duty:
    duty = _mapping(data, path, {"action", "constraints"})
    known = [action.value for action in DutyAction if action is not DutyAction.DELETE]
    action = duty.get("action")
    if action == DutyAction.DELETE:
        _refuse((*path, "action"), "is 'delete', which needs no saying: copies of a canceled story are always deleted")
    if _items(duty, "constraints", path):
        _refuse((*path, "constraints"), "cannot be given: constraints on duties are not supported yet")
    return Duty(DutyAction(_one_of(action, (*path, "action"), known)))


def _constraints(rule: Mapping[str, object], path: Path) -> tuple[Constraint, ...]:
    return tuple(_constraint(item, at) for item, at in _items(rule, "constraints", path))


def _constraint(data: object, path: Path) -> Constraint:
    constraint = _mapping(data, path, {"leftOperand", "operator", "rightOperand"})
    left, at = constraint.get("leftOperand"), (*path, "leftOperand")
    if isinstance(left, str) and left in NOT_YET:
        _refuse(at, f"is {left!r}, which is not supported yet")
    operand = LeftOperand(_one_of(left, at, [known.value for known in LeftOperand]))
    values = _values(constraint, (*path, "rightOperand"))
    operator = _operator(constraint, operand, len(values), (*path, "operator"))
    read = READERS[operand]
    return Constraint(operand, operator, tuple(read(value, at) for value, at in values))


def _operator(constraint: Mapping[str, object], operand: LeftOperand, values: int, path: Path) -> Operator:
    operator = constraint.get("operator")
    if operand is LeftOperand.DATE_TIME:
        chosen = Operator(_one_of(operator, path, [Operator.GTEQ.value, Operator.LT.value]))
        if values != 1:
            _refuse((*path[:-1], "rightOperand"), f"has {values} values; {chosen.value!r} compares with one")
        return chosen
    if operator == "eq":
        if values != 1:
            _refuse(
                (*path[:-1], "rightOperand"), f"has {values} values; 'eq' compares with one, 'isAnyOf' with several"
            )
        return Operator.IS_ANY_OF
    return Operator(_one_of(operator, path, [Operator.IS_ANY_OF.value, "eq"]))


def _values(constraint: Mapping[str, object], path: Path) -> list[tuple[str, Path]]:
    given = constraint.get("rightOperand")
    if isinstance(given, str):
        return [(given, path)]
    items = _items(constraint, path[-1], path[:-1])
    if not items:
        _refuse(path, "is missing or empty; give at least one value")
    values = []
    for item, at in items:
        if not isinstance(item, str):
            _refuse(at, f"is {_shown(item)}; a value is a string")
        values.append((item, at))
    return values


def _territory(value: str, path: Path) -> str:
    try:
        return parse_territory(value)
    except BadTerritory as error:
        _refuse(path, f"is wrong: {error.message}")


def _language(value: str, path: Path) -> str:
    try:
        return parse_language_range(value)
    except BadLanguageTag as error:
        _refuse(path, f"is wrong: {error.message}")


def _channel(value: str, path: Path) -> str:
    return _one_of(value, path, [channel.value for channel in DeliveryChannel])


def _purpose(value: str, path: Path) -> str:
    if not value or value != value.strip() or len(value) > LONGEST_PURPOSE:
        _refuse(path, f"is {_shown(value)}; a purpose is 1 to {LONGEST_PURPOSE} characters without spaces around them")
    return value


def _date_time(value: str, path: Path) -> str:
    """The moment in UTC, written as RFC 3339 says, with fractions of a second only where there are any."""
    if not RFC_3339.fullmatch(value):
        _refuse(
            path, f"is {_shown(value)}; give a date and time with a zone (RFC 3339), like '2025-06-30T00:00:00+08:00'"
        )
    try:
        moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        _refuse(path, f"is {_shown(value)}; there is no such moment")
    return moment.isoformat().replace("+00:00", "Z")


READERS: Final[dict[LeftOperand, Callable[[str, Path], str]]] = {
    LeftOperand.SPATIAL: _territory,
    LeftOperand.DELIVERY_CHANNEL: _channel,
    LeftOperand.LANGUAGE: _language,
    LeftOperand.DATE_TIME: _date_time,
    LeftOperand.PURPOSE: _purpose,
}
"""How each left operand's values are checked and brought into canonical spelling."""


def _mapping(data: object, path: Path, known: set[str]) -> Mapping[str, object]:
    if not isinstance(data, dict):
        _refuse(path, f"is {_shown(data)}; it must be an object with {_listed(known)}")
    for key in data:
        if key not in known:
            _refuse((*path, str(key)), f"is not known here; known are {_listed(known)}")
    return data


def _items(data: Mapping[str, object], key: str, path: Path) -> list[tuple[object, Path]]:
    items = data.get(key, [])
    if not isinstance(items, list):
        _refuse((*path, key), f"is {_shown(items)}; it must be a list")
    return [(item, (*path, key, str(place))) for place, item in enumerate(items)]


def _one_of(value: object, path: Path, known: Mapping[str, object] | list[str]) -> str:
    if not isinstance(value, str) or value not in known:
        _refuse(path, f"is {_shown(value)}; it must be one of {_listed(known)}")
    return value


def _listed(known: Mapping[str, object] | set[str] | list[str]) -> str:
    return ", ".join(repr(item) for item in sorted(known))


def _shown(value: object) -> str:
    if value is None:
        return "missing"
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:60] + "…")
    return f"a {type(value).__name__}"


def _refuse(path: Path, what: str) -> NoReturn:
    raise BadPolicy(f"{'.'.join(part[:60] for part in path) or 'The policy'} {what}.", field=path)
