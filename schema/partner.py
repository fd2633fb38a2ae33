"""Partners: who is supplied."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.types import Info

from models.agreement import agreements_of
from models.agreement.reading import read_agreements
from models.audit.subject import about
from models.errors import BadInput
from models.language import LanguageTag, wording
from models.paging import decode_cursor, encode_cursor, page_request
from models.partner import Partner as PartnerRow
from models.partner import PartnerKind, PartnerStatus
from models.partner.edit import PartnerChanges, create_partner, update_partner
from models.partner.edit import reactivate_partner as reactivate
from models.partner.edit import suspend_partner as suspend
from models.partner.reading import PartnerRecord, find_partner, find_partners, partner_by_key, read_partners
from models.territory import Territory
from schema.agreement import Agreement
from schema.alliance import Alliance
from schema.argument import InLanguage
from schema.change import LEFT_OUT, Payload, attempt, change_by, given_fields
from schema.context import Context
from schema.enum import describe
from schema.identifier import global_id, uuid_of
from schema.liaison import Liaison
from schema.node import Node, PageInfo, page_info
from schema.outlet import Outlet
from schema.text import Text, TextInput, all_texts, texts_by_language

_LIST = "partners"

describe(PartnerStatus)


@strawberry.type(description="Who is supplied.")
class Partner(Node):
    key: str = strawberry.field(description="The partner's key.")
    kind: PartnerKind = strawberry.field(description="What the partner is.")
    status: PartnerStatus = strawberry.field(description="Whether it is supplied at present.")
    languages: list[LanguageTag] = strawberry.field(description="The languages of its public.")
    territories: list[Territory] = strawberry.field(description="Where its public is.")
    liaison: Liaison | None = strawberry.field(description="The officer of the centre who is attached to it.")
    outlets: list[Outlet] = strawberry.field(description="Where its copies run, by name.")
    alliances: list[Alliance] = strawberry.field(description="The alliances that it belongs to.")
    notice_email: str | None = strawberry.field(
        description="Where notices go by mail; null where its program reads them."
    )
    sandbox: bool = strawberry.field(
        description="Whether it is there to try things out; drills go to such partners alone."
    )
    demonstration: bool = strawberry.field(
        description="Whether it, or what is said of it, was made up for demonstration."
    )
    created_at: datetime = strawberry.field(description="When it was added.")
    row: strawberry.Private[PartnerRow]

    @strawberry.field(description="The partner's name.")
    def name(self, language: InLanguage = None) -> str | None:
        return wording(self.row.names, language or "en")

    @strawberry.field(description="The partner's name in every language.")
    def names(self) -> list[Text]:
        return all_texts(self.row.names)

    @strawberry.field(description="Who its public is, in every language.")
    def audience(self) -> list[Text]:
        return all_texts(self.row.audience)

    @strawberry.field(description="Its agreements, also those that have ended, the oldest first.")
    async def agreements(self, info: Info[Context, None]) -> list[Agreement]:
        async with info.context.database.read() as session:
            rows = await agreements_of(session, self.row.id)
            records = await read_agreements(session, rows, info.context.services.clock())
        return [Agreement.of(record) for record in records]

    @classmethod
    def of(cls, record: PartnerRecord) -> Partner:
        row = record.partner
        return cls(
            id=global_id("Partner", row.id),
            key=row.key,
            kind=row.kind,
            status=row.status,
            languages=[LanguageTag(tag) for tag in row.languages],
            territories=[Territory(code) for code in row.territories],
            liaison=Liaison.of(record.liaison) if record.liaison else None,
            outlets=[Outlet.of(outlet) for outlet in record.outlets],
            alliances=[Alliance.of(alliance) for alliance in record.alliances],
            notice_email=row.notice_email,
            sandbox=row.sandbox,
            demonstration=row.demonstration,
            created_at=row.created_at,
            row=row,
        )


@strawberry.type(description="A partner on a page.")
class PartnerEdge:
    node: Partner = strawberry.field(description="The partner.")
    cursor: str = strawberry.field(description="Its place in the list.")


@strawberry.type(description="A page of partners.")
class PartnerConnection:
    edges: list[PartnerEdge] = strawberry.field(description="The partners of this page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")


@strawberry.input(name="PartnerFilter", description="What partners must meet.")
class PartnerFilterInput:
    kinds: list[PartnerKind] | None = strawberry.field(default=None, description="Only partners of these kinds.")
    status: PartnerStatus | None = strawberry.field(default=None, description="Only partners that stand so.")


@strawberry.input(
    description="A partner to add, or, with its id, what to say of it anew. What is left out stays as it is."
)
class SavePartnerInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The partner to change; absent for a new one."
    )
    key: str | None = strawberry.field(
        default=None, description="The key of a new partner: a-z, 0-9, colon, dot and hyphen. It never changes."
    )
    kind: PartnerKind | None = strawberry.field(
        default=LEFT_OUT, description="What the partner is. A new one needs it."
    )
    names: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT, description="Its name in every language. A new one needs it."
    )
    languages: list[LanguageTag] | None = strawberry.field(default=LEFT_OUT, description="The languages of its public.")
    territories: list[Territory] | None = strawberry.field(default=LEFT_OUT, description="Where its public is.")
    audience: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT, description="Who its public is, in every language."
    )
    liaison_id: strawberry.ID | None = strawberry.field(
        default=LEFT_OUT, description="The officer who is attached to it. Null: nobody."
    )
    notice_email: str | None = strawberry.field(
        default=LEFT_OUT, description="Where notices go by mail. Null: its program reads them."
    )
    sandbox: bool | None = strawberry.field(
        default=LEFT_OUT, description="Whether it is there to try things out; drills go to such partners alone."
    )

    def changes(self) -> PartnerChanges:
        """What is to be said anew."""
        given = given_fields(self, nullable=("liaison_id", "notice_email"), without=("id", "key"))
        for name in ("names", "audience"):
            if name in given:
                given[name] = texts_by_language(given[name], name)
        if given.get("liaison_id") is not None:
            given["liaison_id"] = uuid_of(given["liaison_id"], "Liaison")
        changes: PartnerChanges = given  # type: ignore[assignment]  # the input has the same fields
        return changes


@strawberry.input(description="A partner to suspend or to reactivate.")
class PartnerInput:
    partner_id: strawberry.ID = strawberry.field(description="The partner.")


@strawberry.type(description="What changing a partner gave.")
class PartnerPayload(Payload):
    partner: Partner | None = strawberry.field(description="The partner; null where it was refused.")


Given = Annotated[PartnerInput, strawberry.argument(description="The partner.")]


async def save_partner(
    info: Info[Context, None],
    input: Annotated[SavePartnerInput, strawberry.argument(description="The partner.")],
) -> PartnerPayload | None:
    """Adds or changes a partner."""

    async def work(session: AsyncSession) -> PartnerRow:
        changes, change = input.changes(), change_by(info.context)
        if input.id is None:
            if input.key is None:
                raise BadInput("a new partner needs a key", field=["key"])
            return await create_partner(session, input.key, changes, change)
        row = await update_partner(session, uuid_of(input.id, "Partner"), changes, change)
        if input.key not in (None, row.key):
            raise BadInput("the key of a partner never changes; leave it out", field=["key"])
        return row

    return await _answered(info.context, "savePartner", input, work)


async def suspend_partner(info: Info[Context, None], input: Given) -> PartnerPayload | None:
    """Stops supplying a partner."""
    return await _answered(
        info.context,
        "suspendPartner",
        input,
        lambda session: suspend(session, uuid_of(input.partner_id, "Partner"), change_by(info.context)),
    )


async def reactivate_partner(info: Info[Context, None], input: Given) -> PartnerPayload | None:
    """Supplies a partner again."""
    return await _answered(
        info.context,
        "reactivatePartner",
        input,
        lambda session: reactivate(session, uuid_of(input.partner_id, "Partner"), change_by(info.context)),
    )


async def one_partner(context: Context, partner_id: uuid.UUID) -> Partner:
    """A partner by its id.

    :raises NotFound: none, or not the actor's own.
    """
    async with context.database.read() as session:
        row = await find_partner(session, partner_id, context.actor)
        return Partner.of((await read_partners(session, [row]))[0])


async def partner_by(context: Context, id: str | None, key: str | None) -> Partner:
    """A partner by its id or its key.

    :raises BadInput: neither is given, or both.
    :raises NotFound: none, or not the actor's own.
    """
    if (id is None) == (key is None):
        raise BadInput("give either id or key")
    if id is not None:
        return await one_partner(context, uuid_of(id, "Partner"))
    async with context.database.read() as session:
        row = await partner_by_key(session, str(key))
    return await one_partner(context, row.id)


async def list_partners(
    context: Context,
    wanted: PartnerFilterInput,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> PartnerConnection:
    """A page of partners, by their keys."""
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (str,)))
    async with context.database.read() as session:
        page = await find_partners(session, request, kinds=wanted.kinds, status=wanted.status)
        records = await read_partners(session, page.items)
    edges = [
        PartnerEdge(node=Partner.of(record), cursor=encode_cursor(_LIST, key))
        for record, key in zip(records, page.keys, strict=True)
    ]
    return PartnerConnection(edges=edges, page_info=page_info(page, _LIST))


async def _answered(
    context: Context, action: str, given: object, work: Callable[[AsyncSession], Awaitable[PartnerRow]]
) -> PartnerPayload:
    """What the work gives, in one write transaction."""

    async def done() -> Partner:
        async with context.write(action, given) as session:
            row = await work(session)
            about(session, global_id("Partner", row.id), partner_id=row.id)
            return Partner.of((await read_partners(session, [row]))[0])

    partner, refusals = await attempt(done())
    return PartnerPayload(partner=partner, user_errors=refusals)
