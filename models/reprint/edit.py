"""What staff say of a copy, and of outlets that were found and not claimed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.errors import BadInput, NotFound, RevisionConflict, WrongState
from models.metric.standing import restate
from models.metric.table import MetricGroupMember, MetricSnapshot, StandingFigure
from models.outlet import Outlet, OutletAddress
from models.pickup.publication import note_copies
from models.reprint.report import EARLIEST, LONGEST
from models.reprint.source import announce
from models.reprint.table import Reprint, ReprintForm, ReprintSource, ReprintState, Stage, TimePrecision, TimeSource
from models.variant import Variant


class ReprintChanges(TypedDict, total=False):
    """What is to be said of a copy anew; what is left out stays as it is. With a variant comes its story."""

    outlet_id: uuid.UUID
    variant_id: uuid.UUID | None
    variant_version: int | None
    title: str | None
    language: str | None
    territory: str | None
    form: ReprintForm | None
    published_at: datetime
    published_precision: TimePrecision
    stage_given: Stage | None
    state: ReprintState
    note: str | None


async def update(
    session: AsyncSession, reprint_id: uuid.UUID, changes: ReprintChanges, revision: int, now: datetime
) -> Reprint:
    """Says anew what a copy is.

    :param revision: of the copy, as whoever changes it has read it.
    :raises NotFound: no such copy, outlet or variant.
    :raises RevisionConflict: somebody else changed it meanwhile.
    :raises BadInput: a value cannot be right.
    """
    held = select(Reprint).where(Reprint.id == reprint_id).with_for_update(key_share=True)
    reprint = (await session.exec(held.execution_options(populate_existing=True))).first()
    if reprint is None:
        raise NotFound(f"there is no reprint {reprint_id}", field=["reprintId"])
    if reprint.revision != revision:
        raise RevisionConflict(
            f"the copy is at revision {reprint.revision}, not {revision}; read it again",
            current=reprint.revision,
            field=["revision"],
        )
    await _check(session, changes, now)
    if changes.get("variant_id") is not None:
        variant = await session.get(Variant, changes["variant_id"])
        assert variant is not None
        reprint.story_id = variant.story_id
    for name, value in changes.items():
        setattr(reprint, name, value)
    if "published_at" in changes:
        reprint.published_source = TimeSource.STATED
    reprint.updated_at, reprint.revision = now, reprint.revision + 1
    session.add(reprint)
    if "state" in changes:
        await note_copies(session, reprint.pickup_id)
    await session.flush()
    announce(session, reprint, now)
    return reprint


async def _check(session: AsyncSession, changes: ReprintChanges, now: datetime) -> None:
    for name, most in LONGEST.items():
        value = changes.get(name)
        if isinstance(value, str) and len(value) > most:
            raise BadInput(f"{name} has {len(value)} characters; at most {most} are kept", field=[name])
    if "published_at" in changes and not EARLIEST <= changes["published_at"] <= now:
        raise BadInput("publishedAt lies in the future, or before 1900", field=["publishedAt"])
    if "outlet_id" in changes and await session.get(Outlet, changes["outlet_id"]) is None:
        raise NotFound(f"there is no outlet {changes['outlet_id']}", field=["outletId"])
    variant_id = changes.get("variant_id")
    if variant_id is not None and await session.get(Variant, variant_id) is None:
        raise NotFound(f"there is no variant {variant_id}", field=["variantId"])


async def withdraw(
    session: AsyncSession, reprint_id: uuid.UUID, partner_id: uuid.UUID | None, now: datetime
) -> Reprint:
    """Takes back that a copy ran. It stays in the records, and in no report. Again changes nothing.

    :param partner_id: whoever takes it back; None for staff.
    :raises NotFound: no such copy, or one that this partner did not report.
    :raises WrongState: somebody else reported it as well.
    """
    held = select(Reprint).where(Reprint.id == reprint_id).with_for_update(key_share=True)
    reprint = (await session.exec(held.execution_options(populate_existing=True))).first()
    sources = (await session.exec(select(ReprintSource).where(ReprintSource.reprint_id == reprint_id))).all()
    if reprint is None or (partner_id is not None and all(source.partner_id != partner_id for source in sources)):
        raise NotFound(f"there is no reprint {reprint_id}", field=["reprintId"])
    if partner_id is not None and any(source.partner_id != partner_id for source in sources):
        raise WrongState(
            "somebody else knows of this copy as well; ask the centre to take it back", field=["reprintId"]
        )
    if reprint.state is not ReprintState.WITHDRAWN:
        reprint.state, reprint.updated_at, reprint.revision = ReprintState.WITHDRAWN, now, reprint.revision + 1
        reprint.next_check_at = None
        session.add(reprint)
        await note_copies(session, reprint.pickup_id)
        announce(session, reprint, now)
    return reprint


async def have_checked(session: AsyncSession, reprint_id: uuid.UUID, now: datetime) -> Reprint:
    """Has a copy looked at as soon as may be.

    :raises NotFound: no such copy.
    :raises WrongState: it has no address, or was withdrawn.
    """
    held = select(Reprint).where(Reprint.id == reprint_id).with_for_update(key_share=True)
    reprint = (await session.exec(held.execution_options(populate_existing=True))).first()
    if reprint is None:
        raise NotFound(f"there is no reprint {reprint_id}", field=["reprintId"])
    if reprint.address is None or reprint.state is ReprintState.WITHDRAWN:
        raise WrongState("there is nothing to look at: it has no address, or was withdrawn", field=["reprintId"])
    reprint.next_check_at = now
    session.add(reprint)
    await session.flush()
    return reprint


async def merge_outlets(session: AsyncSession, unclaimed_id: uuid.UUID, into_id: uuid.UUID) -> Outlet:
    """Makes an outlet that nobody has claimed a part of one that is known: its copies, addresses and figures are that one's from now on.

    :raises NotFound: one of them is not there.
    :raises WrongState: the first is claimed, or is the second.
    """
    rows = select(Outlet).where(col(Outlet.id).in_((unclaimed_id, into_id))).order_by(col(Outlet.id))
    found = {outlet.id: outlet for outlet in (await session.exec(rows.with_for_update())).all()}
    for name, outlet_id in (("unclaimedId", unclaimed_id), ("intoId", into_id)):
        if outlet_id not in found:
            raise NotFound(f"there is no outlet {outlet_id}", field=[name])
    if unclaimed_id == into_id or not found[unclaimed_id].unclaimed:
        raise WrongState("only an outlet that nobody has claimed can become a part of another", field=["unclaimedId"])
    for table in (Reprint, OutletAddress, MetricSnapshot):
        column = col(table.outlet_id)
        await session.execute(
            sa.update(table)
            .where(column == unclaimed_id)
            .values(outlet_id=into_id)
            .execution_options(synchronize_session=False)
        )
    already = select(MetricGroupMember.group_id).where(MetricGroupMember.outlet_id == into_id)
    members = sa.and_(col(MetricGroupMember.outlet_id) == unclaimed_id, col(MetricGroupMember.group_id).in_(already))
    await session.execute(sa.delete(MetricGroupMember).where(members))
    await session.execute(
        sa.update(MetricGroupMember).where(col(MetricGroupMember.outlet_id) == unclaimed_id).values(outlet_id=into_id)
    )
    stood = select(StandingFigure).where(StandingFigure.subject_id == unclaimed_id)
    for figure in (await session.exec(stood)).all():
        await session.delete(figure)
        await restate(session, into_id, figure.measure, figure.counting)
    await session.delete(found[unclaimed_id])
    await session.flush()
    return found[into_id]
