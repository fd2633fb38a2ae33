"""JSON-LD documents as graphs: whatever their form, and refused where a word would be lost."""

from __future__ import annotations

import pytest

from models.errors import BadPolicy
from models.odrl.graph import Graph, Value, read_graph
from models.odrl.vocabulary import XSD, odrl

ODRL = "http://www.w3.org/ns/odrl.jsonld"
COMPACT = {
    "@context": ODRL,
    "@type": "Set",
    "uid": "urn:p",
    "permission": [{"uid": "urn:r", "action": "play", "target": "urn:t"}],
}
FORMS: dict[str, object] = {
    "compact": COMPACT,
    "over https": COMPACT | {"@context": "https://www.w3.org/ns/odrl.jsonld"},
    "by the vocabulary": COMPACT | {"@context": ["http://www.w3.org/ns/odrl/2/ODRL22.jsonld", {}]},
    "the prefix as context": COMPACT | {"@context": {"odrl": ODRL}},
    "a prefix": {
        "@context": {"o": odrl("")}, "@id": "urn:p", "@type": "o:Set",
        "o:permission": {"@id": "urn:r", "o:action": {"@id": "o:play"}, "o:target": {"@id": "urn:t"}},
    },
    "expanded": [
        {"@id": "urn:p", "@type": [odrl("Set")], odrl("permission"): [{"@id": "urn:r"}]},
        {"@id": "urn:r", odrl("action"): [{"@id": odrl("play")}], odrl("target"): [{"@id": "urn:t"}]},
    ],
    "a graph": {
        "@context": ODRL,
        "@graph": [{"uid": "urn:r", "action": "odrl:play", "target": "urn:t"}, {"uid": "urn:p", "type": "Set", "permission": "urn:r"}],
    },
    "a named graph": {
        "@context": ODRL, "@id": "urn:graph",
        "@graph": [{"uid": "urn:r", "action": "play", "target": "urn:t"}, {"uid": "urn:p", "type": "Set", "permission": "urn:r"}],
    },
}  # fmt: skip


def told(graph: Graph) -> set[tuple[str, str, str]]:
    return {fact for fact in graph.facts if fact[0] != "urn:graph"}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_tells_the_same(form: str) -> None:
    assert told(read_graph(FORMS[form], "policy")) == {
        ("urn:p", "@type", odrl("Set")),
        ("urn:p", odrl("permission"), "urn:r"),
        ("urn:r", odrl("action"), odrl("play")),
        ("urn:r", odrl("target"), "urn:t"),
    }


def test_literals_keep_their_datatypes() -> None:
    given = [1, 1.5, True, "a", {"@value": "b", "@type": "xsd:date"}, {"@id": "urn:c"}, {"@list": ["d"]}]
    graph = read_graph({"@context": ODRL, "uid": "urn:c", "rightOperand": given}, "policy")
    assert graph.node(Value("urn:c")).get(odrl("rightOperand")) == (
        Value("1", XSD + "integer"),
        Value("1.5", XSD + "double"),
        Value("true", XSD + "boolean"),
        Value("a", XSD + "string"),
        Value("b", XSD + "date"),
        Value("urn:c"),
        Value("d", XSD + "string"),
    )


def test_things_without_an_iri_are_told_apart_between_documents() -> None:
    nameless = {"@context": ODRL, "target": "urn:t"}
    (one,), (other,) = (read_graph(nameless, name) for name in ("policy", "state"))
    assert {one.uid, other.uid} == {"_:policy-b0", "_:state-b0"}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (3, "an object or a list"),
        ({"permission": []}, "no context defines 'permission'"),
        ({"@context": ODRL, "uid": "urn:p", "permission": {"wait": 1}}, "no context defines 'wait'"),
        ({"@context": "https://elsewhere.example/context"}, "'https://elsewhere.example/context' is not known"),
        ({"@context": {"@import": "https://elsewhere.example/context"}}, "is not known"),
        ({"@context": ODRL, "uid": 3}, "not JSON-LD"),
        ({"@context": {"@vocab": None}, "a": 1}, "not JSON-LD"),
        ({"@context": 3}, "not JSON-LD"),
    ],
)
def test_what_is_no_json_ld_or_loses_a_word_is_refused(document: object, message: str) -> None:
    with pytest.raises(BadPolicy, match=message) as refused:
        read_graph(document, "request")
    assert refused.value.field == ["request"]


def test_a_document_that_is_nested_without_end_is_refused() -> None:
    nested: dict[str, object] = {"uid": "urn:end"}
    for _ in range(5_000):
        nested = {"target": nested}
    with pytest.raises(BadPolicy, match="not JSON-LD"):
        read_graph({"@context": ODRL, **nested}, "policy")
