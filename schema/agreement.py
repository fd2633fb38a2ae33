"""Agreements: the dated contracts under which partners are supplied."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from models.agreement import Agreement as AgreementRow
from models.agreement.edit import create_agreement as create
from models.agreement.edit import end_agreement as end
from models.agreement.edit import resume_agreement as resume
from models.agreement.edit import suspend_agreement as suspend
from models.agreement.edit import update_agreement as update
from models.agreement.quota import Quota as QuotaRule
from models.agreement.quota import QuotaPeriod, QuotaState
from models.agreement.reading import AgreementRecord, find_agreement, find_agreements, read_agreements, versions_of
from models.base import JsonObject
from models.language import LanguageTag, wording
from models.paging import decode_cursor, encode_cursor, page_request
from models.policy import DeliveryChannel
from models.scope import Scope
from models.territory import Territory
from models.variant import Form
from schema.access import RequiresScope
from schema.agreement_input import CreateAgreementInput, UpdateAgreementInput
from schema.argument import InLanguage
from schema.change import Payload, attempt, change_by
from schema.context import Context
from schema.identifier import global_id, uuid_of
from schema.node import Node, PageInfo, page_info
from schema.policy import Policy
from schema.text import Text, all_texts

_LIST = "agreements"


@strawberry.type(description="At most so many pickups in a period.")
class Quota:
    period: QuotaPeriod = strawberry.field(description="Over which time it counts.")
    limit: int = strawberry.field(description="How many pickups are allowed in a period.")
    form: Form | None = strawberry.field(description="Of which form; null for all forms together.")


@strawberry.type(description="A quota, and what is left of it.")
class QuotaStanding(Quota):
    used: int = strawberry.field(description="How many pickups were charged to it in the present period.")
    left: int = strawberry.field(description="How many pickups are left in the present period.")
    resets_at: datetime | None = strawberry.field(
        description="When it starts anew: the first moment of the next month in the agreement's zone. Null where it never does."
    )

    @classmethod
    def of(cls, state: QuotaState) -> QuotaStanding:
        quota = state.quota
        return cls(
            period=quota.period,
            limit=quota.limit,
            form=quota.form,
            used=state.used,
            left=state.left,
            resets_at=state.resets_at,
        )


@strawberry.type(description="What a partner alone may use for a time, of what its agreement covers.")
class Exclusivity:
    territories: list[Territory] | None = strawberry.field(description="Where; null for everywhere.")
    channels: list[DeliveryChannel] | None = strawberry.field(description="Through which channels; null for all.")
    starts_at: datetime = strawberry.field(description="The first moment of it.")
    ends_at: datetime = strawberry.field(description="The first moment after it.")


@strawberry.type
class AgreementText:
    """What an agreement says, now or in an earlier version."""

    version: int = strawberry.field(description="Counts its changes.")
    starts_at: datetime = strawberry.field(description="The first moment in force.")
    ends_at: datetime | None = strawberry.field(description="The first moment no longer in force.")
    zone: str = strawberry.field(description="Its time zone (IANA): in it months and days begin.")
    suspended: bool = strawberry.field(description="Whether it is suspended.")
    languages: list[LanguageTag] | None = strawberry.field(
        description="The languages that it covers (RFC 4647 ranges: zh covers zh-Hans); null for all."
    )
    forms: list[Form] | None = strawberry.field(description="The forms that it covers; null for all.")
    series: list[str] | None = strawberry.field(description="The keys of the series that it covers; null for all.")
    topics: list[str] | None = strawberry.field(description="The keys of the topics that it covers; null for all.")
    territories: list[Territory] = strawberry.field(description="The partner's own countries and regions.")
    channels: list[DeliveryChannel] = strawberry.field(description="The partner's own channels.")
    policy_hash: str = strawberry.field(
        description="Names the agreement's own policy: the SHA-256 of its canonical form."
    )
    exclusivities: list[Exclusivity] = strawberry.field(description="What the partner has to itself.")
    texts: strawberry.Private[dict[str, str]]

    @strawberry.field(description="What the contract is called.")
    def title(self, language: InLanguage = None) -> str | None:
        return wording(self.texts, language or "en")

    @strawberry.field(description="What the contract is called, in every language.")
    def titles(self) -> list[Text]:
        return all_texts(self.texts)


@strawberry.type(description="An agreement as it was agreed in one version. Pickups name it.")
class AgreementVersion(AgreementText):
    at: datetime = strawberry.field(description="Since when it says so.")
    by: str = strawberry.field(description="Who changed it: an OAuth client, or a program.")
    quotas: list[Quota] = strawberry.field(description="How many pickups it allows.")


@strawberry.type(description="A dated contract under which a partner is supplied.")
class Agreement(Node, AgreementText):
    key: str = strawberry.field(description="The agreement's key.")
    partner_id: strawberry.ID = strawberry.field(description="The partner that it is with.")
    partner_key: str = strawberry.field(description="The key of the partner that it is with.")
    demonstration: bool = strawberry.field(description="Whether it was made up for demonstration.")
    policy: Policy = strawberry.field(
        description="The agreement's own policy; what a story's terms say holds beside it."
    )
    quotas: list[QuotaStanding] = strawberry.field(description="How many pickups it allows, and what is left of them.")
    created_at: datetime = strawberry.field(description="When it was added.")
    key_id: strawberry.Private[uuid.UUID]

    @strawberry.field(description="Every version, the newest first.", extensions=[RequiresScope(Scope.PARTNER_WRITE)])
    async def versions(self, info: Info[Context, None]) -> list[AgreementVersion] | None:
        async with info.context.database.read() as session:
            rows = await versions_of(session, self.key_id)
        return [
            AgreementVersion(
                version=row.version,
                at=row.at,
                by=row.by,
                quotas=[Quota(**vars(QuotaRule.of(record))) for record in row.content["quotas"]],
                **_text(row.content),
            )
            for row in rows
        ]

    @classmethod
    def of(cls, record: AgreementRecord) -> Agreement:
        row = record.agreement
        return cls(
            id=global_id("Agreement", row.id),
            key=row.key,
            partner_id=global_id("Partner", row.partner_id),
            partner_key=record.partner_key,
            version=row.version,
            demonstration=row.demonstration,
            policy=Policy.of(record.policy),
            quotas=[QuotaStanding.of(state) for state in record.quotas],
            created_at=row.created_at,
            key_id=row.id,
            **_text(record.content),
        )


@strawberry.type(description="An agreement on a page.")
class AgreementEdge:
    node: Agreement = strawberry.field(description="The agreement.")
    cursor: str = strawberry.field(description="Its place in the list.")


@strawberry.type(description="A page of agreements.")
class AgreementConnection:
    edges: list[AgreementEdge] = strawberry.field(description="The agreements of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")


@strawberry.input(description="An agreement to suspend or to resume.")
class AgreementInput:
    agreement_id: strawberry.ID = strawberry.field(description="The agreement.")


@strawberry.input(description="An agreement to end.")
class EndAgreementInput:
    agreement_id: strawberry.ID = strawberry.field(description="The agreement.")
    at: str | None = strawberry.field(
        default=None,
        description="The last day in force, as a date in the agreement's zone, or the first moment no longer in force, as a date-time "
        "with a zone. Absent: now.",
    )


@strawberry.type(description="What changing an agreement gave.")
class AgreementPayload(Payload):
    agreement: Agreement | None = strawberry.field(description="The agreement; null where it was refused.")


Given = Annotated[AgreementInput, strawberry.argument(description="The agreement.")]


async def create_agreement(
    info: Info[Context, None],
    input: Annotated[CreateAgreementInput, strawberry.argument(description="The agreement.")],
) -> AgreementPayload | None:
    """Adds an agreement."""

    async def work(session: Any) -> AgreementRow:
        partner_id = uuid_of(input.partner_id, "Partner")
        return await create(session, partner_id, input.key, input.changes(), change_by(info.context))

    return await _answered(info.context, work)


async def update_agreement(
    info: Info[Context, None],
    input: Annotated[UpdateAgreementInput, strawberry.argument(description="What to say anew.")],
) -> AgreementPayload | None:
    """Makes the next version of an agreement."""

    async def work(session: Any) -> AgreementRow:
        agreement_id = uuid_of(input.agreement_id, "Agreement")
        return await update(session, agreement_id, input.version, input.changes(), change_by(info.context))

    return await _answered(info.context, work)


async def suspend_agreement(info: Info[Context, None], input: Given) -> AgreementPayload | None:
    """Suspends an agreement."""
    return await _answered(
        info.context,
        lambda session: suspend(session, uuid_of(input.agreement_id, "Agreement"), change_by(info.context)),
    )


async def resume_agreement(info: Info[Context, None], input: Given) -> AgreementPayload | None:
    """Resumes an agreement."""
    return await _answered(
        info.context,
        lambda session: resume(session, uuid_of(input.agreement_id, "Agreement"), change_by(info.context)),
    )


async def end_agreement(
    info: Info[Context, None],
    input: Annotated[EndAgreementInput, strawberry.argument(description="The agreement, and when.")],
) -> AgreementPayload | None:
    """Ends an agreement."""
    return await _answered(
        info.context,
        lambda session: end(session, uuid_of(input.agreement_id, "Agreement"), input.at, change_by(info.context)),
    )


async def one_agreement(context: Context, agreement_id: uuid.UUID) -> Agreement:
    """An agreement by its id.

    :raises NotFound: none, or another partner's.
    """
    async with context.database.read() as session:
        row = await find_agreement(session, agreement_id, context.actor)
        return Agreement.of((await read_agreements(session, [row], context.services.clock()))[0])


async def list_agreements(
    context: Context,
    partner_id: str | None,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> AgreementConnection:
    """A page of agreements, by their keys."""
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (str,)))
    owner = uuid_of(partner_id, "Partner") if partner_id is not None else None
    async with context.database.read() as session:
        page = await find_agreements(session, request, owner)
        records = await read_agreements(session, page.items, context.services.clock())
    edges = [
        AgreementEdge(node=Agreement.of(record), cursor=encode_cursor(_LIST, key))
        for record, key in zip(records, page.keys, strict=True)
    ]
    return AgreementConnection(edges=edges, page_info=page_info(page, _LIST))


async def _answered(context: Context, work: Callable[[Any], Awaitable[AgreementRow]]) -> AgreementPayload:
    """What the work gives, in one write transaction."""

    async def done() -> Agreement:
        async with context.database.write() as session:
            row = await work(session)
            return Agreement.of((await read_agreements(session, [row], context.services.clock()))[0])

    agreement, refusals = await attempt(done())
    return AgreementPayload(agreement=agreement, user_errors=refusals)


def _text(content: JsonObject) -> dict[str, Any]:
    """The fields of `AgreementText` out of the content of a version, apart from the version's number."""
    languages, forms = content["languages"], content["forms"]
    return {
        "starts_at": datetime.fromisoformat(content["startsAt"]),
        "ends_at": datetime.fromisoformat(content["endsAt"]) if content["endsAt"] else None,
        "zone": content["zone"],
        "suspended": content["suspended"],
        "languages": None if languages is None else [LanguageTag(tag) for tag in languages],
        "forms": None if forms is None else [Form(form) for form in forms],
        "series": content["series"],
        "topics": content["topics"],
        "territories": [Territory(code) for code in content["territories"]],
        "channels": [DeliveryChannel(channel) for channel in content["channels"]],
        "policy_hash": content["policy"],
        "exclusivities": [_exclusivity(item) for item in content["exclusivities"]],
        "texts": content["titles"],
    }


def _exclusivity(item: JsonObject) -> Exclusivity:
    territories, channels = item["territories"], item["channels"]
    return Exclusivity(
        territories=None if territories is None else [Territory(code) for code in territories],
        channels=None if channels is None else [DeliveryChannel(channel) for channel in channels],
        starts_at=datetime.fromisoformat(item["startsAt"]),
        ends_at=datetime.fromisoformat(item["endsAt"]),
    )
