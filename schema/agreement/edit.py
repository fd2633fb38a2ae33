"""The mutations of agreements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.types import Info

from models.agreement import Agreement as AgreementRow
from models.agreement.edit import create_agreement as create
from models.agreement.edit import end_agreement as end
from models.agreement.edit import resume_agreement as resume
from models.agreement.edit import suspend_agreement as suspend
from models.agreement.edit import update_agreement as update
from models.agreement.reading import read_agreements
from models.audit.subject import about
from schema.agreement.input import CreateAgreementInput, UpdateAgreementInput
from schema.agreement.record import Agreement
from schema.change import Payload, attempt, change_by
from schema.context import Context
from schema.identifier import global_id, uuid_of


@strawberry.input(description="An agreement to suspend or to resume.")
class AgreementInput:
    agreement_id: strawberry.ID = strawberry.field(description="The agreement.")


@strawberry.input(description="An agreement to end.")
class EndAgreementInput:
    agreement_id: strawberry.ID = strawberry.field(description="The agreement.")
    at: str | None = strawberry.field(
        default=None,
        description="The last day in force, as a date in the agreement's zone, or the first moment no longer in force, as a date-time "
        "with a zone. Absent: now.",
    )


@strawberry.type(description="What changing an agreement gave.")
class AgreementPayload(Payload):
    agreement: Agreement | None = strawberry.field(description="The agreement; null where it was refused.")


Given = Annotated[AgreementInput, strawberry.argument(description="The agreement.")]


async def create_agreement(
    info: Info[Context, None],
    input: Annotated[CreateAgreementInput, strawberry.argument(description="The agreement.")],
) -> AgreementPayload | None:
    """Adds an agreement."""

    async def work(session: AsyncSession) -> AgreementRow:
        partner_id = uuid_of(input.partner_id, "Partner")
        return await create(session, partner_id, input.key, input.changes(), change_by(info.context))

    return await _answered(info.context, "createAgreement", input, work)


async def update_agreement(
    info: Info[Context, None],
    input: Annotated[UpdateAgreementInput, strawberry.argument(description="What to say anew.")],
) -> AgreementPayload | None:
    """Makes the next version of an agreement."""

    async def work(session: AsyncSession) -> AgreementRow:
        agreement_id = uuid_of(input.agreement_id, "Agreement")
        return await update(session, agreement_id, input.version, input.changes(), change_by(info.context))

    return await _answered(info.context, "updateAgreement", input, work)


async def suspend_agreement(info: Info[Context, None], input: Given) -> AgreementPayload | None:
    """Suspends an agreement."""
    return await _answered(
        info.context,
        "suspendAgreement",
        input,
        lambda session: suspend(session, uuid_of(input.agreement_id, "Agreement"), change_by(info.context)),
    )


async def resume_agreement(info: Info[Context, None], input: Given) -> AgreementPayload | None:
    """Resumes an agreement."""
    return await _answered(
        info.context,
        "resumeAgreement",
        input,
        lambda session: resume(session, uuid_of(input.agreement_id, "Agreement"), change_by(info.context)),
    )


async def end_agreement(
    info: Info[Context, None],
    input: Annotated[EndAgreementInput, strawberry.argument(description="The agreement, and when.")],
) -> AgreementPayload | None:
    """Ends an agreement."""
    return await _answered(
        info.context,
        "endAgreement",
        input,
        lambda session: end(session, uuid_of(input.agreement_id, "Agreement"), input.at, change_by(info.context)),
    )


async def _answered(
    context: Context, action: str, given: object, work: Callable[[AsyncSession], Awaitable[AgreementRow]]
) -> AgreementPayload:
    """What the work gives, in one write transaction."""

    async def done() -> Agreement:
        async with context.write(action, given) as session:
            row = await work(session)
            about(session, global_id("Agreement", row.id), partner_id=row.partner_id)
            return Agreement.of((await read_agreements(session, [row], context.services.clock()))[0])

    agreement, refusals = await attempt(done())
    return AgreementPayload(agreement=agreement, user_errors=refusals)
