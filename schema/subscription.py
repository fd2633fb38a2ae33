"""The root of subscriptions."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.errors import Forbidden
from models.scope import Scope
from schema.access import Access
from schema.argument import After
from schema.context import Context
from schema.log.change import Change
from schema.log.filter import ChangeFilterInput
from schema.log.following import follow_changes


@strawberry.type(description="What can be followed.")
class Subscription:
    @strawberry.subscription(
        description="What changes for you, as it happens: first what came after the cursor, then what is new, nothing twice and nothing "
        "left out. Without a cursor it begins with what is to come.",
        directives=[Access(scope=Scope.POOL_READ.value)],
    )
    async def changes(
        self,
        info: Info[Context, None],
        filter: Annotated[ChangeFilterInput | None, strawberry.argument(description="What they must meet.")] = None,
        after: After = None,
    ) -> AsyncGenerator[Change, None]:
        if not info.context.actor.has(Scope.POOL_READ):
            raise Forbidden(f"changes needs a token with the scope {Scope.POOL_READ.value}: {Scope.POOL_READ.meaning}")
        async for change in follow_changes(info.context, filter or ChangeFilterInput(), after):
            yield change
