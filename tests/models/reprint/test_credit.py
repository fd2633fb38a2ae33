"""Credits in the conventions of seven languages, and names that are no credit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reprint.credit import CreditKind, CreditState, attributions, find_credit
from tests.models.reprint.stories import OTHER_REPORTS, STORIES, UNRELATED

LINE = "来源：趣龙岗国际传播中心"
NAMES = ["趣龙岗", "Qu Longgang", "Цюй Лунган", "趣龍崗ニュース", "Τσι Λονγκάνγκ", "تشو لونغقانغ"]
SOURCE, PICTURE, AUTHOR = CreditKind

ATTRIBUTED = [
    ("来源：新华社", SOURCE, "新华社"),
    ("来源: 深圳特区报 作者：张三 编辑：李四", SOURCE, "深圳特区报"),
    ("（来源：人民网）", SOURCE, "人民网"),
    ("2025-12-03 08:15  来源：羊城晚报", SOURCE, "羊城晚报"),
    ("机器人上岗了。本文来源：澎湃新闻", SOURCE, "澎湃新闻"),
    ("本文转载自“深圳发布”，如有侵权请联系删除。", SOURCE, "深圳发布"),
    ("轉載自：明報", SOURCE, "明報"),
    ("新华社深圳12月3日电（记者 张三）清晨六点", SOURCE, "新华社"),
    ("图片来源：视觉中国", PICTURE, "视觉中国"),
    ("图/王五", PICTURE, "王五"),
    ("机器人在雨中。（王五 摄）", PICTURE, "王五"),
    ("图片由大运公园提供", PICTURE, "大运公园"),
    ("本报记者 张三", AUTHOR, "张三"),
    ("（通讯员 李四）", AUTHOR, "李四"),
    ("文/张三", AUTHOR, "张三"),
    ("Source: China Daily", SOURCE, "China Daily"),
    ("SOURCE: china.org.cn. All rights reserved.", SOURCE, "china.org.cn"),
    ("Courtesy of Dayun Park", SOURCE, "Dayun Park"),
    ("Originally published by The Bay Area Post", SOURCE, "The Bay Area Post"),
    ("This story first appeared in The Bay Area Post.", SOURCE, "The Bay Area Post"),
    ("Republished with permission from The Bay Area Post", SOURCE, "The Bay Area Post"),
    ("By Anna Smith for The Bay Area Post", SOURCE, "The Bay Area Post"),
    ("SHENZHEN, Dec. 3 (Xinhua) -- Coffee robots", SOURCE, "Xinhua"),
    ("They bring books as well. (Xinhua)", SOURCE, "Xinhua"),
    ("Photo: John Doe / The Post", PICTURE, "John Doe / The Post"),
    ("Photo courtesy of Dayun Park", PICTURE, "Dayun Park"),
    ("By Anna Smith", AUTHOR, "Anna Smith"),
    ("Источник: РИА Новости", SOURCE, "РИА Новости"),
    ("По материалам «Российской газеты»", SOURCE, "Российской газеты"),
    ("Фото: Иван Петров", PICTURE, "Иван Петров"),
    ("Автор: Иван Петров", AUTHOR, "Иван Петров"),
    ("出典：朝日新聞", SOURCE, "朝日新聞"),
    ("提供：共同通信", SOURCE, "共同通信"),
    ("写真：大運公園", PICTURE, "大運公園"),
    ("Πηγή: ΑΠΕ-ΜΠΕ", SOURCE, "ΑΠΕ-ΜΠΕ"),
    ("Αναδημοσίευση από την Καθημερινή", SOURCE, "Καθημερινή"),
    ("Φωτογραφία: Γιώργος Π.", PICTURE, "Γιώργος Π"),
    ("المصدر: وكالة شينخوا", SOURCE, "وكالة شينخوا"),
    ("نقلاً عن صحيفة الأهرام", SOURCE, "صحيفة الأهرام"),
    ("الصورة: أحمد علي", PICTURE, "أحمد علي"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "kind", "who"), ATTRIBUTED)
def test_somebody_else_is_named_in_the_conventions_of_each_language(line: str, kind: CreditKind, who: str) -> None:
    for text in (line, f"清晨六点，机器人出发。\n{line}\nThe end"):
        credit = find_credit(text, LINE, NAMES)
        assert (credit.state, credit.kind, credit.who) == (CreditState.OTHER, kind, who)
        assert text[credit.start : credit.end] == who


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("来源：深圳趣龙岗", SOURCE),
        ("來源：趣龍崗", SOURCE),
        ("图片来源：趣龙岗", PICTURE),
        ("Source: QU LONGGANG", SOURCE),
        ("By Li Wei for Qu Longgang", SOURCE),
        ("He smiled. (Qu Longgang)", SOURCE),
        ("По материалам Цюй Лунган", SOURCE),
        ("写真提供：趣龍崗ニュース", PICTURE),
        ("Πηγή: Τσι Λονγκανγκ", SOURCE),
        ("المصدر: مركز تشو لونغقانغ", SOURCE),
    ],
)
def test_the_holder_is_named(line: str, kind: CreditKind) -> None:
    text = f"Source: Some Paper\n记者：王五\n清晨六点，机器人出发。\n{line}"
    credit = find_credit(text, LINE, NAMES)
    assert (credit.state, credit.kind) == (CreditState.NAMED, kind)
    assert text.index(line) <= (credit.start or 0)


@pytest.mark.parametrize(
    "text", [LINE, "（來源： 趣龍崗國際傳播中心）", "清晨。来源:趣龙岗国际传播中心 编辑：王", f"Source: X\n{LINE}"]
)
def test_the_credit_line_itself_is_found_however_it_is_set(text: str) -> None:
    credit = find_credit(text, LINE, NAMES)
    assert (credit.state, credit.kind) == (CreditState.FOUND, None)
    assert text[credit.start : credit.end] == credit.who


@pytest.mark.parametrize(
    "text",
    [
        "",
        "趣龙岗的记者采访了工程师周敏。",
        "The project is open source: everybody may read it.",
        "他的主要收入来源：工资和奖金。",
        "书送到居民楼下。（完）",
        "They bring books. (Photo taken in May)",
        "He joined the World Health Organization (WHO) last year.",
        "By the end of the year there will be forty.",
        "Он рассказал, что источник тепла найден.",
        "Fototermin in Longgang",
    ],
)
def test_a_name_in_a_sentence_is_no_credit(text: str) -> None:
    assert find_credit(text, LINE, NAMES).state is CreditState.ABSENT


@pytest.mark.parametrize("text", [*STORIES.values(), *OTHER_REPORTS.values(), *UNRELATED.values()])
def test_plain_reports_name_nobody(text: str) -> None:
    assert attributions(text) == ()


def test_without_a_credit_line_and_names_others_are_still_told() -> None:
    assert find_credit("Source: X News", "", []).state is CreditState.OTHER
    assert find_credit("Source: X News", "—", [""]).state is CreditState.OTHER


def test_a_source_is_told_before_pictures_and_authors_and_all_are_listed_in_order() -> None:
    text = "By Anna Smith\nPhoto: John Doe\nSource: The Post"
    assert find_credit(text, LINE, NAMES).who == "The Post"
    assert [each.kind for each in attributions(text)] == [AUTHOR, PICTURE, SOURCE]


@given(st.text(st.sampled_from("来源：:图/记者 By for Source(X) \n。.|摄新华社12月3日电 نقلا عن")))
def test_attributions_lie_apart_in_the_text(text: str) -> None:
    place = 0
    for each in attributions(text):
        assert place <= each.start < each.end
        assert text[each.start : each.end] == each.who
        place = each.end
