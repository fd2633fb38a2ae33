"""Reading what was done, and what earlier evaluations reported, from a state of the world.

The published states say it in several vocabularies, which agree in the names of their properties more than in their namespaces; so
properties are known here by their local names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from models.odrl import vocabulary as terms
from models.odrl.evaluation.value import Moment, moment
from models.odrl.graph import Graph, Node, Value
from models.odrl.vocabulary import local_name, odrl


class DutyState(StrEnum):
    """The deontic states of FORCE's compliance report."""

    FULFILLED = "Fulfilled"
    VIOLATED = "Violated"
    """It was not done, and now it is too late."""
    NON_SET = "NonSet"
    """Not done yet, or not due."""


@dataclass(frozen=True)
class Performed:
    """An action that was performed; what the state does not say is None.

    :param duty: the duty that it was performed for.
    :param beneficiary: to whom it was done, as who was paid.
    :param values: what it was like, by left operand.
    :param unit: what `payAmount` is counted in.
    """

    action: str | None
    duty: str | None
    performer: str | None
    target: str | None
    beneficiary: str | None
    at: Moment | None
    values: dict[str, tuple[Value, ...]]
    unit: str | None


LINKS: Final = frozenset({"action", "performedAction", "paidAmount"})
"""By what a state names actions that were performed."""
ACTION: Final = frozenset({"action", "performedAction", "actionType"})
DUTY: Final = frozenset({"conditionId", "rule", "duty"})
PERFORMER: Final = frozenset(
    {
        "performer",
        "payer",
        "actor",
        "agent",
        "assignee",
        "performedBy",
        "requestingParty",
        "evaluatedParty",
        "wasAssociatedWith",
    }
    | {"attributingParty", "compensatingParty", "consentedParty", "informingParty", "trackedParty"}
)
TARGET: Final = frozenset({"target", "object", "asset", "used", "requestedTarget", "evaluatedTarget"})
BENEFICIARY: Final = frozenset(
    {"beneficiary", "payee", "attributedParty", "compensatedParty", "consentingParty", "informedParty", "trackingParty"}
)
AT: Final = (
    "endedAtTime",
    "atTime",
    "performedAt",
    "paymentDate",
    "inXSDDateTime",
    "startedAtTime",
    "issued",
    "date",
    "time",
)
AMOUNT: Final = frozenset({"netAmount", "payAmount", "paidAmount", "amount"})
UNIT: Final = frozenset({"currency", "unit"})
PAYMENT: Final = "Payment"
REPORTS: Final = frozenset({"deonticState", "performanceState"})

REPORTED: Final[dict[str, DutyState]] = {
    "Fulfilled": DutyState.FULFILLED,
    "Performed": DutyState.FULFILLED,
    "Violated": DutyState.VIOLATED,
    "Unperformed": DutyState.VIOLATED,
    "NonSet": DutyState.NON_SET,
    "Not-set": DutyState.NON_SET,
    "Unknown": DutyState.NON_SET,
}


def reported_states(graph: Graph) -> Iterator[tuple[str, DutyState]]:
    """The states of rules in reports of earlier evaluations: the deontic state, else the performance state."""
    for node in graph:
        for name in ("deonticState", "performanceState"):
            states = _by_name(node, frozenset({name}))
            if not states:
                continue
            rules = _by_name(node, frozenset({"rule", "condition"}))
            if len(states) > 1 or local_name(states[0].text) not in REPORTED or len(rules) != 1:
                graph.refuse(node.uid, f"is a report without one rule and a known {name}")
            yield rules[0].text, REPORTED[local_name(states[0].text)]
            break


def performed_actions(graph: Graph, duties: frozenset[str]) -> tuple[Performed, ...]:
    """The actions that a state of the world says were performed.

    :param duties: the duties of the policy: what the state says to be the condition of one of them was performed for it.
    :raises BadPolicy: an action that says neither what was done nor for which duty.
    """
    linked = {
        value.text: local_name(iri)
        for node in graph
        if not _performs(node, duties)
        for iri, values in node.properties.items()
        if "sotw#" in iri and local_name(iri) in LINKS
        for value in values
        if value.is_thing
    }
    found = [
        _performed(graph, node, linked.get(node.uid)) for node in graph if node.uid in linked or _performs(node, duties)
    ]
    bare = [uid for uid in linked if uid not in graph.nodes]
    return tuple(found) + tuple(Performed(uid, None, None, None, None, None, {}, None) for uid in bare)


def action_of_type(iri: str) -> str | None:
    """The action that instances of a class are: `ex:Compensate` and `odrl:compensate` are both `odrl:compensate`."""
    if iri in terms.ACTIONS:
        return iri
    name = local_name(iri)
    own = odrl(name[:1].lower() + name[1:])
    if name == PAYMENT:
        return odrl("compensate")
    return own if name[:1].isupper() and own in terms.ACTIONS else None


def _performs(node: Node, duties: frozenset[str]) -> bool:
    """Whether a thing is an action that was performed, by what it says of itself."""
    names = {local_name(iri) for iri in node.properties}
    if names & REPORTS or {odrl("Permission"), odrl("Prohibition"), odrl("Duty")} & set(node.types):
        return False
    if any(value.text in duties for value in _by_name(node, DUTY)):
        return True
    named = any(action_of_type(kind) or local_name(kind) == "PerformedAction" for kind in node.types)
    return named or (bool(names & ACTION) and bool(names & PERFORMER))


def _performed(graph: Graph, node: Node, link: str | None) -> Performed:
    actions = [value.text for value in _by_name(node, ACTION)] + [
        action for action in map(action_of_type, node.types) if action is not None
    ]
    if not actions and link == "paidAmount":
        actions = [odrl("compensate")]
    duty = _text(node, DUTY)
    if not actions and duty is None:
        graph.refuse(node.uid, "was performed, but says neither what was done nor for which duty")
    amounts = _by_name(node, AMOUNT) or (node.get(terms.RDF + "value") if link == "paidAmount" else ())
    values = {iri: given for iri, given in node.properties.items() if local_name(iri) not in AMOUNT}
    times = [found for name in AT for value in _by_name(node, frozenset({name})) if (found := moment(value))]
    if amounts:
        values[odrl("payAmount")] = amounts
    return Performed(
        actions[0] if actions else None,
        duty,
        _text(node, PERFORMER),
        _text(node, TARGET),
        _text(node, BENEFICIARY),
        times[0] if times else None,
        values,
        _text(node, UNIT),
    )


def _by_name(node: Node, names: frozenset[str]) -> tuple[Value, ...]:
    return tuple(value for iri, values in node.properties.items() if local_name(iri) in names for value in values)


def _text(node: Node, names: frozenset[str]) -> str | None:
    found = _by_name(node, names)
    return found[0].text if found else None
