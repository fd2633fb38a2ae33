"""Copies and their figures out of a table, a row each: what a row says is kept whole, or refused whole with the reason."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.errors import BadInput, NotFound
from models.language import parse_language
from models.metric.record import Figure, Subject, record
from models.metric.table import Measure
from models.outlet import FigureGrade, FigureQualifier, Outlet
from models.reprint.address import canonical_address
from models.reprint.report import Copy, report
from models.reprint.sheet import Line, Value
from models.reprint.source import Teller
from models.reprint.table import Reprint, ReprintForm, TimePrecision
from models.story import Story
from models.territory import parse_territory

E = TypeVar("E", bound=StrEnum)

COLUMNS: Final = {
    "url": ("url", "address", "link", "链接", "网址"),
    "outlet": ("outlet", "渠道", "刊播渠道"),
    "place": ("place", "版面", "位置"),
    "pickup": ("pickup", "采用编号"),
    "story": ("story", "稿件"),
    "parent": ("parent", "转自"),
    "title": ("title", "标题"),
    "language": ("language", "语种", "语言"),
    "territory": ("territory", "country or region", "国家或地区"),
    "form": ("form", "转载形式", "形式"),
    "published": ("published", "发布时间", "发布日期"),
    "note": ("note", "备注"),
    "as of": ("as of", "asof", "截至"),
    "source": ("source", "来源"),
    "grade": ("grade", "等级"),
    "qualifier": ("qualifier", "限定"),
    "evidence": ("evidence", "证据"),
    "views": ("views", "浏览量"),
    "plays": ("plays", "播放量"),
    "reads": ("reads", "阅读量"),
    "impressions": ("impressions", "曝光量"),
    "reach": ("reach", "触达人数"),
    "likes": ("likes", "点赞", "点赞数"),
    "comments": ("comments", "评论", "评论数"),
    "shares": ("shares", "转发", "转发数"),
    "saves": ("saves", "收藏", "收藏数"),
    "clicks": ("clicks", "点击量"),
}
"""The columns that are read, by each name that they may have, in small letters. Others are named as not read."""
_BY_NAME: Final = {name: key for key, names in COLUMNS.items() for name in names}
_MEASURES: Final = {measure.value.lower(): measure for measure in Measure if measure is not Measure.FOLLOWERS}


@dataclass(frozen=True)
class Kept:
    """What came of a row.

    :param figures: how many were kept with it.
    """

    reprint: Reprint
    figures: int


def unread_columns(line: Line) -> list[str]:
    """The names of columns that mean nothing here."""
    return sorted(name for name in line if name not in _BY_NAME)


async def keep_row(session: AsyncSession, line: Line, teller: Teller, zone: ZoneInfo) -> Kept:
    """Keeps what a row says; the same row again changes nothing.

    :param zone: of days and moments that name none.
    :raises StorypoolError: a value cannot be right, or names nothing.
    """
    values = {_BY_NAME[name]: value for name, value in line.items() if name in _BY_NAME}
    copy = await _copy(session, values, zone)
    figures = _figures(values, teller.at, zone)
    reprint = await report(session, copy, teller)
    if figures:
        await record(session, Subject(reprint_id=reprint.id), figures, teller.by, teller.at)
    return Kept(reprint, len(figures))


async def _copy(session: AsyncSession, values: Mapping[str, Value], zone: ZoneInfo) -> Copy:
    published, precision = _moment(values, "published", zone)
    language, territory = _text(values, "language"), _text(values, "territory")
    return Copy(
        url=_text(values, "url"),
        outlet_id=await _outlet(session, _text(values, "outlet")),
        place=_text(values, "place"),
        title=_text(values, "title"),
        pickup_id=_uuid(values, "pickup"),
        parent_id=await _parent(session, _text(values, "parent")),
        story_id=await _story(session, _text(values, "story")),
        language=None if language is None else parse_language(language),
        territory=None if territory is None else parse_territory(territory),
        form=_member(values, "form", ReprintForm),
        published_at=published,
        published_precision=precision,
        note=_text(values, "note"),
    )


async def _outlet(session: AsyncSession, key: str | None) -> uuid.UUID | None:
    if key is None:
        return None
    found = (await session.exec(select(Outlet.id).where(Outlet.key == key))).first()
    if found is None:
        raise NotFound(f"there is no outlet with the key {key[:64]!r}", field=["outlet"])
    return found


async def _story(session: AsyncSession, uri: str | None) -> uuid.UUID | None:
    if uri is None:
        return None
    found = (await session.exec(select(Story.id).where(Story.uri == uri))).first()
    if found is None:
        raise NotFound(f"there is no story {uri[:255]!r}", field=["story"])
    return found


async def _parent(session: AsyncSession, url: str | None) -> uuid.UUID | None:
    if url is None:
        return None
    found = (await session.exec(select(Reprint.id).where(Reprint.address == canonical_address(url)))).first()
    if found is None:
        raise NotFound(f"no copy at {url[:200]!r} is known; report that one first", field=["parent"])
    return found


def _figures(values: Mapping[str, Value], now: datetime, zone: ZoneInfo) -> list[Figure]:
    given = {_MEASURES[name]: value for name, value in values.items() if name in _MEASURES}
    if not given:
        return []
    as_of, _ = _moment(values, "as of", zone)
    source = _text(values, "source")
    grade = _member(values, "grade", FigureGrade) or (FigureGrade.REPORTED if source else FigureGrade.CLAIMED)
    return [
        Figure(
            measure,
            _count(measure.value.lower(), value),
            as_of or now,
            source or "a table without a source",
            grade,
            _member(values, "qualifier", FigureQualifier) or FigureQualifier.EXACT,
            evidence=_text(values, "evidence"),
        )
        for measure, value in given.items()
    ]


def _count(name: str, value: Value) -> int:
    text = str(value).replace(",", "").replace(" ", "")
    try:
        number = float(text)
    except ValueError:
        raise BadInput(f"{name} is {str(value)[:40]!r}; write a whole number", field=[name]) from None
    if number != int(number):
        raise BadInput(f"{name} is {str(value)[:40]!r}; write a whole number", field=[name])
    return int(text) if text.lstrip("+-").isdecimal() else int(number)


def _moment(values: Mapping[str, Value], name: str, zone: ZoneInfo) -> tuple[datetime | None, TimePrecision]:
    """A moment, and how exactly it is known: a day alone is its first moment in the zone."""
    value = values.get(name)
    if isinstance(value, str):
        value = _written(value, name)
    if value is None:
        return None, TimePrecision.SECOND
    if isinstance(value, datetime):
        whole_day = value.tzinfo is None and value.time() == time()
        known = value if value.tzinfo is not None else value.replace(tzinfo=zone)
        precision = (
            TimePrecision.DAY if whole_day else TimePrecision.MINUTE if value.second == 0 else TimePrecision.SECOND
        )
        return known.astimezone(UTC), precision
    if isinstance(value, date):
        return datetime.combine(value, time(), zone).astimezone(UTC), TimePrecision.DAY
    raise BadInput(f"{name} is {value!r}; write a day or a moment", field=[name])


def _written(text: str, name: str) -> date | datetime:
    plain = text.replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "").strip()
    try:
        if len(plain) <= len("2025-04-10"):
            year, month, day = (int(part) for part in plain.split("-"))
            return date(year, month, day)
        return datetime.fromisoformat(plain)
    except ValueError:
        raise BadInput(
            f"{name} is {text[:40]!r}; write 2025-04-10, or 2025-04-10T09:30:00+08:00", field=[name]
        ) from None


def _text(values: Mapping[str, Value], name: str) -> str | None:
    value = values.get(name)
    return None if value is None else str(value)


def _uuid(values: Mapping[str, Value], name: str) -> uuid.UUID | None:
    text = _text(values, name)
    if text is None:
        return None
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BadInput(f"{name} is {text[:80]!r}; write its id", field=[name]) from None


def _member(values: Mapping[str, Value], name: str, members: type[E]) -> E | None:
    text = _text(values, name)
    if text is None:
        return None
    try:
        return members(text.strip().upper().replace(" ", "_"))
    except ValueError:
        known = ", ".join(member.value for member in members)
        raise BadInput(f"{name} is {text[:40]!r}; write one of {known}", field=[name]) from None
