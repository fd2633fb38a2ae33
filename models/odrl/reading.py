"""Reading terms from ODRL 2.2 in JSON-LD, however it is written.

What Storypool's terms can say is taken over exactly; anything else is refused by name, with its place: a rule half understood is a wrong
rule. docs/odrl.md lists what is understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NoReturn
from zoneinfo import ZoneInfo

from models.base import DEFAULT_ZONE, JsonObject
from models.errors import BadPolicy
from models.language import parse_language
from models.odrl import vocabulary as terms
from models.odrl.constraint_reading import ConstraintReader
from models.odrl.graph import BASE, Node, Value, shown
from models.odrl.place import PlacedGraph
from models.odrl.profile import NAMESPACE, TEXTS, UNDERSTOOD, is_description, own
from models.odrl.vocabulary import odrl
from models.policy import ACTION_TERMS, DutyAction, Policy, Rule, parse_policy
from models.policy.refusal import Path, listed, refuse
from models.zone import parse_zone

CONTENT: Final = own("content")
IN_GROUP, IMPLIED, ACCEPTED, BLOCKING = own("inGroup"), own("implied"), own("accepted"), own("blocking")
ZONE, POLICY_HASH = own("zone"), own("policyHash")
READ_CLASSES: Final = frozenset({"Policy", "Set", "Offer"})
KINDS: Final = {"permission": "permissions", "prohibition": "prohibitions"}
REPLACED: Final = terms.DCT + "isReplacedBy"

ACTIONS: Final = {odrl(term): term for term in ACTION_TERMS}
DUTY_ACTIONS: Final = {
    own(action.value) if action is DutyAction.LINK else odrl(action.value): action.value for action in DutyAction
}
SHARED: Final = frozenset({odrl("action"), odrl("target"), odrl("assigner")})
POLICY_PROPERTIES: Final = SHARED | {odrl("profile"), odrl("conflict"), *map(odrl, KINDS), ZONE, POLICY_HASH}
RULE_PROPERTIES: Final = {
    "permission": SHARED | {odrl("constraint"), odrl("duty"), IN_GROUP},
    "prohibition": SHARED | {odrl("constraint"), IN_GROUP, IMPLIED},
}
DUTY_PROPERTIES: Final = SHARED | {odrl("constraint"), ACCEPTED, BLOCKING}
TRUTH: Final = {"true": True, "1": True, "false": False, "0": False}

_PREFIXES: Final = {"dct": terms.DCT, "schema": terms.SCHEMA}


@dataclass(frozen=True)
class ReadTerms:
    """What a document says.

    :param zone: the IANA zone that dates alone were read in.
    :param texts: by the names of `TEXTS`, then per language tag; empty where the document has none.
    """

    policy: Policy
    zone: str
    texts: Mapping[str, dict[str, str]]
    places: Mapping[tuple[str, Rule], Path]
    """Where each rule stands in the document, by its kind (`permissions`, `prohibitions`)."""


def read_terms(document: object, *, zone: str | None = None, centre: str | None = None) -> ReadTerms:
    """The terms that a decoded JSON-LD document describes: an `odrl:Set`, `Policy` or `Offer`.

    :param zone: the IANA zone in which a date alone is a whole day; None takes the document's, or else the default.
    :param centre: the centre's IRI: an Offer is only read where it is the centre's own.
    :raises BadPolicy: not JSON-LD, or anything in it is not supported; `field` is the path to it in the document.
    :raises BadZone: the zone is none.
    """
    try:
        placed = PlacedGraph(document, "policy")
    except BadPolicy as error:
        raise BadPolicy(error.message, field=()) from None
    reader = _Reader(placed, centre)
    return reader.terms(zone)


class _Reader:
    """Reads the policy of one document into what `parse_policy` reads, and remembers where each part of that stands."""

    def __init__(self, placed: PlacedGraph, centre: str | None) -> None:
        self.placed = placed
        self.graph = placed.graph
        self.centre = centre
        self.read: set[str] = set()
        self.policy = self._policy()
        self.rules: dict[str, list[JsonObject]] = {kind: [] for kind in KINDS.values()}
        self.origin: dict[Path, Path] = {}

    def terms(self, zone: str | None) -> ReadTerms:
        """Everything that the document says."""
        self._check_policy()
        written = self._text(self.policy, ZONE)
        zone = zone if zone is not None else written or DEFAULT_ZONE
        for kind in KINDS:
            self._read_rules(kind)
        self._check_rest()
        place = parse_zone(zone)
        try:
            policy = parse_policy(self.rules, place)
        except BadPolicy as error:
            raise self._placed_error(error) from None
        named = self._text(self.policy, POLICY_HASH)
        if named is not None and named != policy.hash():
            self.refuse(
                self.policy,
                "policyHash",
                f"names another policy than the rules, which have the hash {policy.hash()}; take it out where the rules were changed",
            )
        return ReadTerms(policy, zone, self._texts(), self._places(place))

    def refuse(self, node: Node, term: str | None, what: str) -> NoReturn:
        """Refuses what a thing says by a property, or the thing."""
        refuse(self.placed.place(node.uid, *([] if term is None else [term])), what)

    def _policy(self) -> Node:
        classes = {odrl(name) for name in (*terms.POLICY_CLASSES, "Request")}
        rules = {odrl(kind) for kind in (*KINDS, "obligation")}
        found = [node for node in self.graph if classes & set(node.types) or rules & node.properties.keys()]
        if not found:
            refuse((), "holds no policy")
        if len(found) > 1:
            self.refuse(found[1], None, "is a second policy; give one")
        return found[0]

    def _check_policy(self) -> None:
        policy = self.policy
        for type_ in policy.types:
            if type_ not in map(odrl, READ_CLASSES):
                self.refuse(policy, "@type", f"is {shown(type_)}; terms are read from {listed(list(READ_CLASSES))}")
        if policy.get(REPLACED):
            self.refuse(policy, "isReplacedBy", "says that another policy has replaced it; read that one")
        self._only(policy, POLICY_PROPERTIES)
        for value in policy.get(odrl("profile")):
            if value.text not in UNDERSTOOD:
                self.refuse(policy, "profile", f"is {shown(value.text)}; understood are {listed(set(UNDERSTOOD))}")
        strategies = {value.text for value in policy.get(odrl("conflict"))}
        if strategies - {odrl("prohibit")}:
            self.refuse(policy, "conflict", "is not 'prohibit', the only conflict strategy that terms have")
        if not strategies and all(policy.get(odrl(kind)) for kind in KINDS):
            self.refuse(policy, "conflict", "is missing, which ODRL reads as 'invalid'; terms have 'prohibit'")
        if odrl("Offer") in policy.types and self.centre is None:
            self.refuse(policy, "@type", "is 'Offer', somebody's; give a 'Set', whose rules are nobody's in particular")
        for node in self.graph:
            for iri in (odrl("hasPolicy"), odrl("assignerOf"), odrl("assigneeOf"), odrl("inheritFrom")):
                if node.get(iri):
                    self.refuse(node, terms.local_name(iri), "is not supported")

    def _read_rules(self, kind: str) -> None:
        groups: dict[str, JsonObject] = {}
        for node in self._things(self.policy, kind):
            self._only(node, RULE_PROPERTIES[kind])
            self._check_types(node, {"Rule", kind.capitalize()})
            self._check_parties(node)
            path = (KINDS[kind], str(len(self.rules[KINDS[kind]])))
            actions = self._actions(node, ACTIONS, shared=True)
            if self._flag(node, IMPLIED):
                self._check_implied(node, actions)
                continue
            constraints = self._constraints(node, path)
            duties = self._duties(node, path)
            group = node.get(IN_GROUP)
            if group:
                known = groups.setdefault(group[0].text, {"actions": [], "constraints": constraints, "duties": duties})
                if (known["constraints"], known["duties"]) != (constraints, duties):
                    self.refuse(node, "inGroup", "joins rules that differ in more than their actions")
                known["actions"] += actions
                if len(known["actions"]) > len(actions):
                    continue
                rules = [known]
            elif any(constraint["leftOperand"] == "count" for constraint in constraints):
                # Each atomic rule counts by itself (Information Model 2.7).
                rules = [{"actions": [action], "constraints": constraints, "duties": duties} for action in actions]
            else:
                rules = [{"actions": actions, "constraints": constraints, "duties": duties}]
            for number in range(len(rules)):
                self.origin[KINDS[kind], str(int(path[1]) + number)] = self.placed.place(node.uid)
            self.rules[KINDS[kind]] += rules

    def _check_rest(self) -> None:
        """Refuses things that speak of rights and that nothing in the policy names."""
        for node in self.graph:
            if node.uid not in self.read and any(
                iri.startswith((terms.ODRL, NAMESPACE)) for iri in (*node.types, *node.properties)
            ):
                self.refuse(node, None, f"({node.uid.removeprefix(BASE)}) is no part of the policy that is read")

    def _check_implied(self, node: Node, actions: list[str]) -> None:
        rules = sum(len(self.policy.get(odrl(kind))) for kind in KINDS)
        if actions != ["use"] or node.get(odrl("constraint")) or rules > 1:
            self.refuse(node, "implied", "marks a rule that says more than that nothing is permitted")

    def _actions(self, node: Node, known: Mapping[str, str], *, shared: bool) -> list[str]:
        own_values, policy_values = node.get(odrl("action")), self.policy.get(odrl("action")) if shared else ()
        if own_values and policy_values and set(own_values) != set(policy_values):
            self.refuse(node, "action", "is given here and for the whole policy; give it in one place")
        return [self._action(node, value, known) for value in own_values or policy_values]

    def _action(self, node: Node, value: Value, known: Mapping[str, str]) -> str:
        described = self.graph.node(value)
        if described.get(odrl("refinement")):
            self.refuse(node, "action", "has a refinement, which is not supported")
        inner = described.get(terms.RDF + "value") or (value,)
        self._only(described, {terms.RDF + "value"})
        iri = terms.SAME_ACTION.get(inner[0].text, inner[0].text)
        if len(inner) > 1 or iri not in known:
            self.refuse(node, "action", f"is {shown(iri)}, which is not supported; known are {listed(set(known))}")
        return known[iri]

    def _constraints(self, node: Node, path: Path) -> list[JsonObject]:
        reader = ConstraintReader(self.placed)
        found: list[JsonObject] = []
        for constraint in self._things(node, "constraint"):
            self.origin[(*path, "constraints", str(len(found)))] = self.placed.place(constraint.uid)
            found.append(reader.read(constraint))
        return found

    def _duties(self, rule: Node, path: Path) -> list[JsonObject]:
        found: list[JsonObject] = []
        for node in self._things(rule, "duty"):
            self._only(node, DUTY_PROPERTIES)
            self._check_types(node, {"Rule", "Duty"})
            self._check_parties(node)
            at = (*path, "duties", str(len(found)))
            constraints = self._constraints(node, at)
            accepted, blocking = self._flag(node, ACCEPTED), self._flag(node, BLOCKING)
            if not accepted and (constraints or blocking):
                self.refuse(
                    node,
                    None,
                    "is a precondition, as ODRL has duties, and so has no deadline and blocks anyhow;"
                    f" mark it with {shown(ACCEPTED)} where it may be done afterwards",
                )
            actions = self._actions(node, DUTY_ACTIONS, shared=False)
            if not actions:
                self.refuse(node, "action", "is missing")
            self.origin[at] = self.placed.place(node.uid)
            for action in actions:
                found.append(
                    {"action": action, "constraints": constraints, "precondition": not accepted, "blocking": blocking}
                )
        return found

    def _check_parties(self, node: Node) -> None:
        """Targets and assigners, here and of the whole policy."""
        for place in (node, self.policy):
            for value in place.get(odrl("target")):
                self._only(self.graph.node(value), set())
                if value.text != CONTENT:
                    self.refuse(
                        place,
                        "target",
                        f"is {shown(value.text)}; terms are for whatever is supplied under them: leave it out, or give {shown(CONTENT)}",
                    )
            for value in place.get(odrl("assigner")):
                self._only(self.graph.node(value), set())
                if value.text != self.centre:
                    self.refuse(place, "assigner", f"is {shown(value.text)}, which is not this centre; leave it out")

    def _check_types(self, node: Node, known: set[str]) -> None:
        for type_ in node.types:
            if type_ not in map(odrl, known):
                self.refuse(node, "@type", f"is {shown(type_)}; it can be {listed(known)}")

    def _things(self, node: Node, term: str) -> list[Node]:
        """The things that a property names, which the document must describe."""
        found: list[Node] = []
        for value in node.get(odrl(term)):
            if value.text not in self.graph.nodes:
                self.refuse(node, term, f"names {shown(value.text)}, which the document does not describe")
            found.append(self.graph.nodes[value.text])
            self.read.add(value.text)
        return found

    def _only(self, node: Node, known: frozenset[str] | set[str]) -> None:
        """Refuses what a thing says beyond what is understood; descriptions may be there."""
        self.read.add(node.uid)
        for iri in node.properties:
            if iri not in known and iri != odrl("uid") and not is_description(iri):
                self.refuse(node, terms.local_name(iri), f"({iri.removeprefix(BASE)}) is not supported here")

    def _flag(self, node: Node, iri: str) -> bool:
        values = node.get(iri)
        if not values:
            return False
        if len(values) > 1 or values[0].text not in TRUTH:
            self.refuse(node, terms.local_name(iri), "must be true or false")
        return TRUTH[values[0].text]

    def _text(self, node: Node, iri: str) -> str | None:
        values = node.get(iri)
        if len(values) > 1:
            self.refuse(node, terms.local_name(iri), "has several values; give one")
        return values[0].text if values else None

    def _texts(self) -> dict[str, dict[str, str]]:
        """The texts that name their language; what does not is only a description."""
        found: dict[str, dict[str, str]] = {}
        for name, compact_iri in TEXTS.items():
            prefix, _, term = compact_iri.partition(":")
            values = [value for value in self.policy.get(_PREFIXES[prefix] + term) if value.language]
            found[name] = {str(parse_language(str(value.language))): value.text for value in values}
        return found

    def _places(self, zone: ZoneInfo) -> dict[tuple[str, Rule], Path]:
        found: dict[tuple[str, Rule], Path] = {}
        for kind, rules in self.rules.items():
            for number, written in enumerate(rules):
                policy = parse_policy({kind: [written]}, zone)
                (rule,) = (*policy.permissions, *policy.prohibitions)
                found.setdefault((kind, rule), self.origin[kind, str(number)])
        return found

    def _placed_error(self, error: BadPolicy) -> BadPolicy:
        """A refusal of `parse_policy`, by where things stand in the document."""
        read = tuple(error.field or ())
        known = max((path for path in self.origin if read[: len(path)] == path), key=len, default=())
        start = self.origin.get(known, self.placed.place(self.policy.uid))
        singular = {
            "actions": "action",
            "constraints": "constraint",
            "duties": "duty",
            **{v: k for k, v in KINDS.items()},
        }
        rest = (singular.get(part, part) for part in read[len(known) :] if not part.isdigit())
        path = (*start, *rest)
        said = error.message.removeprefix(".".join(part[:60] for part in read))
        return BadPolicy(".".join(part[:60] for part in path) + said, field=path)
