"""Differences for people: to the character, in words that can be read, and in bounded time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.difference import Segment, SegmentKind, text_difference
from models.language import LanguageTag

MARKS = {SegmentKind.SAME: "{}", SegmentKind.REMOVED: "[-{}-]", SegmentKind.ADDED: "{{+{}+}}"}


def shown(before: str, after: str, language: str = "en") -> str:
    return "".join(MARKS[kind].format(text) for kind, text in text_difference(before, after, LanguageTag(language)))


def side(segments: tuple[Segment, ...], kind: SegmentKind) -> str:
    return "".join(segment.text for segment in segments if segment.kind in (SegmentKind.SAME, kind))


@pytest.mark.parametrize(
    ("language", "before", "after", "difference"),
    [
        ("en", "", "", ""),
        ("en", "Same.", "Same.", "Same."),
        ("en", "", "New", "{+New+}"),
        ("en", "Old\n", "", "[-Old\n-]"),
        ("en", "Twelve robots wait.", "Twelve drones wait.", "Twelve [-robots-]{+drones+} wait."),
        ("en", "It cost 11,787 yuan.", "It cost 11,789 yuan.", "It cost [-11,787-]{+11,789+} yuan."),
        ("en", "the driver's tea", "the drivers' tea", "the [-driver's-]{+drivers'+} tea"),
        ("fr", "l'avion part", "l'oiseau part", "l'[-avion-]{+oiseau+} part"),
        ("zh-Hans", "清晨六点，机器人出发。", "清晨七点，机器人先出发。", "清晨[-六-]{+七+}点，机器人{+先+}出发。"),
        ("ja", "ロボットが湖畔で待つ。", "ロボットは湖畔で待った。", "ロボット[-が-]{+は+}湖畔で待[-つ-]{+った+}。"),
        ("ru", "Двенадцать роботов ждут.", "Двенадцать дронов ждут.", "Двенадцать [-роботов-]{+дронов+} ждут."),
        ("el", "Ο διανομέας ξεκινά στις 6.", "Ο διανομέας ξεκινά στις 7.", "Ο διανομέας ξεκινά στις [-6-]{+7+}."),
        ("ar", "انطلق الرُّوبوت صباحًا.", "انطلق الرُّوبوت مساءً.", "انطلق الرُّوبوت [-صباحًا-]{+مساءً+}."),
        ("ko", "용강의 아침", "용강의 저녁", "용강의 [-아침-]{+저녁+}"),
        # What is one character for a reader stays one.
        ("en", "e\u0301te\u0301", "e\u0300te\u0301", "[-e\u0301te\u0301-]{+e\u0300te\u0301+}"),
        ("ja", "か\u3099か", "か\u309aか", "[-か\u3099-]{+か\u309a+}か"),
        ("ko", "\u1100\u1161\u11a8", "\u1100\u1161\u11ab", "[-\u1100\u1161\u11a8-]{+\u1100\u1161\u11ab+}"),
        ("zh", "葛\U000e0100𠮷", "葛\U000e0101𠮷", "[-葛\U000e0100-]{+葛\U000e0101+}𠮷"),
        ("en", "👩\u200d🚀👍🏽", "👩\u200d🏫👍🏿", "[-👩\u200d🚀👍🏽-]{+👩\u200d🏫👍🏿+}"),
        ("en", "🇨🇳🇬🇷", "🇨🇭🇬🇷", "[-🇨🇳-]{+🇨🇭+}🇬🇷"),
        ("hi", "क्\u200dष", "क्ष", "[-क्\u200dष-]{+क्ष+}"),
        # Paragraphs are aligned before their words.
        ("en", "a b\nc d", "new here\na b\nc d", "{+new here\n+}a b\nc d"),
        ("en", "One.\nTwo.\nThree.", "One.\nThree.", "One.\n[-Two.\n-]Three."),
        ("en", "a b c d\ne f g h", "x y z w\na b c D\ne f g h", "{+x y z w\n+}a b c [-d-]{+D+}\ne f g h"),
        ("en", "a b c d\nw x y z", "a b c e\nq r s t", "a b c [-d-]{+e+}\n[-w x y z-]{+q r s t+}"),
        ("en", "the end", "the end\nmore", "the end{+\nmore+}"),
        # Crumbs are changed with what is around them; what is long enough, or easy to read, is not.
        ("en", "red, green", "blue, yellow", "[-red, green-]{+blue, yellow+}"),
        (
            "en",
            "Yesterday it rained heavily",
            "Tomorrow it shines brightly",
            "[-Yesterday it rained heavily-]{+Tomorrow it shines brightly+}",
        ),
        ("en", "one robot two", "1 robot 2", "[-one-]{+1+} robot [-two-]{+2+}"),
        ("en", "a b c", "a x b y c", "a {+x +}b{+ y+} c"),
        ("zh", "昨天下雨的龙岗区", "明日放晴的深圳市", "[-昨天下雨的龙岗区-]{+明日放晴的深圳市+}"),
    ],
)
def test_a_difference_reads_as_an_editor_would_mark_it(language: str, before: str, after: str, difference: str) -> None:
    assert shown(before, after, language) == difference


TEXTS = {
    "zh-Hans": "清晨六点，龙岗区大运湖绿道上，12台配送机器人排队出发。\n“比我还准时。”晨跑的阿丽娜笑着说。\n从起飞到落地只用了8分钟。",
    "en": "Twelve robots queue at the lake in the rain.\n“It's more punctual than me,” Alina said.\nIt took 8 minutes, 11,787 times.",
    "ru": "В шесть утра у озера двенадцать роботов ждут заказов.\n«Он точнее меня», — говорит Алина.\nЁлка, чай, 8 минут.",
    "ja": "午前六時、湖畔の緑道でロボットが十二台並ぶ。\n「私より正確だ」と走る人は笑う。\nか\u3099く、ガラス、8分。",
    "el": "Στις έξι το πρωί δώδεκα ρομπότ περιμένουν δίπλα στη λίμνη.\n«Είναι πιο ακριβές από μένα».\nΤσάι, 8 λεπτά.",
    "ar": "انطلق اثنا عشر روبوتًا صباحًا عند البحيرة.\n«إنَّهُ أدقُّ منّي»، تقول ألينا.\nشايٌ، ٨ دقائق، می\u200cرود.",
}  # fmt: skip


@st.composite
def versions(draw: st.DrawFn) -> tuple[str, str, str]:
    """A text of one of the languages, and what somebody made of it: pieces taken out, moved, put in from elsewhere."""
    language = draw(st.sampled_from(sorted(TEXTS)))
    before = TEXTS[language] * draw(st.integers(1, 3))
    pieces = [before]
    for _ in range(draw(st.integers(0, 6))):
        text = "".join(pieces)
        start, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        pieces = [
            text[:start],
            draw(st.sampled_from(["", "\n", " ", "新", "new", "👩\u200d🚀", text[start:end][::-1]])),
            text[end:],
        ]
    return language, before, "".join(pieces)


@given(versions())
def test_a_text_and_what_was_made_of_it_can_be_had_back(version: tuple[str, str, str]) -> None:
    language, before, after = version
    segments = text_difference(before, after, LanguageTag(language))
    assert side(segments, SegmentKind.REMOVED) == before
    assert side(segments, SegmentKind.ADDED) == after
    assert all(segment.text for segment in segments)
    assert all(one.kind != other.kind for one, other in pairwise(segments))


@given(st.text(), st.text())
def test_any_two_texts_can_be_had_back(before: str, after: str) -> None:
    segments = text_difference(before, after, LanguageTag("en"))
    assert side(segments, SegmentKind.REMOVED) == before
    assert side(segments, SegmentKind.ADDED) == after


CHARACTERS = [
    "e\u0301",
    "か\u3099",
    "क्",
    "👩\u200d🚀",
    "👍🏽",
    "🇨🇳",
    "葛\U000e0100",
    "\u1100\u1161\u11a8",
    "الرُّ",
    "𠮷",
    "a",
    " ",
    "字",
    "\n",
    "1\ufe0f\u20e3",
]


@given(st.lists(st.sampled_from(CHARACTERS)), st.lists(st.sampled_from(CHARACTERS)))
def test_what_is_one_character_for_a_reader_is_never_divided(before: list[str], after: list[str]) -> None:
    segments = text_difference("".join(before), "".join(after), LanguageTag("zh"))
    for characters, kind in ((before, SegmentKind.REMOVED), (after, SegmentKind.ADDED)):
        ends, length = {0}, 0
        for character in characters:
            ends.add(length := length + len(character))
        length = 0
        for segment in segments:
            if segment.kind in (SegmentKind.SAME, kind):
                length += len(segment.text)
                assert length in ends


def test_texts_too_different_for_words_are_shown_by_their_paragraphs() -> None:
    words = [f"word{number}" for number in range(3000)]
    turned = " ".join(words), " ".join(words[::-1])
    before, after = (f"First.\n{text}\nThis is here.\nLast." for text in turned)
    assert shown(before, after.replace("is here", "was here")) == (
        f"First.\n[-{turned[0]}-]{{+{turned[1]}+}}\nThis [-is-]{{+was+}} here.\nLast."
    )


def test_texts_too_different_for_paragraphs_are_shown_whole_but_for_their_ends() -> None:
    before = "First.\n" + "".join(f"{number} old\n" for number in range(20_000)) + "Last."
    after = "First.\n" + "".join(f"{number} new\n" for number in range(20_000, 40_000)) + "Last."
    assert [segment.kind for segment in text_difference(before, after, LanguageTag("en"))] == [
        "SAME",
        "REMOVED",
        "ADDED",
        "SAME",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("字" * 250_000, "字" * 249_000 + "词" + "字" * 900),
        ("ab " * 80_000, "ba " * 80_000),
        ("1.1.1" * 50_000 + "x", "1.1.1" * 50_000 + "y"),
        ("e" + "\u0301" * 200_000, "e" + "\u0301" * 200_001),
        (" " * 200_000 + "\u0301", " " * 200_000),
        ("\n" * 100_000, "\n \n" * 50_000),
        ("x\n" * 50_000 + "y\n" * 50_000, "y\n" * 50_000 + "x\n" * 50_000),
        ("a b\n" * 20_000, "b a\n" * 20_000),
        ("👩\u200d" * 100_000, "\u200d🚀" * 100_000),
    ],
    ids=["one character", "words", "numbers", "marks", "spaces", "empty lines", "moved lines", "lines", "joiners"],
)
def test_long_texts_made_to_be_slow_take_bounded_work(before: str, after: str) -> None:
    segments = text_difference(before, after, LanguageTag("zh"))
    assert side(segments, SegmentKind.REMOVED) == before
    assert side(segments, SegmentKind.ADDED) == after
