"""Changing agreements. Each change is a version of its own, kept whole, and one event in the change log."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.account import hold_account
from models.agreement.content import (
    AgreementChanges,
    AgreementContent,
    content_of,
    read_changes,
    refuse_counts,
    version_record,
)
from models.agreement.exclusivity import Exclusive, refuse_conflicts
from models.agreement.moment import announce_coverage, is_in_force
from models.agreement.period import Moment, end_of, refuse_unless_before
from models.agreement.quota import quota_state, refuse_below_use, uses_of
from models.agreement.table import Agreement, AgreementVersion, Exclusivity
from models.base import DEFAULT_ZONE, new_id
from models.change import Change
from models.errors import BadInput, KeyTaken, NotFound, PartnerSuspended, RevisionConflict
from models.key import add_with_key, parse_key
from models.partner.table import Partner, PartnerStatus
from models.series import Series
from models.terms import store_policy
from models.topic import Topic
from models.zone import parse_zone


async def create_agreement(
    session: AsyncSession,
    partner_id: uuid.UUID,
    key: str,
    changes: AgreementChanges,
    change: Change,
    *,
    demonstration: bool = False,
) -> Agreement:
    """Adds an agreement, as version 1. The same again finds the same one.

    :raises NotFound: no such partner, or a series or topic that is not there.
    :raises PartnerSuspended: the partner is.
    :raises KeyTaken: another agreement has the key.
    :raises BadInput: a value cannot be right.
    :raises ExclusivityConflict: another partner has something of it to itself.
    """
    parse_key(key)
    await _hold_active_partner(session, partner_id)
    content = await _read(session, changes, None)
    await refuse_conflicts(session, partner_id, content.coverage, content.exclusivities)
    new = Agreement(
        id=new_id(),
        key=key,
        partner_id=partner_id,
        demonstration=demonstration,
        created_at=change.at,
        **content.columns(),
    )
    agreement, is_new = await add_with_key(session, new)
    if not is_new:
        if (
            agreement.partner_id == partner_id
            and content_of(agreement, await _exclusive(session, agreement)) == content
        ):
            return agreement
        raise KeyTaken(f"there is another agreement with the key {key!r}; choose another key", field=["key"])
    exclusivities = await _save_exclusivities(session, agreement, content.exclusivities, [])
    _keep_version(session, agreement, exclusivities, None, change)
    return agreement


async def update_agreement(
    session: AsyncSession, agreement_id: uuid.UUID, version: int, changes: AgreementChanges, change: Change
) -> Agreement:
    """Says something of an agreement anew, as its next version. What says nothing new changes nothing.

    :param version: in which the agreement was read.
    :raises NotFound: no such agreement, or a series or topic that is not there.
    :raises RevisionConflict: the agreement is at another version; nothing is changed.
    :raises QuotaBelowUse: a quota that is set anew is below what was charged to it.
    :raises BadInput: a value cannot be right.
    :raises ExclusivityConflict: another partner has something of it to itself.
    """
    agreement = await _hold(session, agreement_id)
    exclusivities = await _exclusive(session, agreement)
    present = content_of(agreement, exclusivities)
    content = await _read(session, changes, present)
    if content == present:
        return agreement
    if agreement.version != version:
        raise RevisionConflict(
            f"the agreement was read at version {version} and is at version {agreement.version} now; read it again and repeat",
            current=agreement.version,
            field=["version"],
        )
    if content.quotas != present.quotas or content.zone != present.zone:
        uses = (await uses_of(session, [agreement.id]))[agreement.id]
        refuse_below_use([quota_state(quota, uses, content.zone, change.at) for quota in content.quotas])
    await refuse_conflicts(session, agreement.partner_id, content.coverage, content.exclusivities)
    return await _save(session, agreement, content, exclusivities, change)


async def suspend_agreement(session: AsyncSession, agreement_id: uuid.UUID, change: Change) -> Agreement:
    """Nothing is supplied under an agreement until it is resumed.

    :raises NotFound: no such agreement.
    """
    return await _set_suspended(session, await _hold(session, agreement_id), change, suspended=True)


async def resume_agreement(session: AsyncSession, agreement_id: uuid.UUID, change: Change) -> Agreement:
    """Supplies again under an agreement that was suspended.

    :raises NotFound: no such agreement.
    :raises PartnerSuspended: its partner is.
    """
    await _hold_active_partner(session, await _partner_of(session, agreement_id))
    return await _set_suspended(session, await _hold(session, agreement_id), change, suspended=False)


async def end_agreement(session: AsyncSession, agreement_id: uuid.UUID, at: Moment | None, change: Change) -> Agreement:
    """Ends an agreement, with what it has to itself, earlier than was agreed.

    :param at: the first moment no longer in force, or a date: the last whole day in force; None ends it now.
    :raises NotFound: no such agreement.
    :raises EndBeforeStart: it had not begun by then.
    :raises BadInput: it ends before that anyway.
    """
    agreement = await _hold(session, agreement_id)
    exclusivities = await _exclusive(session, agreement)
    present = content_of(agreement, exclusivities)
    moment = change.at if at is None else end_of(at, parse_zone(agreement.zone), ["at"])
    refuse_unless_before(present.starts_at, moment, ["at"])
    if present.ends_at is not None and moment > present.ends_at:
        if at is None:
            return agreement
        raise BadInput(
            f"the agreement ends at {present.ends_at.isoformat()} already; to make it longer, update its endsAt",
            field=["at"],
        )
    if moment == present.ends_at:
        return agreement
    return await _save(session, agreement, present.ended(moment), exclusivities, change)


async def _hold_active_partner(session: AsyncSession, partner_id: uuid.UUID) -> None:
    """Keeps a partner from being suspended until the commit."""
    await hold_account(session, partner_id)
    partner = await session.get(Partner, partner_id)
    if partner is None:
        raise NotFound(f"there is no partner {partner_id}", field=["partnerId"])
    if partner.status is not PartnerStatus.ACTIVE:
        raise PartnerSuspended(f"the partner {partner.key!r} is suspended; reactivate it first", field=["partnerId"])


async def _partner_of(session: AsyncSession, agreement_id: uuid.UUID) -> uuid.UUID:
    partner_id = (await session.exec(select(Agreement.partner_id).where(Agreement.id == agreement_id))).first()
    if partner_id is None:
        raise NotFound(f"there is no agreement {agreement_id}", field=["agreementId"])
    return partner_id


async def _hold(session: AsyncSession, agreement_id: uuid.UUID) -> Agreement:
    """The agreement, whose other changes, and the pickups that are charged to it, wait until the commit."""
    await hold_account(session, await _partner_of(session, agreement_id))
    return await session.get_one(Agreement, agreement_id)


async def _read(session: AsyncSession, changes: AgreementChanges, present: AgreementContent | None) -> AgreementContent:
    zone = parse_zone(changes.get("zone", present.zone if present else DEFAULT_ZONE))
    policy_hash = None
    if "policy" in changes:
        policy = changes["policy"](zone)
        refuse_counts(policy)
        policy_hash = await store_policy(session, policy)
    content = read_changes(changes, zone, policy_hash, present)
    await _refuse_unknown(session, Series, "series", content.series)
    await _refuse_unknown(session, Topic, "topics", content.topics)
    return content


async def _refuse_unknown(
    session: AsyncSession, table: type[Series] | type[Topic], name: str, keys: Sequence[str] | None
) -> None:
    if keys is None:
        return
    known = set((await session.exec(select(table.key).where(col(table.key).in_(keys)))).all())
    if unknown := [key for key in keys if key not in known]:
        raise NotFound(f"{name} names {', '.join(map(repr, unknown))}, which is not there", field=[name])


async def _exclusive(session: AsyncSession, agreement: Agreement) -> list[Exclusivity]:
    return list((await session.exec(select(Exclusivity).where(Exclusivity.agreement_id == agreement.id))).all())


async def _set_suspended(session: AsyncSession, agreement: Agreement, change: Change, *, suspended: bool) -> Agreement:
    if agreement.suspended is suspended:
        return agreement
    agreement.suspended = suspended
    exclusivities = await _exclusive(session, agreement)
    return await _save(session, agreement, content_of(agreement, exclusivities), exclusivities, change)


async def _save(
    session: AsyncSession,
    agreement: Agreement,
    content: AgreementContent,
    exclusivities: list[Exclusivity],
    change: Change,
) -> Agreement:
    before = content_of(agreement, exclusivities)
    for name, value in content.columns().items():
        setattr(agreement, name, value)
    agreement.version += 1
    session.add(agreement)
    kept = await _save_exclusivities(session, agreement, content.exclusivities, exclusivities)
    _keep_version(session, agreement, kept, before, change)
    return agreement


async def _save_exclusivities(
    session: AsyncSession, agreement: Agreement, wanted: Sequence[Exclusive], present: Sequence[Exclusivity]
) -> list[Exclusivity]:
    """Brings the rows to what is wanted. One that stays the same keeps its id."""
    rows = {Exclusive.of(row): row for row in present}
    for item, row in rows.items():
        if item not in wanted:
            await session.delete(row)
    kept = []
    for item in wanted:
        row = rows.get(item) or Exclusivity(
            agreement_id=agreement.id,
            territories=None if item.territories is None else list(item.territories),
            channels=None if item.channels is None else list(item.channels),
            starts_at=item.starts_at,
            ends_at=item.ends_at,
        )
        session.add(row)
        kept.append(row)
    return kept


def _keep_version(
    session: AsyncSession,
    agreement: Agreement,
    exclusivities: Sequence[Exclusivity],
    before: AgreementContent | None,
    change: Change,
) -> None:
    record = version_record(agreement, exclusivities)
    version = AgreementVersion(
        agreement_id=agreement.id, version=agreement.version, content=record, at=change.at, by=change.by
    )
    session.add(version)
    after = content_of(agreement, exclusivities)
    was_in_force, agreement.in_force = agreement.in_force, is_in_force(agreement, change.at)
    announce_coverage(
        session, agreement, change.at, before.coverage if before else None, after.coverage, was_in_force=was_in_force
    )
