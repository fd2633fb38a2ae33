"""Reading agreements from ODRL 2.2 in JSON-LD: an `odrl:Agreement` in the shape that exports have, however it is written.

What an agreement of Storypool's can say is taken over exactly; anything else is refused by name, with its place. The agreement's own
policy is what its rules say apart from the parties, the target and the frame, and is read as terms are. docs/odrl.md lists the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn
from zoneinfo import ZoneInfo

from models.agreement.content import AgreementChanges, AgreementContent, ExclusivityWish, read_changes, refuse_counts
from models.base import DEFAULT_ZONE, JsonObject
from models.errors import BadInput, BadPolicy, BadZone
from models.odrl import vocabulary as terms
from models.odrl.agreement_part_reading import Bounds, PartReader, order_of
from models.odrl.graph import Node, Value, read_graph, shown
from models.odrl.place import PlacedGraph
from models.odrl.profile import TEXTS, own
from models.odrl.reading import KINDS, TRUTH, ZONE, ReadTerms, read_terms
from models.odrl.vocabulary import odrl
from models.policy import Policy
from models.policy.contradiction import Period
from models.policy.refusal import Path, refuse
from models.zone import parse_zone

AGREEMENT: Final = odrl("Agreement")
FRAME, SUSPENDED, QUOTA, EXCLUSIVITY = (own(term) for term in ("frame", "suspended", "quota", "exclusivity"))
KEY: Final = terms.DCT + "identifier"
ASSIGNER, ASSIGNEE, TARGET = odrl("assigner"), odrl("assignee"), odrl("target")
SHARED: Final = frozenset({ASSIGNER, ASSIGNEE, TARGET})
BESIDE_THE_POLICY: Final = SHARED | {FRAME, SUSPENDED, QUOTA, EXCLUSIVITY}


@dataclass(frozen=True)
class ReadAgreement:
    """What a document says.

    :param assignee: the IRI by which it names the partner.
    :param key: its identifier, where it has one.
    :param changes: what a new agreement is made with.
    :param content: the same, read and checked.
    :param places: where the parts of `changes` stand in the document, by the path of the input that has them in `createAgreement`.
    """

    assignee: str
    key: str | None
    policy: Policy
    changes: AgreementChanges
    content: AgreementContent
    suspended: bool
    places: Mapping[Path, Path]

    def place(self, field: Sequence[str]) -> Path:
        """Where the part stands that an input of `createAgreement` would have under this path; empty where nothing says it."""
        return _nearest(self.places, field)


def describes_agreement(document: object) -> bool:
    """Whether a decoded JSON-LD document is about an `odrl:Agreement`.

    :raises BadPolicy: not JSON-LD.
    """
    return any(AGREEMENT in node.types for node in read_graph(document, "policy"))


def read_agreement(document: object, *, centre: str) -> ReadAgreement:
    """The agreement that a decoded JSON-LD document describes.

    :param centre: the centre's IRI, which the assigner must be.
    :raises BadPolicy: not JSON-LD, or anything in it is not supported; `field` is the path to it in the document.
    :raises BadInput: a value cannot be right, such as an end before the start; `field` likewise.
    """
    try:
        placed = PlacedGraph(document, "policy")
    except BadPolicy as error:
        raise BadPolicy(error.message, field=()) from None
    return _Reader(placed, centre).agreement()


class _Reader:
    """Reads the agreement of one document."""

    def __init__(self, placed: PlacedGraph, centre: str) -> None:
        self.placed = placed
        self.graph = placed.graph
        self.centre = centre
        self.parts = PartReader(placed)
        self.policy = self._policy()
        self.rules = {
            kind: [
                self.graph.nodes[value.text] for value in self.policy.get(odrl(kind)) if value.text in self.graph.nodes
            ]
            for kind in KINDS
        }
        self.places: dict[Path, Path] = {("policy",): placed.place(self.policy.uid)}

    def agreement(self) -> ReadAgreement:
        """Everything that the document says."""
        assignee = self._party(ASSIGNEE)
        if self._party(ASSIGNER) != self.centre:
            self._refuse(self.policy, "assigner", f"is not this centre, which is {shown(self.centre)}")
        covered, coverage_places = self.parts.coverage(self.graph.node(self._shared(TARGET)))
        zone = self._zone()
        bounds = self._frame(zone)
        if bounds.territories is None or bounds.channels is None or bounds.starts_at is None:
            self._refuse(self.policy, "frame", "must say the partner's own territories and channels, and since when")
        quotas = [(self.parts.quota(node), node) for node in self.parts.things(self.policy, QUOTA)]
        exclusivities = self._exclusivities(zone)
        policy, titles = self._own_policy(zone)
        changes: AgreementChanges = {
            "titles": titles,
            "zone": zone.key,
            "languages": covered.get("languages"),
            "forms": covered.get("forms"),
            "series": covered.get("series"),
            "topics": covered.get("topics"),
            "territories": bounds.territories,
            "channels": bounds.channels,
            "starts_at": bounds.starts_at,
            "ends_at": bounds.ends_at,
            "policy": lambda _zone: policy,
            "quotas": [quota for quota, _ in quotas],
            "exclusivities": exclusivities,
        }
        self.places |= {(name,): place for name, place in (coverage_places | bounds.places).items()}
        self.places |= {("quotas", str(number)): self.placed.place(node.uid) for number, (_, node) in enumerate(quotas)}
        for name, term in (("titles", "title"), ("key", "identifier"), ("partnerId", "assignee")):
            self.places[(name,)] = self.placed.place(self.policy.uid, term)
        for name, term in (("endsAt", "frame"), ("quotas", "quota"), ("exclusivities", "exclusivity")):
            self.places.setdefault((name,), self.placed.place(self.policy.uid, term))
        return ReadAgreement(
            assignee=assignee,
            key=self._text(KEY),
            policy=policy,
            changes=changes,
            content=self._content(changes, zone, policy),
            suspended=self._flag(SUSPENDED),
            places=self.places,
        )

    def _refuse(self, node: Node, term: str | None, what: str) -> NoReturn:
        self.parts.refuse(node, term, what)

    def _policy(self) -> Node:
        found = [node for node in self.graph if AGREEMENT in node.types]
        if not found:
            refuse((), "holds no agreement")
        for type_ in found[0].types:
            if type_ not in (AGREEMENT, odrl("Policy")):
                self._refuse(found[0], "@type", f"is {shown(type_)} beside an Agreement; it cannot be both")
        return found[0]

    def _shared(self, iri: str) -> Value:
        """The one thing that the agreement, or else every rule of it, names by a property (Information Model 2.7.1)."""
        term = terms.local_name(iri)
        found = self.policy.get(iri)
        for rule in (rule for rules in self.rules.values() for rule in rules):
            given = rule.get(iri) or found
            found = found or given
            if given != found:
                self._refuse(rule, term, "is another than elsewhere; an agreement has one for all its rules")
        if len(found) != 1:
            self._refuse(self.policy, term, f"has {len(found)} values; an agreement has one")
        if not found[0].is_thing:
            self._refuse(self.policy, term, f"is the text {shown(found[0].text)}; name it by an IRI")
        return found[0]

    def _party(self, iri: str) -> str:
        value = self._shared(iri)
        if value.text.startswith("_:"):
            self._refuse(self.graph.node(value), None, "is a party without an IRI")
        self.parts.check(self.graph.node(value), [odrl("Party")])
        return value.text

    def _zone(self) -> ZoneInfo:
        try:
            return parse_zone(self._text(ZONE) or DEFAULT_ZONE)
        except BadZone as error:
            error.field = list(self.placed.place(self.policy.uid, "zone"))
            raise

    def _frame(self, zone: ZoneInfo) -> Bounds:
        """The bounds of the whole agreement, which every permission must name: no rule of ours could hold outside them."""
        nodes = self.parts.things(self.policy, FRAME)
        for permission in self.rules["permission"]:
            named = {value.text for value in permission.get(odrl("constraint"))}
            for node in nodes:
                if node.uid not in named:
                    self._refuse(
                        permission, "constraint", f"leaves out {shown(node.uid)}, which the agreement's frame has"
                    )
        return self.parts.bounds(nodes, zone)

    def _exclusivities(self, zone: ZoneInfo) -> list[ExclusivityWish]:
        """In the order of `AgreementContent`, so that a refusal finds the place of each."""
        found = [(self.parts.exclusivity(node, zone), node) for node in self.parts.things(self.policy, EXCLUSIVITY)]
        found.sort(key=lambda pair: order_of(pair[0]))
        for number, (_, node) in enumerate(found):
            self.places["exclusivities", str(number)] = self.placed.place(node.uid)
        return [ExclusivityWish(item.territories, item.channels, item.starts_at, item.ends_at) for item, _ in found]

    def _own_policy(self, zone: ZoneInfo) -> tuple[Policy, dict[str, str]]:
        """The agreement's own policy, and what the agreement is called.

        :raises BadPolicy: anything in it is not supported, or it says what only the terms of stories can.
        """
        nodes = self._nodes_of_terms()
        try:
            read = read_terms([_written(node) for node in nodes], zone=zone.key, centre=self.centre)
        except BadPolicy as error:
            path = tuple(error.field or ())
            place = self._original(path, nodes)
            said = error.message.removeprefix(".".join(part[:60] for part in path))
            raise BadPolicy(".".join(part[:60] for part in place) + said, field=place) from None
        self._check_meant(read, nodes)
        for name, iri in TEXTS.items():
            if name != "names" and read.texts[name]:
                term = terms.local_name(iri)
                self._refuse(self.policy, term, "is not kept with an agreement; it belongs to the terms of stories")
        return read.policy, read.texts["names"]

    def _check_meant(self, read: ReadTerms, nodes: Sequence[Node]) -> None:
        for (kind, rule), path in read.places.items():
            place = (*self._original(path, nodes), "constraint")
            if Period.of(rule).is_empty:
                refuse(place, "ends before it begins, or at the same moment")
            if kind == KINDS["permission"]:
                try:
                    refuse_counts(Policy((rule,)))
                except BadPolicy as error:
                    raise BadPolicy(f"{'.'.join(part[:60] for part in place)}: {error.message}", field=place) from None

    def _nodes_of_terms(self) -> list[Node]:
        """What is left of the document when all that makes it an agreement is taken away; each thing before what names it."""
        left = {node.uid: self._left(node) for node in self.graph}
        named = {
            value.text
            for node in left.values()
            if node.uid not in self.parts.read
            for values in node.properties.values()
            for value in values
            if value.is_thing
        }
        kept = [node for node in left.values() if node.uid not in self.parts.read or node.uid in named]
        rules = {rule.uid for rules in self.rules.values() for rule in rules}

        def height(node: Node) -> int:
            return (
                3 if node.uid == self.policy.uid else 2 if node.uid in rules else 1 if node.get(odrl("action")) else 0
            )

        return sorted(kept, key=height)

    def _left(self, node: Node) -> Node:
        frame = set(self.policy.get(FRAME)) if node in self.rules["permission"] else set()
        beside = BESIDE_THE_POLICY if node.uid == self.policy.uid else SHARED if self._is_rule(node) else frozenset()
        properties = {
            iri: tuple(value for value in values if iri != odrl("constraint") or value not in frame)
            for iri, values in node.properties.items()
            if iri not in beside
        }
        types = (odrl("Set"),) if node.uid == self.policy.uid else node.types
        return Node(node.uid, types, {iri: values for iri, values in properties.items() if values})

    def _is_rule(self, node: Node) -> bool:
        return any(node in rules for rules in self.rules.values())

    def _original(self, path: Sequence[str], nodes: Sequence[Node]) -> Path:
        """Where in the document stands what has this path among the nodes."""
        if not path:
            return ()
        inner = (terms.local_name(part) for part in path[1:] if not part.isdigit())
        return self.placed.place(nodes[int(path[0])].uid, *inner)

    def _content(self, changes: AgreementChanges, zone: ZoneInfo, policy: Policy) -> AgreementContent:
        try:
            return read_changes(changes, zone, policy.hash(), None)
        except BadInput as error:
            error.field = list(_nearest(self.places, error.field or ()))
            raise

    def _text(self, iri: str) -> str | None:
        values = self.policy.get(iri)
        if len(values) > 1:
            self._refuse(self.policy, terms.local_name(iri), "has several values; give one")
        return values[0].text if values else None

    def _flag(self, iri: str) -> bool:
        text = self._text(iri)
        if text is not None and text not in TRUTH:
            self._refuse(self.policy, terms.local_name(iri), "must be true or false")
        return text is not None and TRUTH[text]


def _written(node: Node) -> JsonObject:
    """A thing in expanded JSON-LD."""
    properties = {iri: list(_literals(values)) for iri, values in node.properties.items()}
    return {"@id": node.uid, **({"@type": list(node.types)} if node.types else {}), **properties}


def _literals(values: Sequence[Value]) -> Iterator[JsonObject]:
    for value in values:
        if value.is_thing:
            yield {"@id": value.text}
        elif value.language is not None:
            yield {"@value": value.text, "@language": value.language}
        else:
            yield {"@value": value.text, "@type": value.datatype}


def _nearest(places: Mapping[Path, Path], field: Sequence[str]) -> Path:
    """The place of a path, or of the longest part of it that has one."""
    wanted = tuple(field)
    known = [path for path in places if wanted[: len(path)] == path]
    return places[max(known, key=len)] if known else ()
