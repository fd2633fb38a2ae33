"""Pickups: what a partner took, with the receipt."""

from __future__ import annotations

import uuid
from datetime import datetime

import strawberry
from strawberry.types import Info

from models.audit.subject import about
from models.base import JsonObject
from models.language import LanguageTag
from models.paging import decode_cursor, encode_cursor, page_request
from models.pickup import Pickup as PickupRow
from models.pickup import (
    PickupRequest,
    Publication,
    Receipt,
    acknowledge,
    find_pickup,
    find_pickups,
    publication,
    receipts_of,
    release,
)
from models.policy import DeliveryChannel, DutyAction, RightsAction
from models.territory import Territory
from models.trace.link import pixel_html, short_link
from models.usage import Decision, Outcome
from schema.asset import Asset
from schema.context import Context
from schema.duty import AcceptedDuty
from schema.enum import describe
from schema.identifier import global_id, uuid_of
from schema.media import MediaAddress
from schema.node import Node, PageInfo, page_info
from schema.scalar import Url
from schema.story import Variant
from schema.terms import Terms
from schema.trace import PickupTraces, TraceResult, pickup_traces
from schema.usage import Duty, RuleOutcome, UsageDecision, UseInput

_LIST = "pickups"
describe(Publication, name="PickupPublication")


@strawberry.type(description="One use that was accepted with a pickup, with the decision as it was given.")
class PickupUseResult:
    action: RightsAction = strawberry.field(description="What is done.")
    territory: Territory = strawberry.field(description="Where.")
    channel: DeliveryChannel = strawberry.field(description="Through which channel.")
    language: LanguageTag | None = strawberry.field(description="In which language the copy runs.")
    purpose: str | None = strawberry.field(description="What for.")
    event: str | None = strawberry.field(description="On which occasion.")
    percentage: int | None = strawberry.field(description="How much of the text, in per cent.")
    usage_decision: UsageDecision = strawberry.field(description="The decision at that time.")


@strawberry.type(description="An asset that was left out of a pickup, and why.")
class OmittedAssetResult:
    asset_id: strawberry.ID = strawberry.field(description="The asset.")
    code: str = strawberry.field(description="The code of the rule that keeps it back.")
    message: str = strawberry.field(description="The rule in one English sentence.")


@strawberry.type(
    description="A partner's acknowledged taking of one variant version for stated uses. It is the receipt, too."
)
class Pickup(Node):
    story_id: strawberry.ID = strawberry.field(description="The story.")
    story_version: int = strawberry.field(description="The version of the story.")
    variant_id: strawberry.ID = strawberry.field(description="The variant.")
    variant_version: int = strawberry.field(description="The version of the variant that was taken.")
    agreement_id: strawberry.ID = strawberry.field(description="The agreement that it was taken under.")
    agreement_version: int = strawberry.field(description="The version of the agreement.")
    uses: list[PickupUseResult] = strawberry.field(description="What was accepted.")
    duties: list[Duty] = strawberry.field(description="What was taken on with all uses together.")
    accepted_duties: list[AcceptedDuty] = strawberry.field(description="Where each of its duties stands now.")
    content: Variant | None = strawberry.field(
        description="The variant, whole, in the version taken; null once it is withheld or canceled."
    )
    credit_line: str | None = strawberry.field(
        description="What to print as credit, in the language of the variant, as it was agreed; without the short link."
    )
    license_text: str | None = strawberry.field(
        description="The terms in words, in the language of the variant; without the short link."
    )
    omitted_assets: list[OmittedAssetResult] = strawberry.field(
        description="What is shown with the variant but was left out."
    )
    outlet_ids: list[strawberry.ID] = strawberry.field(description="Where it is to run.")
    planned_at: datetime | None = strawberry.field(description="When it is to run.")
    note: str | None = strawberry.field(description="The partner's own note.")
    created_at: datetime = strawberry.field(description="When it was acknowledged first.")
    updated_at: datetime = strawberry.field(description="When plan, outlets or note were changed last.")
    released_at: datetime | None = strawberry.field(description="When it was given back unused.")
    publication: Publication | None = strawberry.field(
        description="Whether it ran, as far as the centre knows; null once it was given back."
    )
    awaited_until: datetime | None = strawberry.field(
        description="Until when a copy is waited for; null once one is known or missing."
    )
    missing_since: datetime | None = strawberry.field(
        description="Since when a copy is missing; null where none is. A copy that is reported later ends it."
    )

    @strawberry.field(
        description="The short link of this pickup: it leads to the story, and counts how often it is followed. Print it with the credit."
    )
    async def short_link(self, info: Info[Context, None]) -> Url:
        return Url(short_link(info.context.services.public_url, (await self._traces(info)).trace.code))

    @strawberry.field(
        description="The credit line followed by the short link, so that the copy names its pickup. Null where `creditLine` is not given"
        " because the variant is withheld or canceled; the link alone where no credit was agreed."
    )
    async def credit_line_with_link(self, info: Info[Context, None]) -> str | None:
        return await self._with_link(info, self.credit_line)

    @strawberry.field(
        description="The terms in words followed by the short link. Null where the variant is withheld or canceled."
    )
    async def license_text_with_link(self, info: Info[Context, None]) -> str | None:
        return await self._with_link(info, self.license_text)

    @strawberry.field(
        description="The tracking pixel, as HTML for the copy to embed unchanged: an image of one pixel with a signed address; no cookie."
        " Null unless it was agreed to accept tracking, and once the variant is withheld or canceled."
    )
    async def pixel_html(self, info: Info[Context, None]) -> str | None:
        found = await self._traces(info)
        if not found.has_pixel or self.content is None:
            return None
        return pixel_html(info.context.services.public_url, found.trace)

    @strawberry.field(description="How often the short link was followed, and the pixel shown; up to a second late.")
    async def traces(self, info: Info[Context, None]) -> list[TraceResult]:
        return (await self._traces(info)).results()

    async def _traces(self, info: Info[Context, None]) -> PickupTraces:
        return await pickup_traces(info.context).load(uuid_of(self.id, "Pickup"))

    async def _with_link(self, info: Info[Context, None], text: str | None) -> str | None:
        if self.content is None:
            return None
        link = short_link(info.context.services.public_url, (await self._traces(info)).trace.code)
        return f"{text} {link}" if text else link

    @classmethod
    def of(cls, receipt: Receipt, address: MediaAddress, now: datetime) -> Pickup:
        row = receipt.pickup
        decided = row.decision["uses"]
        duties = {(duty["action"], duty.get("deadline")): _duty(duty) for use in decided for duty in use["duties"]}
        return cls(
            id=global_id("Pickup", row.id),
            story_id=global_id("Story", row.story_id),
            story_version=row.story_version,
            variant_id=global_id("Variant", row.variant_id),
            variant_version=row.variant_version,
            agreement_id=global_id("Agreement", row.agreement_id),
            agreement_version=row.agreement_version,
            uses=[_use(use, decision) for use, decision in zip(row.uses, decided, strict=True)],
            duties=list(duties.values()),
            accepted_duties=[AcceptedDuty.of(duty, now) for duty in receipt.duties],
            content=_content(receipt, address),
            credit_line=receipt.credit_line,
            license_text=receipt.license_text,
            omitted_assets=[
                OmittedAssetResult(asset_id=global_id("Asset", item.asset_id), code=item.code, message=item.message)
                for item in receipt.omitted
            ],
            outlet_ids=[global_id("Outlet", outlet) for outlet in row.outlet_ids],
            planned_at=row.planned_at,
            note=row.note,
            created_at=row.created_at,
            updated_at=row.updated_at,
            released_at=row.released_at,
            publication=publication(row),
            awaited_until=row.awaited_until,
            missing_since=row.missing_since,
        )


@strawberry.type(description="A pickup on a page.")
class PickupEdge:
    node: Pickup = strawberry.field(description="The pickup.")
    cursor: str = strawberry.field(description="Its place in the list.")


@strawberry.type(description="A page of pickups.")
class PickupConnection:
    edges: list[PickupEdge] = strawberry.field(description="The pickups of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")


@strawberry.input(name="PickupFilter", description="What pickups must meet.")
class PickupFilterInput:
    story_id: strawberry.ID | None = strawberry.field(default=None, description="Only pickups of this story.")
    include_released: bool = strawberry.field(default=False, description="Pickups that were given back unused, too.")
    publication: Publication | None = strawberry.field(
        default=None,
        description="Only pickups that are awaited, seen or missing; those that were given back are none of these.",
    )


@strawberry.input(description="A pickup to acknowledge.")
class AcknowledgePickupInput:
    variant_id: strawberry.ID = strawberry.field(description="The variant.")
    version: int = strawberry.field(description="The version of the variant that you have.")
    uses: list[UseInput] = strawberry.field(description="What you will do with it: 1 to 50 uses, none with `at`.")
    outlet_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Your outlets where it is to run."
    )
    planned_at: datetime | None = strawberry.field(
        default=None, description="When it is to run; the uses must be permitted then as well."
    )
    note: str | None = strawberry.field(default=None, description="Your own note, up to 2,000 characters.")


async def list_pickups(
    context: Context,
    wanted: PickupFilterInput,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> PickupConnection:
    """A page of pickups, the newest first."""
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (str,)))
    story_id = uuid_of(wanted.story_id, "Story") if wanted.story_id is not None else None
    viewer = await context.viewer()
    async with context.database.read() as session:
        page = await find_pickups(
            session,
            request,
            viewer,
            story_id=story_id,
            include_released=wanted.include_released,
            state=wanted.publication,
        )
        receipts = await receipts_of(session, page.items)
    address = await context.media_address()
    edges = [
        PickupEdge(node=Pickup.of(receipt, address, viewer.now), cursor=encode_cursor(_LIST, key))
        for receipt, key in zip(receipts, page.keys, strict=True)
    ]
    return PickupConnection(edges=edges, page_info=page_info(page, _LIST))


async def one_pickup(context: Context, pickup_id: uuid.UUID) -> Pickup:
    """A pickup by its id.

    :raises NotFound: none, or another partner's.
    """
    viewer = await context.viewer()
    async with context.database.read() as session:
        receipts = await receipts_of(session, [await find_pickup(session, pickup_id, viewer)])
    return Pickup.of(receipts[0], await context.media_address(), viewer.now)


async def acknowledge_pickup(info: Info[Context, None], given: AcknowledgePickupInput) -> Pickup:
    """Acknowledges a pickup in one write transaction."""
    context = info.context
    request = PickupRequest(
        variant_id=uuid_of(given.variant_id, "Variant"),
        version=given.version,
        uses=[use.use_now("uses", str(index)) for index, use in enumerate(given.uses)],
        outlet_ids=[uuid_of(outlet, "Outlet") for outlet in given.outlet_ids or ()],
        planned_at=given.planned_at,
        note=given.note,
    )
    viewer = await context.viewer()
    async with context.write("acknowledgePickup", given) as session:
        row: PickupRow = await acknowledge(session, request, viewer, context.book)
        about(session, global_id("Pickup", row.id), story_id=row.story_id, partner_id=row.partner_id)
        receipts = await receipts_of(session, [row])
    return Pickup.of(receipts[0], await context.media_address(), viewer.now)


@strawberry.input(description="A pickup to give back.")
class ReleasePickupInput:
    pickup_id: strawberry.ID = strawberry.field(description="The pickup: one that was not used, and will not be.")


async def release_pickup(info: Info[Context, None], given: ReleasePickupInput) -> Pickup:
    """Gives a pickup back in one write transaction."""
    context = info.context
    viewer = await context.viewer()
    async with context.write("releasePickup", given) as session:
        row = await release(session, uuid_of(given.pickup_id, "Pickup"), viewer)
        receipts = await receipts_of(session, [row])
    return Pickup.of(receipts[0], await context.media_address(), viewer.now)


def _use(use: JsonObject, decision: dict[str, object]) -> PickupUseResult:
    reasons: list[dict[str, str]] = decision["reasons"]  # type: ignore[assignment]  # as `decision_record` writes it
    duties: list[JsonObject] = decision["duties"]  # type: ignore[assignment]
    until: str | None = decision["validUntil"]  # type: ignore[assignment]
    return PickupUseResult(
        action=RightsAction[use["action"]],
        territory=Territory(use["territory"]),
        channel=DeliveryChannel(use["channel"]),
        language=LanguageTag(use["language"]) if use["language"] else None,
        purpose=use["purpose"],
        event=use.get("event"),
        percentage=use.get("percentage"),
        usage_decision=UsageDecision(
            decision=Decision(str(decision["decision"])),
            reasons=[RuleOutcome(code=r["code"], message=r["message"], outcome=Outcome(r["outcome"])) for r in reasons],
            duties=[_duty(duty) for duty in duties],
            valid_until=datetime.fromisoformat(until) if until else None,
        ),
    )


def _duty(record: JsonObject) -> Duty:
    deadline = record.get("deadline")
    return Duty(
        action=DutyAction(record["action"]),
        deadline=datetime.fromisoformat(deadline) if deadline else None,
        blocking=record.get("blocking", False),
    )


def _content(receipt: Receipt, address: MediaAddress) -> Variant | None:
    if receipt.story is None or receipt.variant is None:
        return None
    terms = {key: Terms.of(part) for key, part in receipt.story.document["terms"].items()}
    assets = {asset.part["id"]: Asset.of(asset, terms[asset.part["terms"]], address) for asset in receipt.story.assets}
    return Variant.of(receipt.variant, assets, terms, {})
