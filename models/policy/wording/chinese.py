"""Policies in Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from models.language import ANY_LANGUAGE, LanguageTag
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

UNITS: Final = {"day": "天", "hour": "小时", "minute": "分钟", "second": "秒"}


class Chinese(Words):
    """Sentences in Chinese."""

    place = 1
    tag = LanguageTag("zh")

    def policy(self, policy: Policy) -> str:
        shared = shared_duties(policy.permissions)
        said = []
        for number, rule in enumerate(policy.permissions):
            said.append(f"{'另' if number else ''}允许{self.rule(rule, '和')}。")
            if shared is None and rule.duties:
                said.append(self.duties(rule.duties))
        if shared:
            said.append(self.duties(shared, "上述使用均须"))
        if not policy.permissions:
            said.append("不允许任何使用。")
        said += [f"禁止{self.rule(rule, '或')}。" for rule in policy.prohibitions]
        if speaks_of_time(policy):
            said.append(f"日期和时间均为{zone_name(self.zone, self.tag)}。")
        return "".join(said)

    def rule(self, rule: Rule, joint: str) -> str:
        into = rule.actions == ("translate",)
        targets = self.each(rule.constraints, LeftOperand.LANGUAGE, lambda item: self.language(item, joint))
        if EVERYTHING in rule.actions:
            verb = "以任何方式使用本内容"
        elif into and targets:
            verb = f"将本内容翻译成{'，且同时属于'.join(targets)}"
        else:
            verb = self.actions(rule, lambda some: _listed(some, joint), "本内容", "该内容")
        start, end = self.window(rule)
        parts = [self.since(start)] if start else []
        parts += [self.until(end)] if end else []
        before = [operand for operand in SPOKEN if not (operand is LeftOperand.LANGUAGE and into)]
        before.remove(LeftOperand.PERCENTAGE)
        parts += [
            "且".join(said)
            for operand in before
            if (said := self.each(rule.constraints, operand, lambda item: self.condition(item, joint)))
        ]
        parts.append(verb)
        parts += self.each(rule.constraints, LeftOperand.PERCENTAGE, self.condition)
        if (limit := self.limit(rule)) is not None:
            parts.append(self.condition(limit))
        return "，".join(parts)

    def condition(self, item: Constraint, joint: str = "和") -> str:
        match item.left_operand:
            case LeftOperand.SPATIAL:
                return self.where(item, joint)
            case LeftOperand.DELIVERY_CHANNEL:
                return f"通过{_listed(self.channels(item), joint)}"
            case LeftOperand.LANGUAGE:
                return f"以{self.language(item, joint)}"
            case LeftOperand.PURPOSE:
                return f"为{quoted(item, '或')}之目的"
            case LeftOperand.EVENT:
                return f"在{quoted(item, '或')}活动中"
            case LeftOperand.PERCENTAGE:
                return f"使用部分不超过全文的{item.number}%"
            case LeftOperand.DATE_TIME:
                return self.since(item.moment) if item.operator is Operator.GTEQ else self.until(item.moment)
            case LeftOperand.COUNT:
                return f"每篇稿件最多使用{item.number}次"
            case LeftOperand.ELAPSED_TIME:
                return f"在取用后{self.length(item.duration)}内"

    def of_object(self, verbs: str, content: str) -> str:
        return f"{verbs}{content}"

    def where(self, constraint: Constraint, joint: str) -> str:
        if WORLD in constraint.values:
            return "在全球范围内"
        return f"在{_listed(self.territories(constraint), joint)}"

    def language(self, constraint: Constraint, joint: str) -> str:
        return "任何语言" if ANY_LANGUAGE in constraint.values else _listed(self.languages(constraint), joint)

    def duties(self, duties: Sequence[Duty], opening: str = "使用者须") -> str:
        before = [DUTIES[duty.action][1] for duty in duties if duty.precondition]
        after = [self.duty(duty) for duty in duties if not duty.precondition]
        said = [f"使用前须先{'，并'.join(before)}。"] if before else []
        said += [f"{opening}{'，并'.join(after)}。"] if after else []
        return "".join(said)

    def duty(self, duty: Duty) -> str:
        words = DUTIES[duty.action][1]
        for item in reversed(duty.constraints):
            words = (
                f"{self.by(item.moment) if item.left_operand is LeftOperand.DATE_TIME else self.condition(item)}{words}"
            )
        return f"{words}（否则不得继续使用）" if duty.blocking else words

    def length(self, length: timedelta) -> str:
        number, unit = in_largest_unit(length)
        return f"{number}{UNITS[unit]}"

    def since(self, moment: datetime) -> str:
        local, first = self.local(moment)
        return f"自{self.day(local)}起" if first else f"自{self.day(local)}{clock(local)}起"

    def until(self, moment: datetime) -> str:
        return f"至{self.bound(moment)}止"

    def by(self, moment: datetime) -> str:
        return f"在{self.bound(moment)}之前"

    def bound(self, moment: datetime) -> str:
        last = self.day_before(moment)
        if last is not None:
            return f"{self.day(last)}24:00"
        local, _ = self.local(moment)
        return f"{self.day(local)}{clock(local)}"

    def day(self, local: datetime) -> str:
        return f"{local.year}年{local.month}月{local.day}日"


def _listed(items: Sequence[str], joint: str) -> str:
    return joint.join(filter(None, ["、".join(items[:-1]), *items[-1:]]))
