"""Cleaning loses no text that is shown, invents none, and does all there is to do at once."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from models.body import clean, plain_text, sanitise

WORDS = [
    "龙岗区", "“夜市”", "8分钟", "Longgang", "robot's", "1,208", "a&b", "x < y", "дрон", "ёлка", "ロボット", "が", "ρομπότ", "ά",
    "روبوت", "می\u200cرود", "السَّلام", "שלום", "क्\u200dष", "ไทย", "👩\u200d🚀", "❤\ufe0f", "𠮷", "용", "—", "…", "10\u00a0km",
]  # fmt: skip
SPACES = [" ", "\n", "\u3000", "&nbsp;", "&nbsp; ", "\t "]
NOTHING = ["\u200b", "\ufeff", "&shy;", "\u2060", "&#8203;"]

INVISIBLE = [
    "<!-- a -->", "<!--[if gte mso 9]><xml><w:a>b</w:a></xml><![endif]-->", "<![if !supportLists]>", "<o:p></o:p>", "<o:p/>",
    "<style>p {a: b}</style>", "<script>if (a < b) c()</script>", "<span style='display:none'>a<b>b</b></span>", "<img src=a>",
    "<mp-common-profile data-a=b>c</mp-common-profile>", "<del>a</del>", "<a name=_Toc1></a>", "<span></span>", "<br>", "<hr>",
]  # fmt: skip
AROUND = [
    "p", "div", "section style='text-indent:2em'", "span style='font-weight:700'", "span style=\"mso-spacerun:'yes'\"", "b", "i",
    "font face=宋体", "strong", "em", "u", "sup", "sub", "a href='https://a.example/b?c=d&amp;e'", "a href='#_ftn1'", "h1", "h3",
    "p class=MsoHeading2", "p class=MsoQuote", "blockquote", "p dir=rtl", "p dir=ltr lang=EN-US", "center", "pre", "o:p", "li",
    "st1:place w:st=on", "b style='font-weight:normal' id=docs-internal-guid-1", "p style='mso-list:l0 level2 lfo1'",
]  # fmt: skip
IN_ROWS = [
    ("ul", "li"),
    ("ol start=3", "li"),
    ("ol", "li value=7"),
    ("table><tr", "td"),
    ("table><thead><tr", "th"),
    ("dl", "dd"),
]


UNSEEN = dict.fromkeys(map(ord, " \u3000\u00a0\u200b\t\n"))
"""White space, and the end of a word in Thai."""


class Source(NamedTuple):
    """An HTML source and the text of it that is shown, without white space and without what shows nothing."""

    html: str
    shown: str


def joined(parts: list[Source]) -> Source:
    return Source("".join(part.html for part in parts), "".join(part.shown for part in parts))


def around(tag: str, inside: Source) -> Source:
    return Source(f"<{tag}>{inside.html}</{tag.split()[0]}>", inside.shown)


def in_rows(tags: tuple[str, str], rows: list[Source]) -> Source:
    outer, inner = tags
    inside = joined([around(inner, row) for row in rows])
    return Source(f"<{outer}>{inside.html}</{outer.split('>')[0].split()[0]}>", inside.shown)


WORD = st.sampled_from(WORDS).map(lambda word: Source(html.escape(word), re.sub(r"\s", "", word)))
LEAF = st.one_of(
    WORD,
    WORD,
    st.sampled_from(SPACES + NOTHING + INVISIBLE).map(lambda source: Source(source, "")),
)
SOURCES = st.recursive(
    st.lists(LEAF, max_size=4).map(joined),
    lambda inside: st.one_of(
        st.builds(around, st.sampled_from(AROUND), inside),
        st.builds(in_rows, st.sampled_from(IN_ROWS), st.lists(inside, min_size=1, max_size=3)),
        st.lists(inside, max_size=4).map(joined),
    ),
    max_leaves=12,
)
TAGS = sorted(
    {
        tag.split()[0].split(">")[0]
        for tag in [*AROUND, "ul", "ol", "table", "tr", "td", "thead", "figure", "figcaption", "q"]
    }
)
ANY_CHARACTER = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
SOUP = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in AROUND] + [f"</{tag}>" for tag in TAGS] + [f"<{tag}>" for tag in TAGS]),
        st.sampled_from(WORDS + SPACES + NOTHING + INVISIBLE + ["<", "</", "<!", "<!--", "<a b='", "&", "·", "2."]),
        st.sampled_from(["\u200d", "\u200c", "\u200f", "\u202e", "\u2066", "\ufe0f", "\u00ad", "\u2028", "\u2029", "\U000e0041"]),
        ANY_CHARACTER,
    ),
    max_size=40,
).map("".join)  # fmt: skip


@given(SOURCES)
def test_the_text_that_is_shown_stays_as_it_is(source: Source) -> None:
    body = clean(source.html)
    assert html.unescape(re.sub("<[^>]*>", "", body).replace("&nbsp;", "")).translate(UNSEEN) == source.shown
    assert plain_text(body).translate(UNSEEN) == unicodedata.normalize("NFC", source.shown)
    assert clean(body) == body


@given(st.one_of(SOUP, st.text(ANY_CHARACTER)))
@settings(max_examples=300)
def test_whatever_is_cleaned_is_clean_and_sanitised(source: str) -> None:
    body = clean(source)
    assert clean(body) == body
    assert sanitise(body) == body


@given(st.lists(WORD, min_size=1, max_size=5).map(joined), st.integers(0, 40))
def test_a_paste_within_any_number_of_wrappers_is_the_same_paste(words: Source, levels: int) -> None:
    wrapped = "<section style='a:b'>" * levels + f"<p>{words.html}</p><p><br></p>" + "</section>" * levels
    assert clean(wrapped) == clean(f"<p>{words.html}</p>")
