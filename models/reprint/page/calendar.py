"""Dates as readers write them, in Chinese, Japanese, Korean, English, Russian, Greek, Arabic, German, French and Spanish."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final, NamedTuple

EARLIEST_YEAR: Final = 1995
"""No page on the web is older."""
LATEST_YEAR: Final = 2099

_MONTHS: Final = (
    "january jan январ янв ιανουαρ ιαν يناير كانون_الثاني januar jänner janvier enero",
    "february feb феврал фев φεβρουαρ φεβ فبراير شباط februar février fevrier febrero",
    "march mar март мар μαρτ μαρ مارس آذار märz mars marzo",
    "april apr апрел апр απριλ απρ أبريل ابريل نيسان avril abril",
    "may мая май μαϊ μαΐ μάι μαι مايو أيار mai mayo",
    "june jun июн ιουν ιούν يونيو حزيران juni juin junio",
    "july jul июл ιουλ ιούλ يوليو تموز juli juillet julio",
    "august aug август авг αυγουστ αυγούστ αυγ أغسطس اغسطس آب août aout agosto",
    "september sept sep сентябр сен σεπτεμβρ σεπ سبتمبر أيلول septembre septiembre",
    "october oct октябр окт οκτωβρ οκτ أكتوبر اكتوبر تشرين_الأول oktober okt octobre octubre",
    "november nov ноябр ноя νοεμβρ νοε نوفمبر تشرين_الثاني novembre noviembre",
    "december dec декабр дек δεκεμβρ δεκ ديسمبر كانون_الأول dezember dez décembre decembre diciembre",
)
"""What the names of the months begin with; `_` is a space."""

_MONTH_OF: Final = {name.replace("_", " "): number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAME: Final = "|".join(sorted((re.escape(name) for name in _MONTH_OF), key=len, reverse=True))
_ARABIC_DIGITS: Final = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")

MACHINE_TIME: Final = re.compile(
    r"(?P<year>\d{4})[-/.]?(?P<month>\d{1,2})[-/.]?(?P<day>\d{1,2})"
    r"(?:(?:T|\s+|\s*[,|]\s*)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?\Z",
    re.IGNORECASE,
)
"""ISO 8601 as it is written: with a space, with slashes, with and without its parts."""

DATE: Final = re.compile(
    rf"""
    (?<!\d)(?:
        (?P<y1>\d{{4}}) \s?[年년]\s? (?P<m1>\d{{1,2}}) \s?[月월]\s? (?P<d1>\d{{1,2}}) \s?[日号號일]
      | (?P<y2>\d{{4}}) (?P<s2>[-/.]) \s? (?P<m2>\d{{1,2}}) (?P=s2) \s? (?P<d2>\d{{1,2}}) (?!\d)
      | (?P<d3>\d{{1,2}}) (?P<s3>[-/.]) (?P<m3>\d{{1,2}}) (?P=s3) (?P<y3>\d{{4}}) (?!\d)
      | (?P<d4>\d{{1,2}}) (?:st|nd|rd|th|er|[.])? \s? (?:de\s|of\s)? (?P<n4>{_NAME}) \w*[.]? ,? \s? (?:de\s)? (?P<y4>\d{{4}}) (?!\d)
    )
    | (?<!\w)(?P<n5>{_NAME}) [a-z]*[.]? \s (?P<d5>\d{{1,2}}) (?:st|nd|rd|th)? ,? \s (?P<y5>\d{{4}}) (?!\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TIME: Final = re.compile(
    r"\s*(?:\([^()]{1,6}\)|（[^（）]{1,6}）|星期.|[月火水木金土日]曜日?)?\s*(?:,|\||·|-|–|—|at|в|στις|à|um|الساعة)?\s*"
    r"(?P<before>上午|下午|晚上|午前|午後|오전|오후)?\s*"
    r"(?P<hour>\d{1,2})\s?[:：.時时点시]\s?(?P<minute>\d{2})(?!\d)(?:[:：](?P<second>\d{2}))?\s*(?P<after>[ap]\.?m\b|[πμ]\.μ|ص|م\b)?",
    re.IGNORECASE,
)
_AFTER_NOON: Final = ("下午", "晚上", "午後", "오후", "p", "μ", "م")


class WrittenDate(NamedTuple):
    """A date without a zone, and whether a time of day was written with it."""

    at: datetime
    has_time: bool


def date_in(text: str, language: str) -> WrittenDate | None:
    """The first date in a text that can be one and is not ambiguous, with the time of day behind it.

    :param language: the primary subtag of the text, which decides whether `03/12/2025` can be read; empty where it is not known.
    """
    text = text.translate(_ARABIC_DIGITS)
    for match in DATE.finditer(text):
        parts = _parts(match, language)
        if parts is None or not EARLIEST_YEAR <= parts[0] <= LATEST_YEAR:
            continue
        time = _TIME.match(text, match.end())
        try:
            day = datetime(*parts)  # noqa: DTZ001 - the outlet's time of day
            if time is None:
                return WrittenDate(day, has_time=False)
            return WrittenDate(
                day.replace(hour=_hour(time), minute=int(time["minute"]), second=int(time["second"] or 0)),
                has_time=True,
            )
        except ValueError:
            continue
    return None


def _parts(match: re.Match[str], language: str) -> tuple[int, int, int] | None:
    """Year, month and day; None where they are ambiguous."""
    if match["y1"]:
        return int(match["y1"]), int(match["m1"]), int(match["d1"])
    if match["y2"]:
        return int(match["y2"]), int(match["m2"]), int(match["d2"])
    if match["y3"]:
        day, month = int(match["d3"]), int(match["m3"])
        if match["s3"] == "/" and language in ("", "en"):
            if month > 12:
                day, month = month, day
            elif day <= 12 and day != month:
                return None
        return int(match["y3"]), month, day
    kind = "4" if match["y4"] else "5"
    return int(match[f"y{kind}"]), _MONTH_OF[match[f"n{kind}"].lower()], int(match[f"d{kind}"])


def _hour(time: re.Match[str]) -> int:
    hour = int(time["hour"])
    mark = (time["before"] or time["after"] or "").lower()
    if mark and hour <= 12:
        return hour % 12 + (12 if mark.startswith(_AFTER_NOON) else 0)
    return hour
