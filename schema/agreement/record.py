"""Agreements as they are read, with their quotas, exclusivities and versions."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import strawberry
from strawberry.scalars import JSON
from strawberry.types import Info

from models.agreement.quota import Quota as QuotaRule
from models.agreement.quota import QuotaPeriod, QuotaState
from models.agreement.reading import AgreementRecord, versions_of
from models.base import JsonObject
from models.language import LanguageTag, wording
from models.policy import DeliveryChannel
from models.scope import Scope
from models.territory import Territory
from models.variant import Form
from schema.access import RequiresScope
from schema.argument import InLanguage
from schema.context import Context
from schema.identifier import global_id
from schema.node import Node
from schema.odrl.export import agreement_as_odrl
from schema.policy import Policy
from schema.text import Text, all_texts


@strawberry.type(name="QuotaResult", description="At most so many pickups in a period.")
class Quota:
    period: QuotaPeriod = strawberry.field(description="Over which time it counts.")
    limit: int = strawberry.field(description="How many pickups are allowed in a period.")
    form: Form | None = strawberry.field(description="Of which form; null for all forms together.")


@strawberry.type(name="QuotaStandingResult", description="A quota, and what is left of it.")
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


@strawberry.type(
    name="ExclusivityResult", description="What a partner alone may use for a time, of what its agreement covers."
)
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


@strawberry.type(
    name="AgreementVersionResult", description="An agreement as it was agreed in one version. Pickups name it."
)
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
    odrl: JSON = strawberry.field(
        resolver=agreement_as_odrl,
        description="The agreement as it is now, as an odrl:Agreement (ODRL 2.2) in JSON-LD.",
    )
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
