"""Policies, requests and states for the tests, as decoded JSON-LD."""

from __future__ import annotations

from typing import Any

from models.odrl.evaluation import DutyReading, Report, RuleReport, evaluate

Document = dict[str, Any]
Json = Any
"""What stands in a document. It is checked by nobody but its reader: a test may give a list where others give a word."""

ODRL = "http://www.w3.org/ns/odrl.jsonld"
SEMANTICS = "https://w3c.github.io/odrl/formal-semantics/ontology/"
EX = "https://example.org/"
CONTEXT: list[object] = [
    ODRL,
    {
        "ex": EX,
        "sotw": "https://w3id.org/force/sotw#",
        "report": "https://w3id.org/force/compliance-report#",
        "pay": "https://pay.example/",
    },
]
NOON = "2026-03-04T12:00:00Z"
"""A Wednesday."""


def policy(**parts: Json) -> Document:
    """A Set with these permissions, prohibitions and so on."""
    return {"@context": CONTEXT, "@type": "Set", "uid": "ex:policy", **parts}


def permission(**parts: Json) -> Document:
    """Alice may read X, unless the parts say otherwise; None leaves one out."""
    return rule("ex:permission", **parts)


def prohibition(**parts: Json) -> Document:
    """Alice may not read X."""
    return rule("ex:prohibition", **parts)


def rule(uid: Json, **parts: Json) -> Document:
    """A rule about Alice's reading of X."""
    whole = {"uid": uid, "assignee": "ex:alice", "action": "read", "target": "ex:x", **parts}
    return {key: value for key, value in whole.items() if value is not None}


def constraint(left: Json, operator: Json, right: Json, uid: Json = "ex:constraint", **parts: Json) -> Document:
    """One comparison."""
    return {"uid": uid, "leftOperand": left, "operator": operator, "rightOperand": right, **parts}


def date_time(text: str) -> Document:
    return {"@value": text, "@type": "xsd:dateTime"}


def date(text: str) -> Document:
    return {"@value": text, "@type": "xsd:date"}


def number(text: str) -> Document:
    return {"@value": text, "@type": "xsd:decimal"}


def thing(iri: str) -> Document:
    return {"@id": iri}


def request(action: Json = "odrl:read", party: Json = "ex:alice", target: Json = "ex:x", **parts: Json) -> Document:
    """Somebody asks to do something with something, in FORCE's vocabulary."""
    named = {"sotw:requestingParty": party, "sotw:requestedTarget": target}
    return {
        "@context": CONTEXT,
        "@id": "ex:request",
        "@type": "sotw:EvaluationRequest",
        "sotw:requestedAction": thing(action),
        **{key: thing(value) for key, value in named.items() if value is not None},
        **parts,
    }


def asking_for(feature: str, *values: Json) -> Document:
    """The part of a request that says what the use is like."""
    parameter = {"@type": "sotw:RequestParameter", "sotw:describesFeature": thing(feature), "sotw:value": list(values)}
    return {"sotw:requestParameter": parameter}


def state(now: Json = NOON, **parts: Json) -> Document:
    """A state of the world at a time."""
    time = {} if now is None else {"sotw:currentTime": date_time(now)}
    return {"@context": CONTEXT, "@id": "ex:state", "@type": "sotw:SotW", **time, **parts}


def world(*things: Document, now: Json = NOON, **parts: Json) -> Document:
    """A state of the world, and other things that are known."""
    own = {key: value for key, value in state(now, **parts).items() if key != "@context"}
    return {"@context": CONTEXT, "@graph": [own, *things]}


def report(
    policy: object,
    request: object,
    state: object,
    duties: DutyReading = DutyReading.PRECONDITION,
    *,
    any_performer: bool = False,
) -> Report:
    return evaluate(policy, request, state, duties=duties, any_performer=any_performer)


def only_rule(found: Report) -> RuleReport:
    (one,) = found.rules
    return one
