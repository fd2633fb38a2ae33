"""Usage decisions in words: the answer, why, at what price and until when, for whatever the engine answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from models.language import LanguageTag
from models.policy import DeliveryChannel, DutyAction, Policy, RightsAction, parse_policy
from models.usage import STAFF, Account, DutyFact, Standing, Subject, Use, decide, rules, terms
from models.usage import decision as engine
from models.usage import outcome as outcomes
from models.usage.wording import REASONS, explain, reason_text
from tests.models.usage.cases import (
    ARTICLE,
    EVERYTHING,
    MERGED_TERMS,
    MOMENTS_ASKED,
    NOW,
    PARTNER,
    STANDINGS,
    SUBJECTS,
    USES,
    agreement,
    allow,
    constraint,
    forbid,
    use,
)
from tests.test_docs import reason_codes

ENGLISH, CHINESE = LanguageTag("en"), LanguageTag("zh")
SHENZHEN = ZoneInfo("Asia/Shanghai")
UNTIL_JUNE = constraint("dateTime", "2025-06-30T16:00:00Z", operator="lt")
SINCE_JUNE = constraint("dateTime", "2025-06-30T16:00:00Z", operator="gteq")


def conditional(**duty: object) -> Policy:
    return parse_policy({"permissions": [{"actions": ["distribute"], "duties": [{"action": "attribute", **duty}]}]})


WEB = use()
OWING = PARTNER.towards(Account(duties=(DutyFact(DutyAction.ATTRIBUTE, settled=False, violated=True),)))


@pytest.mark.parametrize(
    ("policy", "subject", "asked", "standing", "english", "chinese"),
    [
        (
            EVERYTHING,
            ARTICLE,
            WEB,
            STAFF,
            "Yes: you may publish the content in mainland China, on the web.",
            "可以在中国大陆，通过网站，发布本内容。",
        ),
        (
            allow(UNTIL_JUNE, duties=("attribute",)),
            ARTICLE,
            WEB,
            STAFF,
            "Yes: you may publish the content in mainland China, on the web. In return you must give the credit line. "
            "This answer holds until the end of 30 June 2025 (China Time).",
            "可以在中国大陆，通过网站，发布本内容。使用者须注明来源。此答复有效期至2025年6月30日24:00止（中国时间）。",
        ),
        (
            forbid(constraint("spatial", "CN")),
            ARTICLE,
            WEB,
            STAFF,
            "No: you may not publish the content in mainland China, on the web, because the story's terms prohibit it.",
            "不可以在中国大陆，通过网站，发布本内容：稿件条款禁止这样使用。",
        ),
        (
            allow(constraint("spatial", "FR", "JP")),
            ARTICLE,
            WEB,
            STAFF,
            "No: you may not publish the content in mainland China, on the web, because the story's terms permit it only in France "
            "and Japan.",
            "不可以在中国大陆，通过网站，发布本内容：稿件条款仅允许在法国和日本使用。",
        ),
        (
            allow(SINCE_JUNE),
            ARTICLE,
            WEB,
            STAFF,
            "No: you may not publish the content in mainland China, on the web, because the story's terms permit it only from 1 July "
            "2025. This answer holds until the end of 30 June 2025 (China Time).",
            "不可以在中国大陆，通过网站，发布本内容：稿件条款仅允许自2025年7月1日起使用。此答复有效期至2025年6月30日24:00止（中国时间）。",
        ),
        (
            allow(action="print"),
            ARTICLE,
            use(RightsAction.TRANSLATE, language="ru"),
            STAFF,
            "No: you may not translate the content in mainland China, on the web, into Russian, because nothing in the story's terms "
            "permits it.",
            "不可以在中国大陆，通过网站，将本内容翻译成俄语：稿件条款未允许这样使用。",
        ),
        (
            EVERYTHING,
            Subject(LanguageTag("zh"), "ARTICLE", "CANCELED"),
            WEB,
            STAFF,
            "No: you may not publish the content in mainland China, on the web, because the story is canceled, and every copy must be "
            "deleted.",
            "不可以在中国大陆，通过网站，发布本内容：稿件已撤销，所有副本均须删除。",
        ),
        (
            EVERYTHING,
            ARTICLE,
            WEB,
            Standing(agreements=(agreement(territories=("FR",), channels=(DeliveryChannel.PRINT,)),)),
            "No: you may not publish the content in mainland China, on the web, because the agreement is not for mainland China and the "
            "agreement is not for copies on the web.",
            "不可以在中国大陆，通过网站，发布本内容：协议不包括中国大陆；协议不包括网站。",
        ),
        (
            conditional(precondition=True),
            ARTICLE,
            WEB,
            PARTNER,
            "No: you may not publish the content in mainland China, on the web, because you must first give the credit line.",
            "不可以在中国大陆，通过网站，发布本内容：须先注明来源。",
        ),
        (
            conditional(blocking=True),
            ARTICLE,
            WEB,
            OWING,
            "No: you may not publish the content in mainland China, on the web, because you have failed to give the credit line as the "
            "story's terms ask.",
            "不可以在中国大陆，通过网站，发布本内容：未按稿件条款履行“注明来源”的义务。",
        ),
    ],
)
def test_a_decision_is_explained_in_a_sentence_or_two(
    policy: Policy, subject: Subject, asked: Use, standing: Standing, english: str, chinese: str
) -> None:
    decision = decide((policy,), subject, asked, standing, NOW)
    assert explain(decision, asked, ENGLISH, SHENZHEN) == english
    assert explain(decision, asked, CHINESE, SHENZHEN) == chinese


def test_a_reason_that_two_agreements_share_is_said_once() -> None:
    standing = Standing(agreements=tuple(agreement(territories=("FR",), number=number) for number in (1, 2)))
    decision = decide((EVERYTHING,), ARTICLE, WEB, standing, NOW)
    assert explain(decision, WEB, ENGLISH, SHENZHEN).count("is not for mainland China") == 1


def test_every_code_that_the_engine_gives_is_worded() -> None:
    assert REASONS.keys() == reason_codes(rules, terms, engine, outcomes)


@given(MERGED_TERMS, SUBJECTS, USES, STANDINGS, MOMENTS_ASKED)
def test_whatever_is_decided_is_explained_in_both_languages(
    policies: Sequence[Policy], subject: Subject, asked: Use, standing: Standing, now: datetime
) -> None:
    decision = decide(policies, subject, asked, standing, now)
    english, chinese = (explain(decision, asked, tag, SHENZHEN) for tag in (ENGLISH, CHINESE))
    assert english.startswith("Yes: you may " if decision.is_permitted else "No: you may not ")
    assert chinese.startswith("可以" if decision.is_permitted else "不可以")
    unnamed = re.sub(r"“[^”]*”|Guangdong Sheng|Beijing Shi|Île-de-France", "", chinese)
    assert not re.search(r"[a-zA-Z{}]", unnamed)
    assert "because ." not in english
    for outcome in decision.reasons:
        assert reason_text(outcome, ENGLISH, SHENZHEN) == outcome.message
        chinese = reason_text(outcome, CHINESE, SHENZHEN)
        assert chinese.endswith("。")
        assert not re.search(r"[{}]", chinese)


def test_an_embargo_is_said_with_its_end() -> None:
    subject = Subject(LanguageTag("zh"), "ARTICLE", embargoed_until=datetime(2025, 3, 20, 4, tzinfo=UTC))
    decision = decide((EVERYTHING,), subject, WEB, STAFF, NOW)
    assert "because the story is under embargo until 20 March 2025 at 12:00." in explain(
        decision, WEB, ENGLISH, SHENZHEN
    )
    assert "稿件在2025年3月20日12:00之前禁止发布。" in explain(decision, WEB, CHINESE, SHENZHEN)
