"""One agreement, and pages of them."""

from __future__ import annotations

import uuid

import strawberry

from models.agreement.reading import find_agreement, find_agreements, read_agreements
from models.paging import decode_cursor, encode_cursor, page_request
from schema.agreement.record import Agreement
from schema.context import Context
from schema.identifier import uuid_of
from schema.node import PageInfo, page_info

_LIST = "agreements"


@strawberry.type(description="An agreement on a page.")
class AgreementEdge:
    node: Agreement = strawberry.field(description="The agreement.")
    cursor: str = strawberry.field(description="Its place in the list.")


@strawberry.type(description="A page of agreements.")
class AgreementConnection:
    edges: list[AgreementEdge] = strawberry.field(description="The agreements of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")


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
