"""What a look at a page comes to, in the order in which the questions are asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.reprint.page import Page, read_page
from models.reprint.table import ReprintForm, ReprintState
from models.reprint.verify import Expected, judge, nothing_answered
from models.story import PubStatus

STORY = "\n".join(
    [
        "A patrol robot rolled along the footpath beside the lake this morning and greeted early walkers in two languages.",
        "Its makers say that it looks for water on the path, lost children and broken lamps, and calls a person when it finds one.",
        "The district means to send four more of them to parks before the summer, when most people come in the evening hours.",
    ]
)
LINE = "Source: Longgang International Communication Centre"
EXPECTED = Expected([STORY], ["en"], LINE, [LINE, "Longgang International Communication Centre"], needs_credit=True)


def page(*paragraphs: str, title: str = "News", language: str = "en") -> Page:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    source = f"<html lang={language}><head><title>{title}</title></head><body><article>{body}</article></body></html>"
    return read_page(source.encode(), url="https://news.example.org/a", content_type="text/html; charset=utf-8")


def state(found: Page, expected: Expected = EXPECTED, status: int = 200) -> tuple[ReprintState, tuple[str, ...]]:
    finding = judge(found, status, {}, expected)
    return finding.state, finding.reasons


WHOLE = (*STORY.split("\n"), LINE)
OTHER = tuple(
    f"Sentence {number} of quite another text, of fishing boats, harbours and the price of ice." for number in range(9)
)


def test_a_whole_copy_with_its_credit_is_verified() -> None:
    finding = judge(page(*WHOLE), 200, {}, EXPECTED)
    assert (finding.state, finding.form, finding.language) == (ReprintState.VERIFIED, ReprintForm.FULL, "en")
    assert (finding.paragraphs["KEPT"], finding.best) == (3, 0)  # type: ignore[index]  # a StrEnum


def test_a_part_is_partial_and_says_what_was_cut() -> None:
    finding = judge(page(WHOLE[0], *OTHER, LINE), 200, {}, EXPECTED)
    assert (finding.state, finding.form) == (ReprintState.PARTIAL, ReprintForm.EXCERPT)
    assert finding.paragraphs["CUT"] == 2  # type: ignore[index]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ((), (ReprintState.CREDIT_MISSING, ("CREDIT_ABSENT",))),
        (("Source: Another Agency",), (ReprintState.CREDIT_MISSING, ("CREDIT_OTHER",))),
        (("Source: Longgang International Communication Centre, edited",), (ReprintState.VERIFIED, ("FORM_FULL",))),
    ],
)
def test_a_copy_without_the_credit_that_was_agreed_says_so(
    line: tuple[str, ...], expected: tuple[ReprintState, tuple[str, ...]]
) -> None:
    assert state(page(*WHOLE[:3], *line)) == expected


def test_where_no_credit_was_agreed_none_is_missed() -> None:
    assert state(page(*WHOLE[:3]), replace(EXPECTED, needs_credit=False))[0] is ReprintState.VERIFIED


def test_a_copy_of_what_was_taken_back_breaks_what_was_agreed() -> None:
    killed = replace(EXPECTED, status=PubStatus.CANCELED, state=ReprintState.VERIFIED)
    assert state(page(*WHOLE), killed) == (ReprintState.MISMATCH, ("STORY_CANCELED",))
    assert state(page(*OTHER), killed) == (ReprintState.CHANGED, ("TAKEN_DOWN",))


def test_another_text_is_a_mismatch_and_where_the_copy_was_a_change() -> None:
    assert state(page(*OTHER)) == (ReprintState.MISMATCH, ("OTHER_TEXT",))
    assert state(page(*OTHER), replace(EXPECTED, state=ReprintState.VERIFIED)) == (ReprintState.CHANGED, ("TEXT_GONE",))


def test_another_language_is_for_somebody_to_look_at() -> None:
    russian = (
        "Патрульный робот проехал утром по дорожке у озера и приветствовал гуляющих на двух языках, сообщили в районе. "
        * 6
    )
    assert state(page(russian, language="ru")) == (ReprintState.NEEDS_REVIEW, ("OTHER_LANGUAGE",))


def test_a_copy_of_nobody_knows_what_is_for_somebody_to_look_at() -> None:
    assert state(page(*OTHER), Expected()) == (ReprintState.NEEDS_REVIEW, ("STORY_UNKNOWN",))


@pytest.mark.parametrize("status", [404, 410])
def test_nothing_at_the_address_is_a_dead_link(status: int) -> None:
    assert state(page(*WHOLE), status=status) == (ReprintState.DEAD_LINK, (f"STATUS_{status}",))


def test_a_wall_is_told_by_its_rule_unless_the_story_stands_before_it() -> None:
    wall = page("网络不给力，请稍后重试", title="百度安全验证", language="zh")
    finding = judge(wall, 200, {}, EXPECTED)
    assert finding.state is ReprintState.BLOCKED
    assert finding.reasons == (finding.blocked,)
    assert state(page(*WHOLE, "Please log in to comment. Captcha."))[0] is ReprintState.VERIFIED


def test_what_does_not_answer_is_unreachable_and_what_may_not_be_read_is_for_somebody() -> None:
    assert nothing_answered(EXPECTED, "NO_ANSWER").state is ReprintState.UNREACHABLE
    assert nothing_answered(EXPECTED, "ROBOTS").state is ReprintState.NEEDS_REVIEW
