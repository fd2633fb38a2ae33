"""Reprints, as staff and the partners they are of see them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.errors import NotFound
from models.language import LanguageTag
from models.reprint.check import checks_of
from models.reprint.listing import find_reprint
from models.reprint.record import ReprintRecord, records_of
from models.reprint.table import (
    EdgeBasis,
    EdgeKind,
    ReprintCheck,
    ReprintForm,
    ReprintSource,
    ReprintState,
    ReprintWay,
    Stage,
    TimePrecision,
    TimeSource,
)
from models.territory import Territory
from schema.context import Context
from schema.enum import describe
from schema.identifier import global_id, uuid_of
from schema.metric.figure import StandingFigureResult
from schema.node import Connection, Node
from schema.outlet import Outlet
from schema.reprint.translation import TranslationLeadResult
from schema.scalar import Url

for _members in (
    EdgeBasis,
    EdgeKind,
    ReprintForm,
    ReprintState,
    ReprintWay,
    Stage,
    TimeSource,
):
    describe(_members)


@strawberry.type(description="When a copy was published, and how well that is known.")
class PublishedResult:
    at: datetime = strawberry.field(
        description="The moment; the first of its day, month or year where only that is known."
    )
    precision: TimePrecision = strawberry.field(description="How exactly it is known.")
    source: TimeSource = strawberry.field(description="Who says so.")


@strawberry.type(description="How a copy came from the one before it.")
class ReprintEdgeResult:
    kind: EdgeKind = strawberry.field(description="What it is to the one that it came from.")
    basis: EdgeBasis = strawberry.field(description="Why it is held to come from there.")
    confidence: int = strawberry.field(description="How sure that is, in per cent.")


@strawberry.type(description="One way in which the centre came to know of a copy.")
class ReprintSourceResult:
    way: ReprintWay = strawberry.field(description="Which way.")
    partner_id: strawberry.ID | None = strawberry.field(description="The partner who said so.")
    first_at: datetime = strawberry.field(description="When that was first.")
    last_at: datetime = strawberry.field(description="When anything new was said last.")

    @classmethod
    def of(cls, row: ReprintSource) -> ReprintSourceResult:
        return cls(
            way=row.way,
            partner_id=None if row.partner_id is None else global_id("Partner", row.partner_id),
            first_at=row.first_at,
            last_at=row.last_at,
        )


@strawberry.type(description="One look at the address of a copy, and what came of it.")
class ReprintCheckResult:
    at: datetime = strawberry.field(description="When.")
    state: ReprintState = strawberry.field(description="What it came to.")
    reasons: list[str] = strawberry.field(description="Why, as codes.")
    form: ReprintForm | None = strawberry.field(description="How much of the story the page holds.")
    status: int | None = strawberry.field(description="The HTTP status; null where nothing answered.")
    url: str | None = strawberry.field(description="The address that answered, after redirects.")
    evidence: str | None = strawberry.field(
        description="The SHA-256 (hex) of the page, which is kept; null where it held nothing of the story."
    )
    coverage: float | None = strawberry.field(description="The share of the variant that the page holds, from 0 to 1.")
    page_share: float | None = strawberry.field(description="The share of the page that comes from the variant.")
    credit: str | None = strawberry.field(description="FOUND, NAMED, OTHER or ABSENT: whether the source is named.")
    credit_who: str | None = strawberry.field(description="Who is named.")
    paragraphs_kept: int | None = strawberry.field(
        description="How many paragraphs of the variant are there, every word."
    )
    paragraphs_changed: int | None = strawberry.field(description="How many are there in part.")
    paragraphs_cut: int | None = strawberry.field(description="How many are not there.")
    paragraphs_added: int | None = strawberry.field(description="How many of the page come from elsewhere.")
    translation: TranslationLeadResult | None = strawberry.field(
        description="What speaks for a translation; null where the page is in a language that was supplied, or has too few facts."
    )

    @classmethod
    def of(cls, row: ReprintCheck) -> ReprintCheckResult:
        told = row.details
        counted = told["paragraphs"] if told["coverage"] is not None else None
        return cls(
            at=row.at,
            state=row.state,
            reasons=row.reasons,
            form=row.form,
            status=row.status,
            url=row.url,
            evidence=row.sha256,
            coverage=told["coverage"],
            page_share=told["pageShare"],
            credit=told["credit"],
            credit_who=told["creditWho"],
            paragraphs_kept=None if counted is None else counted.get("KEPT", 0),
            paragraphs_changed=None if counted is None else counted.get("CHANGED", 0),
            paragraphs_cut=None if counted is None else counted.get("CUT", 0),
            paragraphs_added=None if counted is None else counted.get("ADDED", 0),
            translation=TranslationLeadResult.of(told["translation"]) if told.get("translation") else None,
        )


@strawberry.type(description="One published copy or repost at one outlet.")
class Reprint(Node):
    url: Url | None = strawberry.field(description="Its address, as it was first given.")
    address: str | None = strawberry.field(description="Its address in the one form by which it is known.")
    place: str | None = strawberry.field(
        description="Its place in something that has no address, such as a page of a paper."
    )
    title: str | None = strawberry.field(description="Its title.")
    outlet: Outlet = strawberry.field(description="Where it ran.")
    pickup_id: strawberry.ID | None = strawberry.field(description="The pickup that it ran under.")
    partner_id: strawberry.ID | None = strawberry.field(description="The partner whose pickup that is.")
    story_id: strawberry.ID | None = strawberry.field(description="The story.")
    variant_id: strawberry.ID | None = strawberry.field(description="The variant.")
    variant_version: int | None = strawberry.field(description="The version of the variant, where that is known.")
    parent_id: strawberry.ID | None = strawberry.field(description="The copy that it came from.")
    root_id: strawberry.ID = strawberry.field(description="The first copy of its chain.")
    depth: int = strawberry.field(description="How many steps it is from there.")
    edge: ReprintEdgeResult = strawberry.field(description="How it came from the one before it, or from the pool.")
    has_unknown_parent: bool = strawberry.field(description="Whether it came from somewhere that nobody knows.")
    stage: Stage = strawberry.field(description="How far along its way it is.")
    stage_was_decided: bool = strawberry.field(
        description="Whether somebody decided the stage; else it goes by the outlet."
    )
    language: LanguageTag | None = strawberry.field(description="Its language.")
    territory: Territory | None = strawberry.field(description="The country or region where it ran.")
    form: ReprintForm | None = strawberry.field(description="How much of the story it carries.")
    published: PublishedResult = strawberry.field(description="When it was published.")
    state: ReprintState = strawberry.field(description="What is known of it.")
    sources: list[ReprintSourceResult] = strawberry.field(
        description="How the centre knows of it; for partners, what they said."
    )
    figures: list[StandingFigureResult] | None = strawberry.field(
        description="What stands of its figures; null where they are not yours to see."
    )
    note: str | None = strawberry.field(description="A note.")
    revision: int = strawberry.field(description="Counts its changes.")
    created_at: datetime = strawberry.field(description="When the centre heard of it.")
    updated_at: datetime = strawberry.field(description="When anything new was said of it last.")

    @strawberry.field(
        description="The copy that it came from; null where nobody knows, or where it is not yours to see."
    )
    async def parent(
        self, info: Info[Context, None]
    ) -> Annotated[Reprint, strawberry.lazy("schema.reprint.reprint")] | None:
        if self.parent_id is None:
            return None
        return await parent_of(info.context, self.parent_id)

    @strawberry.field(
        description="What came of the looks at its address, the newest first, at most 50; null where it is not yours to see."
    )
    async def checks(self, info: Info[Context, None]) -> list[ReprintCheckResult] | None:
        if self.figures is None:
            return None
        async with info.context.database.read() as session:
            rows = await checks_of(session, uuid_of(self.id, "Reprint"))
        return [ReprintCheckResult.of(row) for row in rows]

    @classmethod
    def of(cls, record: ReprintRecord) -> Reprint:
        row = record.row
        return cls(
            id=global_id("Reprint", row.id),
            url=None if row.url is None else Url(row.url),
            address=row.address,
            place=row.place,
            title=row.title,
            outlet=Outlet.of(record.outlet),
            pickup_id=_id("Pickup", row.pickup_id),
            partner_id=_id("Partner", row.partner_id),
            story_id=_id("Story", row.story_id),
            variant_id=_id("Variant", row.variant_id),
            variant_version=row.variant_version,
            parent_id=_id("Reprint", row.parent_id),
            root_id=global_id("Reprint", row.root_id),
            depth=row.depth,
            edge=ReprintEdgeResult(kind=row.edge_kind, basis=row.edge_basis, confidence=row.edge_confidence),
            has_unknown_parent=record.has_unknown_parent,
            stage=record.stage,
            stage_was_decided=row.stage_given is not None,
            language=None if row.language is None else LanguageTag(row.language),
            territory=None if row.territory is None else Territory(row.territory),
            form=row.form,
            published=PublishedResult(
                at=row.published_at, precision=row.published_precision, source=row.published_source
            ),
            state=row.state,
            sources=[ReprintSourceResult.of(source) for source in record.sources],
            figures=None if record.figures is None else [StandingFigureResult.of(figure) for figure in record.figures],
            note=row.note,
            revision=row.revision,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )


ReprintConnection = Connection[Reprint]


async def one_reprint(context: Context, reprint_id: uuid.UUID) -> Reprint:
    """A reprint by its id.

    :raises NotFound: none, or one that is not there for this actor.
    """
    async with context.database.read() as session:
        row = await find_reprint(session, reprint_id, context.actor)
        (record,) = await records_of(session, [row], context.actor)
    return Reprint.of(record)


async def parent_of(context: Context, parent_id: strawberry.ID) -> Reprint | None:
    """The parent of a copy, read once a request; None where it is not there for this actor."""
    known: dict[str, Reprint | None] = context.kept("reprint parents", dict)
    if parent_id not in known:
        try:
            known[parent_id] = await one_reprint(context, uuid_of(parent_id, "Reprint"))
        except NotFound:
            known[parent_id] = None
    return known[parent_id]


def _id(kind: str, key: uuid.UUID | None) -> strawberry.ID | None:
    return None if key is None else global_id(kind, key)
