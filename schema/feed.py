"""Feed keys in the schema: addresses that open a partner's feeds without a token."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types import Info

from models.audit.subject import about
from models.feed import FeedKey as FeedKeyRow
from models.feed import create_feed_key, feed_keys_of, revoke_feed_key
from models.scope import Scope
from schema.access import RequiresScope
from schema.change import Payload, attempt
from schema.context import Context
from schema.identifier import global_id, uuid_of

FORMATS = ("ninjs", "atom", "rss", "json")
_WRITES: list[FieldExtension] = [RequiresScope(Scope.CLIENT_WRITE)]


@strawberry.type(
    description="A key that opens your feeds in an address, without a token. It reads as the client that made it."
)
class FeedKeyResult:
    id: strawberry.ID = strawberry.field(description="Opaque.")
    note: str | None = strawberry.field(description="A note of your own.")
    created_at: datetime = strawberry.field(description="When it was made.")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked; null while it is good.")

    @classmethod
    def of(cls, row: FeedKeyRow) -> FeedKeyResult:
        return cls(id=global_id("FeedKey", row.id), note=row.note, created_at=row.created_at, revoked_at=row.revoked_at)


@strawberry.input(description="A new feed key.")
class CreateFeedKeyInput:
    note: str | None = strawberry.field(default=None, description="A note of your own, such as who gets the address.")


@strawberry.input(description="A feed key.")
class RevokeFeedKeyInput:
    feed_key_id: strawberry.ID = strawberry.field(description="The key.")


@strawberry.type(description="What making a feed key gave.")
class CreateFeedKeyPayload(Payload):
    feed_key: FeedKeyResult | None = strawberry.field(description="The key; null where it was refused.")
    urls: list[str] = strawberry.field(
        description="The addresses that it opens: ninjs, Atom, RSS, JSON Feed. They are shown this once."
    )


@strawberry.type(description="What revoking a feed key gave.")
class RevokeFeedKeyPayload(Payload):
    feed_key: FeedKeyResult | None = strawberry.field(description="The key; null where it was refused.")


@strawberry.type
class FeedQueries:
    @strawberry.field(description="Your feed keys that are not revoked, the oldest first.", extensions=_WRITES)
    async def feed_keys(self, info: Info[Context, None]) -> list[FeedKeyResult] | None:
        async with info.context.database.read() as session:
            return [FeedKeyResult.of(row) for row in await feed_keys_of(session, info.context.actor)]


@strawberry.type
class FeedMutations:
    @strawberry.mutation(description="Makes a key that opens your feeds without a token.", extensions=_WRITES)
    async def create_feed_key(
        self, info: Info[Context, None], input: Annotated[CreateFeedKeyInput, strawberry.argument(description="It.")]
    ) -> CreateFeedKeyPayload | None:
        made, errors = await attempt(_create(info.context, input))
        return CreateFeedKeyPayload(
            feed_key=made[0] if made else None, urls=made[1] if made else [], user_errors=errors
        )

    @strawberry.mutation(description="Makes a feed key worth nothing, at once.", extensions=_WRITES)
    async def revoke_feed_key(
        self, info: Info[Context, None], input: Annotated[RevokeFeedKeyInput, strawberry.argument(description="It.")]
    ) -> RevokeFeedKeyPayload | None:
        key, errors = await attempt(_revoke(info.context, input))
        return RevokeFeedKeyPayload(feed_key=key, user_errors=errors)


async def _create(context: Context, given: CreateFeedKeyInput) -> tuple[FeedKeyResult, list[str]]:
    async with context.write("createFeedKey", given) as session:
        row, secret = await create_feed_key(session, context.actor, given.note, context.services.clock())
        about(session, global_id("FeedKey", row.id), partner_id=row.partner_id)
    return FeedKeyResult.of(row), [f"{context.services.public_url}/feeds/{name}?key={secret}" for name in FORMATS]


async def _revoke(context: Context, given: RevokeFeedKeyInput) -> FeedKeyResult:
    async with context.write("revokeFeedKey", given) as session:
        key_id = uuid_of(given.feed_key_id, "FeedKey")
        row = await revoke_feed_key(session, key_id, context.actor, context.services.clock())
        about(session, given.feed_key_id, partner_id=row.partner_id)
    return FeedKeyResult.of(row)
