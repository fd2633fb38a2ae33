"""Reading a policy from its graph. Whatever is not understood is refused by name: a rule half understood is a wrong rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from models.odrl import vocabulary as terms
from models.odrl.evaluation import profile_reading as profile
from models.odrl.evaluation.constraint_reading import read_constraints
from models.odrl.evaluation.policy import Action, Conflict, Duty, ForeignPolicy, Member, Rule, RuleType
from models.odrl.graph import BASE, Graph, Node, Value, shown
from models.odrl.vocabulary import odrl

Read = TypeVar("Read")

DESCRIPTIONS: Final = (
    terms.DCT,
    terms.DC,
    terms.RDFS,
    terms.SKOS,
    terms.SCHEMA,
    "https://schema.org/",
    terms.FOAF,
    terms.VCARD,
    terms.OWL,
)
"""The vocabularies of words about a thing, which decide nothing."""
NOTES: Final = frozenset({odrl("uid"), odrl("profile")})
SHARED: Final = frozenset({odrl(term) for term in ("action", "target", *terms.PARTY_FUNCTIONS)})
RULES: Final = frozenset({odrl(rule) for rule in ("permission", "prohibition", "obligation")})
BENEFICIARIES: Final = tuple(
    odrl(f"{party}Party") for party in ("attributed", "compensated", "consenting", "informed", "tracking")
)
"""To whom duties are done, by what they consist of."""
UNSUPPORTED: Final = frozenset(
    {
        odrl(term)
        for term in ("inheritFrom", "hasPolicy", "assigneeOf", "assignerOf", "implies", "scope", "function", "failure")
    }
)

PERMISSION_PROPERTIES: Final = (
    SHARED | {odrl("constraint"), odrl("duty"), odrl("relation"), odrl("output")} | profile.OF_RULES
)
PROHIBITION_PROPERTIES: Final = (
    SHARED | {odrl("constraint"), odrl("remedy"), odrl("relation"), odrl("output")} | profile.OF_RULES
)
DUTY_PROPERTIES: Final = (
    SHARED | {odrl("constraint"), odrl("consequence"), odrl("relation"), odrl("output")} | profile.OF_DUTIES
)


def read_policy(graph: Graph) -> ForeignPolicy:
    """The policy of a document.

    Not supported, and refused: `inheritFrom`, constraints of a whole policy, and links from assets and parties to policies.

    :raises BadPolicy: no policy, several, or anything in it that is not understood; `field` names the document and the thing.
    """
    for node in graph:
        for iri in sorted(UNSUPPORTED & node.properties.keys()):
            graph.refuse(node.uid, f"has {terms.local_name(iri)!r}, which is not supported")
    policy = _policy_node(graph)
    _only(graph, policy, SHARED | RULES | {odrl("conflict")} | profile.OF_POLICIES)
    profile.check_policy(graph, policy)
    reader = _Reader(graph, policy)
    rules = (
        *(reader.rule(node, RuleType.PERMISSION) for node in reader.named(policy, "permission")),
        *(reader.rule(node, RuleType.PROHIBITION) for node in reader.named(policy, "prohibition")),
    )
    obligations = tuple(reader.duty(node, obligation=True) for node in reader.named(policy, "obligation"))
    if not rules and not obligations:
        graph.refuse(policy.uid, "has no permission, prohibition or obligation")
    return ForeignPolicy(policy.uid, _conflict(graph, policy), profile.grouped(graph, rules), obligations)


def _policy_node(graph: Graph) -> Node:
    classes = {odrl(name) for name in terms.POLICY_CLASSES}
    requests = [node for node in graph if odrl("Request") in node.types]
    if requests:
        graph.refuse(requests[0].uid, "is a Request, which grants nothing; give a Set, an Offer or an Agreement")
    found = [node for node in graph if classes & set(node.types) or RULES & node.properties.keys()]
    if not found:
        graph.refuse("the document", "holds no policy")
    if len(found) > 1:
        graph.refuse(found[1].uid, f"is a policy, and so is {shown(found[0].uid)}; give one policy")
    return found[0]


def _conflict(graph: Graph, policy: Node) -> Conflict:
    """Where a policy says nothing, the prohibition wins; for a single policy that decides what ODRL's default, `invalid`, does."""
    given = policy.get(odrl("conflict"))
    if not given:
        return Conflict.PROHIBIT
    found = [strategy for strategy in Conflict if [value.text for value in given] == [odrl(strategy)]]
    return (
        found[0]
        if found
        else graph.refuse(policy.uid, f"has a conflict strategy {shown(given[0].text)}, which is none of ODRL's")
    )


class _Reader:
    """Reads the rules of one policy."""

    def __init__(self, graph: Graph, policy: Node) -> None:
        self.graph = graph
        self.policy = policy
        self.frame = profile.frame_of(graph, policy)

    def named(self, node: Node, term: str) -> list[Node]:
        """The things that a property names, which the document must describe."""
        found = []
        for value in node.get(odrl(term)):
            if value.text not in self.graph.nodes:
                self.graph.refuse(node.uid, f"has a {term} {shown(value.text)}, which the document does not describe")
            found.append(self.graph.nodes[value.text])
        return found

    def rule(self, node: Node, type_: RuleType) -> Rule:
        """A permission or a prohibition."""
        permits = type_ is RuleType.PERMISSION
        _only(self.graph, node, PERMISSION_PROPERTIES if permits else PROHIBITION_PROPERTIES)
        actions = self._parts(node, "action", self._action, shared=True)
        if not actions:
            self.graph.refuse(node.uid, "has no action, and neither has its policy")
        assigners = self._parts(node, "assigner", self._member, shared=True)
        duties = self.named(node, "duty" if permits else "remedy")
        targets = self._parts(node, "target", self._member, shared=True)
        constraints = read_constraints(self.graph, node, "constraint")
        return Rule(
            type_,
            node.uid,
            actions,
            () if any(target.iri == profile.CONTENT for target in targets) else targets,
            self._parts(node, "assignee", self._member, shared=True),
            profile.framed(constraints, self.frame) if permits else constraints,
            tuple(self.duty(duty, assigners=assigners) for duty in duties),
        )

    def duty(
        self, node: Node, *, obligation: bool = False, assigners: tuple[Member, ...] = (), above: tuple[str, ...] = ()
    ) -> Duty:
        """A duty; an obligation has what its policy states for all rules.

        :param assigners: those of the rule that the duty belongs to.
        :param above: the duties that this is a consequence of.
        """
        if node.uid in above:
            self.graph.refuse(node.uid, "is a consequence of itself")
        _only(self.graph, node, DUTY_PROPERTIES)
        actions = self._parts(node, "action", self._action, shared=obligation)
        if not actions:
            self.graph.refuse(node.uid, "has no action")
        own = self._parts(node, "assigner", self._member, shared=obligation) or assigners
        beneficiaries = tuple(self._member(value) for iri in BENEFICIARIES for value in node.get(iri))
        return Duty(
            node.uid,
            actions,
            self._parts(node, "target", self._member, shared=obligation),
            self._parts(node, "assignee", self._member, shared=obligation),
            beneficiaries or own,
            read_constraints(self.graph, node, "constraint"),
            tuple(
                self.duty(after, assigners=own, above=(*above, node.uid)) for after in self.named(node, "consequence")
            ),
            profile.commitment_of(self.graph, self.policy, node),
            profile.flag(self.graph, node, profile.BLOCKING),
        )

    def _parts(self, node: Node, term: str, read: Callable[[Value], Read], *, shared: bool) -> tuple[Read, ...]:
        given = node.get(odrl(term)) or (self.policy.get(odrl(term)) if shared else ())
        return tuple(read(value) for value in given)

    def _action(self, value: Value) -> Action:
        node = self.graph.node(value)
        iri = action_iri(self.graph, value)
        refinements = read_constraints(self.graph, node, "refinement")
        if value.text.startswith("_:"):
            _only(self.graph, node, {terms.RDF + "value", odrl("refinement"), odrl("includedIn")})
        return Action(iri, refinements)

    def _member(self, value: Value) -> Member:
        node = self.graph.node(value)
        sources = node.get(odrl("source"))
        if len(sources) > 1:
            self.graph.refuse(node.uid, "has several sources")
        if node.uid.startswith("_:") and not sources:
            self.graph.refuse(node.uid, "is an asset or party without an IRI and without a source")
        return Member(
            node.uid,
            sources[0].text if sources else None,
            read_constraints(self.graph, node, "refinement"),
        )


def action_iri(graph: Graph, value: Value) -> str:
    """The action that a value names, directly or by the `rdf:value` of a refined action.

    :raises BadPolicy: no IRI, or one in ODRL's namespace that ODRL does not have.
    """
    inner = graph.node(value).get(terms.RDF + "value")
    iri = inner[0].text if inner else value.text
    if len(inner) > 1:
        graph.refuse(value.text, "has several values")
    if iri.startswith(("_:", BASE)) or (iri.startswith(terms.ODRL) and iri not in terms.ACTIONS):
        graph.refuse(iri, "is no action of ODRL's and no IRI of another")
    if ":" not in iri:
        iri = terms.odrl(iri)
        if iri not in terms.ACTIONS:
            graph.refuse(iri, "is no action of ODRL's and no IRI of another")
    return iri


def _only(graph: Graph, node: Node, known: frozenset[str] | set[str]) -> None:
    """Refuses what a thing says beyond what is understood; descriptions may be there, and lists without anything in them."""
    for iri, values in node.properties.items():
        if values and iri not in known and iri not in NOTES and not iri.startswith(DESCRIPTIONS):
            graph.refuse(node.uid, f"has {shown(iri)}, which is not understood")
