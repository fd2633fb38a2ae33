"""What is read as a policy, a request or a state, and what is refused by name."""

from __future__ import annotations

import pytest

from models.errors import BadPolicy
from models.odrl.evaluation import Decision
from tests.models.odrl.documents import (
    CONTEXT,
    NOON,
    ODRL,
    Document,
    asking_for,
    constraint,
    date_time,
    number,
    permission,
    policy,
    prohibition,
    report,
    request,
    state,
    thing,
    world,
)


def graph(*things: Document) -> Document:
    """A document of several things."""
    return {"@context": CONTEXT, "@graph": list(things)}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"@context": CONTEXT}, "holds no policy"),
        (policy(), "no permission, prohibition or obligation"),
        (policy(permission=permission()) | {"@type": "Request"}, "is a Request"),
        (graph({"@type": "Set", "uid": "ex:1"}, {"@type": "Set", "uid": "ex:2"}), "give one policy"),
        (policy(permission=permission(), inheritFrom="ex:parent"), "'inheritFrom', which is not supported"),
        (policy(permission=permission(), constraint=constraint("count", "lt", 3)), "constraint', which is not understood"),
        (policy(permission=permission(), conflict="ex:toss"), "none of ODRL's"),
        (policy(permission=permission(action=None)), "no action, and neither has its policy"),
        (policy(permission=permission(action="raed")), "no action of ODRL's"),
        (policy(permission=permission(action="odrl:raed")), "no action of ODRL's"),
        (policy(permission="ex:elsewhere"), "which the document does not describe"),
        (policy(permission=permission(remedy={"action": "inform"})), "remedy', which is not understood"),
        (policy(prohibition=prohibition(duty={"action": "inform"})), "duty', which is not understood"),
        (policy(permission=permission(duty={"uid": "ex:duty", "target": "ex:x"})), "has no action"),
        (policy(permission=permission(**{"ex:mood": "calm"})), "'https://example.org/mood', which is not understood"),
        (policy(permission=permission(target={"@type": "Asset"})), "without an IRI"),
        (policy(permission=permission(duty={"uid": "ex:d", "action": "inform", "consequence": "ex:d"})), "consequence of itself"),
        (policy(permission=permission(constraint="ex:elsewhere")), "which the document does not describe"),
        (policy(permission=permission(constraint=constraint("odrl:mood", "eq", 1))), "left operand"),
        (policy(permission=permission(constraint=constraint("count", "isAbout", 1))), "operator"),
        (policy(permission=permission(constraint=constraint("count", "ex:isAbout", 1))), "none of ODRL's"),
        (policy(permission=permission(constraint=constraint("count", "lt", [1, 2]))), "takes one"),
        (policy(permission=permission(constraint=constraint("count", "lt", []))), "either a right operand or a reference"),
        (policy(permission=permission(constraint={"uid": "ex:c", "operator": "lt", "rightOperand": 1})), "0 values of 'leftOperand'"),
        (policy(permission=permission(constraint=constraint("count", "lt", 1, **{"ex:why": 1}))), "why', which is not understood"),
        (policy(permission=permission(constraint={"uid": "ex:c", "and": ["ex:c"]})), "contains itself"),
        (policy(permission=permission(constraint={"uid": "ex:c", "and": [], "or": []})), "several logical operands"),
        (policy(permission=permission(), hasPolicy="ex:other"), "'hasPolicy', which is not supported"),
    ],
)  # fmt: skip
def test_a_policy_that_is_not_understood_is_refused_by_name(given: Document, message: str) -> None:
    with pytest.raises(BadPolicy) as refused:
        report(given, request(), state())
    assert message in refused.value.message
    assert refused.value.message.startswith("policy: ")
    assert refused.value.field is not None
    assert refused.value.field[0] == "policy"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"@context": CONTEXT, "@id": "ex:r", "ex:mood": "calm"}, "holds 0 requests"),
        (graph({"@type": "sotw:EvaluationRequest", "sotw:requestingParty": thing("ex:alice")}), "names no action"),
        (graph({"@id": "ex:1", "@type": "Request"}, {"@id": "ex:2", "@type": "Request"}), "holds 2 requests"),
        (graph({"@type": "Request", "permission": [{"uid": "ex:1"}, {"uid": "ex:2"}]}), "asks for 2 permissions"),
        (graph({"@type": "Request", "prohibition": {"action": "read"}}), "asks for a permission"),
        (request(**{"sotw:requestedAction": [thing("odrl:read"), thing("odrl:print")]}), "name one"),
        (request("odrl:raed"), "no action of ODRL's"),
        (request(**{"sotw:requestParameter": {"sotw:value": 3}}), "without one feature"),
        (request(**{"sotw:context": constraint("language", "neq", "fr")}), "must state one value by 'eq'"),
        (request(**{"odrl:duty": thing("ex:duty")}), "not understood in a request"),
        (request(**asking_for("sotw:TemporalData", "soon")), "no date or date-time"),
    ],
)  # fmt: skip
def test_a_request_that_is_not_understood_is_refused_by_name(given: Document, message: str) -> None:
    with pytest.raises(BadPolicy, match=message):
        report(policy(permission=permission()), given, state(None))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (state(None, **{"sotw:currentTime": [date_time(NOON), date_time("2026-01-02T00:00:00Z")]}), "several current times"),
        (state("soon"), "no date or date-time"),
        (state(**{"sotw:count": {"odrl:target": thing("ex:x")}}), "count without one number"),
        (state(**{"sotw:performedAction": {"@id": "ex:deed", "ex:performer": thing("ex:alice")}}), "neither what was done"),
        (world({"@type": "report:DutyReport", "report:deonticState": thing("report:Fulfilled")}), "without one rule"),
        (world({"report:rule": thing("ex:duty"), "report:deonticState": thing("report:Happy")}), "known deonticState"),
    ],
)  # fmt: skip
def test_a_state_that_is_not_understood_is_refused_by_name(given: Document, message: str) -> None:
    with pytest.raises(BadPolicy, match=message) as refused:
        report(policy(permission=permission()), request(), given)
    assert refused.value.message.startswith("state: ")


EXAMPLES: dict[str, Document] = {
    "with metadata and a profile": {
        "@type": "Offer", "uid": "ex:policy", "profile": "ex:profile", "dct:creator": "A person", "dct:modified": "2026-01-01",
        "permission": permission(assigner="ex:owner"),
    },
    "with a party that is described": {
        "@type": "Agreement", "uid": "ex:policy",
        "permission": permission(
            assigner={"@type": ["Party", "vcard:Organization"], "uid": "ex:owner", "vcard:fn": "The owner"},
            assignee={"@type": ["Party", "vcard:Individual"], "uid": "ex:alice", "vcard:fn": "Alice"},
        ),
    },
    "with a party of another function": {
        "@type": "Agreement", "uid": "ex:policy",
        "permission": permission(duty={
            "action": {"rdf:value": thing("odrl:attribute")}, "attributedParty": "ex:owner",
            "constraint": constraint("event", "gt", thing("odrl:policyUsage")),
        }),
    },
    "with a duty that is due after the use": {
        "@type": "Offer", "uid": "ex:policy",
        "permission": permission(duty=[{"action": "compensate", "constraint": constraint("event", "gteq", thing("odrl:policyUsage"))}]),
    },
    "with an output": {"@type": "Set", "uid": "ex:policy", "permission": permission(output="ex:copy")},
    "without the class of a policy": {"uid": "ex:policy", "permission": [permission()]},
    "with a logical constraint as a list": {
        "@type": "Offer", "uid": "ex:policy",
        "permission": permission(constraint={"xone": {"@list": [
            constraint("count", "lteq", 100, uid="ex:1"), constraint("elapsedTime", "eq", "P30D", uid="ex:2", unit="ex:day"),
        ]}}),
    },
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_the_information_model_has_is_read(name: str) -> None:
    known = state(**{"sotw:count": 7, "sotw:accumulatedTime": {"@value": "P31D", "@type": "xsd:duration"}})
    assert report({"@context": CONTEXT, **EXAMPLES[name]}, request(), known).decision is Decision.PERMIT


def test_constraints_may_be_named_by_their_iris() -> None:
    parts = [constraint("language", "eq", "fr", uid="ex:1"), constraint("count", "lteq", number("5"), uid="ex:2")]
    main: Document = {
        "uid": "ex:policy",
        "permission": permission(constraint={"uid": "ex:all", "and": ["ex:1", "ex:2"]}),
    }
    given: Document = {"@context": CONTEXT, "@graph": [main, *parts]}
    asked = request(**asking_for("sotw:Language", "fr"))
    assert report(given, asked, state(**{"sotw:count": 4})).decision is Decision.PERMIT
    assert report(given, asked, state(**{"sotw:count": 5})).decision is Decision.DENY


def test_where_the_published_context_leads_astray_its_reader_follows() -> None:
    astray: Document = {"@context": [ODRL, {"neq": "odrl:neg"}, CONTEXT[1]], "uid": "ex:policy", "@type": "Set"}
    limited = astray | {"permission": permission(constraint=constraint("purpose", "neq", thing("ex:sale")))}
    assert (
        report(limited, request(**asking_for("sotw:Purpose", thing("ex:study"))), state()).decision is Decision.PERMIT
    )
    assert report(limited, request(**asking_for("sotw:Purpose", thing("ex:sale"))), state()).decision is Decision.DENY
