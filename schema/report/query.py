"""Reports over GraphQL: by their names, about any period, with columns that say what they hold."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.actor import Actor
from models.errors import BadCursor, BadInput, NotFound
from models.language import parse_language
from models.paging import decode_cursor, encode_cursor
from models.report.catalogue import OF_THE_CENTRE, TITLES, ReportName, make, narrowed
from models.report.measure import Scope
from models.report.narrowing import Narrowing
from models.report.period import Period
from models.report.table import Cell, Column, ColumnKind, Position, Row, Table
from models.rollup.fold import fold
from models.scope import Scope as TokenScope
from models.territory import parse_territory
from schema.access import RequiresScope
from schema.context import Context
from schema.enum import describe
from schema.identifier import global_id, split_global_id, uuid_of
from schema.scalar import Count, Url

describe(ReportName)
describe(ColumnKind)
LANGUAGES = ("en", "zh")
MOST_ROWS = 1000
CURSOR_LIST = "report"


@strawberry.type(description="A column of a report.")
class ReportColumnResult:
    key: str = strawberry.field(description="The same in every language and for ever.")
    title: str = strawberry.field(description="Its title, in the language that was asked for.")
    kind: ColumnKind = strawberry.field(description="What it holds, and so which field of its cells.")


@strawberry.type(
    description="A value. One field is set, by the kind of its column; none where nobody knows: silence is not zero."
)
class ReportCellResult:
    text: str | None = strawberry.field(default=None, description="Words or a code.")
    count: Count | None = strawberry.field(default=None, description="A whole number.")
    number: float | None = strawberry.field(default=None, description="A share from 0 to 1, or hours.")
    moment: datetime | None = strawberry.field(default=None, description="A moment.")
    address: Url | None = strawberry.field(default=None, description="The address of a page.")

    @classmethod
    def of(cls, cell: Cell, kind: ColumnKind) -> ReportCellResult:
        if cell is None:
            return cls()
        match kind:
            case ColumnKind.COUNT:
                return cls(count=Count(int(cell)))  # type: ignore[arg-type]  # by its column
            case ColumnKind.SHARE | ColumnKind.HOURS:
                return cls(number=float(cell))  # type: ignore[arg-type]
            case ColumnKind.MOMENT:
                return cls(moment=cell)  # type: ignore[arg-type]
            case ColumnKind.ADDRESS:
                return cls(address=Url(str(cell)))
        return cls(text=str(cell))


@strawberry.type(description="A row of a report.")
class ReportRowResult:
    node_id: strawberry.ID | None = strawberry.field(description="What it is about, for `node`, to go on from.")
    cells: list[ReportCellResult] = strawberry.field(description="Its values, in the order of the columns.")

    @classmethod
    def of(cls, row: Row, columns: list[Column]) -> ReportRowResult:
        return cls(
            node_id=None if row.node is None else global_id(*row.node),
            cells=[ReportCellResult.of(cell, column.kind) for cell, column in zip(row.cells, columns, strict=True)],
        )


@strawberry.type(description="A report, or a page of one that is a list.")
class ReportResult:
    name: ReportName = strawberry.field(description="Which one.")
    title: str = strawberry.field(description="Its title, in the language that was asked for.")
    starts_at: datetime = strawberry.field(description="The first moment that it is about.")
    ends_at: datetime = strawberry.field(description="The first moment that it is not about.")
    before_starts_at: datetime = strawberry.field(
        description="The first moment of the period that it is compared with."
    )
    zone: str = strawberry.field(description="The IANA zone whose days it goes by.")
    columns: list[ReportColumnResult] = strawberry.field(description="Its columns.")
    rows: list[ReportRowResult] = strawberry.field(description="Its rows, the weightiest first; a list by time.")
    notes: list[str] = strawberry.field(description="What has to be known to read it.")
    end_cursor: str | None = strawberry.field(description="Where a list goes on; null at its end.")

    @classmethod
    def of(cls, name: ReportName, period: Period, table: Table, language: str) -> ReportResult:
        columns = list(table.columns)
        return cls(
            name=name,
            title=TITLES[name][LANGUAGES.index(language)],
            starts_at=period.start,
            ends_at=period.end,
            before_starts_at=period.before.start,
            zone=period.zone.key,
            columns=[
                ReportColumnResult(key=column.key, title=column.title(language), kind=column.kind) for column in columns
            ],
            rows=[ReportRowResult.of(row, columns) for row in table.rows],
            notes=[note[LANGUAGES.index(language)] for note in table.notes],
            end_cursor=None if table.after is None else encode_cursor(CURSOR_LIST, table.after),
        )


@strawberry.input(description="What a report is about.")
class ReportInput:
    since: date = strawberry.field(name="from", description="The first day, in the zone of the reports.")
    until: date = strawberry.field(description="The first day that is left out.")
    partner_id: strawberry.ID | None = strawberry.field(
        default=None, description="Only what is of this partner; partners see nothing else."
    )


@strawberry.input(description="What a list (`REPRINT_LEDGER`, `EVIDENCE`) is narrowed to: all of what is set.")
class ReportFilter:
    about: strawberry.ID | None = strawberry.field(
        default=None,
        description="What is behind a row: its `nodeId`, of a story, a series, a topic, an organisation (the stories that tell of its "
        "brand), a partner, an outlet, a group of figures, or a copy with the chain that begins there.",
    )
    language: str | None = strawberry.field(default=None, description="Of the copies: a BCP 47 tag, such as `ru`.")
    territory: str | None = strawberry.field(default=None, description="Of the copies: a code, such as `RU`.")

    def narrowing(self) -> Narrowing:
        """As the models have it.

        :raises BadInput: reports are about nothing of that kind.
        """
        return narrowing_of(self.about, self.language, self.territory)


@strawberry.type
class ReportQueries:
    """The part of the root of queries that is about reports."""

    @strawberry.field(
        description="A report. Staff see all; a partner sees its own rows, by the same names, but for those that are about the centre.",
        extensions=[RequiresScope(TokenScope.REPORT_READ)],
    )
    async def report(
        self,
        info: Info[Context, None],
        name: Annotated[ReportName, strawberry.argument(description="Which one.")],
        input: Annotated[ReportInput, strawberry.argument(description="What it is about.")],
        language: Annotated[str, strawberry.argument(description="Of titles and notes: en or zh.")] = "en",
        first: Annotated[
            int, strawberry.argument(description="Rows, the weightiest first, or of a page: 1 to 1000.")
        ] = 100,
        after: Annotated[str | None, strawberry.argument(description="Where a list goes on: an `endCursor`.")] = None,
        filter: Annotated[
            ReportFilter | None, strawberry.argument(description="What a list is narrowed to; only of a list.")
        ] = None,
    ) -> ReportResult | None:
        if language not in LANGUAGES:
            raise BadInput(f"there are no reports in {language[:35]!r}; ask for en or zh", field=["language"])
        if not 1 <= first <= MOST_ROWS:
            raise BadInput(f"first is {first}; ask for 1 to {MOST_ROWS} rows", field=["first"])
        period, scope = scope_of(info.context, name, input)
        if filter is not None:
            scope = narrowed(name, scope, filter.narrowing())
        place = None if after is None else position_of(after)
        await fold(info.context.database)
        async with info.context.database.read() as session:
            table = await make(session, name, scope, info.context.services.clock(), first=first, after=place)
        return ReportResult.of(name, period, table, language)


def narrowing_of(about: str | None, language: str | None, territory: str | None) -> Narrowing:
    """What a list is narrowed to.

    :param about: a global id.
    :raises BadInput: a text is no global id, no tag or no code, or reports are about nothing of that kind.
    """
    return Narrowing(
        None if about is None else _node_of(about),
        None if language is None else parse_language(language),
        None if territory is None else parse_territory(territory),
    )


def _node_of(about: str) -> tuple[str, uuid.UUID]:
    kind, key = split_global_id(about)
    try:
        return kind.removeprefix("Desk"), uuid.UUID(key)
    except ValueError:
        raise NotFound(f"there is nothing with the id {about[:100]!r}", field=["filter", "about"]) from None


def scope_of(context: Context, name: ReportName, given: ReportInput) -> tuple[Period, Scope]:
    """The period, and whose rows.

    :raises NotFound: the report, or the partner, is not there for this actor.
    """
    period = Period.of(given.since, given.until, context.services.report_zone)
    return period, scope_for(context.actor, name, period, given.partner_id)


def scope_for(actor: Actor, name: ReportName, period: Period, partner: str | None) -> Scope:
    """Whose rows of a period an actor reads: staff all, or those of one partner; a partner its own.

    :param partner: the global id of a partner, where one is asked for.
    :raises NotFound: the report, or the partner, is not there for this actor.
    """
    partner_id: uuid.UUID | None = None if partner is None else uuid_of(partner, "Partner")
    if actor.is_staff:
        return Scope(period, partner_id)
    if name in OF_THE_CENTRE:
        raise NotFound(f"there is no report {name} for partners", field=["name"])
    if partner_id is not None and partner_id != actor.partner_id:
        raise NotFound("there is no such partner", field=["partnerId"])
    return Scope(period, actor.partner_id)


def position_of(cursor: str) -> Position:
    """Where a list goes on.

    :raises BadCursor: it is not one of a report.
    """
    moment, key = decode_cursor(CURSOR_LIST, cursor, (str, str))
    try:
        if moment:
            datetime.fromisoformat(str(moment))
        return str(moment), str(uuid.UUID(str(key)))
    except ValueError:
        raise BadCursor(f"{cursor[:100]!r} is not a cursor of a report", field=["after"]) from None
