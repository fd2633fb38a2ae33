"""What the page of a shared report says around it, in English and in Chinese; and how its values are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from models.report.table import Cell, ColumnKind

PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "language": "中文",
        "period": "Period",
        "from_to": "{} to {}, both included",
        "before": "Compared with",
        "zone": "Time zone",
        "made": "As of",
        "ends": "This link ends",
        "only": "Only what is of",
        "files": "As a file",
        "notes": "Notes",
        "empty": "There is nothing in this period.",
        "next": "Next page",
        "start": "First page",
        "shown": "Report",
        "password": "Password",
        "password_title": "This report needs a password",
        "password_lead": "Whoever gave you the link can tell you the password.",
        "open": "Open the report",
        "wrong": "That is not the password.",
        "wait": "Too many attempts. Please try again in {} seconds.",
        "unknown_title": "Page not found",
        "unknown": "There is no report at this address. Please check that the link is whole.",
        "ended_title": "This link has ended",
        "ended": "Please ask whoever gave you the link for a new one.",
        "often_title": "Too many requests",
        "often": "Please wait a moment, then try again.",
        "cursor_title": "There is no such page",
        "cursor": "Please go back to the first page of the report.",
    },
    "zh": {
        "language": "English",
        "period": "统计时段",
        "from_to": "{} 至 {}（含首尾两日）",
        "before": "对比时段",
        "zone": "时区",
        "made": "数据截至",
        "ends": "链接有效期至",
        "only": "仅含以下合作方的数据",
        "files": "下载文件",
        "notes": "说明",
        "empty": "该时段内没有数据。",
        "next": "下一页",
        "start": "第一页",
        "shown": "报告",
        "password": "密码",
        "password_title": "查看此报告需要密码",
        "password_lead": "请向提供链接的人索取密码。",
        "open": "打开报告",
        "wrong": "密码不正确。",
        "wait": "尝试次数过多，请在 {} 秒后重试。",
        "unknown_title": "页面不存在",
        "unknown": "此地址没有报告，请检查链接是否完整。",
        "ended_title": "此链接已失效",
        "ended": "请向提供链接的人索取新链接。",
        "often_title": "请求过于频繁",
        "often": "请稍候再试。",
        "cursor_title": "没有这一页",
        "cursor": "请返回报告的第一页。",
    },
}

_NUMBERS: Final = frozenset({ColumnKind.COUNT, ColumnKind.SHARE, ColumnKind.HOURS})


class Shown(NamedTuple):
    """A value on the page.

    :ivar address: where it leads; only to http and https.
    """

    text: str
    is_number: bool
    address: str | None = None


def shown(cell: Cell, kind: ColumnKind, zone: ZoneInfo) -> Shown:
    """A value of a column. Of what nobody knows nothing is shown: silence is not zero."""
    if cell is None:
        return Shown("", kind in _NUMBERS)
    if isinstance(cell, datetime):
        return Shown(when(cell, zone), False)
    if isinstance(cell, int | float):
        if kind is ColumnKind.SHARE:
            return Shown(f"{cell:.1%}", True)
        return Shown(f"{cell:,.1f}" if kind is ColumnKind.HOURS else f"{cell:,}", True)
    leads = kind is ColumnKind.ADDRESS and cell.lower().startswith(("https://", "http://"))
    return Shown(cell, False, cell if leads else None)


def when(moment: datetime, zone: ZoneInfo) -> str:
    """A moment on the wall of the reports' clock."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
