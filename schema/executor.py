"""Executes plain attributes without the machinery that resolvers need.

Most fields of a page are attributes of objects that were put together before (`schema.story`): no resolver, no arguments,
nothing to await. graphql-core gives each of them a resolve info, a path, and a walk through every kind of type. This executor
looks once per selection at what each field needs, and reads plain ones straight. Whatever is not plain, and whatever goes wrong,
goes the ordinary way, so that answers and errors are the same.

Written against graphql-core 3.3 (`graphql.execution.executor.Executor`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    is_leaf_type,
    is_object_type,
)
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

_DEFINITION = "strawberry-definition"


@dataclass(frozen=True, slots=True)
class _Step:
    """How one selected field of an object is executed.

    :param read: gives the value of a plain field from its object; None where the field goes the ordinary way.
    :param coerce: of a plain leaf: makes the value fit its scalar or enum.
    :param plan: of a plain object or list of objects: what is selected of them.
    :param origin: the Python class that such an object must be of.
    """

    response_name: str
    details: Any
    nullable: bool
    read: Callable[[Any], Any] | None = None
    coerce: Callable[[Any], Any] | None = None
    plan: _Plan | None = None
    origin: type | None = None
    is_list: bool = False
    item_nullable: bool = False
    field_type: GraphQLOutputType | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """The steps of a selection on one object type; `ready` says that none of them, nor any below, can be awaitable."""

    parent_type: GraphQLObjectType
    steps: tuple[_Step, ...]
    ready: bool


class PlainFieldExecutor(StrawberryGraphQLCoreExecutionContext):
    """The stock executor with a short way for plain attributes."""

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Any,
        grouped_field_set: Any,
        position_context: Any,
    ) -> Any:
        """See `Executor.execute_fields`."""
        has_middleware = self.middleware_manager is not None and bool(self.middleware_manager.middlewares)
        if not has_middleware and position_context is None:
            plan = self._plan(parent_type, grouped_field_set)
            if plan.ready:
                return self._run(plan, source_value, path)
        return super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)

    def _plan(self, parent_type: GraphQLObjectType, grouped_field_set: Any) -> _Plan:
        plans: dict[tuple[GraphQLObjectType, int], tuple[Any, _Plan]] = self.__dict__.setdefault("_plans", {})
        key = (parent_type, id(grouped_field_set))
        if key not in plans:
            steps = [self._step(parent_type, name, details) for name, details in grouped_field_set.items()]
            known = tuple(step for step in steps if step is not None)
            # The selection is kept beside its plan, so that its id is not given to another one.
            plans[key] = grouped_field_set, _Plan(parent_type, known, len(known) == len(steps))
        return plans[key][1]

    def _step(self, parent_type: GraphQLObjectType, response_name: str, details: Any) -> _Step | None:
        """How a field is executed; None where it may have to be awaited."""
        definition = self.schema.get_field(parent_type, details[0].node.name.value)
        if definition is None:
            return None
        field: StrawberryField | None = definition.extensions.get(_DEFINITION)
        if field is None:  # __typename
            return _Step(response_name, details, nullable=False)
        type_: Any = definition.type
        nullable = not isinstance(type_, GraphQLNonNull)
        inner = type_ if nullable else type_.of_type
        is_list = isinstance(inner, GraphQLList)
        item = inner.of_type if is_list else inner
        item_nullable = not isinstance(item, GraphQLNonNull)
        named = item if item_nullable else item.of_type
        read = self._reader(definition, field, details)
        if is_leaf_type(named):
            if read is not None and not is_list:
                return _Step(response_name, details, nullable, read, coerce=named.coerce_output_value)
            return None if field.is_async else _Step(response_name, details, nullable)
        if not is_object_type(named):
            return None
        plan = self._plan(named, self.collect_subfields(named, details)[0])
        if field.is_async or not plan.ready:
            return None
        if read is None:
            return _Step(response_name, details, nullable)
        origin = named.extensions[_DEFINITION].origin
        return _Step(
            response_name, details, nullable, read, None, plan, origin, is_list, item_nullable, definition.type
        )

    def _reader(self, definition: GraphQLField, field: StrawberryField, details: Any) -> Callable[[Any], Any] | None:
        """How to get a field's value from its object alone: an attribute, or a resolver whose arguments are the same for all."""
        if field.extensions or field.is_async:
            return None
        if field.is_basic_field:
            return attrgetter(field.python_name) if not definition.args else None
        resolver = field.base_resolver
        if resolver is None or not resolver.self_parameter:
            return None
        if resolver.info_parameter or resolver.parent_parameter or resolver.root_parameter:
            return None
        schema = self.schema._strawberry_schema  # type: ignore[attr-defined]  # set by Strawberry on its schema
        try:
            given = get_argument_values(
                definition, details[0].node, self.variable_values, details[0].fragment_variable_values
            )
            arguments = convert_arguments(
                given, field.arguments, scalar_registry=schema.schema_converter.scalar_registry, config=schema.config
            )
        except Exception:  # an argument that cannot be right: the ordinary way reports it for each object
            return None
        resolve: Callable[..., Any] = resolver.wrapped_func  # type: ignore[assignment]  # never a class method here
        return lambda source: resolve(source, **arguments)

    def _run(self, plan: _Plan, source: Any, path: Any) -> dict[str, Any]:
        results: dict[str, Any] = {}
        for step in plan.steps:
            if step.read is not None:
                try:
                    value = step.read(source)
                    completed = step.coerce(value) if step.coerce is not None and value is not None else None
                except Exception:  # the ordinary way meets the same error, and reports it
                    value, completed = Undefined, None
                if value is None and step.nullable:
                    results[step.response_name] = None
                    continue
                if step.coerce is not None:
                    if completed is not None and completed is not Undefined:
                        results[step.response_name] = completed
                        continue
                elif step.is_list:
                    if type(value) is list and all(type(item) is step.origin for item in value):
                        results[step.response_name] = self._objects(step, plan, value, path)
                        continue
                elif type(value) is step.origin:
                    results[step.response_name] = self._object(step, plan, value, path)
                    continue
            results[step.response_name] = self.execute_field(
                plan.parent_type, source, step.details, Path(path, step.response_name, plan.parent_type.name), None
            )
        return results

    def _object(self, step: _Step, parent: _Plan, value: Any, path: Any) -> Any:
        assert step.plan is not None
        assert step.field_type is not None
        field_path = Path(path, step.response_name, parent.parent_type.name)
        try:
            return self._run(step.plan, value, field_path)
        except Exception as error:  # of a field below that cannot be null
            self.handle_field_error(error, step.field_type, step.details, field_path)
            return None

    def _objects(self, step: _Step, parent: _Plan, values: list[Any], path: Any) -> Any:
        assert step.plan is not None
        assert step.field_type is not None
        field_path = Path(path, step.response_name, parent.parent_type.name)
        plan = step.plan
        completed: list[dict[str, Any] | None] = []
        try:
            for index, value in enumerate(values):
                item_path = Path(field_path, index, None)
                try:
                    completed.append(self._run(plan, value, item_path))
                except Exception as error:
                    if not step.item_nullable:
                        raise
                    self.handle_field_error(error, plan.parent_type, step.details, item_path)
                    completed.append(None)
        except Exception as error:
            self.handle_field_error(error, step.field_type, step.details, field_path)
            return None
        return completed
