"""`viewer`: who is asking, and under which agreements."""

from __future__ import annotations

from datetime import datetime

import strawberry

from models.agreement import Agreement as AgreementRow
from models.agreement import agreements_of
from models.language import LanguageTag, wording
from models.outlet import Outlet as OutletRow
from models.outlet import outlets_of
from models.partner import Partner as PartnerRow
from models.partner import PartnerKind
from models.policy import DeliveryChannel
from models.territory import Territory
from models.variant import Form
from schema.argument import InLanguage
from schema.context import Context
from schema.identifier import global_id


@strawberry.type(description="A place where copies run.")
class Outlet:
    id: strawberry.ID = strawberry.field(description="Opaque.")
    name: str = strawberry.field(description="What it is called.")
    territory: Territory | None = strawberry.field(description="Its country or region.")
    language: LanguageTag | None = strawberry.field(description="Its language.")


@strawberry.type(description="A dated contract under which a partner is supplied.")
class Agreement:
    id: strawberry.ID = strawberry.field(description="Opaque.")
    version: int = strawberry.field(description="Counts its changes.")
    starts_at: datetime = strawberry.field(description="The first moment in force.")
    ends_at: datetime | None = strawberry.field(description="The first moment no longer in force.")
    suspended: bool = strawberry.field(description="Whether it is suspended.")
    demonstration: bool = strawberry.field(description="Whether it was made up for demonstration.")
    languages: list[LanguageTag] | None = strawberry.field(description="The languages that it covers; null for all.")
    forms: list[Form] | None = strawberry.field(description="The forms that it covers; null for all.")
    series: list[str] | None = strawberry.field(description="The keys of the series that it covers; null for all.")
    topics: list[str] | None = strawberry.field(description="The keys of the topics that it covers; null for all.")
    territories: list[Territory] = strawberry.field(description="The partner's own countries and regions.")
    channels: list[DeliveryChannel] = strawberry.field(description="The partner's own channels.")
    titles: strawberry.Private[dict[str, str]]

    @strawberry.field(description="What the contract is called.")
    def title(self, language: InLanguage = None) -> str | None:
        return wording(self.titles, language or "en")

    @classmethod
    def of(cls, row: AgreementRow) -> Agreement:
        return cls(
            id=global_id("Agreement", row.id),
            version=row.version,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            suspended=row.suspended,
            demonstration=row.demonstration,
            languages=None if row.languages is None else [LanguageTag(tag) for tag in row.languages],
            forms=None if row.forms is None else [Form(form) for form in row.forms],
            series=row.series,
            topics=row.topics,
            territories=[Territory(code) for code in row.territories],
            channels=[DeliveryChannel(channel) for channel in row.channels],
            titles=row.titles,
        )


@strawberry.type(description="Who is supplied.")
class Partner:
    id: strawberry.ID = strawberry.field(description="Opaque.")
    key: str = strawberry.field(description="The partner's key.")
    kind: PartnerKind = strawberry.field(description="What the partner is.")
    names: strawberry.Private[dict[str, str]]

    @strawberry.field(description="The partner's name.")
    def name(self, language: InLanguage = None) -> str | None:
        return wording(self.names, language or "en")


@strawberry.type(description="Who is asking: a partner's client, or one of the centre's own.")
class Viewer:
    client_id: str = strawberry.field(description="The OAuth client.")
    scopes: list[str] = strawberry.field(description="What the token permits.")
    is_staff: bool = strawberry.field(description="Whether the client is the centre's own.")
    partner: Partner | None = strawberry.field(description="The partner that the client acts for; null for staff.")
    agreements: list[Agreement] = strawberry.field(description="The partner's agreements, also those that have ended.")
    outlets: list[Outlet] = strawberry.field(description="The partner's outlets.")


async def read_viewer(context: Context) -> Viewer:
    """Who is asking."""
    actor = context.actor
    partner: PartnerRow | None = None
    agreements: list[AgreementRow] = []
    outlets: list[OutletRow] = []
    if actor.partner_id is not None:
        async with context.database.read() as session:
            partner = await session.get(PartnerRow, actor.partner_id)
            agreements = await agreements_of(session, actor.partner_id)
            outlets = await outlets_of(session, actor.partner_id)
    return Viewer(
        client_id=actor.client_id,
        scopes=sorted(scope.value for scope in actor.scopes),
        is_staff=actor.is_staff,
        partner=_partner(partner) if partner else None,
        agreements=[Agreement.of(row) for row in agreements],
        outlets=[
            Outlet(
                id=global_id("Outlet", row.id),
                name=row.name,
                territory=Territory(row.territory) if row.territory else None,
                language=LanguageTag(row.language) if row.language else None,
            )
            for row in outlets
        ],
    )


def _partner(row: PartnerRow) -> Partner:
    return Partner(id=global_id("Partner", row.id), key=row.key, kind=row.kind, names=row.names)
