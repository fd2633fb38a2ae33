"""Who a page names as the source: the credit line that was asked for, its holder in another way, or somebody else.

A credit is looked for where the conventions of Chinese, English, Russian, Japanese, Greek and Arabic pages put it: behind a label and
a colon, in brackets at the end of a paragraph, before a dateline, in a byline. A name in a sentence is no credit: a page that writes of
the centre does not thereby say where its text comes from. So a label counts only at the beginning of a line, or behind what ends
a sentence or opens a bracket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final, NamedTuple

from models.reprint.shingles import Unit, normalised, units_of

MOST_READINGS: Final = 300
"""Of a text, how many attributions are looked at: a page with more is no article."""


class CreditState(StrEnum):
    """Whether a page says where its text comes from."""

    FOUND = "FOUND"
    """The credit line that was asked for stands there, to the word."""
    NAMED = "NAMED"
    """The holder is named as the source, in other words."""
    OTHER = "OTHER"
    """Somebody else is named."""
    ABSENT = "ABSENT"
    """Nobody is."""


class CreditKind(StrEnum):
    """What somebody is named as."""

    SOURCE = "SOURCE"
    """As where the text comes from."""
    PICTURE = "PICTURE"
    """As where a picture or film comes from."""
    AUTHOR = "AUTHOR"
    """As who wrote it."""


@dataclass(frozen=True)
class Credit:
    """What was found.

    :param kind: None for the credit line itself, and where nobody is named.
    :param who: the name as the page writes it, or the credit line as it stands there; None where nobody is named.
    :param start: where `who` stands in the text, half-open, in characters; None where nobody is named.
    """

    state: CreditState
    kind: CreditKind | None = None
    who: str | None = None
    start: int | None = None
    end: int | None = None


class Attribution(NamedTuple):
    """Somebody whom a text names in one of the conventions, and where: half-open, in characters."""

    kind: CreditKind
    who: str
    start: int
    end: int


_BEFORE = r"(?:^[^\S\n]*+|[（(【\[|｜/·•。！？!?.…，,;；”」』»\")）][^\S\n]*+|(?<!\s)[^\S\n]{2,}+|(?<!\s)[\u3000\t])"
"""What a label stands behind."""
_WHO = r"[^\S\n]*+(?P<who>[^\n|｜（）()【】\[\]。；;]{1,80})"
_IN_BRACKETS = r"(?P<who>[^\n（）()【】\[\]]{2,40}?)"

_CAPITAL = r"[A-ZА-ЯЁΑ-Ω][\w.&'’-]*"
_AGENCY = rf"{_CAPITAL}(?:[ /](?:of |the )?{_CAPITAL}){{0,4}}|[\u4e00-\u9fff]{{1,8}}[社报報网網台]|وكالة[^\n()]{{2,30}}"
"""What in brackets at the end of a paragraph is a source, and not a remark: （完） and (Photo taken in May) are none."""

_LABELS: Final = {
    CreditKind.SOURCE: (
        r"(?:本文|文章|稿件|信息|新闻|新聞|内容|资料|消息|原文)?(?:来源|來源|稿源|出处|出處)[^\S\n]*[:：]",
        r"(?:本文|文章|内容)?(?:转载自|轉載自|转自|轉自|原载于?|原載於?|首发于|首發於|摘自)[^\S\n]*[:：]?",
        r"(?i:sources?)[^\S\n]*[:：]",
        r"(?i:courtesy(?: of\b|[^\S\n]*[:：]))",
        r"(?i:(?:this (?:article|story|piece|report) (?:was |has )?)?(?:originally|first) (?:published|appeared) (?:by|in|on|at)\b)",
        r"(?i:(?:re-?published|reprinted|reproduced|reposted) (?:from|courtesy of|with (?:the )?permission (?:of|from))\b)",
        r"By [^\n,]{2,60}?,? for(?= [A-Z])",
        r"(?i:источники?)[^\S\n]*[:：]",
        r"(?i:по материалам\b|перепечатано (?:из|с)\b|впервые опубликовано (?:в|на)\b)[^\S\n]*[:：]?",
        r"(?:出典|出所|引用元|転載元|情報提供|配信|提供)[^\S\n]*[:：＝]",
        r"(?i:πηγ[ήη]|πηγές)[^\S\n]*[:：]",
        r"(?i:αναδημοσίευση από(?: το| τον| την| τη)?|με πληροφορίες από(?: το| τον| την| τη)?)\b[^\S\n]*[:：]?",
        r"(?:المصدر|المصادر)[^\S\n]*[:：]",
        r"نقل(?:ا|اً|ًا)[^\S\n]+عن\b",
    ),
    CreditKind.PICTURE: (
        r"(?:图片|圖片|照片|视频|視頻|题图|題圖|封面|图|圖|摄影|攝影|摄|攝|供图|供圖)(?:来源|來源|提供)?[^\S\n]*[:：/／]",
        r"(?:图片|圖片|照片|视频)由(?=[^\n]{2,40}?(?:提供|供图))",
        r"(?i:photo(?:s|graphs?)?|images?|pictures?|video|film)(?i: credits?)?[^\S\n]*[:：/]",
        r"(?i:(?:photos?|photographs?|images?|pictures?|video) (?:by|from|courtesy of)\b)",
        r"(?i:фото(?:графия)?|иллюстрация|видео)[^\S\n]*[:：/]",
        r"(?:写真|画像|撮影|映像)(?:提供)?[^\S\n]*[:：＝=]",
        r"(?i:φωτογραφί(?:α|ες)|φωτ[οό]|εικόνα|βίντεο)[^\S\n]*[:：]",
        r"(?:الصورة|صورة|الصور|تصوير|فيديو)[^\S\n]*[:：]",
    ),
    CreditKind.AUTHOR: (
        r"[^\s：:，。]{0,8}(?:记者|記者|通讯员|通訊員|作者|撰文|文)[^\S\n]*[:：/／]",
        r"(?i:author|writer|reporter)[^\S\n]*[:：]",
        r"(?i:автор|корреспондент)[^\S\n]*[:：]",
        r"(?:文|執筆|取材)[^\S\n]*[:：＝=]",
        r"(?i:συντάκτης|κείμενο)[^\S\n]*[:：]",
        r"(?:بقلم|الكاتب|كتب)[^\S\n]*[:：]",
    ),
}
"""What stands before a name, by what it is named as; the first that fits counts."""

_SHAPES: Final = {
    CreditKind.SOURCE: (
        # 新华社深圳12月3日电
        r"^[^\S\n]*+[（(]?(?P<who>[\u4e00-\u9fff]{1,7}?[社报報网網台])[^\n，。]{0,16}?\d{1,2}月\d{1,2}日(?:电|電|讯|訊)",
        # SHENZHEN, Dec. 3 (Xinhua) -- …, and … in the evening. (Xinhua)
        rf"^[^\n(]{{2,60}}\({_IN_BRACKETS}\)[^\S\n]*[-–—]",
        rf"[.!?…。！？”\"»][^\S\n]*[（(](?P<who>{_AGENCY})[）)][^\S\n]*$",
        r"^[^\S\n]*+[（(]?(?P<who>[^\n（）()。]{2,40}?)(?:より|から)転載",
    ),
    CreditKind.PICTURE: (rf"[（(]{_IN_BRACKETS}[^\S\n]*(?:[摄攝]|供[图圖]|撮影)[）)]",),
    CreditKind.AUTHOR: (
        r"[（(][^（）()\n]{0,12}?(?:记者|記者|通讯员|通訊員)[^\S\n]+(?P<who>[^（）()\n]{2,40}?)[）)]",
        r"^[^\S\n]*+[^\s，。：:]{0,12}(?:记者|記者|通讯员|通訊員)[^\S\n]+(?P<who>[^\n，。：:]{2,20})$",
        r"^[^\S\n]*+By (?P<who>[A-Z][^\n.:;]{1,59})$",
    ),
}
"""Conventions without a label before the name."""

_CONVENTIONS: Final = tuple(
    (kind, re.compile(shape, re.MULTILINE))
    for kind in CreditKind
    for shape in [*_SHAPES[kind], *(_BEFORE + label + _WHO for label in _LABELS[kind])]
)

_END_OF_NAME = re.compile(
    r"[^\S\n]{2,}|[\t\u3000]|[^\S\n][-–—][^\S\n]|(?<=\w\w)[.!?؟](?=\s|$)|，|(?<=\w)[”」』»]|[、,；;][^\S\n]*(?=\w{1,8}[:：/／])"
    r"|[^\S\n]+(?=[\w/]{1,12}[:：])|提供$|供[图圖]$"
)
_AROUND_NAME = " \t\u3000:：.,，、-–—“”\"'«»「」『』《》<>*"


def find_credit(text: str, credit_line: str, names: Sequence[str]) -> Credit:
    """Who the text of a page names as its source.

    The credit line is looked for first, and without regard to case, width, spaces, punctuation and the two scripts of Chinese. Then
    the holder, in any convention. Then anybody else: a source before who made the pictures, and them before who wrote it.

    :param credit_line: the line that the terms ask for; may be empty.
    :param names: the names that the holder goes by, in any language.
    """
    units = units_of(text)
    if (place := _place_of(normalised(credit_line), units)) is not None:
        start, end = place
        return Credit(CreditState.FOUND, None, text[start:end], start, end)
    found = sorted(attributions(text), key=lambda each: list(CreditKind).index(each.kind))
    wanted = [normalised(name) for name in names]
    for attribution in found:
        own = units_of(attribution.who)
        if any(_place_of(name, own) is not None for name in wanted):
            return Credit(CreditState.NAMED, *attribution)
    return Credit(CreditState.OTHER, *found[0]) if found else Credit(CreditState.ABSENT)


def attributions(text: str) -> tuple[Attribution, ...]:
    """Everybody whom a text names in one of the conventions, in reading order; one place is read in one way only."""
    found: list[Attribution] = []
    for attribution in islice(_readings(text), MOST_READINGS):
        if all(attribution.end <= other.start or other.end <= attribution.start for other in found):
            found.append(attribution)
    return tuple(sorted(found, key=lambda each: each.start))


def _readings(text: str) -> Iterator[Attribution]:
    for kind, convention in _CONVENTIONS:
        for match in convention.finditer(text):
            given, start = match["who"], match.start("who")
            name = _END_OF_NAME.split(given, maxsplit=1)[0]
            who = name.strip(_AROUND_NAME)
            if any(map(str.isalpha, who)):
                start += given.index(who)
                yield Attribution(kind, who, start, start + len(who))


def _place_of(words: Sequence[str], units: Sequence[Unit]) -> tuple[int, int] | None:
    """Where words stand one after the other, half-open, in characters; None where they do not, and for no words."""
    if not words:
        return None
    for first in range(len(units) - len(words) + 1):
        if units[first].text == words[0] and all(
            unit.text == word for unit, word in zip(units[first : first + len(words)], words, strict=True)
        ):
            return units[first].start, units[first + len(words) - 1].end
    return None
