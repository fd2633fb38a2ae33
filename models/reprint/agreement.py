"""Reads what was agreed with a pickup: its uses, and the policies and the agreement as they were when it was accepted."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.agreement.table import AgreementVersion
from models.base import JsonObject
from models.duty import AcceptedDuty, DutyState
from models.language import LanguageTag
from models.moment import MomentKind, StoryMoment
from models.pickup import Pickup
from models.policy import DeliveryChannel, DutyAction, RightsAction
from models.reprint.agreed import Agreed, AgreedUse
from models.terms import load_policies
from models.territory import Territory
from models.usage import Use
from models.usage.window import ALWAYS, Window


async def agreed_with(session: AsyncSession, pickup: Pickup) -> Agreed:
    """What was agreed with a pickup. Nothing of it is read from the terms and agreements of now."""
    known = await load_policies(session, {pickup.policy_hash, pickup.agreement_policy_hash})
    lifted = await _lifted(session, pickup)
    period = await _period(session, pickup)
    waived = await _waived(session, pickup)
    uses = []
    for use, decision in zip(pickup.uses, pickup.decision["uses"], strict=True):
        by_agreement = decision["agreement"] == str(pickup.agreement_id)
        hashes = (pickup.policy_hash, pickup.agreement_policy_hash) if by_agreement else (pickup.policy_hash,)
        window = period if by_agreement else ALWAYS
        uses.append(
            AgreedUse(
                use=_use(use),
                policies=tuple(known[name] for name in hashes),
                period=window if lifted is None else window.after(lifted),
                delete_by=None if waived else _delete_by(decision["duties"]),
            )
        )
    return Agreed(tuple(uses), pickup.created_at)


def _use(record: JsonObject) -> Use:
    """A use, as `models.pickup.record.use_record` wrote it."""
    return Use(
        action=RightsAction[record["action"]],
        territory=Territory(record["territory"]),
        channel=DeliveryChannel(record["channel"]),
        language=LanguageTag(record["language"]) if record["language"] else None,
        purpose=record["purpose"],
        event=record.get("event"),
        percentage=record.get("percentage"),
    )


def _delete_by(duties: list[JsonObject]) -> datetime | None:
    """When the copies must be gone. A duty to delete without a time is due when the story is canceled: its status says that."""
    said = [one["deadline"] for one in duties if one["action"] == DutyAction.DELETE and one.get("deadline")]
    return min((datetime.fromisoformat(moment) for moment in said), default=None)


async def _period(session: AsyncSession, pickup: Pickup) -> Window:
    version = await session.get(AgreementVersion, (pickup.agreement_id, pickup.agreement_version))
    if version is None:
        return ALWAYS
    starts, ends = version.content["startsAt"], version.content["endsAt"]
    return Window(datetime.fromisoformat(starts), None if ends is None else datetime.fromisoformat(ends))


async def _lifted(session: AsyncSession, pickup: Pickup) -> datetime | None:
    """When the embargo that the story was under had lifted; None where there was none, or where it was put off since."""
    moment = await session.get(StoryMoment, (pickup.story_id, MomentKind.EMBARGO_LIFTED))
    return moment.due_at if moment is not None and moment.due_at <= pickup.created_at else None


async def _waived(session: AsyncSession, pickup: Pickup) -> bool:
    """Whether the centre does without the deletion."""
    duties = select(AcceptedDuty.id).where(
        AcceptedDuty.pickup_id == pickup.id,
        AcceptedDuty.action == DutyAction.DELETE,
        col(AcceptedDuty.state) == DutyState.WAIVED,
    )
    return (await session.exec(duties.limit(1))).first() is not None
