"""What the rules of a policy say about one use.

Each rule is compared once, apart from the clock: either a condition does not hold, and never will for this use, or the
rule holds within a window of time. Whatever is asked of any moment is answered from that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from models.language import LanguageRange, ranges_covering
from models.policy import Constraint, Duty, LeftOperand, Operator, Policy, RightsAction, Rule
from models.territory import Territory, standard_tree
from models.usage.facts import Subject, Use
from models.usage.outcome import Outcome, RuleOutcome
from models.usage.window import ALWAYS, Window


class Question(NamedTuple):
    """A use of a subject, with what comparing needs looked up once.

    :param area: the asked territory as `TerritoryTree.mask` has it; `inside` every territory that contains it.
    :param ranges: the language ranges that cover the language of the use; None where that is not known.
    """

    action: RightsAction
    territory: Territory
    area: int
    inside: frozenset[Territory]
    channel: str
    language: str | None
    ranges: frozenset[LanguageRange] | None
    purpose: str | None


def question(use: Use, subject: Subject) -> Question:
    """The use as it is compared. Its language is the variant's where none is given, except to translate."""
    tree = standard_tree()
    language = use.language
    if language is None and use.action is not RightsAction.TRANSLATE:
        language = subject.language
    return Question(
        action=use.action,
        territory=use.territory,
        area=tree.mask(use.territory),
        inside=tree.covering(use.territory),
        channel=use.channel,
        language=language,
        ranges=None if language is None else ranges_covering(language),
        purpose=use.purpose,
    )


class Match(NamedTuple):
    """A rule compared with a question: the first constraint that does not hold, or the window in which the rule does.

    :param other_action: the rule is about other actions.
    """

    rule: Rule
    window: Window = ALWAYS
    failing: Constraint | None = None
    other_action: bool = False

    @property
    def is_possible(self) -> bool:
        """Whether the rule holds at some time."""
        return self.failing is None and not self.other_action

    def holds(self, at: datetime) -> bool:
        """Whether the rule holds at a moment."""
        return self.is_possible and self.window.holds(at)


def match_permission(rule: Rule, asked: Question) -> Match:
    """A permission: every condition must hold for all that is asked, and what is not known does not hold."""
    if asked.action not in rule.covered:
        return Match(rule, other_action=True)
    window = ALWAYS
    for constraint in rule.constraints:
        operand = constraint.left_operand
        if operand is LeftOperand.DATE_TIME:
            window = narrowed(window, constraint)
        elif operand is LeftOperand.SPATIAL:
            if asked.inside.isdisjoint(constraint.values):
                return Match(rule, failing=constraint)
        elif operand is LeftOperand.LANGUAGE:
            if asked.ranges is None or asked.ranges.isdisjoint(constraint.values):
                return Match(rule, failing=constraint)
        elif _single(asked, operand) not in constraint.values:
            return Match(rule, failing=constraint)
    return Match(rule, window)


def match_prohibition(rule: Rule, asked: Question) -> Match:
    """A prohibition: it is enough that a part of the asked area is meant, and what is not known counts as meant."""
    if asked.action not in rule.covered:
        return Match(rule, other_action=True)
    window = ALWAYS
    for constraint in rule.constraints:
        operand = constraint.left_operand
        if operand is LeftOperand.DATE_TIME:
            window = narrowed(window, constraint)
        elif operand is LeftOperand.SPATIAL:
            if not asked.area & constraint.area:
                return Match(rule, failing=constraint)
        elif operand is LeftOperand.LANGUAGE:
            if asked.ranges is not None and asked.ranges.isdisjoint(constraint.values):
                return Match(rule, failing=constraint)
        elif (value := _single(asked, operand)) is not None and value not in constraint.values:
            return Match(rule, failing=constraint)
    return Match(rule, window)


class TermsMatch(NamedTuple):
    """A policy compared with a question."""

    prohibitions: tuple[Match, ...]
    permissions: tuple[Match, ...]

    def duties(self, at: datetime) -> tuple[Duty, ...] | None:
        """What the policy asks for permitting the use at a moment; None where it does not permit it.

        A prohibition wins over any permission (ODRL Information Model 2.10, `conflict: prohibit`). Of several
        permissions that hold, the one that asks for the fewest duties is used.
        """
        for prohibition in self.prohibitions:
            if prohibition.holds(at):
                return None
        offers = [permission.rule.duties for permission in self.permissions if permission.holds(at)]
        return min(offers, key=len) if offers else None

    def edges(self) -> Iterator[datetime]:
        """The moments at which the answer may change."""
        for match in (*self.prohibitions, *self.permissions):
            if match.is_possible:
                yield from match.window.edges()

    def outcomes(self, asked: Question, source: object, at: datetime) -> Iterator[RuleOutcome]:
        """Every rule, prohibitions first, and NOTHING_PERMITS where no permission holds."""
        for number, match in enumerate(self.prohibitions, 1):
            yield _outcome("PROHIBITION", "Prohibition", number, match, asked, source, at)
        for number, match in enumerate(self.permissions, 1):
            yield _outcome("PERMISSION", "Permission", number, match, asked, source, at)
        if not any(match.holds(at) for match in self.permissions):
            yield RuleOutcome("NOTHING_PERMITS", Outcome.APPLIES, "Nothing in {} permits this use.", (source,))


def match_terms(policy: Policy, asked: Question) -> TermsMatch:
    """Every rule of a policy compared with a question."""
    return TermsMatch(
        tuple(match_prohibition(rule, asked) for rule in policy.prohibitions),
        tuple(match_permission(rule, asked) for rule in policy.permissions),
    )


def narrowed(window: Window, constraint: Constraint) -> Window:
    """The part of a window that a `dateTime` constraint leaves."""
    if constraint.operator is Operator.GTEQ:
        return window.after(constraint.moment)
    return window.before(constraint.moment)


def _single(asked: Question, operand: LeftOperand) -> str | None:
    return asked.channel if operand is LeftOperand.DELIVERY_CHANNEL else asked.purpose


FAILING: Final = {
    LeftOperand.SPATIAL: "is for the territories {}; {} was asked",
    LeftOperand.DELIVERY_CHANNEL: "is for the channels {}; {} was asked",
    LeftOperand.LANGUAGE: "is for the languages {}; {} was asked",
    LeftOperand.PURPOSE: "is for the purposes {}; {} was asked",
}
"""How a rule is worded whose condition does not hold."""


def _outcome(
    code: str, kind: str, number: int, match: Match, asked: Question, source: object, at: datetime
) -> RuleOutcome:
    subject = f"{kind} {{}} of {{}}"
    values: tuple[object, ...]
    if match.other_action:
        wording, values = "is for {}; {} was asked", (match.rule.actions, asked.action)
    elif match.failing is not None:
        operand = match.failing.left_operand
        given = {
            LeftOperand.SPATIAL: asked.territory,
            LeftOperand.DELIVERY_CHANNEL: asked.channel,
            LeftOperand.LANGUAGE: asked.language,
            LeftOperand.PURPOSE: asked.purpose,
        }[operand]
        wording, values = FAILING[operand], (match.failing.right_operand, given or "none")
    elif match.window.start is not None and at < match.window.start:
        wording, values = "holds only from {}; it is {}", (match.window.start, at)
    elif match.window.until is not None and match.window.until <= at:
        wording, values = "held until {}; it is {}", (match.window.until, at)
    else:
        wording = "applies to {} in {} on {}"
        values = (asked.action, asked.territory, asked.channel)
        return RuleOutcome(code, Outcome.APPLIES, f"{subject} {wording}.", (number, source, *values))
    return RuleOutcome(code, Outcome.DOES_NOT_APPLY, f"{subject} {wording}.", (number, source, *values))
