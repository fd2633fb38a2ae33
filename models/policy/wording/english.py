"""Policies in English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from models.language import ANY_LANGUAGE, LanguageTag, locale_for
from models.policy.rules import Constraint, Duty, Policy, Rule
from models.policy.vocabulary import LeftOperand, Operator
from models.policy.wording.words import (
    DUTIES,
    EVERYTHING,
    SPOKEN,
    Words,
    clock,
    in_largest_unit,
    quoted,
    shared_duties,
    speaks_of_time,
    zone_name,
)
from models.territory import WORLD

NUMBERS: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
WITH_ARTICLE: Final = frozenset({"AE", "BS", "CF", "DO", "EU", "GB", "GM", "MV", "NL", "PH", "US", "029"})
"""Territories that English calls with "the", beside those whose names end in "Islands"."""


class English(Words):
    """Sentences in English."""

    place = 0
    tag = LanguageTag("en")

    def policy(self, policy: Policy) -> str:
        shared = shared_duties(policy.permissions)
        said = []
        for number, rule in enumerate(policy.permissions):
            said.append(f"You may {'also ' if number else ''}{self.rule(rule, 'and')}.")
            if shared is None and rule.duties:
                said.append(self.duties(rule.duties))
        if shared:
            said.append(self.duties(shared, "In every case"))
        if not policy.permissions:
            said.append("Nothing is permitted.")
        said += [f"You must not {self.rule(rule, 'or')}." for rule in policy.prohibitions]
        if speaks_of_time(policy):
            said.append(f"Dates and times are in {zone_name(self.zone, self.tag)}.")
        return " ".join(said)

    def rule(self, rule: Rule, joint: str) -> str:
        verb = (
            "use the content in any way"
            if EVERYTHING in rule.actions
            else self.actions(rule, lambda some: _listed(some, joint), "the content", "it")
        )
        into = rule.actions == ("translate",)
        parts = [
            " and also ".join(said)
            for operand in SPOKEN
            if (said := self.each(rule.constraints, operand, lambda item: self.condition(item, joint, into=into)))
        ]
        start, end = self.window(rule)
        if start is not None or end is not None:
            parts.append(" ".join([*([self.since(start)] if start else []), *([self.until(end)] if end else [])]))
        if (limit := self.limit(rule)) is not None:
            parts.append(self.condition(limit))
        return f"{verb} {', '.join(parts)}" if parts else verb

    def condition(self, item: Constraint, joint: str = "and", *, into: bool = False) -> str:
        match item.left_operand:
            case LeftOperand.SPATIAL:
                return self.where(item, joint)
            case LeftOperand.DELIVERY_CHANNEL:
                return _listed(self.channels(item), joint)
            case LeftOperand.LANGUAGE:
                return self.language(item, joint, into=into)
            case LeftOperand.PURPOSE:
                return f"for the purpose {quoted(item, ' or ')}"
            case LeftOperand.EVENT:
                return f"on the occasion of {quoted(item, ' or ')}"
            case LeftOperand.PERCENTAGE:
                return f"taking at most {item.number} % of the whole"
            case LeftOperand.DATE_TIME:
                return self.since(item.moment) if item.operator is Operator.GTEQ else self.until(item.moment)
            case LeftOperand.COUNT:
                number = NUMBERS[item.number] if item.number < len(NUMBERS) else f"{item.number:,}"
                return f"for at most {number} {'use' if item.number == 1 else 'different uses'} of each story"
            case LeftOperand.ELAPSED_TIME:
                return f"within {self.length(item.duration)} of taking it"

    def of_object(self, verbs: str, content: str) -> str:
        return f"{verbs} {content}"

    def where(self, constraint: Constraint, joint: str) -> str:
        if WORLD in constraint.values:
            return "worldwide" if joint == "and" else "anywhere in the world"
        names = zip(constraint.right_operand, self.territories(constraint), strict=True)
        return "in " + _listed(
            [f"the {name}" if code in WITH_ARTICLE or name.endswith("Islands") else name for code, name in names], joint
        )

    def language(self, constraint: Constraint, joint: str, *, into: bool) -> str:
        preposition = "into" if into else "in"
        if ANY_LANGUAGE in constraint.values:
            return f"{preposition} any language"
        return f"{preposition} {_listed(self.languages(constraint), joint)}"

    def duties(self, duties: Sequence[Duty], opening: str = "In return") -> str:
        before = [DUTIES[duty.action][0] for duty in duties if duty.precondition]
        after = [self.duty(duty) for duty in duties if not duty.precondition]
        said = [f"Before that you must {_listed(before, 'and')}."] if before else []
        said += [f"{opening} you must {_listed(after, 'and')}."] if after else []
        return " ".join(said)

    def duty(self, duty: Duty) -> str:
        words = DUTIES[duty.action][0]
        for item in duty.constraints:
            words += f" {self.by(item.moment) if item.left_operand is LeftOperand.DATE_TIME else self.condition(item)}"
        return f"{words} (otherwise the permission ends)" if duty.blocking else words

    def length(self, length: timedelta) -> str:
        number, unit = in_largest_unit(length)
        return f"{number:,} {unit}{'' if number == 1 else 's'}"

    def since(self, moment: datetime) -> str:
        local, first = self.local(moment)
        return f"from {self.day(local)}" if first else f"from {self.day(local)} at {clock(local)}"

    def until(self, moment: datetime) -> str:
        return f"until {self.bound(moment)}"

    def by(self, moment: datetime) -> str:
        return f"by {self.bound(moment)}"

    def bound(self, moment: datetime) -> str:
        last = self.day_before(moment)
        if last is not None:
            return f"the end of {self.day(last)}"
        local, _ = self.local(moment)
        return f"{self.day(local)} at {clock(local)}"

    def day(self, local: datetime) -> str:
        return f"{local.day} {locale_for(self.tag).months['format']['wide'][local.month]} {local.year}"


def _listed(items: Sequence[str], joint: str) -> str:
    return f" {joint} ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))
