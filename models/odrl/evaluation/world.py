"""The state of the world: the time, what is known of parties, assets and terms, what was done and how often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from models.odrl import vocabulary as terms
from models.odrl.evaluation.constraint_reading import read_constraints
from models.odrl.evaluation.performed import DutyState, Performed, performed_actions, reported_states
from models.odrl.evaluation.policy import Member
from models.odrl.evaluation.request import DATE_TIME, FEATURES, ISSUED, Request, parameter_values, stated_values
from models.odrl.evaluation.value import Moment, moment
from models.odrl.graph import Graph, Node, Value, shown
from models.odrl.vocabulary import local_name, odrl

IN_XSD: Final = (terms.TIME + "inXSDDateTime", terms.TIME + "inXSDDateTimeStamp", terms.TIME + "inXSDDate")
CARRIERS: Final = (terms.RDF + "value", terms.SOTW + "value", terms.SOTW + "countValue", ISSUED, *IN_XSD)
"""The properties by which a thing carries the value that it stands for."""
CONDITION: Final = terms.SOTW + "conditionId"
FEATURE: Final = terms.SOTW + "describesFeature"
PART_OF: Final = frozenset({odrl("partOf"), terms.DCT + "isPartOf"})
HAS_PART: Final = terms.DCT + "hasPart"
KIND_OF: Final = frozenset({terms.RDFS + "subClassOf", terms.SKOS + "broader", terms.SKOS + "broaderTransitive"})
INCLUDED: Final = frozenset({odrl("includedIn")})
BEGINS: Final = frozenset({"startedAtTime", "hasBeginning", "startDate", "begin"})
ENDS: Final = frozenset({"endedAtTime", "hasEnd", "endDate", "end"})

LIMITS: Final = frozenset({"action", "actionType", "assignee", "performer", "rule", "target"})
"""By what a state says what it counts, by local names."""

OPERANDS: Final[dict[str, tuple[str, ...]]] = {
    "currentLocation": FEATURES["Location"],
    "location": FEATURES["Location"],
    "accumulatedTime": FEATURES["AccumulatedTime"],
    "paidAmount": FEATURES["PaidAmount"],
    "recipient": (odrl("recipient"),),
}
"""The left operands that a state's properties speak of, by their local names."""


@dataclass(frozen=True)
class Period:
    """When an event took place; an end that the state does not tell is None."""

    begin: Moment | None = None
    end: Moment | None = None


@dataclass(frozen=True)
class Count:
    """How often something was done, as far as the state limits what it counts."""

    times: Value
    limits: dict[str, str]


@dataclass(frozen=True)
class World:
    """What is known when a policy is evaluated. It is all there is: no clock and no network are asked.

    :param now: the state's time, else the request's; None where neither tells it.
    :param values: what holds in general, by left operand.
    :param stated: what holds for one constraint, by its IRI.
    :param things: everything that the documents describe.
    """

    now: Moment | None
    values: dict[str, tuple[Value, ...]]
    stated: dict[str, tuple[Value, ...]]
    performed: tuple[Performed, ...]
    reported: dict[str, DutyState]
    counts: tuple[Count, ...]
    events: dict[str, Period]
    units: dict[str, str]
    things: tuple[Graph, ...]

    @cached_property
    def facts(self) -> frozenset[tuple[str, str, str]]:
        """Subject, property, object, from all documents."""
        return frozenset().union(*(graph.facts for graph in self.things))

    def attribute(self, uid: str, iri: str) -> tuple[Value, ...]:
        """The values of a thing's property, from all documents."""
        return tuple(value for graph in self.things if uid in graph.nodes for value in graph.nodes[uid].get(iri))

    def wholes(self, uid: str) -> frozenset[str]:
        """The thing, and all that it is part of, directly or not."""
        return self._closure({uid}, PART_OF, HAS_PART)

    def kinds(self, uid: str) -> frozenset[str]:
        """The classes that the thing is an instance of, directly or not. What is no instance of anything may be a class itself."""
        types = {kind for subject, iri, kind in self.facts if subject == uid and iri == "@type"}
        return self._closure(types, KIND_OF) | (self._closure({uid}, KIND_OF) - {uid})

    def actions(self, action: str) -> frozenset[str]:
        """The action, and all that include it or mean the same."""
        known: set[str] = set()
        pending = [action]
        while pending:
            found = pending.pop()
            if found not in known:
                known.add(found)
                pending += [other for table in (terms.BROADER_ACTION, terms.SAME_ACTION) if (other := table.get(found))]
                pending += [old for old, new in terms.SAME_ACTION.items() if new == found]
                pending += [other for subject, iri, other in self.facts if subject == found and iri in INCLUDED]
        return frozenset(known)

    def belongs(self, uid: str, member: Member) -> bool:
        """Whether something is the asset or party named, or part of the collection named."""
        return bool(self.wholes(uid) & {member.iri, member.source})

    def _closure(self, start: set[str], up: frozenset[str], down: str = "") -> frozenset[str]:
        known: set[str] = set()
        pending = list(start)
        while pending:
            found = pending.pop()
            if found not in known:
                known.add(found)
                pending += [other for subject, iri, other in self.facts if subject == found and iri in up]
                pending += [other for other, iri, part in self.facts if part == found and iri == down]
        return frozenset(known)


def read_world(
    state: Graph, policy: Graph, request_graph: Graph, request: Request | None, duties: frozenset[str]
) -> World:
    """The world that a state describes, with what the policy and the request tell of parties, assets and terms.

    :param duties: the names of the policy's duties.
    :raises BadPolicy: something in the state is contradictory or not understood.
    """
    values: dict[str, tuple[Value, ...]] = {}
    for operand, given in _values(state):
        values[operand] = tuple(dict.fromkeys(values.get(operand, ()) + given))
    for operand, given in (request.values if request else {}).items():
        values.setdefault(operand, given)
    stated = {
        condition.text: given
        for node in state
        for condition in node.get(CONDITION)
        if condition.text not in duties and (given := _told(node))
    }
    times = values.get(DATE_TIME, ()) or ((request.issued,) if request and request.issued else ())
    return World(
        _now(state, times),
        values,
        stated,
        performed_actions(state, duties),
        dict(reported_states(state)),
        tuple(_counts(state)),
        dict(_events(state)),
        dict(_units(state)),
        (policy, request_graph, state),
    )


def _now(state: Graph, times: tuple[Value, ...]) -> Moment | None:
    moments = {moment(value) for value in times}
    if len(moments) > 1:
        state.refuse("the document", f"gives several current times: {', '.join(shown(value.text) for value in times)}")
    found = moments.pop() if moments else None
    if times and found is None:
        state.refuse(times[0].text, "is no date or date-time")
    return found


def _carried(graph: Graph, value: Value) -> tuple[Value, ...]:
    """The values that something stands for: those of a thing that carries any, else itself."""
    return graph.node(value).get(*CARRIERS) or (value,)


def _told(node: Node) -> tuple[Value, ...]:
    """What a thing of the state tells of the constraint that it names: the value that it carries, else its other literals."""
    others = (value for values in node.properties.values() for value in values if not value.is_thing)
    return node.get(*CARRIERS) or tuple(others)


def _is_world(node: Node) -> bool:
    """Whether a thing is a state of the world: by its class, or because it has a property of its vocabulary."""
    if any(local_name(kind).lower() == "sotw" for kind in node.types):
        return True
    inner = {CONDITION, FEATURE, terms.SOTW + "value", terms.SOTW + "countValue"}
    own = {iri for iri in node.properties if iri.startswith(terms.SOTW)}
    return bool(own) and not own & inner


def _values(state: Graph) -> Iterator[tuple[str, tuple[Value, ...]]]:
    for node in state:
        if node.get(FEATURE):
            yield from parameter_values(state, node)
        elif local_name(node.uid) == "currentTime" and node.get(ISSUED):
            yield DATE_TIME, node.get(ISSUED)
        elif set(IN_XSD) & node.properties.keys() and node.get(CONDITION):
            yield DATE_TIME, node.get(*IN_XSD)
        elif _is_world(node):
            yield from _world_values(state, node)


def _world_values(state: Graph, node: Node) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """What a state's own properties tell. What links it to other things (reports, collections, actions) is read from those."""
    for iri, values in node.properties.items():
        name = local_name(iri)
        if name == "context":
            inner = [value for value in values if odrl("leftOperand") in state.node(value).properties]
            linked = Node(node.uid, (), {odrl("constraint"): tuple(inner)})
            yield from stated_values(state, read_constraints(state, linked, "constraint"))
        elif name == "currentTime":
            yield DATE_TIME, tuple(carried for value in values for carried in _carried(state, value))
        elif name not in ("count", "event"):
            for operand in OPERANDS.get(name, (iri,)):
                yield operand, tuple(carried for value in values for carried in _carried(state, value))


def _told_of(state: Graph, name: str) -> Iterator[Value]:
    """The values of a state's own properties of that local name."""
    for node in state:
        if _is_world(node):
            yield from (value for iri, values in node.properties.items() if local_name(iri) == name for value in values)


def _counts(state: Graph) -> Iterator[Count]:
    for value in _told_of(state, "count"):
        counted = state.node(value)
        times = _carried(state, value)
        if len(times) != 1 or times[0].is_thing:
            state.refuse(value.text, "is a count without one number")
        limits = {
            local_name(iri): given[0].text
            for iri, given in counted.properties.items()
            if local_name(iri) in LIMITS and given
        }
        yield Count(times[0], limits)


def _events(state: Graph) -> Iterator[tuple[str, Period]]:
    for value in _told_of(state, "event"):
        event = state.node(value)
        at = [found for carried in event.get(*CARRIERS) if (found := moment(carried))]
        begins, ends = _moments(event, BEGINS), _moments(event, ENDS)
        if not begins and not ends:
            begins = ends = at
        period = Period(begins[0] if begins else None, ends[0] if ends else None)
        for name in (value.text, *event.types):
            yield name, period


def _moments(node: Node, names: frozenset[str]) -> list[Moment]:
    found = (moment(value) for iri, values in node.properties.items() if local_name(iri) in names for value in values)
    return [at for at in found if at is not None]


def _units(state: Graph) -> Iterator[tuple[str, str]]:
    for value in _told_of(state, "paidAmount"):
        for iri, given in state.node(value).properties.items():
            if local_name(iri) in ("currency", "unit"):
                yield odrl("payAmount"), given[0].text
