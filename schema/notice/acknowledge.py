"""Acknowledging notices, and verifying what was said of copies."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.errors import Forbidden
from models.notice.acknowledge import Acknowledgement, CopyReport
from models.notice.acknowledge import acknowledge_notice as acknowledge
from models.notice.acknowledge import verify_copy as verify
from models.notice.table import CopyAction, NoticeChannel
from schema.change import Payload, attempt, change_by
from schema.context import Context
from schema.identifier import uuid_of
from schema.notice.copy import Copy
from schema.notice.notice import Notice, notices_for
from schema.scalar import Url


@strawberry.input(
    description="What became, or will become, of one copy. It is known by its pickup and its address: the same two again say it anew."
)
class CopyInput:
    pickup_id: strawberry.ID | None = strawberry.field(
        default=None, description="The pickup of yours that it came from. This, url, or both are needed."
    )
    url: Url | None = strawberry.field(default=None, description="The address where it ran.")
    outlet_id: strawberry.ID | None = strawberry.field(default=None, description="Your outlet where it ran.")
    action: CopyAction | None = strawberry.field(
        default=None, description="What you did with it. This or dueAt is needed."
    )
    done_at: datetime | None = strawberry.field(
        default=None, description="When you corrected or removed it; now where absent. Never in the future."
    )
    due_at: datetime | None = strawberry.field(
        default=None, description="By when you will correct or remove it. Never in the past."
    )
    note: str | None = strawberry.field(
        default=None, description="What else there is to say, up to 2,000 characters. COULD_NOT needs it."
    )

    def report(self) -> CopyReport:
        """The same, as the models take it.

        :raises NotFound: an id that is none.
        """
        return CopyReport(
            pickup_id=None if self.pickup_id is None else uuid_of(self.pickup_id, "Pickup"),
            url=self.url,
            outlet_id=None if self.outlet_id is None else uuid_of(self.outlet_id, "Outlet"),
            action=self.action,
            done_at=self.done_at,
            due_at=self.due_at,
            note=self.note,
        )


@strawberry.input(description="A notice to acknowledge; again, to say more of copies.")
class AcknowledgeNoticeInput:
    notice_id: strawberry.ID = strawberry.field(description="The notice.")
    note: str | None = strawberry.field(
        default=None, description="What you want to say to the centre, up to 2,000 characters."
    )
    copies: list[CopyInput] | None = strawberry.field(
        default=None, description="What became of your copies, up to 100 at once."
    )


@strawberry.type(description="What acknowledging a notice gave.")
class AcknowledgeNoticePayload(Payload):
    notice: Notice | None = strawberry.field(description="The notice; null where it was refused.")


@strawberry.input(description="A copy that somebody of the centre has looked at.")
class VerifyCopyInput:
    copy_id: strawberry.ID = strawberry.field(description="The copy.")
    verified: bool = strawberry.field(
        default=True, description="Whether it is as the partner says; false takes an earlier yes back."
    )


@strawberry.type(description="What verifying a copy gave.")
class VerifyCopyPayload(Payload):
    copy: Copy | None = strawberry.field(description="The copy; null where it was refused.")


async def acknowledge_notice(
    info: Info[Context, None],
    input: Annotated[AcknowledgeNoticeInput, strawberry.argument(description="What is acknowledged.")],
) -> AcknowledgeNoticePayload | None:
    """Acknowledges a notice for the actor's partner."""
    context = info.context

    async def work() -> Notice:
        partner_id = context.actor.partner_id
        if partner_id is None:
            raise Forbidden("notices are acknowledged by partners; use a client of the partner")
        given = Acknowledgement(
            uuid_of(input.notice_id, "Notice"), input.note, [copy.report() for copy in input.copies or ()]
        )
        async with context.write("acknowledgeNotice", input) as session:
            row = await acknowledge(session, partner_id, given, NoticeChannel.API, change_by(context))
        return (await notices_for(context, [row]))[0]

    notice, errors = await attempt(work())
    return AcknowledgeNoticePayload(notice=notice, user_errors=errors)


async def verify_copy(
    info: Info[Context, None], input: Annotated[VerifyCopyInput, strawberry.argument(description="The copy.")]
) -> VerifyCopyPayload | None:
    """Verifies a copy."""
    context = info.context

    async def work() -> Copy:
        async with context.write("verifyCopy", input) as session:
            copy_id = uuid_of(input.copy_id, "Copy")
            return Copy.of(await verify(session, copy_id, change_by(context), verified=input.verified))

    copy, errors = await attempt(work())
    return VerifyCopyPayload(copy=copy, user_errors=errors)
