"""What the rules of a policy say about one use.

Each rule is compared once, apart from the clock: either a condition does not hold, and never will for this use, or the
rule holds within a window of time. Whatever is asked of any moment is answered from that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

from models.language import LanguageRange, ranges_covering
from models.policy import Constraint, Duty, LeftOperand, Policy, RightsAction, Rule
from models.territory import Territory, standard_tree
from models.usage.facts import NOTHING_HELD, Account, Subject, Use
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
    event: str | None = None
    percentage: int | None = None


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
        event=use.event,
        percentage=use.percentage,
    )


class Match(NamedTuple):
    """A rule compared with a question: the first thing that does not hold, or the window in which the rule does.

    :param other_action: the rule is about other actions.
    :param used: of a permission with a count: how many uses are taken.
    :param lapse: the first deadline at which a duty that blocks will be violated, if nothing is done.
    :param exhausted: its count is used up. `waiting`: a duty that must be done beforehand is not. `violated`: one that blocks is
        violated.
    """

    rule: Rule
    window: Window = ALWAYS
    failing: Constraint | None = None
    other_action: bool = False
    used: int = 0
    exhausted: bool = False
    waiting: Duty | None = None
    violated: Duty | None = None
    lapse: tuple[datetime, Duty] | None = None

    @property
    def is_possible(self) -> bool:
        """Whether the rule holds at some time."""
        return (
            self.failing is None
            and not self.other_action
            and not self.exhausted
            and self.waiting is None
            and self.violated is None
        )

    def holds(self, at: datetime) -> bool:
        """Whether the rule holds at a moment."""
        return self.is_possible and self.window.holds(at)

    def violated_at(self, at: datetime) -> Duty | None:
        """The duty whose violation shuts the rule at a moment."""
        if self.violated is None and self.lapse is not None and self.lapse[0] <= at:
            return self.lapse[1]
        return self.violated


class Conditions(NamedTuple):
    """What conditional permissions are compared with.

    :param held: the use that is asked for is held already: no count asks anything of it.
    """

    account: Account = NOTHING_HELD
    held: bool = False


FREELY: Final = Conditions()
"""Nothing taken, nothing done."""


def match_permission(rule: Rule, asked: Question, conditions: Conditions | None = FREELY) -> Match:
    """A permission: every condition must hold for all that is asked, and what is not known does not hold.

    :param conditions: None leaves out what the partner has taken and done.
    """
    if asked.action not in rule.covered:
        return Match(rule, other_action=True)
    for constraint in rule.conditions:
        if not _meets(constraint, asked):
            return Match(rule, failing=constraint)
    window = Window(*rule.bounds)
    if conditions is None or not rule.is_conditional:
        return Match(rule, window)
    return _conditional(rule, window, conditions)


def _meets(constraint: Constraint, asked: Question) -> bool:
    """Whether a constraint of a permission, other than of time, holds for all that is asked."""
    match constraint.left_operand:
        case LeftOperand.SPATIAL:
            return not asked.inside.isdisjoint(constraint.values)
        case LeftOperand.LANGUAGE:
            return asked.ranges is not None and not asked.ranges.isdisjoint(constraint.values)
        case LeftOperand.COUNT:
            return True
        case LeftOperand.PERCENTAGE:
            return asked.percentage is not None and asked.percentage <= constraint.number
        case operand:
            return _single(asked, operand) in constraint.values


def _conditional(rule: Rule, window: Window, conditions: Conditions) -> Match:
    """What a partner has taken and done makes of a permission whose other conditions hold."""
    used = 0
    lapse: tuple[datetime, Duty] | None = None
    if rule.limit is not None:
        used = uses_under(rule, conditions.account)
        if used >= rule.limit and not conditions.held:
            return Match(rule, window, used=used, exhausted=True)
    for duty in rule.duties:
        facts = [fact for fact in conditions.account.duties if fact.action is duty.action]
        if duty.precondition and not any(fact.settled for fact in facts):
            return Match(rule, window, used=used, waiting=duty)
        if duty.blocking:
            for fact in facts:
                if fact.violated and not fact.settled:
                    return Match(rule, window, used=used, violated=duty)
                if fact.deadline is not None and not fact.settled:
                    window = window.before(fact.deadline)
                    lapse = min(lapse or (fact.deadline, duty), (fact.deadline, duty))
    return Match(rule, window, used=used, lapse=lapse)


def conditional_match(rule: Rule, conditions: Conditions) -> Match:
    """A permission compared with what a partner has taken and done alone, as if all else held."""
    return _conditional(rule, ALWAYS, conditions)


def uses_under(rule: Rule, account: Account) -> int:
    """How many different uses of a story a partner has taken that a permission speaks of, whenever that was."""
    return len(
        {
            (held.variant, held.use.place)
            for held in account.held
            if held.use.action in rule.covered
            and all(_meets(constraint, _asked_for(held.use)) for constraint in rule.conditions)
        }
    )


@lru_cache(maxsize=4096)
def _asked_for(use: Use) -> Question:
    assert use.language is not None, "the language of a use that is held is written out"
    return question(use, Subject(use.language, ""))


def match_prohibition(rule: Rule, asked: Question) -> Match:
    """A prohibition: it is enough that a part of the asked area is meant, and what is not known counts as meant."""
    if asked.action not in rule.covered:
        return Match(rule, other_action=True)
    for constraint in rule.conditions:
        operand = constraint.left_operand
        if operand is LeftOperand.SPATIAL:
            if not asked.area & constraint.area:
                return Match(rule, failing=constraint)
        elif operand is LeftOperand.LANGUAGE:
            if asked.ranges is not None and asked.ranges.isdisjoint(constraint.values):
                return Match(rule, failing=constraint)
        elif (value := _single(asked, operand)) is not None and value not in constraint.values:
            return Match(rule, failing=constraint)
    return Match(rule, Window(*rule.bounds))


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
        offers = [
            tuple(duty for duty in permission.rule.duties if not duty.precondition)
            for permission in self.permissions
            if permission.holds(at)
        ]
        return min(offers, key=len) if offers else None

    def edges(self) -> Iterator[datetime]:
        """The moments at which the answer may change."""
        for match in (*self.prohibitions, *self.permissions):
            if match.is_possible:
                yield from match.window.edges()

    def outcomes(self, asked: Question, source: object, at: datetime) -> Iterator[RuleOutcome]:
        """Every rule, prohibitions first; where no permission holds, what shut any, and NOTHING_PERMITS."""
        shut: list[RuleOutcome] = []
        for number, match in enumerate(self.prohibitions, 1):
            yield _outcome("PROHIBITION", "Prohibition", number, match, asked, source, at)
        for number, match in enumerate(self.permissions, 1):
            yield _outcome("PERMISSION", "Permission", number, match, asked, source, at)
            if (reason := _shut(number, match, source, at)) is not None:
                shut.append(reason)
        if not any(match.holds(at) for match in self.permissions):
            yield from shut
            yield RuleOutcome("NOTHING_PERMITS", Outcome.APPLIES, "Nothing in {} permits this use.", (source,))


def match_terms(policy: Policy, asked: Question, conditions: Conditions | None = FREELY) -> TermsMatch:
    """Every rule of a policy compared with a question; see `match_permission`."""
    return TermsMatch(
        tuple(match_prohibition(rule, asked) for rule in policy.prohibitions),
        tuple(match_permission(rule, asked, conditions) for rule in policy.permissions),
    )


def _single(asked: Question, operand: LeftOperand) -> str | None:
    if operand is LeftOperand.DELIVERY_CHANNEL:
        return asked.channel
    return asked.purpose if operand is LeftOperand.PURPOSE else asked.event


FAILING: Final = {
    LeftOperand.SPATIAL: "is for the territories {}; {} was asked",
    LeftOperand.DELIVERY_CHANNEL: "is for the channels {}; {} was asked",
    LeftOperand.LANGUAGE: "is for the languages {}; {} was asked",
    LeftOperand.PURPOSE: "is for the purposes {}; {} was asked",
    LeftOperand.EVENT: "is for the events {}; {} was asked",
    LeftOperand.PERCENTAGE: "is for at most {} percent of the text; {} was asked",
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
            LeftOperand.EVENT: asked.event,
            LeftOperand.PERCENTAGE: asked.percentage,
        }[operand]
        wording, values = FAILING[operand], (match.failing.right_operand, given or "none")
    elif match.exhausted:
        wording, values = "is for {} uses; {} are taken", (match.rule.limit, match.used)
    elif match.waiting is not None:
        wording, values = "holds once the duty {} is fulfilled", (match.waiting.action,)
    elif (violated := match.violated_at(at)) is not None:
        wording, values = "is shut: the duty {} is violated", (violated.action,)
    elif match.window.start is not None and at < match.window.start:
        wording, values = "holds only from {}; it is {}", (match.window.start, at)
    elif match.window.until is not None and match.window.until <= at:
        wording, values = "held until {}; it is {}", (match.window.until, at)
    else:
        wording = "applies to {} in {} on {}"
        values = (asked.action, asked.territory, asked.channel)
        if match.rule.limit is not None:
            wording, values = f"{wording}; {{}} of {{}} uses are taken", (*values, match.used, match.rule.limit)
        return RuleOutcome(code, Outcome.APPLIES, f"{subject} {wording}.", (number, source, *values))
    return RuleOutcome(code, Outcome.DOES_NOT_APPLY, f"{subject} {wording}.", (number, source, *values))


def _shut(number: int, match: Match, source: object, at: datetime) -> RuleOutcome | None:
    """What shuts a permission that would hold otherwise, as a refusal of its own; None where nothing of the kind does."""
    if match.exhausted:
        wording = "All {} uses of the story that permission {} of {} allows are taken; 0 remain."
        return RuleOutcome("COUNT_EXHAUSTED", Outcome.APPLIES, wording, (match.rule.limit, number, source))
    if match.waiting is not None:
        wording = "Fulfil the duty {} first: permission {} of {} holds only then."
        return RuleOutcome("DUTY_NOT_DONE", Outcome.APPLIES, wording, (match.waiting.action, number, source))
    if (violated := match.violated_at(at)) is not None:
        wording = "The duty {} is violated, and permission {} of {} is shut until that is settled."
        return RuleOutcome("DUTY_VIOLATED", Outcome.APPLIES, wording, (violated.action, number, source))
    return None
