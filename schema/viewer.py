"""`viewer`: who is asking, and under which agreements."""

from __future__ import annotations

import strawberry

from models.agreement import agreements_of
from models.agreement.reading import AgreementRecord, read_agreements
from models.partner import Partner as PartnerRow
from models.partner.reading import PartnerRecord, read_partners
from schema.agreement import Agreement
from schema.context import Context
from schema.outlet import Outlet
from schema.partner import Partner


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
    partners: list[PartnerRecord] = []
    agreements: list[AgreementRecord] = []
    if actor.partner_id is not None:
        async with context.database.read() as session:
            row = await session.get(PartnerRow, actor.partner_id)
            partners = await read_partners(session, [row] if row else [])
            agreements = await read_agreements(
                session, await agreements_of(session, actor.partner_id), context.services.clock()
            )
    return Viewer(
        client_id=actor.client_id,
        scopes=sorted(scope.value for scope in actor.scopes),
        is_staff=actor.is_staff,
        partner=Partner.of(partners[0]) if partners else None,
        agreements=[Agreement.of(record) for record in agreements],
        outlets=[Outlet.of(outlet) for record in partners for outlet in record.outlets],
    )
