"""Policies in words: what an editor would write, in English and Chinese, for every rule there is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.language import LanguageTag
from models.policy import (
    ACTION_TERMS,
    EMPTY_POLICY,
    Constraint,
    DeliveryChannel,
    DutyAction,
    LeftOperand,
    Operator,
    Policy,
    Rule,
    parse_policy,
)
from models.policy.wording import word_policy, words_for
from models.policy.wording.words import ACTIONS, CHANNELS, DUTIES, EVERYTHING, telling_actions
from tests.models.policies import policies

ENGLISH, CHINESE = LanguageTag("en"), LanguageTag("zh")
SHENZHEN = ZoneInfo("Asia/Shanghai")
PUBLISHED = "You may publish the content"


def limit(operand: str, operator: str, *values: str) -> dict[str, object]:
    return {"leftOperand": operand, "operator": operator, "rightOperand": list(values)}


def permitting(*constraints: dict[str, object], actions: tuple[str, ...] = ("distribute",), **more: Any) -> Policy:
    rule = {"actions": list(actions), "constraints": list(constraints), **more}
    return parse_policy({"permissions": [rule]}, SHENZHEN)


def prohibiting(*constraints: dict[str, object], actions: tuple[str, ...] = ("use",)) -> Policy:
    return parse_policy({"prohibitions": [{"actions": list(actions), "constraints": list(constraints)}]}, SHENZHEN)


@pytest.mark.parametrize(
    ("policy", "english", "chinese"),
    [
        (permitting(), "You may publish the content.", "允许发布本内容。"),
        (permitting(actions=("use", "print")), "You may use the content in any way.", "允许以任何方式使用本内容。"),
        (permitting(actions=("play", "display")), "You may play the content.", "允许播放本内容。"),
        (
            permitting(actions=("distribute", "print", "grantUse")),
            "You may publish and print the content and let others use it.",
            "允许发布和印制本内容和授权第三方使用该内容。",
        ),
        (
            permitting(actions=("derive", "textToSpeech")),
            "You may make new works from the content and have it read out loud.",
            "允许根据本内容创作新作品和将该内容转为语音。",
        ),
        (permitting(limit("spatial", "eq", "001")), f"{PUBLISHED} worldwide.", "允许在全球范围内，发布本内容。"),
        (
            permitting(limit("spatial", "isAnyOf", "US", "FR", "CN")),
            f"{PUBLISHED} in mainland China, France and the United States.",
            "允许在中国大陆、法国和美国，发布本内容。",
        ),
        (
            permitting(limit("spatial", "eq", "EU"), limit("spatial", "eq", "142")),
            f"{PUBLISHED} in Asia and also in the European Union.",
            "允许在亚洲且在欧盟，发布本内容。",
        ),
        (
            permitting(limit("deliveryChannel", "isAnyOf", "PRINT", "WEB")),
            f"{PUBLISHED} on the web and in print.",
            "允许通过网站和印刷品，发布本内容。",
        ),
        (
            permitting(limit("language", "isAnyOf", "ru", "zh-Hans")),
            f"{PUBLISHED} in Russian and Simplified Chinese.",
            "允许以俄语和简体中文，发布本内容。",
        ),
        (
            permitting(limit("language", "eq", "ru"), actions=("translate",)),
            "You may translate the content into Russian.",
            "允许将本内容翻译成俄语。",
        ),
        (permitting(limit("language", "eq", "*")), f"{PUBLISHED} in any language.", "允许以任何语言，发布本内容。"),
        (
            permitting(limit("purpose", "isAnyOf", "news", "education")),
            f"{PUBLISHED} for the purpose “education” or “news”.",
            "允许为“education”或“news”之目的，发布本内容。",
        ),
        (
            permitting(limit("event", "eq", "文博会")),
            f"{PUBLISHED} on the occasion of “文博会”.",
            "允许在“文博会”活动中，发布本内容。",
        ),
        (
            permitting(limit("percentage", "lteq", "30")),
            f"{PUBLISHED} taking at most 30 % of the whole.",
            "允许发布本内容，使用部分不超过全文的30%。",
        ),
        (
            permitting(limit("count", "lteq", "3")),
            f"{PUBLISHED} for at most three different uses of each story.",
            "允许发布本内容，每篇稿件最多使用3次。",
        ),
        (
            permitting(limit("count", "lteq", "1")),
            f"{PUBLISHED} for at most one use of each story.",
            "允许发布本内容，每篇稿件最多使用1次。",
        ),
        (
            permitting(limit("count", "lteq", "1500")),
            f"{PUBLISHED} for at most 1,500 different uses of each story.",
            "允许发布本内容，每篇稿件最多使用1500次。",
        ),
        (
            permitting(limit("dateTime", "lteq", "2026-06-30")),
            f"{PUBLISHED} until the end of 30 June 2026. Dates and times are in China Time.",
            "允许至2026年6月30日24:00止，发布本内容。日期和时间均为中国时间。",
        ),
        (
            permitting(limit("dateTime", "gteq", "2026-01-01"), limit("dateTime", "lt", "2026-06-30T04:00:00Z")),
            f"{PUBLISHED} from 1 January 2026 until 30 June 2026 at 12:00. Dates and times are in China Time.",
            "允许自2026年1月1日起，至2026年6月30日12:00止，发布本内容。日期和时间均为中国时间。",
        ),
        (
            permitting(limit("dateTime", "gteq", "2026-01-01T00:00:05Z")),
            f"{PUBLISHED} from 1 January 2026 at 08:00:05. Dates and times are in China Time.",
            "允许自2026年1月1日08:00:05起，发布本内容。日期和时间均为中国时间。",
        ),
        (EMPTY_POLICY, "Nothing is permitted.", "不允许任何使用。"),
        (
            prohibiting(limit("spatial", "isAnyOf", "CN", "JP"), limit("deliveryChannel", "isAnyOf", "WEB", "APP")),
            "Nothing is permitted. You must not use the content in any way in mainland China or Japan, on the web or in apps.",
            "不允许任何使用。禁止在中国大陆或日本，通过网站或客户端，以任何方式使用本内容。",
        ),
    ],
)
def test_a_rule_is_worded_as_an_editor_would(policy: Policy, english: str, chinese: str) -> None:
    assert word_policy(policy, ENGLISH, SHENZHEN) == english
    assert word_policy(policy, CHINESE, SHENZHEN) == chinese


DUTY_CASES: list[tuple[dict[str, object], str, str]] = [
    ({"action": "attribute"}, "In return you must give the credit line.", "使用者须注明来源。"),
    (
        {"action": "obtainConsent", "precondition": True},
        "Before that you must obtain the centre's consent.",
        "使用前须先征得本中心同意。",
    ),
    (
        {"action": "inform", "constraints": [limit("elapsedTime", "lteq", "P7D")]},
        "In return you must tell the centre within 7 days of taking it.",
        "使用者须在取用后7天内告知本中心。",
    ),
    (
        {"action": "inform", "constraints": [limit("elapsedTime", "lteq", "PT1H")], "blocking": True},
        "In return you must tell the centre within 1 hour of taking it (otherwise the permission ends).",
        "使用者须在取用后1小时内告知本中心（否则不得继续使用）。",
    ),
    (
        {"action": "link", "constraints": [limit("dateTime", "lteq", "2026-06-30")]},
        "In return you must link to the story's page at the centre by the end of 30 June 2026.",
        "使用者须在2026年6月30日24:00之前附上本中心稿件页面的链接。",
    ),
]


@pytest.mark.parametrize(("duty", "english", "chinese"), DUTY_CASES)
def test_a_duty_is_worded_with_its_deadline(duty: dict[str, object], english: str, chinese: str) -> None:
    duties = permitting(duties=[duty]).permissions[0].duties
    assert words_for(ENGLISH, SHENZHEN).duties(duties) == english
    assert words_for(CHINESE, SHENZHEN).duties(duties) == chinese


def test_duties_that_all_permissions_share_are_said_once() -> None:
    rule = {"actions": ["print"], "duties": [{"action": "attribute"}]}
    other = {"actions": ["translate"], "duties": [{"action": "attribute"}]}
    policy = parse_policy({"permissions": [rule, other]})
    assert word_policy(policy, ENGLISH, SHENZHEN) == (
        "You may print the content. You may also translate the content. In every case you must give the credit line."
    )
    assert word_policy(policy, CHINESE, SHENZHEN) == "允许印制本内容。另允许翻译本内容。上述使用均须注明来源。"


def test_every_word_of_the_vocabulary_is_worded() -> None:
    assert ACTIONS.keys() | {EVERYTHING} == ACTION_TERMS.keys()
    assert CHANNELS.keys() == set(DeliveryChannel)
    assert DUTIES.keys() == set(DutyAction)


@pytest.mark.parametrize(
    ("zone", "moment", "words"),
    [
        ("Asia/Shanghai", datetime(2026, 6, 30, 16, tzinfo=UTC), "until the end of 30 June 2026"),
        ("UTC", datetime(2026, 6, 30, 16, tzinfo=UTC), "until 30 June 2026 at 16:00"),
        ("Europe/Paris", datetime(2026, 3, 29, 22, tzinfo=UTC), "until the end of 29 March 2026"),  # a day of 23 hours
        ("America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC), "until the end of 5 September 2026"),  # no midnight
        ("Asia/Shanghai", datetime.max.replace(tzinfo=UTC), "until 31 December 9999 at 23:59:59"),
        ("America/New_York", datetime.min.replace(tzinfo=UTC), "until 1 January 1 at 00:00"),
    ],
)
def test_an_end_is_said_as_a_day_where_a_day_ends_then(zone: str, moment: datetime, words: str) -> None:
    assert words_for(ENGLISH, ZoneInfo(zone)).until(moment) == words


@pytest.mark.parametrize(
    ("zone", "english", "chinese"),
    [
        ("UTC", "in Coordinated Universal Time.", "均为协调世界时。"),
        ("Europe/Paris", "in Central European Time.", "均为中欧时间。"),
        ("Etc/GMT+5", "in GMT-05:00.", "均为GMT-05:00。"),
    ],
)
def test_the_time_that_is_meant_is_named(zone: str, english: str, chinese: str) -> None:
    policy = permitting(limit("dateTime", "lteq", "2026-06-30"))
    assert word_policy(policy, ENGLISH, ZoneInfo(zone)).endswith(english)
    assert word_policy(policy, CHINESE, ZoneInfo(zone)).endswith(chinese)


@pytest.mark.parametrize("tag", ["zh-Hans", "zh-CN", "zh"])
def test_chinese_of_every_kind_is_worded_in_chinese_and_all_else_in_english(tag: str) -> None:
    assert word_policy(EMPTY_POLICY, LanguageTag(tag), SHENZHEN) == "不允许任何使用。"
    assert word_policy(EMPTY_POLICY, LanguageTag("ru"), SHENZHEN) == "Nothing is permitted."


@given(policies(), st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York"]))
def test_any_policy_is_worded_and_in_chinese_without_a_latin_letter(policy: Policy, zone: str) -> None:
    english, chinese = (word_policy(policy, tag, ZoneInfo(zone)) for tag in (ENGLISH, CHINESE))
    assert re.fullmatch(r"(?:[A-Z][^.]*\. ?)+", english)
    unnamed = re.sub(r"“[^”]*”|Guangdong Sheng|Beijing Shi|Île-de-France", "", chinese)  # names stay as they are
    assert not re.search(r"[a-zA-Z{}]", unnamed)
    assert chinese.endswith("。")


def as_said(policy: Policy) -> object:
    """A policy without what its words leave out: what a wider word of the same rule says already."""

    def rule(given: Rule) -> object:
        constraints = {_as_said(item) for item in given.constraints if item.left_operand is not LeftOperand.DATE_TIME}
        moments = [item for item in given.constraints if item.left_operand is LeftOperand.DATE_TIME]
        start = max((item.moment for item in moments if item.operator is Operator.GTEQ), default=None)
        end = min((item.moment for item in moments if item.operator is Operator.LT), default=None)
        return frozenset(telling_actions(given)), frozenset(constraints), start, end, given.duties

    shared = len(policy.permissions) > 1 and len({rule.duties for rule in policy.permissions}) == 1
    return [rule(item) for item in policy.permissions], [rule(item) for item in policy.prohibitions], shared


def _as_said(constraint: Constraint) -> object:
    for widest in ("001", "*"):
        if widest in constraint.values:
            return constraint.left_operand, widest
    return constraint.left_operand, constraint.values


@given(policies(), policies())
def test_policies_that_say_different_things_are_worded_differently(one: Policy, other: Policy) -> None:
    for tag in (ENGLISH, CHINESE):
        same = word_policy(one, tag, SHENZHEN) == word_policy(other, tag, SHENZHEN)
        assert same == (as_said(one) == as_said(other))
