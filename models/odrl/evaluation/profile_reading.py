"""What Storypool's own profile adds to a policy, as far as it can be evaluated; docs/odrl.md says what each term means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from models.odrl import vocabulary as terms
from models.odrl.evaluation.constraint_reading import read_constraints
from models.odrl.evaluation.policy import AnyConstraint, Group, Rule
from models.odrl.evaluation.value import moment
from models.odrl.graph import Graph, Node
from models.odrl.profile import PROFILE, own
from models.odrl.vocabulary import odrl

CONTENT: Final = own("content")
ACCEPTED, BLOCKING, IMPLIED, IN_GROUP = own("accepted"), own("blocking"), own("implied"), own("inGroup")
FRAME, SUSPENDED, ZONE = own("frame"), own("suspended"), own("zone")
OF_POLICIES: Final = frozenset({own("policyHash"), ZONE, FRAME, SUSPENDED})
"""What a policy may say; quotas and exclusivities are no rules for a request, and are refused with all else."""
OF_DUTIES: Final = frozenset({ACCEPTED, BLOCKING})
OF_RULES: Final = frozenset({IN_GROUP, IMPLIED})
"""`implied` is taken as the prohibition of `use` that it marks."""

TRUE, FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})
"""The two values of `xsd:boolean`, as they may be written."""


def check_policy(graph: Graph, policy: Node) -> None:
    """Refuses what a policy says in terms of the profile that no evaluation of rules can heed.

    :raises BadPolicy: it is a suspended agreement, or has a date alone, which is a day in its own zone and not in UTC.
    """
    if flag(graph, policy, SUSPENDED):
        graph.refuse(policy.uid, "has 'suspended': nothing is supplied under it, whatever its rules say")
    if not policy.get(ZONE):
        return
    for node in graph:
        if any(value.text == odrl("dateTime") for value in node.get(odrl("leftOperand"))):
            for value in node.get(odrl("rightOperand")):
                read = moment(value)
                if read is not None and read.first != read.last:
                    graph.refuse(
                        node.uid, "has a date alone, a day in the policy's 'zone'; write its bounds as dates and times"
                    )


def frame_of(graph: Graph, policy: Node) -> tuple[AnyConstraint, ...]:
    """The constraints of every permission of an agreement beside its own."""
    return read_constraints(graph, Node(policy.uid, (), {odrl("constraint"): policy.get(FRAME)}), "constraint")


def framed(own_constraints: tuple[AnyConstraint, ...], frame: tuple[AnyConstraint, ...]) -> tuple[AnyConstraint, ...]:
    """The constraints of a permission with those of the frame, which exports name in each."""
    named = {constraint.uid for constraint in own_constraints}
    return (*own_constraints, *(constraint for constraint in frame if constraint.uid not in named))


def commitment_of(graph: Graph, policy: Node, duty: Node) -> bool | None:
    """Whether a duty may be done after the use; None where nobody says, for the profile is not declared."""
    if flag(graph, duty, ACCEPTED):
        return True
    declared = any(value.text in (PROFILE, own("")) for value in policy.get(odrl("profile")))
    return False if declared or duty.get(ACCEPTED) else None


def grouped(graph: Graph, rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules, those with the group that they share."""
    names = {rule.uid: _group_name(graph, rule.uid) for rule in rules}
    members: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    for rule in rules:
        members[rule.type, names[rule.uid] or rule.uid].append(rule)
    found = []
    for rule in rules:
        name = names[rule.uid]
        if name is not None:
            those = members[rule.type, name]
            actions = frozenset(action.iri for member in those for action in member.actions)
            rule = replace(rule, group=Group(frozenset({name, *(member.uid for member in those)}), actions))
        found.append(rule)
    return tuple(found)


def flag(graph: Graph, node: Node, iri: str) -> bool:
    """Whether a thing says that something is true of it.

    :raises BadPolicy: it says neither true nor false.
    """
    values = node.get(iri)
    if len(values) > 1 or (values and values[0].text not in TRUE | FALSE):
        graph.refuse(node.uid, f"has {terms.local_name(iri)!r}, which must be true or false")
    return bool(values) and values[0].text in TRUE


def _group_name(graph: Graph, rule: str) -> str | None:
    values = graph.nodes[rule].get(IN_GROUP)
    if len(values) > 1:
        graph.refuse(rule, "is in several groups")
    return values[0].text if values else None
