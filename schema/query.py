"""The root of queries."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.types import Info

from models.duty import DutyState
from models.errors import BadInput, NotFound
from models.pool.find import StoryOrder
from models.release import story_by_uri
from models.scope import Scope
from schema.access import RequiresScope
from schema.agreement import Agreement, AgreementConnection, list_agreements, one_agreement
from schema.argument import After, Before, First, Last
from schema.audit import AuditEntryConnection, audit_entries
from schema.catalogue import CatalogueQueries
from schema.context import Context
from schema.decisions import decide_many
from schema.desk.query import DeskQueries
from schema.duty import AcceptedDutyConnection, list_duties
from schema.feed import FeedQueries
from schema.finding import find_node, find_story
from schema.hook import HookQueries
from schema.identifier import uuid_of
from schema.log.query import LogQueries
from schema.matching import MatchingQueries
from schema.node import Node
from schema.notice import (
    ComplianceConnection,
    ComplianceFilterInput,
    NoticeConnection,
    NoticeFilterInput,
    list_compliance,
    list_notices,
)
from schema.partner import (
    Partner,
    PartnerConnection,
    PartnerFilterInput,
    list_partners,
    partner_by,
)
from schema.pickup import PickupConnection, PickupFilterInput, list_pickups
from schema.release.history import HistoryQueries
from schema.report.link import ReportLinkQueries
from schema.report.query import ReportQueries
from schema.reprint.query import ReprintQueries
from schema.reprint.translation import TranslationQueries
from schema.simulation import SimulatedPartner, SimulateTermsInput, simulate_terms
from schema.stories import StoryConnection, StoryFilterInput, list_stories
from schema.story import Story, decide
from schema.terms import Terms, all_templates, one_terms
from schema.usage import UsageDecision, UsageDecisionRow, UseInput
from schema.viewer import Viewer, read_viewer

MAX_NODES = 100


@strawberry.type(description="What can be read.")
class Query(
    CatalogueQueries,
    DeskQueries,
    MatchingQueries,
    HistoryQueries,
    LogQueries,
    HookQueries,
    FeedQueries,
    ReprintQueries,
    TranslationQueries,
    ReportQueries,
    ReportLinkQueries,
):
    @strawberry.field(description="Who is asking, with which rights.")
    async def viewer(self, info: Info[Context, None]) -> Viewer | None:
        return await read_viewer(info.context)

    @strawberry.field(description="A story by its id or its URI.", extensions=[RequiresScope(Scope.POOL_READ)])
    async def story(
        self,
        info: Info[Context, None],
        id: Annotated[strawberry.ID | None, strawberry.argument(description="Its id.")] = None,
        uri: Annotated[str | None, strawberry.argument(description="Its URI.")] = None,
    ) -> Story | None:
        if (id is None) == (uri is None):
            raise BadInput("give either id or uri")
        if id is not None:
            return await find_story(info.context, uuid_of(id, "Story"))
        async with info.context.database.read() as session:
            found = await story_by_uri(session, str(uri))
        return await find_story(info.context, found.id)

    @strawberry.field(
        description="Stories that you may see, filtered and ordered.", extensions=[RequiresScope(Scope.POOL_READ)]
    )
    async def stories(
        self,
        info: Info[Context, None],
        filter: Annotated[StoryFilterInput | None, strawberry.argument(description="What they must meet.")] = None,
        order_by: Annotated[
            StoryOrder | None, strawberry.argument(description="Their order; the newest first where absent.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> StoryConnection | None:
        wanted = (filter or StoryFilterInput()).story_filter()
        return await list_stories(info.context, wanted, order_by or StoryOrder.NEWEST_FIRST, first, after, last, before)

    @strawberry.field(description="May this variant be used so?", extensions=[RequiresScope(Scope.POOL_READ)])
    async def usage_decision(
        self,
        info: Info[Context, None],
        variant_id: Annotated[strawberry.ID, strawberry.argument(description="The variant.")],
        use: Annotated[UseInput, strawberry.argument(description="What is meant to be done with it.")],
    ) -> UsageDecision | None:
        return await decide(info.context, uuid_of(variant_id, "Variant"), use)

    @strawberry.field(
        description="May these variants be used so? Up to 100 variants and 20 uses; null for a variant that is not there.",
        extensions=[RequiresScope(Scope.POOL_READ)],
    )
    async def usage_decisions(
        self,
        info: Info[Context, None],
        variant_ids: Annotated[list[strawberry.ID], strawberry.argument(description="The variants: the rows.")],
        uses: Annotated[list[UseInput], strawberry.argument(description="What is meant to be done: the columns.")],
    ) -> list[UsageDecisionRow | None]:
        return await decide_many(info.context, variant_ids, uses)

    @strawberry.field(
        description="What you have taken upon yourself, the newest first; for staff, what all partners have.",
        extensions=[RequiresScope(Scope.POOL_READ)],
    )
    async def duties(
        self,
        info: Info[Context, None],
        state: Annotated[DutyState | None, strawberry.argument(description="Only those that stand so now.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> AcceptedDutyConnection | None:
        return await list_duties(info.context, state, first, after, last, before)

    @strawberry.field(
        description="Your pickups, the newest first; for staff, those of all partners.",
        extensions=[RequiresScope(Scope.POOL_READ)],
    )
    async def pickups(
        self,
        info: Info[Context, None],
        filter: Annotated[PickupFilterInput | None, strawberry.argument(description="What they must meet.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> PickupConnection | None:
        return await list_pickups(info.context, filter or PickupFilterInput(), first, after, last, before)

    @strawberry.field(
        description="The notices that went to you, the newest first; for staff, all.",
        extensions=[RequiresScope(Scope.POOL_READ)],
    )
    async def notices(
        self,
        info: Info[Context, None],
        filter: Annotated[NoticeFilterInput | None, strawberry.argument(description="What they must meet.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> NoticeConnection | None:
        return await list_notices(info.context, filter or NoticeFilterInput(), first, after, last, before)

    @strawberry.field(
        description="How far partners are with notices: issued, delivered, acknowledged, taken down, verified.",
        extensions=[RequiresScope(Scope.STORY_RELEASE)],
    )
    async def compliance(
        self,
        info: Info[Context, None],
        filter: Annotated[ComplianceFilterInput | None, strawberry.argument(description="Which of them.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> ComplianceConnection | None:
        wanted = (filter or ComplianceFilterInput()).compliance_filter()
        return await list_compliance(info.context, wanted, first, after, last, before)

    @strawberry.field(description="Partners, by their keys.", extensions=[RequiresScope(Scope.PARTNER_WRITE)])
    async def partners(
        self,
        info: Info[Context, None],
        filter: Annotated[PartnerFilterInput | None, strawberry.argument(description="What they must meet.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> PartnerConnection | None:
        return await list_partners(info.context, filter or PartnerFilterInput(), first, after, last, before)

    @strawberry.field(description="A partner by its id or its key.", extensions=[RequiresScope(Scope.PARTNER_WRITE)])
    async def partner(
        self,
        info: Info[Context, None],
        id: Annotated[strawberry.ID | None, strawberry.argument(description="Its id.")] = None,
        key: Annotated[str | None, strawberry.argument(description="Its key.")] = None,
    ) -> Partner | None:
        return await partner_by(info.context, id, key)

    @strawberry.field(description="Agreements, by their keys.", extensions=[RequiresScope(Scope.PARTNER_WRITE)])
    async def agreements(
        self,
        info: Info[Context, None],
        partner_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Whose; those of all partners where absent.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> AgreementConnection | None:
        return await list_agreements(info.context, partner_id, first, after, last, before)

    @strawberry.field(description="An agreement by its id.", extensions=[RequiresScope(Scope.PARTNER_WRITE)])
    async def agreement(
        self, info: Info[Context, None], id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> Agreement | None:
        return await one_agreement(info.context, uuid_of(id, "Agreement"))

    terms: Terms | None = strawberry.field(
        resolver=one_terms,
        description="Terms by their id, or by the key that they have now.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
    terms_templates: list[Terms] | None = strawberry.field(
        resolver=all_templates,
        description="The terms that can be chosen again and again, by key.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )

    audit_entries: AuditEntryConnection | None = strawberry.field(
        resolver=audit_entries,
        description="Who wrote what and when, the newest first.",
        extensions=[RequiresScope(Scope.AUDIT_READ)],
    )

    @strawberry.field(
        description="What terms that are not yet saved would change: which partners could use a variant, and where.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
    async def simulate_terms(
        self,
        info: Info[Context, None],
        input: Annotated[SimulateTermsInput, strawberry.argument(description="The terms in question.")],
    ) -> list[SimulatedPartner] | None:
        return await simulate_terms(info.context, input)

    @strawberry.field(description="Anything with a global id.", extensions=[RequiresScope(Scope.POOL_READ)])
    async def node(
        self, info: Info[Context, None], id: Annotated[strawberry.ID, strawberry.argument(description="The global id.")]
    ) -> Node | None:
        return await find_node(info.context, id)

    @strawberry.field(
        description="Several things by their global ids, in that order; null for each that is not there. At most 100.",
        extensions=[RequiresScope(Scope.POOL_READ)],
    )
    async def nodes(
        self,
        info: Info[Context, None],
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="The global ids.")],
    ) -> list[Node | None]:
        if len(ids) > MAX_NODES:
            raise BadInput(f"ids holds {len(ids)} ids; at most {MAX_NODES} are taken", field=["ids"])
        found: list[Node | None] = []
        for id in ids:
            try:
                found.append(await find_node(info.context, id))
            except NotFound:
                found.append(None)
        return found
