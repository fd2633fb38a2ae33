"""How uses and decisions are kept with a pickup."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from models.base import JsonObject
from models.document import timestamp
from models.event import Event, EventAudience, EventKind
from models.pickup.table import Pickup
from models.policy import Duty
from models.usage import UsageDecision, Use


def use_record(use: Use) -> JsonObject:
    """A use, as a pickup keeps it."""
    return {
        "action": use.action.name,
        "territory": use.territory,
        "channel": use.channel.value,
        "language": use.language,
        "purpose": use.purpose,
        "event": use.event,
        "percentage": use.percentage,
    }


def decision_record(decisions: Sequence[UsageDecision], *, omitted: list[JsonObject], at: datetime) -> JsonObject:
    """The decisions for each use in order, and the assets left out, as a pickup keeps them."""
    return {
        "at": timestamp(at),
        "uses": [
            {
                "decision": decision.decision.value,
                "reasons": [
                    {"code": reason.code, "outcome": reason.outcome.value, "message": reason.message}
                    for reason in decision.reasons
                ],
                "duties": [duty_record(duty, at) for duty in decision.duties],
                "validUntil": timestamp(decision.valid_until),
                "agreement": str(decision.agreement.id) if decision.agreement else None,
            }
            for decision in decisions
        ],
        "omittedAssets": omitted,
    }


def duty_record(duty: Duty, accepted_at: datetime) -> JsonObject:
    """A duty, as a pickup keeps it."""
    return {
        "action": duty.action.value,
        "deadline": timestamp(duty.deadline(accepted_at)),
        "blocking": duty.blocking,
    }


def pickup_event(kind: EventKind, pickup: Pickup, now: datetime) -> Event:
    """The event of a pickup; its partner hears of it, and staff."""
    return Event(
        kind=kind,
        at=now,
        audience=EventAudience.PARTNER,
        partner_id=pickup.partner_id,
        story_id=pickup.story_id,
        story_version=pickup.story_version,
        variant_id=pickup.variant_id,
        subject_id=str(pickup.id),
    )
