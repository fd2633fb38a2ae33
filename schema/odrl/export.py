"""The fields that give terms, agreements and decisions in ODRL."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from strawberry.scalars import JSON
from strawberry.types import Info

from models.agreement.reading import read_agreements
from models.agreement.table import Agreement
from models.base import JsonObject
from models.odrl.export import export_agreement, export_policy
from models.odrl.profile import terms_iri
from models.odrl.report import DecidedCase, compliance_report
from models.partner import Partner
from models.pool.case import VariantCase
from models.usage import UsageDecision, Use
from models.viewer import Viewer
from schema.context import Context

PART_NAMES = {
    "names": "names",
    "usage_terms": "usageTerms",
    "copyright_holder": "copyrightHolder",
    "copyright_notice": "copyrightNotice",
    "credit_line": "creditLine",
}
"""The texts of terms, with the names that they have in documents."""


async def terms_as_odrl(self: Any, info: Info[Context, None]) -> JSON:
    """A resolver of `schema.terms.Terms`."""
    part: JsonObject = self.part
    async with info.context.database.read() as session:
        policies = await info.context.book.policies.get(session, [self.policy_hash])
    return JSON(
        export_policy(
            policies[self.policy_hash],
            terms_iri(uuid.UUID(part["id"]), self.policy_hash),
            texts={name: part[given] for name, given in PART_NAMES.items()},
            zone=part.get("zone"),
            key=part["key"],
        )
    )


async def agreement_as_odrl(self: Any, info: Info[Context, None]) -> JSON:
    """A resolver of `schema.agreement.Agreement`."""
    context = info.context
    async with context.database.read() as session:
        agreement = await session.get_one(Agreement, self.key_id)
        (record,) = await read_agreements(session, [agreement], context.services.clock())
        partner = await session.get_one(Partner, agreement.partner_id)
    return JSON(export_agreement(record, partner, context.services.public_url))


def report_of(
    answer: UsageDecision, case: VariantCase, viewer: Viewer, use: Use, at: datetime
) -> Callable[[], JsonObject]:
    """What makes the compliance report of a decision, when somebody asks for it."""
    partner_id = viewer.actor.partner_id

    def report() -> JsonObject:
        return compliance_report(
            DecidedCase(
                decision=answer,
                policies=(case.policies[case.part["policy"]],),
                subject=case.subject,
                use=use,
                standing=viewer.standing.towards(case.account),
                at=at,
                target=case.part["uri"],
                party=None if partner_id is None else partner_id.urn,
            )
        )

    return report
