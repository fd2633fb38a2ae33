"""Usage decisions in words: the answer, why, at what price and until when, in one or two plain sentences, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from models.language import LanguageTag
from models.policy import Constraint, DutyAction, LeftOperand, Operator, Rule
from models.policy.wording import words_for
from models.policy.wording.chinese import Chinese
from models.policy.wording.english import English
from models.policy.wording.words import CHANNELS, DUTIES, zone_name
from models.usage.decision import STORY_TERMS
from models.usage.facts import Use
from models.usage.outcome import Outcome, RuleOutcome, UsageDecision
from models.usage.terms import FAILING

MOST_REASONS: Final = 2
"""Reasons that a refusal is explained by; more do not help."""


@dataclass(frozen=True)
class _Reason:
    """How a reason code is worded; `{0}` and so on stand for the values of the outcome.

    :param english: where it speaks against the use, as part of a sentence; what speaks for it has its English sentence already.
    :param chinese: likewise; `passing` where it does not speak against it.
    """

    english: str
    chinese: str
    passing: str


REASONS: Final = {
    "STORY_CANCELED": _Reason(
        "the story is canceled, and every copy must be deleted", "稿件已撤销，所有副本均须删除", "稿件未被撤销"
    ),
    "STORY_WITHHELD": _Reason(
        "the story is withheld until further notice", "稿件已暂停使用，恢复时间另行通知", "稿件未被暂停使用"
    ),
    "UNDER_EMBARGO": _Reason("the story is under embargo until {0}", "稿件在{0}之前禁止发布", "稿件不在禁发期内"),
    "LANGUAGE_NOT_GIVEN": _Reason(
        "the language to translate into was not given", "翻译须说明目标语言", "已说明目标语言"
    ),
    "PARTNER_SUSPENDED": _Reason("the partner is suspended", "合作方已被暂停供稿", "合作方未被暂停供稿"),
    "EXCLUSIVE_TO_ANOTHER": _Reason(
        "another partner has it exclusively until {3}", "其他合作方在{3}之前享有独家权利", "独家权利不影响此项使用"
    ),
    "NOT_COVERED": _Reason("no agreement covers the story", "没有协议涵盖该稿件", "协议涵盖该稿件"),
    "QUOTA_EXHAUSTED": _Reason(
        "all {0} pickups that the agreement allows {3} are taken",
        "协议规定的{3}{0}次取用已用完",
        "协议规定{3}取用{0}次，已取用{4}次",
    ),
    "COUNT_EXHAUSTED": _Reason(
        "all {0} uses of the story that {2} allow are taken", "{2}允许的{0}次使用已用完", "使用次数未用完"
    ),
    "DUTY_NOT_DONE": _Reason("you must first {0}", "须先{0}", "义务已履行"),
    "DUTY_VIOLATED": _Reason("you have failed to {0} as {2} ask", "未按{2}履行“{0}”的义务", "没有未履行的义务"),
    "NOTHING_PERMITS": _Reason("nothing in {0} permits it", "{0}未允许这样使用", "有条款允许这样使用"),
    "AGREEMENT_PERIOD": _Reason("the agreement is not in force then", "协议届时未生效或已到期", "协议有效"),
    "AGREEMENT_TERRITORY": _Reason("the agreement is not for {0}", "协议不包括{0}", "协议包括{0}"),
    "AGREEMENT_CHANNEL": _Reason("the agreement is not for copies {0}", "协议不包括{0}", "协议包括{0}"),
    "PROHIBITION": _Reason("{1} prohibit it", "{1}禁止这样使用", "{1}的第{0}条禁止不适用"),
    "PERMISSION": _Reason("", "{1}的第{0}条许可适用", "{1}的第{0}条许可不适用"),
}
"""Every reason code that the engine gives."""

_NEAR: Final = {f"Permission {{}} of {{}} {words}.": operand for operand, words in FAILING.items()}
"""The outcome of a permission that only lacks one condition, by its wording, with what the condition looks at."""
_OVER: Final = "Permission {} of {} held until {}; it is {}."
_EARLY: Final = "Permission {} of {} holds only from {}; it is {}."
_SHUT: Final = frozenset({"COUNT_EXHAUSTED", "DUTY_NOT_DONE", "DUTY_VIOLATED"})
"""What shuts a permission; that nothing permits then needs no saying."""
_WORDS: Final = {"in all": "总共", "a month": "每月"}


def explain(decision: UsageDecision, use: Use, language: LanguageTag, zone: ZoneInfo) -> str:
    """A decision in one or two plain sentences.

    :param language: Chinese for `zh` and all below it, English for everything else.
    :param zone: in which days and times are said.
    """
    words = words_for(language, zone)
    in_chinese = isinstance(words, Chinese)
    asked = words.rule(_asked(use), "和" if in_chinese else "and")
    if decision.is_permitted:
        said = [f"可以{asked}。" if in_chinese else f"Yes: you may {asked}.", words.duties(decision.duties)]
    else:
        why = _why(decision, words)
        said = [
            f"不可以{asked}：{'；'.join(why)}。"
            if in_chinese
            else f"No: you may not {asked}, because {' and '.join(why)}."
        ]
    if decision.valid_until is not None:
        until, name = words.until(decision.valid_until), zone_name(zone, words.tag)
        said.append(f"此答复有效期{until}（{name}）。" if in_chinese else f"This answer holds {until} ({name}).")
    return ("" if in_chinese else " ").join(filter(None, said))


def reason_text(outcome: RuleOutcome, language: LanguageTag, zone: ZoneInfo) -> str:
    """What became of one rule, as a sentence: the English one is its `message`."""
    words = words_for(language, zone)
    if isinstance(words, English):
        return outcome.message
    reason = REASONS[outcome.code]
    against = outcome.outcome in (Outcome.APPLIES, Outcome.UNSATISFIED)
    return _filled(reason.chinese if against else reason.passing, outcome, words) + "。"


def _asked(use: Use) -> Rule:
    """The use as the rule that would permit just that."""
    named = (
        (LeftOperand.SPATIAL, use.territory),
        (LeftOperand.DELIVERY_CHANNEL, use.channel.value),
        (LeftOperand.LANGUAGE, use.language),
        (LeftOperand.PURPOSE, use.purpose),
        (LeftOperand.EVENT, use.event),
    )
    constraints = [Constraint(operand, Operator.IS_ANY_OF, (value,)) for operand, value in named if value is not None]
    if use.percentage is not None:
        constraints.append(Constraint(LeftOperand.PERCENTAGE, Operator.LTEQ, (str(use.percentage),)))
    return Rule((use.action.value,), tuple(constraints))


def _why(decision: UsageDecision, words: English | Chinese) -> list[str]:
    """The decisive reasons, each once, in the order looked at."""
    shut = {outcome.values[2] for outcome in decision.denials if outcome.code in _SHUT}
    found: list[str] = []
    for outcome in decision.denials:
        if outcome.code == "NOTHING_PERMITS":
            if outcome.values and outcome.values[0] in shut:
                continue
            near = _near(decision.reasons, outcome, words)
        else:
            near = None
        reason = REASONS[outcome.code]
        said = near or _filled(reason.english if isinstance(words, English) else reason.chinese, outcome, words)
        if said not in found:
            found.append(said)
    return found[:MOST_REASONS]


def _near(reasons: Sequence[RuleOutcome], nothing: RuleOutcome, words: English | Chinese) -> str | None:
    """What the one permission for the action lacks; None where there are several such, or none."""
    source = nothing.values[0] if nothing.values else None
    near = [
        reason
        for reason in reasons
        if reason.code == "PERMISSION" and reason.values[1] == source and reason.wording in {*_NEAR, _OVER, _EARLY}
    ]
    if len(near) != 1:
        return None
    (reason,) = near
    if reason.wording in _NEAR:
        operand, allowed = _NEAR[reason.wording], reason.values[2]
        assert isinstance(allowed, tuple)
        operator = Operator.LTEQ if operand is LeftOperand.PERCENTAGE else Operator.IS_ANY_OF
        condition = words.condition(Constraint(operand, operator, allowed))
    else:
        moment = reason.values[2]
        assert isinstance(moment, datetime)
        condition = words.until(moment) if reason.wording == _OVER else words.since(moment)
    return _only(_source(source, words), condition, words)


def _only(source: str, condition: str, words: English | Chinese) -> str:
    return f"{source} permit it only {condition}" if isinstance(words, English) else f"{source}仅允许{condition}使用"


def _filled(text: str, outcome: RuleOutcome, words: English | Chinese) -> str:
    shown = [_shown(value, words) for value in outcome.values or (STORY_TERMS,)]
    if outcome.code == "AGREEMENT_TERRITORY":
        asked = Constraint(LeftOperand.SPATIAL, Operator.IS_ANY_OF, (str(outcome.values[0]),))
        shown[0] = words.territories(asked)[0]
    return text.format(*shown)


def _shown(value: object, words: English | Chinese) -> str:
    """A value as it is said within a sentence."""
    match value:
        case datetime():
            return words.bound(value)
        case DutyAction():
            return DUTIES[value][words.place]
        case _ if isinstance(value, str) and value in CHANNELS:
            return CHANNELS[value][words.place]
        case None:
            return ""
    text = str(value)
    if text == STORY_TERMS or text.startswith("agreement "):
        return _source(text, words)
    if isinstance(words, Chinese):
        return _WORDS.get(text, text)
    return text


def _source(source: object, words: English | Chinese) -> str:
    if isinstance(words, Chinese):
        return "稿件条款" if source in (STORY_TERMS, None) else "协议条款"
    return "the story's terms" if source in (STORY_TERMS, None) else "the terms of the agreement"
