"""Policies: what terms and agreements permit, prohibit and ask for, as they are written and as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import strawberry

from models.base import JsonObject
from models.errors import BadPolicy
from models.policy import Constraint as ConstraintRule
from models.policy import Duty as DutyRule
from models.policy import DutyAction, LeftOperand, parse_policy
from models.policy import Policy as PolicyRules
from models.policy import Rule as PolicyRule
from models.policy.contradiction import Period
from models.policy.value import is_date
from schema.enum import describe


class PolicyAction(StrEnum):
    """What a rule speaks of: one of the actions that can be asked for, or one that encompasses several (ODRL 2.2)."""

    USE = "use"
    """Every action."""
    PLAY = "play"
    """To make perceivable; encompasses DISPLAY."""
    REPRODUCE = "reproduce"
    """To copy; encompasses EXTRACT."""
    DISTRIBUTE = "distribute"
    """To supply copies to others: to publish."""
    DISPLAY = "display"
    """To show a static, transient rendition, as on a screen."""
    PRINT = "print"
    """To make a tangible, permanent rendition."""
    TRANSLATE = "translate"
    """To put the words into another language."""
    MODIFY = "modify"
    """To change the content without making a new work of it."""
    DERIVE = "derive"
    """To make a new work from it."""
    EXTRACT = "extract"
    """To take parts and use them on their own."""
    TEXT_TO_SPEECH = "textToSpeech"
    """To have the text read out loud."""
    AGGREGATE = "aggregate"
    """To use it, or parts of it, in a collection."""
    ARCHIVE = "archive"
    """To store it for longer than it is shown."""
    INDEX = "index"
    """To record it in an index."""
    GRANT_USE = "grantUse"
    """To let third parties use it."""


class ConstraintOperand(StrEnum):
    """What a constraint looks at (ODRL 2.2 left operands)."""

    SPATIAL = "spatial"
    """Where. Territories: ISO 3166-1 and -2 codes, UN M49 groups, EU, 001."""
    DELIVERY_CHANNEL = "deliveryChannel"
    """Through which channel: the names of DeliveryChannel."""
    LANGUAGE = "language"
    """In which language the copy runs. Ranges: zh covers zh-Hans (RFC 4647, basic filtering); * is every language."""
    DATE_TIME = "dateTime"
    """When. One date-time with a zone, or one date alone, which is the whole day in the policy's zone."""
    PURPOSE = "purpose"
    """What for. Names of 1 to 64 characters, compared letter by letter."""
    EVENT = "event"
    """During which event. Names of 1 to 64 characters, compared letter by letter."""
    COUNT = "count"
    """How many different uses of one story a partner may take. One whole number; in permissions only."""
    PERCENTAGE = "percentage"
    """How much of it, in per cent of the whole. One whole number from 1 to 100; in permissions only."""


class ConstraintOperator(StrEnum):
    """How a constraint compares (ODRL 2.2 operators)."""

    IS_ANY_OF = "isAnyOf"
    """Is one of the values: for territories, channels, languages, purposes and events."""
    EQ = "eq"
    """Is the one value; of a date alone: on that day."""
    GTEQ = "gteq"
    """From this moment on; of a date alone: from the beginning of that day."""
    GT = "gt"
    """Only of a date alone: after that day."""
    LT = "lt"
    """Before this moment; of a date alone: before that day."""
    LTEQ = "lteq"
    """At most, for COUNT and PERCENTAGE; of a date alone: until the end of that day."""


for _members in (PolicyAction, ConstraintOperand, ConstraintOperator):
    describe(_members)


@strawberry.input(description="One condition of a rule.")
class ConstraintInput:
    left_operand: ConstraintOperand = strawberry.field(description="What it looks at.")
    operator: ConstraintOperator = strawberry.field(description="How it compares.")
    right_operand: list[str] = strawberry.field(description="With what: one value or several, as `leftOperand` asks.")

    def document(self) -> JsonObject:
        return {
            "leftOperand": self.left_operand.value,
            "operator": self.operator.value,
            "rightOperand": list(self.right_operand),
        }


@strawberry.input(description="What whoever uses a permission takes upon itself.")
class DutyInput:
    action: DutyAction = strawberry.field(
        description="What must be done. DELETE needs no saying: copies of a canceled story are always deleted."
    )
    precondition: bool = strawberry.field(
        default=False, description="It must be done before the permission holds, and then has no deadline."
    )
    blocking: bool = strawberry.field(
        default=False, description="Once it is violated, the permission is shut for this partner and story."
    )
    within: str | None = strawberry.field(
        default=None, description="How long after the pickup there is to do it: an ISO 8601 duration such as P7D."
    )
    by: str | None = strawberry.field(
        default=None,
        description="Until when it must be done: a date, meaning the end of that day in the policy's zone, or a date-time with a zone.",
    )

    def deadlines(self) -> list[tuple[str, JsonObject]]:
        """Its deadlines as constraints, each with the name of the field that gives it."""
        found = []
        if self.within is not None:
            found.append(("within", _constraint(LeftOperand.ELAPSED_TIME, "lteq", self.within)))
        if self.by is not None:
            found.append(("by", _constraint(LeftOperand.DATE_TIME, "lteq" if is_date(self.by) else "lt", self.by)))
        return found

    def document(self) -> JsonObject:
        return {
            "action": self.action.value,
            "precondition": self.precondition,
            "blocking": self.blocking,
            "constraints": [constraint for _, constraint in self.deadlines()],
        }


@strawberry.input(description="A permission or a prohibition. All its constraints must hold together.")
class RuleInput:
    actions: list[PolicyAction] = strawberry.field(description="What it speaks of: at least one.")
    constraints: list[ConstraintInput] = strawberry.field(
        default_factory=list, description="Under which conditions; none: always."
    )
    duties: list[DutyInput] = strawberry.field(
        default_factory=list, description="What is taken on with it; a prohibition has none."
    )

    def document(self) -> JsonObject:
        return {
            "actions": [action.value for action in self.actions],
            "constraints": [constraint.document() for constraint in self.constraints],
            "duties": [duty.document() for duty in self.duties],
        }


@strawberry.input(
    description="Rules. Where nothing is said, nothing is permitted; where a permission and a prohibition both match, the prohibition wins."
)
class PolicyInput:
    permissions: list[RuleInput] = strawberry.field(default_factory=list, description="What is permitted.")
    prohibitions: list[RuleInput] = strawberry.field(default_factory=list, description="What is prohibited.")

    def document(self) -> JsonObject:
        """The decoded JSON that `models.policy.parse_policy` reads."""
        return {
            "permissions": [rule.document() for rule in self.permissions],
            "prohibitions": [rule.document() for rule in self.prohibitions],
        }

    def policy(self, zone: ZoneInfo, *path: str) -> PolicyRules:
        """The policy.

        :param zone: in which a date alone is a whole day.
        :param path: where this input stands in the whole input, outermost first.
        :raises BadPolicy: anything in it is not understood, or a rule ends before it begins; `field` is the path to it in the input.
        """
        try:
            policy = parse_policy(self.document(), zone)
        except BadPolicy as error:
            raise self._placed(error, path) from None
        for (_, rule), place in self.places(zone).items():
            if Period.of(rule).is_empty:
                at = [*path, *place, "constraints"]
                raise BadPolicy(f"{'.'.join(at)} end before they begin, or at the same moment.", field=at)
        return policy

    def places(self, zone: ZoneInfo) -> dict[tuple[str, PolicyRule], tuple[str, str]]:
        """Where each rule stands in the input, by its kind (`permissions`, `prohibitions`); the first place of one that is there twice.

        :raises BadPolicy: a rule is not understood.
        """
        found: dict[tuple[str, PolicyRule], tuple[str, str]] = {}
        for kind, rules in (("permissions", self.permissions), ("prohibitions", self.prohibitions)):
            for place, rule in enumerate(rules):
                policy = parse_policy({kind: [rule.document()]}, zone)
                (read,) = (*policy.permissions, *policy.prohibitions)
                found.setdefault((kind, read), (kind, str(place)))
        return found

    def _placed(self, error: BadPolicy, path: Sequence[str]) -> BadPolicy:
        """The same refusal, by the names that fields have in the input."""
        read = error.field or []
        given = list(read)
        match read:
            case ["permissions" | "prohibitions" as kind, rule, "duties", duty, "constraints", place, *_]:
                rules: list[RuleInput] = getattr(self, kind)
                deadlines = rules[int(rule)].duties[int(duty)].deadlines()
                given = [kind, rule, "duties", duty, deadlines[int(place)][0]]
        said = error.message.removeprefix(".".join(read))
        return BadPolicy(".".join([*path, *given]) + said, field=[*path, *given])


@strawberry.type(name="ConstraintResult", description="One condition of a rule.")
class Constraint:
    left_operand: ConstraintOperand = strawberry.field(description="What it looks at.")
    operator: ConstraintOperator = strawberry.field(description="How it compares.")
    right_operand: list[str] = strawberry.field(description="With what.")

    @classmethod
    def of(cls, constraint: ConstraintRule) -> Constraint:
        return cls(
            left_operand=ConstraintOperand(constraint.left_operand.value),
            operator=ConstraintOperator(constraint.operator.value),
            right_operand=list(constraint.right_operand),
        )


@strawberry.type(name="RuleDutyResult", description="What whoever uses a permission takes upon itself.")
class RuleDuty:
    action: DutyAction = strawberry.field(description="What must be done.")
    precondition: bool = strawberry.field(description="Whether it must be done before the permission holds.")
    blocking: bool = strawberry.field(
        description="Whether the permission is shut for the partner and the story once it is violated."
    )
    within: str | None = strawberry.field(
        description="How long after the pickup there is to do it, as an ISO 8601 duration."
    )
    by: str | None = strawberry.field(description="The moment by which it must be done, in UTC.")

    @classmethod
    def of(cls, duty: DutyRule) -> RuleDuty:
        lengths = [item.duration for item in duty.constraints if item.left_operand is LeftOperand.ELAPSED_TIME]
        moments = [item for item in duty.constraints if item.left_operand is LeftOperand.DATE_TIME]
        return cls(
            action=duty.action,
            precondition=duty.precondition,
            blocking=duty.blocking,
            within=_duration(min(lengths)) if lengths else None,
            by=min(moments, key=lambda item: item.moment).right_operand[0] if moments else None,
        )


@strawberry.type(
    name="RuleResult", description="A permission or a prohibition. All its constraints must hold together."
)
class Rule:
    actions: list[PolicyAction] = strawberry.field(description="What it speaks of.")
    constraints: list[Constraint] = strawberry.field(description="Under which conditions; none: always.")
    duties: list[RuleDuty] = strawberry.field(description="What is taken on with it; a prohibition has none.")

    @classmethod
    def of(cls, rule: PolicyRule) -> Rule:
        return cls(
            actions=[PolicyAction(action) for action in rule.actions],
            constraints=[Constraint.of(constraint) for constraint in rule.constraints],
            duties=[RuleDuty.of(duty) for duty in rule.duties],
        )


@strawberry.type(
    name="PolicyResult",
    description="Rules in their canonical form. Where nothing is said, nothing is permitted; where a permission and a prohibition both "
    "match, the prohibition wins.",
)
class Policy:
    hash: str = strawberry.field(description="Its name: the SHA-256 of its canonical form, in hexadecimal.")
    permissions: list[Rule] = strawberry.field(description="What is permitted.")
    prohibitions: list[Rule] = strawberry.field(description="What is prohibited.")

    @classmethod
    def of(cls, policy: PolicyRules) -> Policy:
        return cls(
            hash=policy.hash(),
            permissions=[Rule.of(rule) for rule in policy.permissions],
            prohibitions=[Rule.of(rule) for rule in policy.prohibitions],
        )


def _constraint(operand: LeftOperand, operator: str, value: str) -> JsonObject:
    return {"leftOperand": operand.value, "operator": operator, "rightOperand": value}


def _duration(length: timedelta) -> str:
    if length.seconds == 0:
        return f"P{length.days}D"
    return f"PT{int(length.total_seconds())}S"
