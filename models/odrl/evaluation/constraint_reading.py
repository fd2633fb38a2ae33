"""Reading constraints and refinements from a policy's graph."""

from __future__ import annotations

from typing import Final

from models.odrl import vocabulary as terms
from models.odrl.evaluation.policy import AnyConstraint, Constraint, LogicalConstraint
from models.odrl.graph import BASE, Graph, Node, Value, shown
from models.odrl.vocabulary import odrl

COMPARISON: Final = frozenset(
    odrl(term)
    for term in (
        "leftOperand",
        "operator",
        "rightOperand",
        "rightOperandReference",
        "unit",
        "datatype",
        "status",
        "uid",
    )
)
LOGICAL: Final = frozenset(odrl(term) for term in terms.LOGICAL_OPERANDS)
DESCRIPTIONS: Final = (terms.DCT, terms.DC, terms.RDFS, terms.SKOS)

ONE_VALUED: Final = frozenset({"eq", "neq", "lt", "lteq", "gt", "gteq"})
"""Operators that compare with one value; the others may compare with several."""


def read_constraints(graph: Graph, node: Node, term: str) -> tuple[AnyConstraint, ...]:
    """The constraints (or refinements) of a thing; all of them must hold.

    :param term: `constraint` or `refinement`.
    :raises BadPolicy: one is not described, or says anything that is not understood.
    """
    return tuple(_constraint(graph, _described(graph, node, value), ()) for value in node.get(odrl(term)))


def _described(graph: Graph, node: Node, value: Value) -> Node:
    found = graph.nodes.get(value.text)
    return found or graph.refuse(
        node.uid, f"has a constraint {shown(value.text)}, which the document does not describe"
    )


def _constraint(graph: Graph, node: Node, above: tuple[str, ...]) -> AnyConstraint:
    if node.uid in above:
        graph.refuse(node.uid, "contains itself")
    operands = [iri for iri in node.properties if iri in LOGICAL]
    for iri in node.properties:
        if iri not in (LOGICAL if operands else COMPARISON) and not iri.startswith(DESCRIPTIONS) and iri != odrl("uid"):
            graph.refuse(node.uid, f"has {shown(iri)}, which is not understood")
    if not operands:
        return _comparison(graph, node)
    if len(operands) > 1:
        graph.refuse(node.uid, "has several logical operands")
    inner = [_described(graph, node, value) for value in node.get(operands[0])]
    parts = tuple(_constraint(graph, part, (*above, node.uid)) for part in inner)
    return LogicalConstraint(node.uid, operands[0].removeprefix(terms.ODRL), parts)


def _comparison(graph: Graph, node: Node) -> Constraint:
    left = _one_iri(graph, node, "leftOperand")
    operator = _one_iri(graph, node, "operator").removeprefix(terms.ODRL)
    if left.startswith(terms.ODRL) and left.removeprefix(terms.ODRL) not in terms.LEFT_OPERANDS:
        graph.refuse(node.uid, f"has the left operand {shown(left)}, which ODRL does not have")
    if operator not in terms.OPERATORS:
        graph.refuse(node.uid, f"has the operator {shown(operator)}, which is none of ODRL's")
    given, references = node.get(odrl("rightOperand")), node.get(odrl("rightOperandReference"))
    if bool(given) is bool(references):
        graph.refuse(node.uid, "must have either a right operand or a reference to one")
    right = given or references
    if operator in ONE_VALUED and len(right) > 1:
        graph.refuse(node.uid, f"compares by {operator!r} with {len(right)} values; that operator takes one")
    units = node.get(odrl("unit"))
    return Constraint(
        node.uid, left, operator, right, bool(references), units[0].text if units else None, node.get(odrl("status"))
    )


def _one_iri(graph: Graph, node: Node, term: str) -> str:
    values = node.get(odrl(term))
    if len(values) != 1:
        graph.refuse(node.uid, f"has {len(values)} values of {term!r}; a constraint has one")
    iri = values[0].text
    if ":" not in iri:
        iri = odrl(iri)
    if iri.startswith(("_:", BASE)):
        graph.refuse(node.uid, f"has the {term} {shown(iri)}, which is no term of ODRL's and no IRI")
    return terms.CONTEXT_MISTAKES.get(iri, iri)
