"""GraphQL documents, read and checked once: parsed, held to the limits, validated, and kept while they are in use."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import strawberry
from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule
from strawberry.types.execution import ExecutionContext

from schema.cost import DocumentMeasure, IntrospectionSizes, QueryLimits, size_variables

TOO_COMPLEX = "TOO_COMPLEX"
"""`extensions.code` of a document or operation that asks for more than the limits allow."""

_KEPT_CHARACTERS = 200_000
_COSTS_KEPT = 64


class TooComplex(GraphQLError):
    """A limit is exceeded; the message names the limit, what was asked for and what is allowed."""

    def __init__(self, message: str, nodes: Collection[OperationDefinitionNode] | None = None) -> None:
        super().__init__(message, nodes, extensions={"code": TOO_COMPLEX})


class Prepared:
    """A document that was read: valid when `errors` is empty.

    :ivar text: the source text.
    :ivar document: its syntax tree, None when it could not be parsed.
    :ivar errors: why it will not run, for the client.
    """

    def __init__(
        self,
        text: str,
        document: DocumentNode | None,
        errors: Sequence[GraphQLError],
        measure: DocumentMeasure | None,
        limits: QueryLimits,
    ) -> None:
        self.text = text
        self.document = document
        self.errors = tuple(errors)
        self._measure = measure
        self._limits = limits
        self._operations = [
            definition
            for definition in (document.definitions if document else ())
            if isinstance(definition, OperationDefinitionNode)
        ]
        self._size_variables: tuple[str, ...] | None = None
        self._costs: OrderedDict[tuple[object, ...], int] = OrderedDict()

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run: the one of this name, or the only one (GraphQL, section 6.1, GetOperation).

        :raises GraphQLError: there is none, or more than one and no name.
        """
        if name is None:
            if len(self._operations) != 1:
                raise GraphQLError("The document must have exactly one operation, or operationName must name one.")
            return self._operations[0]
        for operation in self._operations:
            if operation.name is not None and operation.name.value == name:
                return operation
        raise GraphQLError(f'The document has no operation named "{name}".')

    def cost(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> int:
        """The cost of a valid operation with these variables.

        :raises TooComplex: more than one operation may cost.
        """
        assert self._measure is not None
        key = (
            operation.name.value if operation.name else None,
            *(_size(variables.get(name)) for name in self._variable_names()),
        )
        cost = self._costs.get(key)
        if cost is None:
            cost = self._measure.measure(operation, variables).cost
            self._costs[key] = cost
            if len(self._costs) > _COSTS_KEPT:
                self._costs.popitem(last=False)
        if cost > self._limits.max_cost:
            raise TooComplex(_exceeds("cost", cost, self._limits.max_cost), [operation])
        return cost

    def _variable_names(self) -> tuple[str, ...]:
        if self._size_variables is None:
            assert self.document is not None
            self._size_variables = size_variables(self.document)
        return self._size_variables


class Documents:
    """Reads documents for one schema and keeps the most recently used ones, up to a total length of text.

    :param introspection: whether documents may ask for the schema.
    """

    def __init__(self, schema: GraphQLSchema, limits: QueryLimits, *, introspection: bool = True) -> None:
        self.limits = limits
        self._schema = schema
        self._introspection = IntrospectionSizes(schema)
        self._rules: list[type[ASTValidationRule]] = [
            *specified_rules,
            MaybeNullValidationRule,
            OneOfInputValidationRule,
            *(() if introspection else (NoSchemaIntrospectionCustomRule,)),
        ]
        self._kept: OrderedDict[str, Prepared] = OrderedDict()
        self._characters = 0

    def prepare(self, text: str) -> Prepared:
        """Parse, measure and validate a document, or find it done.

        Limits come first, so that no rule that compares fields with fields sees a document that is too large for it.
        """
        prepared = self._kept.get(text)
        if prepared is not None:
            self._kept.move_to_end(text)
            return prepared
        try:
            prepared = self._read(text)
        except RecursionError:
            prepared = self._refused(text, None, [TooComplex("The document is nested too deeply to be read.")])
        self._keep(prepared)
        return prepared

    def _read(self, text: str) -> Prepared:
        try:
            document = parse(text, max_tokens=self.limits.max_tokens)
        except GraphQLSyntaxError as error:
            # graphql-core 3.3 says so of too many tokens and of too deep nesting, and has no class of its own for it.
            if error.message.endswith("Parsing aborted."):
                return self._refused(text, None, [TooComplex(error.message)])
            return self._refused(text, None, [error])
        measure = DocumentMeasure(self._schema, document, self._introspection)
        errors: list[GraphQLError] = self._exceeded(document, measure)
        if not errors:
            # Suggestions would name what the client did not know of, and are slow to find.
            errors = validate(self._schema, document, self._rules, max_errors=20, hide_suggestions=True)
        if any(error.message == "Validation aborted." for error in errors):  # a rule ran into Python's recursion limit
            raise RecursionError
        return Prepared(text, document, errors, measure, self.limits)

    def _exceeded(self, document: DocumentNode, measure: DocumentMeasure) -> list[GraphQLError]:
        """The limits that the document breaks whatever its variables are."""
        limits = self.limits
        errors: list[GraphQLError] = []
        for operation in document.definitions:
            if not isinstance(operation, OperationDefinitionNode):
                continue
            smallest = {definition.variable.name.value: 1 for definition in operation.variable_definitions or ()}
            found = measure.measure(operation, smallest)
            for word, value, limit in (
                ("depth", found.depth, limits.max_depth),
                ("number of aliases and repeated fields", found.aliases, limits.max_aliases),
                ("cost", found.cost, limits.max_cost),
            ):
                if value > limit:
                    errors.append(TooComplex(_exceeds(word, value, limit), [operation]))
        return errors

    def _refused(self, text: str, document: DocumentNode | None, errors: Sequence[GraphQLError]) -> Prepared:
        return Prepared(text, document, errors, None, self.limits)

    def _keep(self, prepared: Prepared) -> None:
        if len(prepared.text) > _KEPT_CHARACTERS // 10:
            return
        self._kept[prepared.text] = prepared
        self._characters += len(prepared.text)
        while self._characters > _KEPT_CHARACTERS:
            text, _ = self._kept.popitem(last=False)
            self._characters -= len(text)


class PreparedDocuments(SchemaExtension):
    """Hands each execution its document from `Documents`, in place of Strawberry's own parsing and validation."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def on_operation(self) -> Iterator[None]:
        context = self.execution_context
        if context.query:
            prepared = self._documents.prepare(context.query)
            context.graphql_document = prepared.document  # None after a syntax error, which Strawberry then finds again
            context.parse_options["max_tokens"] = self._documents.limits.max_tokens
            context.pre_execution_errors = list(prepared.errors) or None
            context.validation_rules = ()
        yield


class LimitedSchema(strawberry.Schema):
    """A Strawberry schema whose documents are limited, validated and cached by `Documents`.

    :param limits: of every document and operation.
    :param introspection: whether documents may ask for the schema.

    The other parameters are Strawberry's.
    """

    def __init__(
        self,
        query: type,
        mutation: type | None = None,
        subscription: type | None = None,
        *,
        limits: QueryLimits | None = None,
        introspection: bool = True,
        extensions: Sequence[Callable[[], SchemaExtension]] = (),
        **options: Any,
    ) -> None:
        super().__init__(
            query,
            mutation,
            subscription,
            extensions=[lambda: PreparedDocuments(self.documents), *extensions],
            **options,
        )
        self.documents = Documents(self._schema, limits or QueryLimits(), introspection=introspection)

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: whoever answers the request reports its errors, with the request's id."""


def _size(value: object) -> int | None:
    """What a variable contributes to the size of a list."""
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int) else None


def _exceeds(word: str, value: int, limit: int) -> str:
    shown = f"{value:,}" if value < 10**12 else "more than 999,999,999,999"
    return f"The {word} of this operation is {shown}; at most {limit:,} is allowed. Ask for less at a time."
