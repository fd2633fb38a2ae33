"""Reading constraints of terms from ODRL: left operands, operators and values, into what `models.policy.parse_policy` reads."""

from __future__ import annotations

from typing import Final, NoReturn

from models.base import JsonObject
from models.odrl import vocabulary as terms
from models.odrl.evaluation.value import territory
from models.odrl.graph import BASE, Node, Value, shown
from models.odrl.place import PlacedGraph
from models.odrl.profile import NAMESPACE, is_description
from models.odrl.vocabulary import XSD, odrl
from models.policy import LeftOperand
from models.policy.refusal import listed, refuse

PROPERTIES: Final = frozenset(odrl(term) for term in ("leftOperand", "operator", "rightOperand", "datatype", "uid"))
OPERATORS: Final = ("eq", "isAnyOf", "isPartOf", "gteq", "gt", "lt", "lteq")
OPERANDS: Final = {odrl(operand.value): operand for operand in LeftOperand}

_TEXT: Final = frozenset({"string", "token", "normalizedString"})
_WHOLE: Final = frozenset(
    {"integer", "int", "long", "short", "decimal", "nonNegativeInteger", "positiveInteger", "string"}
)
DATATYPES: Final[dict[LeftOperand, frozenset[str]]] = {
    LeftOperand.SPATIAL: _TEXT | {"anyURI"},
    LeftOperand.DELIVERY_CHANNEL: _TEXT | {"anyURI"},
    LeftOperand.LANGUAGE: _TEXT | {"language"},
    LeftOperand.DATE_TIME: frozenset({"date", "dateTime", "dateTimeStamp", "string"}),
    LeftOperand.PURPOSE: _TEXT,
    LeftOperand.EVENT: _TEXT,
    LeftOperand.COUNT: _WHOLE,
    LeftOperand.PERCENTAGE: _WHOLE,
    LeftOperand.ELAPSED_TIME: frozenset({"duration", "dayTimeDuration", "string"}),
}
"""The XML Schema datatypes that the values of each left operand may have."""


class ConstraintReader:
    """Reads the constraints of one document."""

    def __init__(self, placed: PlacedGraph) -> None:
        self.placed = placed

    def read(self, node: Node) -> JsonObject:
        """A constraint.

        :raises BadPolicy: it says anything that terms cannot.
        """
        for type_ in node.types:
            if type_ != odrl("Constraint"):
                self._refuse(node, "@type", f"is {shown(type_)}; only 'Constraint' is supported")
        for iri in node.properties:
            if iri not in PROPERTIES and not is_description(iri):
                self._refuse(node, terms.local_name(iri), f"({iri.removeprefix(BASE)}) is not supported here")
        operand = self._operand(node)
        values = [self._value(node, operand, value) for value in node.get(odrl("rightOperand"))]
        if not values:
            self._refuse(node, "rightOperand", "is missing")
        return {
            "leftOperand": operand.value,
            "operator": self._operator(node, operand, len(values)),
            "rightOperand": values,
        }

    def _operand(self, node: Node) -> LeftOperand:
        iri = self._one(node, "leftOperand")
        if iri not in OPERANDS:
            self._refuse(
                node, "leftOperand", f"is {shown(iri)}, which is not supported; known are {listed(set(OPERANDS))}"
            )
        return OPERANDS[iri]

    def _operator(self, node: Node, operand: LeftOperand, values: int) -> str:
        """The operator. Part of one territory is what any of one territory means for us: the area lies inside."""
        iri = self._one(node, "operator")
        known = {odrl(operator): operator for operator in OPERATORS}
        if iri not in known:
            self._refuse(node, "operator", f"is {shown(iri)}, which is not supported; known are {listed(set(known))}")
        operator = known[iri]
        if operator != "isPartOf":
            return operator
        if operand is not LeftOperand.SPATIAL or values != 1:
            self._refuse(node, "operator", "is 'isPartOf', which is only supported for one territory; write 'isAnyOf'")
        return "isAnyOf"

    def _one(self, node: Node, term: str) -> str:
        values = node.get(odrl(term))
        if len(values) != 1:
            self._refuse(node, term, f"has {len(values)} values; a constraint has one")
        iri = values[0].text
        return terms.CONTEXT_MISTAKES.get(iri, iri if ":" in iri else odrl(iri))

    def _value(self, node: Node, operand: LeftOperand, value: Value) -> str:
        if operand is LeftOperand.SPATIAL:
            code = territory(value)
            if code is None:
                self._refuse(
                    node,
                    "rightOperand",
                    f"is {shown(value.text)}; a territory is an ISO 3166-1, ISO 3166-2 or UN M49 code, or ISO's IRI of one",
                )
            return code
        if value.is_thing:
            if operand is LeftOperand.DELIVERY_CHANNEL and value.text.startswith(NAMESPACE):
                return value.text.removeprefix(NAMESPACE)
            self._refuse(
                node, "rightOperand", f"is the IRI {shown(value.text)}, which names no {operand.value} we know"
            )
        if value.language is not None:
            self._refuse(node, "rightOperand", f"is a text in {value.language!r}; a value is in no language")
        self._check_datatype(node, operand, value)
        return value.text

    def _check_datatype(self, node: Node, operand: LeftOperand, value: Value) -> None:
        allowed = DATATYPES[operand]
        for datatype in (value.datatype, *(item.text for item in node.get(odrl("datatype")))):
            if str(datatype).removeprefix(XSD).removeprefix("xsd:") not in allowed:
                self._refuse(
                    node,
                    "rightOperand",
                    f"has the datatype {shown(str(datatype))}; {operand.value!r} takes {listed(set(allowed))} of XML Schema",
                )

    def _refuse(self, node: Node, term: str, what: str) -> NoReturn:
        refuse(self.placed.place(node.uid, term), what)
