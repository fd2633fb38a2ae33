"""What sentences about policies have in common in every language: the words of the vocabulary, and the parts of a sentence."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from typing import Final
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import get_timezone_gmt, get_timezone_name

from models.language import LanguageTag, language_name, locale_for
from models.policy.rules import Constraint, Duty, Policy, Rule
from models.policy.vocabulary import ACTION_TERMS, DeliveryChannel, DutyAction, LeftOperand, Operator
from models.territory import Territory, territory_name

MAINLAND: Final = {"en": "mainland China", "zh": "中国大陆"}
"""What `CN` is called here: in the tree of territories it does not hold HK, MO and TW, and that must be read off the words."""

EVERYTHING: Final = "use"

_Texts = dict[str, tuple[str, str]]
"""English and Chinese of each word."""

ACTIONS: Final[_Texts] = {
    "distribute": ("publish", "发布"),
    "display": ("display", "展示"),
    "play": ("play", "播放"),
    "print": ("print", "印制"),
    "reproduce": ("reproduce", "复制"),
    "translate": ("translate", "翻译"),
    "modify": ("modify", "修改"),
    "archive": ("archive", "存档"),
    "index": ("index", "收录"),
    "extract": ("excerpt", "摘录"),
    "derive": ("make new works from {it}", "根据{it}创作新作品"),
    "aggregate": ("include {it} in collections", "将{it}编入合集"),
    "textToSpeech": ("have {it} read out loud", "将{it}转为语音"),
    "grantUse": ("let others use {it}", "授权第三方使用{it}"),
}
CHANNELS: Final[dict[str, tuple[str, str]]] = {
    DeliveryChannel.WEB: ("on the web", "网站"),
    DeliveryChannel.APP: ("in apps", "客户端"),
    DeliveryChannel.SOCIAL: ("on social platforms", "社交平台账号"),
    DeliveryChannel.PRINT: ("in print", "印刷品"),
    DeliveryChannel.BROADCAST: ("on radio, television and public screens", "广播、电视及公共屏幕"),
    DeliveryChannel.NEWSLETTER: ("in newsletters", "邮件通讯"),
}
DUTIES: Final[dict[DutyAction, tuple[str, str]]] = {
    DutyAction.ATTRIBUTE: ("give the credit line", "注明来源"),
    DutyAction.LINK: ("link to the story's page at the centre", "附上本中心稿件页面的链接"),
    DutyAction.INFORM: ("tell the centre", "告知本中心"),
    DutyAction.ACCEPT_TRACKING: ("accept that the use is tracked", "接受对使用情况的跟踪"),
    DutyAction.OBTAIN_CONSENT: ("obtain the centre's consent", "征得本中心同意"),
    DutyAction.DELETE: ("delete every copy", "删除所有副本"),
}
_SAME: Final = {"display": "play", "extract": "reproduce"}
"""Terms that speak of the same actions as a wider term, which is said instead where a rule has both."""


SPOKEN: Final = (
    LeftOperand.SPATIAL,
    LeftOperand.DELIVERY_CHANNEL,
    LeftOperand.LANGUAGE,
    LeftOperand.PURPOSE,
    LeftOperand.EVENT,
    LeftOperand.PERCENTAGE,
)
"""The order in which the conditions of a rule are said. Its period and its count have places of their own."""


class Words(ABC):
    """What both languages do alike: which parts a sentence has. The languages say how each is worded.

    :param zone: in which days and times are said.
    """

    place: int
    """Which of a pair of texts is this language's."""
    tag: LanguageTag

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone

    def each(
        self, constraints: Iterable[Constraint], operand: LeftOperand, word: Callable[[Constraint], str]
    ) -> list[str]:
        """What is said of each constraint on an operand."""
        return [word(item) for item in constraints if item.left_operand is operand]

    def window(self, rule: Rule) -> tuple[datetime | None, datetime | None]:
        """From when and until when a rule holds."""
        bounds = [item for item in rule.constraints if item.left_operand is LeftOperand.DATE_TIME]
        return (
            max((item.moment for item in bounds if item.operator is Operator.GTEQ), default=None),
            min((item.moment for item in bounds if item.operator is Operator.LT), default=None),
        )

    def limit(self, rule: Rule) -> Constraint | None:
        """The narrowest count of a rule."""
        counts = (item for item in rule.constraints if item.left_operand is LeftOperand.COUNT)
        return min(counts, key=lambda item: item.number, default=None)

    def territories(self, constraint: Constraint) -> list[str]:
        """What the territories of a constraint are called, in its order."""
        return [
            MAINLAND[self.tag] if code == "CN" else territory_name(Territory(code), self.tag)
            for code in constraint.right_operand
        ]

    def languages(self, constraint: Constraint) -> list[str]:
        """What the languages of a constraint are called, in its order."""
        return [language_name(LanguageTag(tag), self.tag) for tag in constraint.right_operand]

    def channels(self, constraint: Constraint) -> list[str]:
        """What the channels of a constraint are called, in the order of the vocabulary."""
        return [CHANNELS[channel][self.place] for channel in DeliveryChannel if channel in constraint.values]

    def actions(self, rule: Rule, joined: Callable[[list[str]], str], content: str, it: str) -> str:
        """Verbs that share one object, then phrases that have their own."""
        terms = [term for term in ACTIONS if term in telling_actions(rule)]
        verbs = [ACTIONS[term][self.place] for term in terms if "{it}" not in ACTIONS[term][self.place]]
        phrases = [ACTIONS[term][self.place] for term in terms if "{it}" in ACTIONS[term][self.place]]
        objects = iter([content])
        said = [self.of_object(joined(verbs), next(objects))] if verbs else []
        said += [phrase.format(it=next(objects, it)) for phrase in phrases]
        return joined(said)

    @abstractmethod
    def of_object(self, verbs: str, content: str) -> str:
        """Verbs with what they are done to."""

    def local(self, moment: datetime) -> tuple[datetime, bool]:
        """The moment on the zone's clock, and whether it is the first of its day there."""
        try:
            local = moment.astimezone(self.zone)
            return local, datetime.combine(local.date(), time(), self.zone).astimezone(UTC) == moment
        except OverflowError:  # at the ends of the calendar
            return moment.astimezone(UTC), False

    def day_before(self, moment: datetime) -> datetime | None:
        """The day that ends with this moment; None where no day does."""
        local, first = self.local(moment)
        return local - timedelta(days=1) if first and local.year > 1 else None


def zone_name(zone: ZoneInfo, language: LanguageTag) -> str:
    """What the time of a zone is called, by Unicode CLDR: "China Time"; its own name where CLDR does not know it."""
    locale, aliases, territories = locale_for(language), get_global("zone_aliases"), get_global("zone_territories")
    key = aliases.get(zone.key, zone.key)
    if territories.get(key, "ZZ") != "ZZ" and key != "Etc/Unknown":
        return get_timezone_name(key, zone_variant="generic", locale=locale)
    any_time = datetime(2026, 1, 1, tzinfo=zone)
    if zone.tzname(any_time) == "UTC":
        return get_timezone_name(any_time, locale=locale)
    return get_timezone_gmt(any_time, locale=locale) if key.startswith("Etc/") else zone.key


def telling_actions(rule: Rule) -> set[str]:
    """The action terms of a rule without those that another of its terms encompasses."""
    return {
        term
        for term in rule.actions
        if _SAME.get(term) not in rule.actions
        and not any(ACTION_TERMS[term] < ACTION_TERMS[other] for other in rule.actions)
    }


def shared_duties(permissions: Sequence[Rule]) -> tuple[Duty, ...] | None:
    """The duties of all permissions, where there are several with the same ones."""
    if len(permissions) < 2 or any(rule.duties != permissions[0].duties for rule in permissions):
        return None
    return permissions[0].duties


def speaks_of_time(policy: Policy) -> bool:
    """Whether a date or a time is said anywhere in it."""
    rules = (*policy.permissions, *policy.prohibitions)
    constraints = (item for rule in rules for item in rule.constraints)
    deadlines = (item for rule in rules for duty in rule.duties for item in duty.constraints)
    return any(item.left_operand is LeftOperand.DATE_TIME for item in chain(constraints, deadlines))


def quoted(constraint: Constraint, joint: str) -> str:
    """Names that somebody chose, as they are, in quotation marks."""
    return joint.join(f"“{value}”" for value in constraint.right_operand)


def in_largest_unit(length: timedelta) -> tuple[int, str]:
    """A duration in the largest unit that says it in a whole number."""
    seconds = int(length.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds % size == 0:
            return seconds // size, unit
    return seconds, "second"


def clock(local: datetime) -> str:
    """The time of day, with seconds where there are any."""
    return local.strftime("%H:%M:%S" if local.second else "%H:%M")
