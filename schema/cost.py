"""What a GraphQL operation may cost, measured before it runs.

The cost of an operation is the number of fields that its answer may hold: every field counts one, and what is selected
inside a list counts once for each item that the list may have. Sizes are taken, in this order, from

- `first` or `last`, for the list itself, or for the `edges` and `nodes` of the connection that has the argument;
- the length of `ids` or `variantIds`, times that of `uses` where each item holds an answer for each of those;
- for a connection whose size is not given: the default in the schema, else `models.paging.DEFAULT_PAGE_SIZE`;
- the schema itself, for introspection: `types` as many as there are, other lists as long as they are on average;
- `UNPAGED_LIST_SIZE` for any other list.

One walk over the document gives depth, aliases and cost. Each fragment is walked once, however often it is spread, so
the work grows with the document and not with what it expands to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionSetNode,
    TypeMetaFieldDef,
    ValueNode,
    VariableNode,
    Visitor,
    get_named_type,
    visit,
)

from models.paging import DEFAULT_PAGE_SIZE

UNPAGED_LIST_SIZE = 5
"""How many items a list without `first`, `last` or `ids` is taken to have: variants, assets, renditions, duties."""

_SIZE_ARGUMENTS = ("first", "last", "ids", "variantIds")
_WIDTH_ARGUMENT = "uses"
"""With it each item of the list holds a list as long as this one."""
_CONNECTION_LISTS = frozenset({"edges", "nodes"})
_INTROSPECTION_FIELDS: dict[str, GraphQLField] = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What one GraphQL document, or one of its operations, may ask for.

    :param max_tokens: lexical tokens in the document.
    :param max_depth: levels of nested fields.
    :param max_aliases: aliased fields, and fields selected again under the same name, after fragments are put in.
    :param max_cost: fields that the answer may hold.
    """

    max_tokens: int = 2000
    max_depth: int = 15
    max_aliases: int = 50
    max_cost: int = 100_000


class Measure(NamedTuple):
    """How deep, how aliased and how costly an operation is."""

    depth: int
    aliases: int
    cost: int


class _Selection(NamedTuple):
    """The measure of a selection set; `per_item` is counted once for each item of the connection around it."""

    depth: int
    aliases: int
    cost: int
    per_item: int


_EMPTY = _Selection(0, 0, 0, 0)


class IntrospectionSizes:
    """The lengths of the lists in a schema's description of itself."""

    def __init__(self, schema: GraphQLSchema) -> None:
        types = list(schema.type_map.values())
        fields = [field for type_ in types for field in getattr(type_, "fields", {}).values()]
        arguments = sum(len(getattr(field, "args", {})) for field in fields)
        values = sum(len(getattr(type_, "values", ())) for type_ in types)
        self._sizes = {
            "types": len(types),
            "directives": len(schema.directives),
            "fields": _mean(len(fields), len(types)),
            "args": _mean(arguments, len(fields)),
            "enumValues": _mean(values, len(types)),
            "interfaces": 1,
            "possibleTypes": 1,
            "inputFields": 1,
            "locations": 3,
        }

    def of(self, field_name: str) -> int:
        """The length of this list; `UNPAGED_LIST_SIZE` for one that is not known."""
        return self._sizes.get(field_name, UNPAGED_LIST_SIZE)


class DocumentMeasure:
    """Measures the operations of one document, valid or not.

    :param introspection: of the same schema; built once, since it walks all types.
    """

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, introspection: IntrospectionSizes) -> None:
        self._schema = schema
        self._introspection = introspection
        self._fragments = {
            definition.name.value: definition
            for definition in document.definitions
            if isinstance(definition, FragmentDefinitionNode)
        }

    def measure(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Measure:
        """Measure one operation with the values of its variables.

        A size whose variable has neither a value nor a default counts as if the argument were absent.

        :raises RecursionError: for a document nested beyond what Python can walk.
        """
        values = {
            definition.variable.name.value: definition.default_value
            for definition in operation.variable_definitions or ()
            if definition.default_value is not None
        } | dict(variables)
        root = self._schema.get_root_type(operation.operation)
        selection = _Walk(self._schema, self._fragments, self._introspection, values).selections(
            operation.selection_set, root
        )
        return Measure(selection.depth, selection.aliases, selection.cost + UNPAGED_LIST_SIZE * selection.per_item)


def size_variables(document: DocumentNode) -> tuple[str, ...]:
    """The names of the variables that give a list its size: all that a cost depends on besides the document."""
    collector = _SizeVariables()
    visit(document, collector)
    return tuple(sorted(collector.names))


class _SizeVariables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        if node.name.value in (*_SIZE_ARGUMENTS, _WIDTH_ARGUMENT) and isinstance(node.value, VariableNode):
            self.names.add(node.value.name.value)


class _Walk:
    """One pass over an operation with given variables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        introspection: IntrospectionSizes,
        variables: Mapping[str, Any],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._introspection = introspection
        self._variables = variables
        self._measured: dict[str, _Selection] = {}

    def selections(
        self, selection_set: SelectionSetNode | None, parent: Any, keys: set[str] | None = None
    ) -> _Selection:
        """Add up a selection set.

        :param parent: the type it is selected from, None where the document is wrong.
        :param keys: names already answered at this place; inline fragments share them with what surrounds them.
        """
        depth = aliases = cost = per_item = 0
        keys = set() if keys is None else keys
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                repeated = key in keys
                keys.add(key)
                part = self._field(node, parent)
                aliases += 1 if repeated or node.alias else 0
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                part = self.selections(
                    node.selection_set,
                    self._schema.get_type(condition.name.value) if condition else parent,
                    keys,
                )
            else:
                assert isinstance(node, FragmentSpreadNode)
                part = self._fragment(node.name.value)
            depth = max(depth, part.depth)
            aliases += part.aliases
            cost += part.cost
            per_item += part.per_item
        return _Selection(depth, aliases, cost, per_item)

    def _fragment(self, name: str) -> _Selection:
        definition = self._fragments.get(name)
        if definition is None:
            return _EMPTY
        if name not in self._measured:
            self._measured[name] = _EMPTY  # a cycle ends here; validation refuses it with its own words
            parent = self._schema.get_type(definition.type_condition.name.value)
            self._measured[name] = self.selections(definition.selection_set, parent)
        return self._measured[name]

    def _field(self, node: FieldNode, parent: Any) -> _Selection:
        definition = self._definition(node.name.value, parent)
        inner = self.selections(node.selection_set, get_named_type(definition.type) if definition else None)
        size = self._size(node, definition) if definition else None
        if definition is None or not _is_list(definition):
            page = UNPAGED_LIST_SIZE if size is None else size
            return _Selection(inner.depth + 1, inner.aliases, 1 + inner.cost + page * inner.per_item, 0)
        one_item = inner.cost + UNPAGED_LIST_SIZE * inner.per_item
        if size is None and node.name.value in _CONNECTION_LISTS:
            return _Selection(inner.depth + 1, inner.aliases, 1, one_item)
        if size is None and isinstance(parent, GraphQLObjectType) and parent.name.startswith("__"):
            size = self._introspection.of(node.name.value)
        return _Selection(
            inner.depth + 1, inner.aliases, 1 + (UNPAGED_LIST_SIZE if size is None else size) * one_item, 0
        )

    def _definition(self, name: str, parent: Any) -> GraphQLField | None:
        if name in _INTROSPECTION_FIELDS and parent is self._schema.query_type:
            return _INTROSPECTION_FIELDS[name]
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            field: GraphQLField | None = parent.fields.get(name)
            return field
        return None

    def _size(self, node: FieldNode, definition: GraphQLField) -> int | None:
        """How many items the arguments ask for; None where no argument of this field says it."""
        if not any(name in definition.args for name in _SIZE_ARGUMENTS):
            return None
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        sizes = [self._value(given[name]) for name in _SIZE_ARGUMENTS if name in given]
        known = [size for size in sizes if size is not None]
        if known:
            width = self._value(given[_WIDTH_ARGUMENT]) if _WIDTH_ARGUMENT in given else None
            return max(known) * max(1, -(-(width or 0) // UNPAGED_LIST_SIZE))
        defaults = [_default(definition.args[name]) for name in _SIZE_ARGUMENTS if name in definition.args]
        return next((size for size in map(self._value, defaults) if size is not None), DEFAULT_PAGE_SIZE)

    def _value(self, value: ValueNode | Any) -> int | None:
        """A size, whether literal, from a variable, or from a variable's default; at least 1."""
        if isinstance(value, VariableNode):
            value = self._variables.get(value.name.value)
        if isinstance(value, IntValueNode):
            return max(1, _integer(value.value))
        if isinstance(value, ListValueNode):
            return max(1, len(value.values))
        if isinstance(value, list):
            return max(1, len(value))
        return max(1, value) if isinstance(value, int) else None


def _default(argument: GraphQLArgument) -> object:
    """An argument's default: a value where Strawberry made the schema, a literal where it was read from SDL."""
    return argument.default_value if argument.default is None else argument.default.literal


def _mean(total: int, count: int) -> int:
    return max(1, -(-total // max(1, count)))


def _integer(digits: str) -> int:
    """The value of a GraphQL integer literal; one too long for any page is as good as a billion."""
    return int(digits) if len(digits) < 10 else 10**9


def _is_list(definition: GraphQLField) -> bool:
    type_ = definition.type
    return isinstance(type_.of_type if isinstance(type_, GraphQLNonNull) else type_, GraphQLList)
