"""`@access(scope:)`: says in the SDL which scope a field needs, and is what enforces it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.schema_directive import Location
from strawberry.types import Info
from strawberry.types.field import StrawberryField

from models.errors import Forbidden
from models.scope import Scope
from schema.context import Context

SCOPE_ARGUMENT = "The name of the scope, as in OAuth."
"""What the SDL says of the directive's argument."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION], name="access", description="The scope that a token needs for this field."
)
class Access:
    """The directive as it stands in the SDL."""

    scope: str = strawberry.directive_field(name="scope")


class RequiresScope(FieldExtension):
    """Refuses a field to tokens without a scope, and writes that into the SDL."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def apply(self, field: StrawberryField) -> None:
        others = [directive for directive in field.directives if not isinstance(directive, Access)]
        field.directives = [*others, Access(scope=self.scope.value)]  # once, however many schemas are built

    def resolve(self, next_: Callable[..., Any], source: Any, info: Info[Context, Any], **arguments: Any) -> Any:
        self._check(info)
        return next_(source, info, **arguments)

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Info[Context, Any], **arguments: Any
    ) -> Any:
        self._check(info)
        return await next_(source, info, **arguments)

    def _check(self, info: Info[Context, Any]) -> None:
        if not info.context.actor.has(self.scope):
            raise Forbidden(f"{info.field_name} needs a token with the scope {self.scope.value}: {self.scope.meaning}")
