"""Mutations of webhooks. Each takes one input and answers one payload; refusals are data."""

from __future__ import annotations

from typing import Annotated, cast

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types import Info

from models import hook as hooks
from models.audit.subject import about
from models.errors import BadInput
from models.hook import HookChanges, HookStatus
from models.log.reader import decode_change_cursor
from models.scope import Scope
from schema.access import RequiresScope
from schema.change import LEFT_OUT, Payload, attempt, given_fields
from schema.context import Context
from schema.documents import LimitedSchema
from schema.hook.document import check_hook_document
from schema.hook.hook import Delivery, Hook, deliveries_of
from schema.identifier import global_id, uuid_of
from schema.log.filter import ChangeFilterInput
from schema.scalar import Url

_WRITES: list[FieldExtension] = [RequiresScope(Scope.HOOK_WRITE)]


@strawberry.input(description="A new webhook. It carries the rights of the client that makes it.")
class CreateHookInput:
    url: Url = strawberry.field(description="The address to call: https, and public.")
    filter: ChangeFilterInput | None = strawberry.field(
        default=None, description="Which changes it is called for; all where absent."
    )
    document: str | None = strawberry.field(
        default=None,
        description="A GraphQL query with the variable `$change: ID!`, whose result is the body; the plain body where absent.",
    )
    note: str | None = strawberry.field(default=None, description="A note of your own.")
    after: str | None = strawberry.field(
        default=None, description="A cursor of the change log to begin after; with what is to come where absent."
    )


@strawberry.input(
    description="What to say of a webhook anew. It carries the rights of the client that asks from now on."
)
class UpdateHookInput:
    hook_id: strawberry.ID = strawberry.field(description="The hook.")
    url: Url | None = strawberry.field(default=LEFT_OUT, description="The address to call.")
    filter: ChangeFilterInput | None = strawberry.field(
        default=LEFT_OUT, description="Which changes it is called for; null for all."
    )
    document: str | None = strawberry.field(
        default=LEFT_OUT, description="The query whose result is the body; null for the plain body."
    )
    note: str | None = strawberry.field(default=LEFT_OUT, description="A note of your own.")


@strawberry.input(description="A webhook.")
class HookInput:
    hook_id: strawberry.ID = strawberry.field(description="The hook.")


@strawberry.input(description="A webhook, and from where on to send again.")
class ReplayHookInput:
    hook_id: strawberry.ID = strawberry.field(description="The hook.")
    after: str = strawberry.field(description="A cursor of the change log: everything after it is sent again.")


@strawberry.input(description="A delivery.")
class RedeliverInput:
    delivery_id: strawberry.ID = strawberry.field(description="The delivery.")


@strawberry.type(description="What changing a webhook gave.")
class HookPayload(Payload):
    hook: Hook | None = strawberry.field(description="The hook; null where it was refused, or deleted.")


@strawberry.type(description="What making a webhook, or giving it a new secret, gave.")
class HookSecretPayload(Payload):
    hook: Hook | None = strawberry.field(description="The hook; null where it was refused.")
    secret: str | None = strawberry.field(
        description="What its calls are signed with (Standard Webhooks). It is shown this once."
    )


@strawberry.type(description="What sending to a webhook gave.")
class DeliveryPayload(Payload):
    delivery: Delivery | None = strawberry.field(description="The delivery; null where it was refused.")


@strawberry.type
class HookMutations:
    @strawberry.mutation(description="Adds a webhook.", extensions=_WRITES)
    async def create_hook(
        self, info: Info[Context, None], input: Annotated[CreateHookInput, strawberry.argument(description="It.")]
    ) -> HookSecretPayload | None:
        made, errors = await attempt(_create(info, input))
        return HookSecretPayload(hook=made[0] if made else None, secret=made[1] if made else None, user_errors=errors)

    @strawberry.mutation(description="Says something of a webhook anew.", extensions=_WRITES)
    async def update_hook(
        self, info: Info[Context, None], input: Annotated[UpdateHookInput, strawberry.argument(description="What.")]
    ) -> HookPayload | None:
        hook, errors = await attempt(_update(info, input))
        return HookPayload(hook=hook, user_errors=errors)

    @strawberry.mutation(description="Removes a webhook with its deliveries.", extensions=_WRITES)
    async def delete_hook(
        self, info: Info[Context, None], input: Annotated[HookInput, strawberry.argument(description="Which.")]
    ) -> HookPayload | None:
        _, errors = await attempt(_delete(info.context, input))
        return HookPayload(hook=None, user_errors=errors)

    @strawberry.mutation(
        description="Gives a webhook a new secret. Its calls carry the signature of the one before as well for 24 hours.",
        extensions=_WRITES,
    )
    async def rotate_hook_secret(
        self, info: Info[Context, None], input: Annotated[HookInput, strawberry.argument(description="Which.")]
    ) -> HookSecretPayload | None:
        made, errors = await attempt(_rotate(info.context, input))
        return HookSecretPayload(hook=made[0] if made else None, secret=made[1] if made else None, user_errors=errors)

    @strawberry.mutation(description="Pauses a webhook: what happens meanwhile waits.", extensions=_WRITES)
    async def pause_hook(
        self, info: Info[Context, None], input: Annotated[HookInput, strawberry.argument(description="Which.")]
    ) -> HookPayload | None:
        hook, errors = await attempt(_set_status(info.context, "pauseHook", input, HookStatus.PAUSED))
        return HookPayload(hook=hook, user_errors=errors)

    @strawberry.mutation(
        description="Calls a webhook again that was paused or suspended: what waited is tried at once.",
        extensions=_WRITES,
    )
    async def resume_hook(
        self, info: Info[Context, None], input: Annotated[HookInput, strawberry.argument(description="Which.")]
    ) -> HookPayload | None:
        hook, errors = await attempt(_set_status(info.context, "resumeHook", input, HookStatus.ACTIVE))
        return HookPayload(hook=hook, user_errors=errors)

    @strawberry.mutation(description="Calls a webhook once, to say nothing.", extensions=_WRITES)
    async def ping_hook(
        self, info: Info[Context, None], input: Annotated[HookInput, strawberry.argument(description="Which.")]
    ) -> DeliveryPayload | None:
        delivery, errors = await attempt(_ping(info.context, input))
        return DeliveryPayload(delivery=delivery, user_errors=errors)

    @strawberry.mutation(
        description="Sends a delivery again, under the same message id, with what you see at that moment.",
        extensions=_WRITES,
    )
    async def redeliver(
        self, info: Info[Context, None], input: Annotated[RedeliverInput, strawberry.argument(description="Which.")]
    ) -> DeliveryPayload | None:
        delivery, errors = await attempt(_redeliver(info.context, input))
        return DeliveryPayload(delivery=delivery, user_errors=errors)

    @strawberry.mutation(
        description="Sends everything after a place in the change log again, each under its message id.",
        extensions=_WRITES,
    )
    async def replay_hook(
        self,
        info: Info[Context, None],
        input: Annotated[ReplayHookInput, strawberry.argument(description="From where.")],
    ) -> HookPayload | None:
        hook, errors = await attempt(_replay(info.context, input))
        return HookPayload(hook=hook, user_errors=errors)


async def _create(info: Info[Context, None], given: CreateHookInput) -> tuple[Hook, str]:
    context = info.context
    changes = HookChanges(
        url=context.services.check_outgoing_url(given.url),
        filter=(given.filter or ChangeFilterInput()).change_filter().record(),
        document=given.document,
        note=given.note,
    )
    if given.document is not None:
        check_hook_document(cast(LimitedSchema, info.schema), given.document)
    after = None if given.after is None else int(decode_change_cursor(given.after)[0])
    shown = {"url": given.url, "note": given.note}
    async with context.write("createHook", shown) as session:
        row, secret = await hooks.create_hook(session, context.actor, changes, after, context.services.clock())
        about(session, global_id("Hook", row.id), partner_id=row.partner_id)
    return Hook.of(row), secret


async def _update(info: Info[Context, None], given: UpdateHookInput) -> Hook:
    context = info.context
    fields = given_fields(given, nullable=("filter", "document", "note"), without=("hook_id",))
    if "url" in fields:
        fields["url"] = context.services.check_outgoing_url(fields["url"])
    if "filter" in fields:
        fields["filter"] = (fields["filter"] or ChangeFilterInput()).change_filter().record()
    if fields.get("document") is not None:
        check_hook_document(cast(LimitedSchema, info.schema), fields["document"])
    changes: HookChanges = fields  # type: ignore[assignment]  # the input has the same fields
    async with context.write("updateHook", given) as session:
        hook_id = uuid_of(given.hook_id, "Hook")
        row = await hooks.update_hook(session, hook_id, context.actor, changes, context.services.clock())
        about(session, given.hook_id, partner_id=row.partner_id)
    return Hook.of(row)


async def _delete(context: Context, given: HookInput) -> None:
    async with context.write("deleteHook", given) as session:
        await hooks.delete_hook(session, uuid_of(given.hook_id, "Hook"), context.actor)
        about(session, given.hook_id, partner_id=context.actor.partner_id)


async def _rotate(context: Context, given: HookInput) -> tuple[Hook, str]:
    async with context.write("rotateHookSecret", given) as session:
        hook_id = uuid_of(given.hook_id, "Hook")
        row, secret = await hooks.rotate_secret(session, hook_id, context.actor, context.services.clock())
        about(session, given.hook_id, partner_id=row.partner_id)
    return Hook.of(row), secret


async def _set_status(context: Context, action: str, given: HookInput, status: HookStatus) -> Hook:
    async with context.write(action, given) as session:
        hook_id = uuid_of(given.hook_id, "Hook")
        row = await hooks.set_hook_status(session, hook_id, context.actor, status, context.services.clock())
        about(session, given.hook_id, partner_id=row.partner_id)
    return Hook.of(row)


async def _ping(context: Context, given: HookInput) -> Delivery:
    async with context.write("pingHook", given) as session:
        hook_id = uuid_of(given.hook_id, "Hook")
        row = await hooks.ping_hook(session, hook_id, context.actor, context.services.clock())
        about(session, given.hook_id, partner_id=row.partner_id)
    return (await deliveries_of(context, [row]))[0]


async def _redeliver(context: Context, given: RedeliverInput) -> Delivery:
    async with context.write("redeliver", given) as session:
        delivery_id = uuid_of(given.delivery_id, "Delivery")
        row = await hooks.redeliver(session, delivery_id, context.actor, context.services.clock())
        about(session, given.delivery_id, partner_id=row.partner_id)
    return (await deliveries_of(context, [row]))[0]


async def _replay(context: Context, given: ReplayHookInput) -> Hook:
    try:
        after = int(decode_change_cursor(given.after)[0])
    except BadInput as error:
        raise BadInput(error.message, field=["after"]) from None
    async with context.write("replayHook", given) as session:
        hook_id = uuid_of(given.hook_id, "Hook")
        row = await hooks.replay_hook(session, hook_id, context.actor, after, context.services.clock())
        about(session, given.hook_id, partner_id=row.partner_id)
    return Hook.of(row)
