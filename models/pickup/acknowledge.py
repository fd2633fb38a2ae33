"""Acknowledging a pickup: decided, recorded and answered in one transaction."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.account import hold_account
from models.base import new_id
from models.errors import BadInput, Forbidden, NotFound, StaleVersion
from models.event import EventKind
from models.outlet import Outlet
from models.pickup.accept import Accepted, accept, omitted_assets
from models.pickup.again import Plan, held_uses, say_again
from models.pickup.charge import charge
from models.pickup.duty import duties_of_pickup
from models.pickup.publication import begin
from models.pickup.record import decision_record, pickup_event, use_record
from models.pickup.table import Pickup
from models.pool.case import VariantCase, variant_case
from models.pool.openings import refresh_openings
from models.pool.rights import RightsBook
from models.trace.link import make_traces
from models.usage import Use
from models.viewer import Viewer, load_viewer

MAX_USES = 50
MAX_NOTE = 2_000


@dataclass(frozen=True)
class PickupRequest:
    """What a partner asks for.

    :param version: of the variant, as the partner has it.
    :param uses: 1–50; none carries a moment, the server's clock decides.
    :param planned_at: when the partner means to publish; the uses must be permitted then as well.
    """

    variant_id: uuid.UUID
    version: int
    uses: Sequence[Use]
    outlet_ids: Sequence[uuid.UUID] = field(default_factory=tuple)
    planned_at: datetime | None = None
    note: str | None = None


async def acknowledge(session: AsyncSession, request: PickupRequest, viewer: Viewer, book: RightsBook) -> Pickup:
    """Records a pickup, or finds the same one again. The same: partner, variant, version and set of uses, not released since.

    A repeated request brings the same pickup; what it says of outlets, plan and note takes the place of what was said before, and so does
    what it says of purpose, event and share of the text, which is decided first.

    :raises Forbidden: staff take nothing.
    :raises NotFound: the variant, or an outlet, is not there for this partner.
    :raises StaleVersion: another version of the variant is live.
    :raises UsageDenied: one of the uses is not permitted, now or at the planned moment.
    :raises BadInput: no uses, too many, too long a note, or a plan in the past.
    """
    partner_id = viewer.actor.partner_id
    if partner_id is None:
        raise Forbidden("staff acknowledge no pickups; use a client of the partner")
    _refuse_bad(request)
    await hold_account(session, partner_id)
    viewer = await load_viewer(session, viewer.actor, book.policies, viewer.now)
    await _check_outlets(session, request, partner_id)
    case = await variant_case(session, request.variant_id, viewer, book, hold=True)
    uses = [_in_language(use, case) for use in request.uses]
    key = uses_key(uses)
    plan = Plan([str(outlet) for outlet in request.outlet_ids], request.planned_at, request.note)
    existing = await _find(session, partner_id, request, key)
    if existing is not None and case.subject.pub_status == "USABLE":
        return await say_again(session, existing, case, uses, plan, viewer)
    if case.part["version"] != request.version:
        current = case.part["version"]
        raise StaleVersion(
            f"version {request.version} is not the live one; read version {current} and acknowledge that",
            current=current,
            field=["version"],
        )
    if request.planned_at is not None and request.planned_at < viewer.now:
        raise BadInput(f"plannedAt {request.planned_at.isoformat()} is in the past", field=["plannedAt"])
    accepted = accept(case, uses, viewer, request.planned_at)
    pickup = _new_pickup(case, uses, key, accepted, plan, request, viewer)
    begin(pickup)
    charged = {decision.agreement.id for decision in accepted.charged if decision.agreement is not None}
    await charge(session, pickup, charged, case.subject.form)
    session.add(pickup)
    await session.flush()
    session.add_all([*held_uses(pickup, uses), *duties_of_pickup(pickup, accepted.decisions)])
    await session.flush()
    await make_traces(session, [pickup.id], viewer.now)
    await refresh_openings(session, pickup.story_id, [partner_id])
    event.append(session, pickup_event(EventKind.PICKUP_ACKNOWLEDGED, pickup, viewer.now))
    return pickup


def uses_key(uses: Sequence[Use]) -> str:
    """Names a set of uses, whatever their order: SHA-256 (hex) over (action, territory, channel, language)."""
    distinct = sorted({(use.action.value, use.territory, use.channel.value, use.language or "") for use in uses})
    return hashlib.sha256(orjson.dumps(distinct)).hexdigest()


def _refuse_bad(request: PickupRequest) -> None:
    if not 1 <= len(request.uses) <= MAX_USES:
        raise BadInput(f"uses holds {len(request.uses)} uses; give between 1 and {MAX_USES}", field=["uses"])
    if request.note is not None and len(request.note) > MAX_NOTE:
        raise BadInput(f"note has {len(request.note)} characters; at most {MAX_NOTE} are kept", field=["note"])


async def _check_outlets(session: AsyncSession, request: PickupRequest, partner_id: uuid.UUID) -> None:
    wanted = set(request.outlet_ids)
    statement = select(Outlet.id).where(col(Outlet.id).in_(wanted), Outlet.partner_id == partner_id)
    unknown = wanted - set((await session.exec(statement)).all()) if wanted else set()
    if unknown:
        raise NotFound(f"there is no outlet {min(map(str, unknown))} of yours", field=["outletIds"])


def _in_language(use: Use, case: VariantCase) -> Use:
    """The use with its language written out where the variant's own is meant; a translation must name its language."""
    if use.language is not None or use.action.value == "translate":
        return use
    return replace(use, language=case.subject.language)


def _new_pickup(
    case: VariantCase,
    uses: list[Use],
    key: str,
    accepted: Accepted,
    plan: Plan,
    request: PickupRequest,
    viewer: Viewer,
) -> Pickup:
    decisions = accepted.decisions
    agreement = decisions[0].agreement
    assert agreement is not None, "a partner's use is permitted by an agreement"
    charged = next(facts for facts in viewer.standing.agreements if facts.id == agreement.id)
    assert viewer.actor.partner_id is not None
    return Pickup(
        id=new_id(),
        partner_id=viewer.actor.partner_id,
        client_id=viewer.actor.client_uuid,
        agreement_id=agreement.id,
        agreement_version=agreement.version,
        story_id=case.live.story_id,
        story_version=case.live.version,
        release_id=case.live.release_id,
        variant_id=request.variant_id,
        variant_version=request.version,
        uses=[use_record(use) for use in uses],
        uses_key=key,
        decision=decision_record(decisions, omitted=omitted_assets(case, uses, viewer), at=viewer.now),
        policy_hash=case.part["policy"],
        agreement_policy_hash=charged.policy.hash(),
        outlet_ids=plan.outlet_ids,
        planned_at=plan.planned_at,
        note=plan.note,
        created_at=viewer.now,
        updated_at=viewer.now,
        released_at=None,
    )


async def _find(session: AsyncSession, partner_id: uuid.UUID, request: PickupRequest, key: str) -> Pickup | None:
    statement = select(Pickup).where(
        Pickup.partner_id == partner_id,
        Pickup.variant_id == request.variant_id,
        Pickup.variant_version == request.version,
        Pickup.uses_key == key,
        col(Pickup.released_at).is_(None),
    )
    return (await session.exec(statement)).first()
