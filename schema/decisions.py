"""Many usage decisions at once: a row a variant, a column a use."""

from __future__ import annotations

import uuid
from typing import Final

import strawberry

from models.errors import BadInput, NotFound
from models.pool.case import variant_cases
from models.usage import MatrixCase, decide_matrix
from schema.context import Context
from schema.identifier import uuid_of
from schema.odrl.export import report_of
from schema.usage import UsageDecision, UsageDecisionRow, UseInput

MAX_VARIANTS: Final = 100
MAX_USES: Final = 20


async def decide_many(
    context: Context, variant_ids: list[strawberry.ID], uses: list[UseInput]
) -> list[UsageDecisionRow | None]:
    """The decisions for each variant and each use, at the moment that the use names; None for a variant that is not there.

    :raises BadInput: more variants or uses than are taken at once, or no use.
    """
    if len(variant_ids) > MAX_VARIANTS:
        message = f"variantIds holds {len(variant_ids)} ids; at most {MAX_VARIANTS} are taken"
        raise BadInput(message, field=["variantIds"])
    if not 1 <= len(uses) <= MAX_USES:
        raise BadInput(f"uses holds {len(uses)} uses; give between 1 and {MAX_USES}", field=["uses"])
    asked = [use.use() for use in uses]
    viewer = await context.viewer()
    wanted = [_variant(id) for id in variant_ids]
    async with context.database.read() as session:
        cases = await variant_cases(session, {key for key in wanted if key is not None}, viewer, context.book)
    questions = [
        MatrixCase((case.policies[case.part["policy"]],), case.subject, case.account) for case in cases.values()
    ]
    moments = [use.at or viewer.now for use in uses]
    rows = list(cases.values())
    answers: dict[tuple[int, int], UsageDecision] = {}
    for at in set(moments):
        places = [place for place, moment in enumerate(moments) if moment == at]
        decided = decide_matrix(questions, [asked[place] for place in places], viewer.standing, at)
        for number, row in enumerate(decided):
            answers |= {
                (number, place): UsageDecision.of(
                    item, at, asked[place], report_of(item, rows[number], viewer, asked[place], at)
                )
                for place, item in zip(places, row, strict=True)
            }
    numbers = {key: number for number, key in enumerate(cases)}
    return [
        UsageDecisionRow(variant_id=id, decisions=[answers[numbers[key], place] for place in range(len(uses))])
        if key in numbers
        else None
        for id, key in zip(variant_ids, wanted, strict=True)
    ]


def _variant(id: strawberry.ID) -> uuid.UUID | None:
    try:
        return uuid_of(id, "Variant")
    except NotFound:
        return None
