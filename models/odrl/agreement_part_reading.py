"""Reading what an agreement says beside its rules: what it covers, within which bounds, with which quotas and exclusivities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple, NoReturn
from zoneinfo import ZoneInfo

from models.agreement.exclusivity import Exclusive
from models.agreement.quota import LARGEST_LIMIT, Quota, QuotaPeriod
from models.errors import BadPolicy
from models.odrl import vocabulary as terms
from models.odrl.constraint_reading import ConstraintReader
from models.odrl.graph import BASE, Node, Value, shown
from models.odrl.place import PlacedGraph
from models.odrl.profile import NAMESPACE, is_description, own
from models.odrl.vocabulary import XSD, odrl
from models.policy import Constraint, LeftOperand, Operator, parse_policy
from models.policy.refusal import Path, listed, one_of, refuse
from models.policy.value import READERS, whole_number
from models.variant import Form

POOL: Final = own("pool")
COVERED: Final = {
    odrl("language"): "languages",
    own("form"): "forms",
    own("series"): "series",
    own("topic"): "topics",
}
"""By what a coverage is refined, with the names that an agreement has for it."""
BOUNDS: Final = {
    (LeftOperand.SPATIAL, Operator.IS_ANY_OF): "territories",
    (LeftOperand.DELIVERY_CHANNEL, Operator.IS_ANY_OF): "channels",
    (LeftOperand.DATE_TIME, Operator.GTEQ): "startsAt",
    (LeftOperand.DATE_TIME, Operator.LT): "endsAt",
}
"""What bounds an agreement or an exclusivity, with the names that agreements have for it."""
REFINEMENT_PROPERTIES: Final = frozenset(odrl(term) for term in ("leftOperand", "operator", "rightOperand"))
QUOTA_PROPERTIES: Final = frozenset(own(term) for term in ("period", "limit", "form"))
_TEXT: Final = frozenset(XSD + name for name in ("string", "token", "normalizedString", "language"))
_WHOLE: Final = frozenset(
    XSD + name for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger")
)


class Bounds(NamedTuple):
    """Places, channels and a time; None where nothing is said of it.

    :param places: where each stands in the document, by the names of `BOUNDS`.
    """

    territories: tuple[str, ...] | None
    channels: tuple[str, ...] | None
    starts_at: datetime | None
    ends_at: datetime | None
    places: dict[str, Path]


class PartReader:
    """Reads the parts of the agreement of one document, and remembers which things of it these were."""

    def __init__(self, placed: PlacedGraph) -> None:
        self.placed = placed
        self.graph = placed.graph
        self.read: set[str] = set()

    def refuse(self, node: Node, term: str | None, what: str) -> NoReturn:
        """Refuses what a thing says by a property, or the thing."""
        refuse(self.placed.place(node.uid, *([] if term is None else [term])), what)

    def check(self, node: Node, classes: Iterable[str], known: Iterable[str] = ()) -> None:
        """Refuses what a thing says beyond these classes and properties; descriptions may be there.

        :raises BadPolicy: naming it.
        """
        self.read.add(node.uid)
        classes, known = set(classes), set(known)
        for type_ in node.types:
            if type_ not in classes:
                self.refuse(node, "@type", f"is {shown(type_)}; it can be {listed(classes)}")
        for iri in node.properties:
            if iri not in known and iri != odrl("uid") and not is_description(iri):
                self.refuse(node, terms.local_name(iri), f"({iri.removeprefix(BASE)}) is not supported here")

    def things(self, node: Node, iri: str) -> list[Node]:
        """The things that a property names, which the document must describe."""
        found = []
        for value in node.get(iri):
            if not value.is_thing or value.text not in self.graph.nodes:
                self.refuse(
                    node, terms.local_name(iri), f"names {shown(value.text)}, which the document does not describe"
                )
            found.append(self.graph.nodes[value.text])
        return found

    def coverage(self, node: Node) -> tuple[dict[str, tuple[str, ...]], dict[str, Path]]:
        """What a target covers, by the names of `COVERED`, and where each stands; what is not named is not bounded.

        :raises BadPolicy: it is not the pool or a part of it, or is bounded by anything else.
        """
        self.check(node, map(odrl, ("Asset", "AssetCollection")), (odrl("source"), odrl("refinement")))
        sources = [value.text for value in node.get(odrl("source"))]
        if (sources or [node.uid]) != [POOL]:
            self.refuse(node, "source" if sources else None, f"is no part of {shown(POOL)}, which agreements are about")
        refinements = self.things(node, odrl("refinement"))
        if refinements and not sources:
            self.refuse(node, "refinement", "narrows the whole pool; give the part a name of its own, and its source")
        found: dict[str, tuple[str, ...]] = {}
        places: dict[str, Path] = {}
        for refinement in refinements:
            self.check(refinement, [odrl("Constraint")], REFINEMENT_PROPERTIES)
            operand = self._one(refinement, odrl("leftOperand")).text
            if operand not in COVERED:
                self.refuse(refinement, "leftOperand", f"is {shown(operand)}; a coverage has {listed(set(COVERED))}")
            name = COVERED[operand]
            if name in found:
                self.refuse(
                    refinement, "leftOperand", f"bounds the {name} a second time; name them all in one refinement"
                )
            found[name] = self._covered(refinement, name)
            places[name] = self.placed.place(refinement.uid)
        return found, places

    def bounds(self, nodes: Sequence[Node], zone: ZoneInfo) -> Bounds:
        """What constraints bound together.

        :param zone: in which a date alone is a whole day.
        :raises BadPolicy: one is of another kind, or of the same as another.
        """
        found: dict[str, Constraint] = {}
        places: dict[str, Path] = {}
        for node in nodes:
            self.read.add(node.uid)
            for constraint in self._constraints(node, zone):
                name = BOUNDS.get((constraint.left_operand, constraint.operator))
                if name is None:
                    known = {operand.value for operand, _ in BOUNDS}
                    self.refuse(node, "leftOperand", f"is {constraint.left_operand.value!r}; here are {listed(known)}")
                if name in found:
                    self.refuse(node, None, f"says {name} a second time; say it once")
                found[name], places[name] = constraint, self.placed.place(node.uid)
        values = {name: constraint.right_operand for name, constraint in found.items()}
        moments = {name: found[name].moment for name in ("startsAt", "endsAt") if name in found}
        return Bounds(
            values.get("territories"), values.get("channels"), moments.get("startsAt"), moments.get("endsAt"), places
        )

    def quota(self, node: Node) -> Quota:
        """A quota.

        :raises BadPolicy: anything in it is not understood.
        """
        self.check(node, [own("Quota")], QUOTA_PROPERTIES)
        period = self._one(node, own("period"))
        name = period.text.removeprefix(NAMESPACE) if period.is_thing else ""
        if name not in set(QuotaPeriod):
            known = {own(item) for item in QuotaPeriod}
            self.refuse(node, "period", f"is {shown(period.text)}; it must be one of {listed(known)}")
        limit = self._one(node, own("limit"))
        if limit.datatype not in _WHOLE:
            self.refuse(node, "limit", f"is {shown(limit.text)}; it must be a whole number")
        number = whole_number(limit.text, self.placed.place(node.uid, "limit"), 0, LARGEST_LIMIT)
        form = self._form(node, self._one(node, own("form")), "form") if node.get(own("form")) else None
        return Quota(QuotaPeriod(name), int(number), form)

    def exclusivity(self, node: Node, zone: ZoneInfo) -> Exclusive:
        """An exclusivity.

        :raises BadPolicy: anything in it is not understood, or it says no beginning or no end.
        """
        self.check(node, [own("Exclusivity")], [odrl("constraint")])
        bounds = self.bounds(self.things(node, odrl("constraint")), zone)
        if bounds.starts_at is None or bounds.ends_at is None:
            self.refuse(node, "constraint", "does not say from when until when; an exclusivity is for a time")
        return Exclusive(bounds.territories, bounds.channels, bounds.starts_at, bounds.ends_at)

    def _covered(self, node: Node, name: str) -> tuple[str, ...]:
        operator = self._one(node, odrl("operator")).text.removeprefix(terms.ODRL)
        values = node.get(odrl("rightOperand"))
        if operator not in ("eq", "isAnyOf") or (operator == "eq" and len(values) != 1):
            self.refuse(node, "operator", f"is {shown(operator)}; a coverage names values by 'isAnyOf', or one by 'eq'")
        if not values:
            self.refuse(node, "rightOperand", "is missing")
        if name == "forms":
            return tuple(self._form(node, value, "rightOperand") for value in values)
        texts = tuple(self._text(node, value, "rightOperand") for value in values)
        if name != "languages":
            return texts
        read, path = READERS[LeftOperand.LANGUAGE], self.placed.place(node.uid, "rightOperand")
        return tuple(read(text, path) for text in texts)

    def _constraints(self, node: Node, zone: ZoneInfo) -> tuple[Constraint, ...]:
        """A constraint in canonical form; two where a date alone stands for the bounds of its day."""
        written = ConstraintReader(self.placed).read(node)
        try:
            policy = parse_policy({"permissions": [{"actions": ["use"], "constraints": [written]}]}, zone)
        except BadPolicy as error:
            # Everything before the constraint's own key is what was written here around it.
            path = tuple(error.field or ())
            term = next((part for part in path[4:] if not part.isdigit()), None)
            self.refuse(node, term, error.message.removeprefix(".".join(path)).strip(" ."))
        (rule,) = policy.permissions
        return rule.constraints

    def _form(self, node: Node, value: Value, term: str) -> Form:
        known = [form.value for form in Form]
        return Form(one_of(self._text(node, value, term), self.placed.place(node.uid, term), known))

    def _text(self, node: Node, value: Value, term: str) -> str:
        if value.language is not None or value.datatype not in _TEXT:
            self.refuse(node, term, f"is {shown(value.text)}; it must be a plain text")
        return value.text

    def _one(self, node: Node, iri: str) -> Value:
        values = node.get(iri)
        if len(values) != 1:
            self.refuse(node, terms.local_name(iri), f"has {len(values)} values; give one")
        return values[0]


def order_of(item: Exclusive) -> tuple[datetime, datetime, tuple[str, ...], tuple[str, ...]]:
    """What exclusivities are sorted by in an agreement."""
    return item.starts_at, item.ends_at, item.territories or (), item.channels or ()
