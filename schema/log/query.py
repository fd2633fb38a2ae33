"""Queries of the change log."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.types import Info

from models.scope import Scope
from schema.access import RequiresScope
from schema.argument import After, Before, First, Last
from schema.context import Context
from schema.log.filter import ChangeFilterInput
from schema.log.listing import ChangeConnection, list_changes


@strawberry.type
class LogQueries:
    @strawberry.field(
        description="What has changed for you, the oldest first: releases, what was taken back, notices, your pickups and agreements. Go "
        "on from pageInfo.endCursor; a cursor stays good as long as the log is kept.",
        extensions=[RequiresScope(Scope.POOL_READ)],
    )
    async def changes(
        self,
        info: Info[Context, None],
        filter: Annotated[ChangeFilterInput | None, strawberry.argument(description="What they must meet.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
        wait_seconds: Annotated[
            int,
            strawberry.argument(
                description="How long to wait for something new where there is nothing yet: up to 30 seconds."
            ),
        ] = 0,
    ) -> ChangeConnection | None:
        return await list_changes(info.context, filter or ChangeFilterInput(), first, after, last, before, wait_seconds)
