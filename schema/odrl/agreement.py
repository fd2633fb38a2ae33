"""`importAgreement`: agreements taken over from ODRL, by the same door as those that partnership officers write."""

from __future__ import annotations

import asyncio
from typing import Annotated

import strawberry
from strawberry.scalars import JSON
from strawberry.types import Info

from models.agreement.reading import read_agreements
from models.audit.subject import about
from models.errors import BadInput
from models.odrl.agreement_import import import_agreement
from models.odrl.agreement_reading import ReadAgreement, read_agreement
from schema.agreement import Agreement, AgreementPayload
from schema.change import attempt, change_by
from schema.context import Context
from schema.identifier import global_id


@strawberry.input(
    description="An agreement to add, as an ODRL 2.2 Agreement in JSON-LD. What it says beyond what agreements can say is refused, by its "
    "path."
)
class ImportAgreementInput:
    odrl: JSON = strawberry.field(description="The agreement, in the shape that `odrl` of an `Agreement` has.")
    key: str | None = strawberry.field(
        default=None, description="Its key: a-z, 0-9, colon, dot and hyphen. Absent: the document's `dct:identifier`."
    )
    partner_key: str | None = strawberry.field(
        default=None,
        description="The key of the partner that it is with. Absent: the partner whose id the document's assignee is.",
    )

    def read(self, centre: str) -> ReadAgreement:
        """What the document says.

        :param centre: the centre's IRI.
        :raises BadInput: it is not understood, or cannot be right; `field` is the path to it in the input.
        """
        try:
            return read_agreement(self.odrl, centre=centre)
        except BadInput as error:
            error.field = ["odrl", *(error.field or ())]
            raise


async def import_odrl_agreement(
    info: Info[Context, None],
    input: Annotated[ImportAgreementInput, strawberry.argument(description="What is added.")],
) -> AgreementPayload | None:
    """Adds an agreement in one write transaction."""
    agreement, refusals = await attempt(_import(info.context, input))
    return AgreementPayload(agreement=agreement, user_errors=refusals)


async def _import(context: Context, given: ImportAgreementInput) -> Agreement:
    # Expanding JSON-LD takes a while where the document is long, and others wait for the loop.
    read = await asyncio.to_thread(given.read, context.services.public_url)
    async with context.write("importAgreement", given) as session:
        row = await import_agreement(session, read, change_by(context), key=given.key, partner_key=given.partner_key)
        about(session, global_id("Agreement", row.id), partner_id=row.partner_id)
        return Agreement.of((await read_agreements(session, [row], context.services.clock()))[0])
