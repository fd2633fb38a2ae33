"""Every report by its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from models.errors import BadInput
from models.report import annex, copies, partners, stories
from models.report.measure import Scope
from models.report.narrowing import WHOLE, Narrowing
from models.report.table import Position, Table


class ReportName(StrEnum):
    """A report."""

    STORY_IMPACT = "STORY_IMPACT"
    """Stories by where they ran and how far they travelled."""
    REPRINT_LEDGER = "REPRINT_LEDGER"
    """Every copy, the one that was published last first."""
    PROPAGATION = "PROPAGATION"
    """Chains of copies, the largest first."""
    PARTNER_SCORECARD = "PARTNER_SCORECARD"
    """Partners by what they took, what became of it, and whether they keep what was agreed."""
    LANGUAGE_TERRITORY = "LANGUAGE_TERRITORY"
    """Copies by language and country or region."""
    OUTLET_LEAGUE = "OUTLET_LEAGUE"
    """Outlets by how many copies they ran."""
    EXPOSURE = "EXPOSURE"
    """Series, topics and enterprises by the copies of their stories."""
    OFFICIAL_ACCOUNTS = "OFFICIAL_ACCOUNTS"
    """The centre's own accounts."""
    SUPPLY_UPTAKE = "SUPPLY_UPTAKE"
    """What was supplied, and what nobody took."""
    COMPLIANCE_QUEUE = "COMPLIANCE_QUEUE"
    """Copies that somebody has to look after."""
    GROWTH = "GROWTH"
    """Copies by month."""
    EVIDENCE = "EVIDENCE"
    """The figures behind all figures, with their sources and evidence."""


TITLES: Final = {
    ReportName.STORY_IMPACT: ("Story impact", "稿件传播效果"),
    ReportName.REPRINT_LEDGER: ("Reprint ledger", "转载台账"),
    ReportName.PROPAGATION: ("Propagation chains", "传播链"),
    ReportName.PARTNER_SCORECARD: ("Partner scorecard", "合作方评分卡"),
    ReportName.LANGUAGE_TERRITORY: ("Languages and countries or regions", "语种与国家或地区"),
    ReportName.OUTLET_LEAGUE: ("Outlet league", "渠道排行"),
    ReportName.EXPOSURE: ("Series, topics and enterprises", "系列、话题与企业曝光"),
    ReportName.OFFICIAL_ACCOUNTS: ("Official accounts", "官方账号"),
    ReportName.SUPPLY_UPTAKE: ("Supply and uptake", "供稿与采用"),
    ReportName.COMPLIANCE_QUEUE: ("Compliance queue", "合规待办"),
    ReportName.GROWTH: ("Growth by month", "月度增长"),
    ReportName.EVIDENCE: ("Method and evidence", "方法与证据附录"),
}
"""In English and Chinese."""

OF_THE_CENTRE: Final = frozenset(
    {ReportName.PROPAGATION, ReportName.OFFICIAL_ACCOUNTS, ReportName.SUPPLY_UPTAKE, ReportName.OUTLET_LEAGUE}
)
"""What is about more than one partner's own rows, and for staff alone."""
LISTS: Final = frozenset({ReportName.REPRINT_LEDGER, ReportName.EVIDENCE})
"""What goes on from page to page; the others are whole, up to 1,000 rows."""


def narrowed(name: ReportName, scope: Scope, narrowing: Narrowing) -> Scope:
    """What a list is about that is narrowed.

    :raises BadInput: the report is no list.
    """
    if narrowing != WHOLE and name not in LISTS:
        raise BadInput(f"{name} is no list; only REPRINT_LEDGER and EVIDENCE can be narrowed", field=["filter"])
    return replace(scope, narrowing=narrowing)


async def make(
    session: AsyncSession,
    name: ReportName,
    scope: Scope,
    now: datetime,
    *,
    first: int = 100,
    after: Position | None = None,
) -> Table:
    """A report, or a page of one that is a list. What is pending has to be worked into the rollups before (`models.rollup.fold`).

    :param first: rows at most, the weightiest of a report that is no list.
    :raises BadInput: a report that is no list is asked for from somewhere on.
    """
    if after is not None and name not in LISTS:
        raise BadInput(f"{name} is whole; it has no next page", field=["after"])
    match name:
        case ReportName.REPRINT_LEDGER:
            return await copies.ledger(session, scope, first, after)
        case ReportName.EVIDENCE:
            return await annex.evidence(session, scope, first, after)
        case ReportName.PARTNER_SCORECARD:
            return await partners.scorecard(session, scope, now, first)
        case ReportName.STORY_IMPACT:
            return await stories.impact(session, scope, first)
        case ReportName.PROPAGATION:
            return await copies.chains(session, scope, first)
        case ReportName.LANGUAGE_TERRITORY:
            return await copies.by_language(session, scope, first)
        case ReportName.OUTLET_LEAGUE:
            return await copies.by_outlet(session, scope, first)
        case ReportName.EXPOSURE:
            return await stories.exposure(session, scope, first)
        case ReportName.OFFICIAL_ACCOUNTS:
            return await annex.accounts(session, scope)
        case ReportName.SUPPLY_UPTAKE:
            return await stories.uptake(session, scope, first)
        case ReportName.COMPLIANCE_QUEUE:
            return await partners.queue(session, scope, first)
        case ReportName.GROWTH:
            return await copies.growth(session, scope)
