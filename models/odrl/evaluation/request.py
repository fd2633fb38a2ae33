"""Reading what is asked for, in any of the published forms.

- `odrl:Request` with one permission: its action, assignee and target;
- `EvaluationRequest` of FORCE: `requestedAction`, `requestingParty`, `requestedTarget`, and `requestParameter` or `context` for the rest;
- `EvaluationRequest` of the formal semantics: `evaluatedAction` and so on, or ODRL's own `action`, `assignee`, `target`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from models.odrl import vocabulary as terms
from models.odrl.evaluation.constraint_reading import read_constraints
from models.odrl.evaluation.policy import AnyConstraint, Constraint
from models.odrl.evaluation.reading import DESCRIPTIONS, action_iri
from models.odrl.graph import Graph, Node, Value, shown
from models.odrl.vocabulary import local_name, odrl

ACTION: Final = frozenset({"action", "requestedAction", "evaluatedAction"})
PARTY: Final = frozenset({"assignee", "requestingParty", "evaluatedParty"})
TARGET: Final = frozenset({"target", "requestedTarget", "evaluatedTarget"})
CONTEXT: Final = frozenset({"context", "constraint", "refinement"})
PARAMETER: Final = frozenset({"requestParameter", "requestParameters"})
ISSUED: Final = terms.DCT + "issued"

DATE_TIME: Final = odrl("dateTime")
FEATURES: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("TemporalData", "CurrentXSDDateTime", "CurrentXSDDate", "CurrentTime"), (DATE_TIME,)),
    **dict.fromkeys(("SpatialData", "Location", "CurrentLocation"), (odrl("spatial"),)),
    "PaidAmount": (odrl("payAmount"),),
    "AccumulatedTime": (odrl("elapsedTime"), odrl("meteredTime")),
}
"""The left operands that features of parameters speak of, where the names differ."""


@dataclass(frozen=True)
class Request:
    """What is asked for.

    :param values: what the use is like, by left operand.
    :param issued: when it was asked.
    """

    action: str
    party: str | None
    target: str | None
    values: dict[str, tuple[Value, ...]]
    issued: Value | None = None


def read_request(graph: Graph) -> Request | None:
    """What a document asks for; None where it is empty, as it is when only obligations are looked at.

    :raises BadPolicy: it asks for nothing, for several things at once, or in a way that is not understood.
    """
    requests = [node for node in graph if "EvaluationRequest" in map(local_name, node.types)]
    requests = requests or [
        node for node in graph if odrl("Request") in node.types or odrl("permission") in node.properties
    ]
    if not requests and not any(node.properties for node in graph):
        return None
    if len(requests) != 1:
        graph.refuse("the document", f"holds {len(requests)} requests; give one")
    nodes = [*_asked(graph, requests[0]), requests[0]]
    action = _one(graph, nodes, ACTION)
    if action is None:
        graph.refuse(requests[0].uid, "names no action")
    values: dict[str, tuple[Value, ...]] = {}
    for node in (*nodes, graph.node(action)):
        for operand, given in _values(graph, node):
            values[operand] = values.get(operand, ()) + given
    party, target = _one(graph, nodes, PARTY), _one(graph, nodes, TARGET)
    issued = [value for node in nodes for value in node.get(ISSUED)]
    return Request(
        action_iri(graph, action),
        party.text if party else None,
        target.text if target else None,
        values,
        issued[0] if issued else None,
    )


def parameter_values(graph: Graph, parameter: Node) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """The left operands that a `RequestParameter` speaks of, with its values."""
    feature = parameter.get(terms.SOTW + "describesFeature")
    given = parameter.get(terms.SOTW + "value", terms.RDF + "value")
    if len(feature) != 1 or not given:
        graph.refuse(parameter.uid, "is a parameter without one feature and a value")
    name = local_name(feature[0].text)
    own = name[:1].lower() + name[1:]
    default = odrl(own) if own in terms.LEFT_OPERANDS else feature[0].text
    for operand in FEATURES.get(name, (default,)):
        yield operand, given


def stated_values(graph: Graph, constraints: tuple[AnyConstraint, ...]) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """What constraints state as facts: each says by `eq` what its left operand is."""
    for constraint in constraints:
        if not isinstance(constraint, Constraint) or constraint.operator != "eq" or constraint.reference:
            graph.refuse(constraint.uid, "must state one value by 'eq'")
        yield constraint.left_operand, constraint.right_operand


def _asked(graph: Graph, request: Node) -> list[Node]:
    """The one permission that a request of ODRL's own asks for."""
    for term in ("prohibition", "obligation"):
        if request.get(odrl(term)):
            graph.refuse(request.uid, f"has a {term}; a request asks for a permission")
    permissions = request.get(odrl("permission"))
    if len(permissions) > 1:
        graph.refuse(request.uid, f"asks for {len(permissions)} permissions; ask for one at a time")
    return [graph.node(value) for value in permissions]


def _one(graph: Graph, nodes: list[Node], names: frozenset[str]) -> Value | None:
    """The one value that the inner of the nodes gives by any of these names."""
    for node in nodes:
        found = [value for iri, values in node.properties.items() if local_name(iri) in names for value in values]
        if len(found) > 1:
            graph.refuse(node.uid, f"names {len(found)} of {', '.join(sorted(names))}; name one")
        if found:
            return found[0]
    return None


def _values(graph: Graph, node: Node) -> Iterator[tuple[str, tuple[Value, ...]]]:
    known = (
        ACTION
        | PARTY
        | TARGET
        | {"assigner", "permission", "uid", "profile", "conflict", "partOf", "source", "includedIn"}
    )
    for iri, values in node.properties.items():
        name = local_name(iri)
        if name in PARAMETER:
            for value in values:
                yield from parameter_values(graph, graph.node(value))
        elif name in CONTEXT:
            linked = Node(node.uid, (), {odrl("constraint"): values})
            yield from stated_values(graph, read_constraints(graph, linked, "constraint"))
        elif iri.startswith(terms.ODRL) and name in terms.LEFT_OPERANDS:
            yield iri, values
        elif iri.startswith(terms.ODRL) and name not in known:
            graph.refuse(node.uid, f"has {shown(iri)}, which is not understood in a request")
        elif name not in known and iri != terms.RDF + "value" and not iri.startswith(DESCRIPTIONS):
            yield iri, values
