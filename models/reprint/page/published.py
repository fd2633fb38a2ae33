"""When a page was published, to which precision, and where it says so.

What is made for machines is believed before what is made for readers, and both before the address:

    JSON_LD   datePublished of the article
    META      article:published_time, and what else publishers call it
    TIME      <time> for publication, or itemprop="datePublished"
    SCRIPT    the variable in which WeChat keeps it; its pages say it nowhere else
    TEXT      a date below the headline, or behind “发布时间”, “Published” and the like
    ADDRESS   /2025/12/03/ and the like

A source that gives the day only is refined by a later one that gives the time of the same day. A time of 00:00:00 is a day that a program
has padded, and one that ends in :00 a minute: both are far more often so than true to the second.

Numbers alone are read as year, month, day, or day, month, year. Month, day, year is American and cannot be told from the latter in
English, so `03/12/2025` is read only where one of the two is above 12 or the page is in another language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final, NamedTuple

from models.reprint.page.calendar import DATE, EARLIEST_YEAR, LATEST_YEAR, MACHINE_TIME, date_in
from models.reprint.page.markup import Markup

MOST_PARAGRAPHS: Final = 20
"""Paragraphs below the headline in which a date is looked for: some outlets put their tags between the two, a line each."""
MOST_HEADLINES: Final = 5
"""Paragraphs that are tried for it: the longest of those that stand in the title, in which names of sections stand, too."""
LONGEST_DATELINE: Final = 160
"""Characters of a paragraph that is looked at for a date: longer ones are the article itself."""


SHORTEST_SENTENCE: Final = 50
"""Characters from which a paragraph is counted as the article's."""


class Precision(StrEnum):
    """To what a time is known."""

    DAY = "DAY"
    MINUTE = "MINUTE"
    SECOND = "SECOND"


class PublishedSource(StrEnum):
    """Where a page says when it was published."""

    JSON_LD = "JSON_LD"
    META = "META"
    TIME = "TIME"
    SCRIPT = "SCRIPT"
    TEXT = "TEXT"
    ADDRESS = "ADDRESS"


@dataclass(frozen=True)
class Published:
    """When a page says that it was published.

    :param at: with its zone where the page says one; without, it is the outlet's time of day (`in_zone`). Parts beyond the
        precision are zero.
    """

    at: datetime
    precision: Precision
    source: PublishedSource

    def in_zone(self, outlet: tzinfo) -> datetime:
        """The moment in UTC, for an outlet whose clocks show this zone's time."""
        return (self.at if self.at.tzinfo else self.at.replace(tzinfo=outlet)).astimezone(UTC)


META_NAMES: Final = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "pubdate", "publishdate",
    "publish-date", "publish_date", "publication_date", "publish_time", "dc.date.issued", "dcterms.issued", "dcterms.created",
    "dc.date.created", "sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime", "bytedance:published_time",
    "weibo: article:create_at", "weibo:article:create_at", "apub:time", "og:release_date", "og:time", "citation_publication_date",
    "dc.date", "date",
)  # fmt: skip
"""The names under which publishers say it, the plainest first."""

_RFC_5322: Final = re.compile(r"(?:\w{3}, )?\d{1,2} \w{3} \d{4} \d\d:\d\d")
_WECHAT: Final = re.compile(r"""\bvar\s+(?:ct|create_time)\s*=\s*["'](\d{10})["']""")
_LABEL: Final = re.compile(
    r"发布时间|发布于|发布日期|發佈時間|發布時間|發佈於|刊登日期|时间[：:]|日期[：:]|公開日|掲載日|配信|投稿日|更新日|입력|등록|published|"
    r"posted on|опубликовано|дата публикации|δημοσιεύ|ημερομηνία|نشر|تاريخ",
    re.IGNORECASE,
)
_IN_ADDRESS: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")


class Context(NamedTuple):
    """What else than its markup tells when a page was published; all may be empty.

    :param json_ld: its datePublished.
    :param source: its HTML if it is WeChat's.
    :param language: its primary subtag.
    """

    json_ld: str
    source: str
    title: str
    url: str
    language: str


def published(markup: Markup, context: Context) -> Published | None:
    """When a page says that it was published; None where it does not say."""
    found = _found(markup, context)
    first = next(found, None)
    if first is None or first.precision is not Precision.DAY:
        return first
    finer = (one for one in found if one.precision is not Precision.DAY and one.at.date() == first.at.date())
    return next(finer, first)


def _found(markup: Markup, context: Context) -> Iterator[Published]:
    said = [(context.json_ld, PublishedSource.JSON_LD)]
    said += [(markup.metas[name], PublishedSource.META) for name in META_NAMES if name in markup.metas]
    said += [(moment.value, PublishedSource.TIME) for moment in markup.moments if moment.is_published]
    if len(markup.moments) == 1:  # a page with one <time> has it for the article
        said.append((markup.moments[0].value, PublishedSource.TIME))
    for value, where in said:
        if one := stated(value, where):
            yield one
    if number := _WECHAT.search(context.source):
        yield _precise(datetime.fromtimestamp(int(number[1]), UTC), True, PublishedSource.SCRIPT)
    for paragraph in _datelines(markup.paragraphs, context.title):
        if found := date_in(paragraph, context.language):
            yield _precise(found.at, found.has_time, PublishedSource.TEXT)
    if (match := _IN_ADDRESS.search(context.url.partition("?")[0])) and (day := _day(match)):
        yield Published(day, Precision.DAY, PublishedSource.ADDRESS)


def stated(value: str, source: PublishedSource) -> Published | None:
    """What a value that is made for machines says: ISO 8601 with its usual slips, RFC 5322, seconds since 1970."""
    value = value.strip()[:100]
    if re.fullmatch(r"1\d{9}|1\d{12}", value):
        return _precise(datetime.fromtimestamp(int(value[:10]), UTC), True, source)
    if match := MACHINE_TIME.match(value):
        try:
            day = datetime(int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=_zone(match["zone"]))
            at = day.replace(
                hour=_number(match["hour"]), minute=_number(match["minute"]), second=_number(match["second"])
            )
            return _bounded(at, match["hour"] is not None, source)
        except ValueError:
            return None
    if _RFC_5322.match(value):
        try:
            return _bounded(parsedate_to_datetime(value), True, source)
        except ValueError:
            return None
    found = date_in(value, "")
    return _precise(found.at, found.has_time, source) if found else None


def _number(digits: str | None) -> int:
    return int(digits or 0)


def _bounded(at: datetime, has_time: bool, source: PublishedSource) -> Published | None:
    return _precise(at, has_time, source) if EARLIEST_YEAR <= at.year <= LATEST_YEAR else None


def _precise(at: datetime, has_time: bool, source: PublishedSource) -> Published:
    at = at.replace(microsecond=0)
    if not has_time or (at.hour, at.minute, at.second) == (0, 0, 0):
        return Published(at.replace(hour=0, minute=0, second=0), Precision.DAY, source)
    return Published(at, Precision.SECOND if at.second else Precision.MINUTE, source)


def _zone(zone: str | None) -> tzinfo | None:
    if not zone:
        return None
    if zone[0] not in "+-":
        return UTC
    minutes = int(zone[1:3]) * 60 + int(zone[-2:] if len(zone) > 3 else 0)
    return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))


def _day(match: re.Match[str]) -> datetime | None:
    try:
        day = datetime(int(match[1]), int(match[2]), int(match[3]))  # noqa: DTZ001 - the outlet's time of day
    except ValueError:
        return None
    return day if EARLIEST_YEAR <= day.year <= LATEST_YEAR else None


def _datelines(paragraphs: Sequence[str], title: str) -> Iterator[str]:
    """Where the date of an article may stand: below its headline and above its text, then behind a label anywhere."""
    wanted = "".join(title.split())
    headlines = [
        number
        for number, paragraph in enumerate(paragraphs)
        if 3 < len(paragraph) <= len(title) * 2 and "".join(paragraph.split()) in wanted
    ]
    for number in sorted(headlines, key=lambda number: len(paragraphs[number]), reverse=True)[:MOST_HEADLINES]:
        yield from _above_text(paragraphs[number + 1 : number + 1 + MOST_PARAGRAPHS])
    for paragraph in paragraphs:
        if len(paragraph) <= LONGEST_DATELINE and DATE.search(paragraph) and _LABEL.search(paragraph):
            yield paragraph


def _above_text(paragraphs: Sequence[str]) -> Iterator[str]:
    sentences = 0
    for paragraph in paragraphs:
        if len(paragraph) <= LONGEST_DATELINE:
            yield paragraph
        sentences += len(paragraph) >= SHORTEST_SENTENCE
        if sentences == 2:  # the first may be what the article is about, in a sentence
            return
