"""Things know where they stand in their document, with the keys that it has."""

from __future__ import annotations

from models.odrl.place import PlacedGraph
from models.odrl.vocabulary import ODRL

RULE = "https://example.org/rule"


def placed(*permissions: object) -> PlacedGraph:
    context = ["http://www.w3.org/ns/odrl.jsonld", {"t": {"@id": "dct:title", "@container": "@language"}}]
    document = {"@context": context, "uid": "https://example.org/policy", "t": {"en": "A", "zh": "甲"}}
    return PlacedGraph({**document, "permission": list(permissions)}, "policy")


def test_places_count_along_lists() -> None:
    found = placed({"action": "print"}, {"uid": RULE, "action": "index"})
    assert found.place(RULE) == ("permission", "1")


def test_a_place_names_the_key_that_the_document_has() -> None:
    found = placed({"uid": RULE, "odrl:action": {"@id": "odrl:index"}})
    assert found.place(RULE, "action") == ("permission", "0", "odrl:action")
    assert found.place(RULE, "duty") == ("permission", "0", "duty")


def test_a_thing_described_twice_is_where_it_is_described_first() -> None:
    found = placed({"uid": RULE, "action": "print"}, {"uid": RULE, "action": "index"})
    assert found.place(RULE) == ("permission", "0")


def test_what_only_names_a_thing_does_not_describe_it() -> None:
    assert f"{ODRL}index" not in placed({"uid": RULE, "action": {"@id": "odrl:index"}}).graph.nodes


def test_texts_by_language_stay_what_they_are() -> None:
    node = placed().graph.nodes["https://example.org/policy"]
    (titles,) = (values for iri, values in node.properties.items() if iri.endswith("title"))
    assert {(value.text, value.language) for value in titles} == {("A", "en"), ("甲", "zh")}
