"""Seeds the copies that the source tells of, with the figures that it claims: lower bounds, for which it gives no evidence."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.metric.group import GroupChanges, save_group
from models.metric.record import Figure, Subject, record
from models.outlet import FigureGrade, Outlet
from models.reprint.report import Copy, report
from models.reprint.source import Teller
from models.reprint.table import Reprint, ReprintWay
from models.story import Story
from seed.copies import FigureFile, ReprintFile, ReprintsFile
from seed.foundation import ADDED_BY

SOURCE: Final = "The centre's own account of its work, 2025"


async def add_reprints(session: AsyncSession, wanted: ReprintsFile, uris: dict[str, str], *, now: datetime) -> int:
    """Adds what is missing, in the session's transaction.

    :param uris: of the stories, by slug.
    :returns: how many copies there are.
    """
    found = (await session.exec(select(Story.uri, Story.id).where(col(Story.uri).in_(uris.values())))).all()
    by_uri = dict(found)
    stories = {slug: by_uri[uri] for slug, uri in uris.items() if uri in by_uri}
    outlets = dict((await session.exec(select(Outlet.key, Outlet.id))).all())
    copies: dict[str, uuid.UUID] = {}
    for part in wanted.reprints:
        if part.story not in stories:
            continue
        reprint = await _add(session, part, stories, outlets, copies, now)
        copies[part.key] = reprint.id
        await _figures(session, Subject(reprint_id=reprint.id), part.figures, now)
    for group in wanted.groups:
        if group.story is not None and group.story not in stories:
            continue
        changes = GroupChanges(
            name=group.name,
            story_id=stories[group.story] if group.story else None,
            reprint_ids=[copies[key] for key in group.reprints],
            outlet_ids=[outlets[key] for key in group.outlets],
            stated_size=group.stated_size,
            ran_at=group.ran_at,
            ran_precision=group.precision,
            note=group.note,
        )
        row = await save_group(session, group.key, changes, now)
        await _figures(session, Subject(group_id=row.id), group.figures, now)
    return len(copies)


async def _add(
    session: AsyncSession,
    part: ReprintFile,
    stories: dict[str, uuid.UUID],
    outlets: dict[str, uuid.UUID],
    copies: dict[str, uuid.UUID],
    now: datetime,
) -> Reprint:
    copy = Copy(
        outlet_id=outlets[part.outlet],
        place=part.key,
        story_id=stories[part.story],
        parent_id=copies[part.parent] if part.parent else None,
        edge_kind=part.edge,
        language=part.language,
        territory=part.territory,
        form=part.form,
        published_at=part.published_at,
        published_precision=part.precision,
        note=part.note,
    )
    return await report(session, copy, Teller(ReprintWay.EDITOR, ADDED_BY, now))


async def _figures(session: AsyncSession, subject: Subject, parts: Sequence[FigureFile], now: datetime) -> None:
    if parts:
        figures = [
            Figure(part.measure, part.value, part.as_of, SOURCE, FigureGrade.CLAIMED, part.qualifier) for part in parts
        ]
        await record(session, subject, figures, ADDED_BY, now)
