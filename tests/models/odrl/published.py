"""What W3C publishes for checking ODRL, read from a folder beside the project; it is not part of the project."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld
from pyshacl import validate
from rdflib import Graph

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "odrl"
ADDRESS = "http://www.w3.org/ns/odrl.jsonld"

needs_published = pytest.mark.skipif(
    not (FOLDER / "ODRL22.jsonld").exists() or not (FOLDER / "shapesv2.ttl").exists(),
    reason=f"ODRL's context and shapes are not in {FOLDER.name!r} beside the project (shared/data/odrl)",
)

SCHEMA = """
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
odrl:Set rdfs:subClassOf odrl:Policy .
odrl:Offer rdfs:subClassOf odrl:Policy .
odrl:Agreement rdfs:subClassOf odrl:Policy .
odrl:Permission rdfs:subClassOf odrl:Rule .
odrl:Prohibition rdfs:subClassOf odrl:Rule .
odrl:Duty rdfs:subClassOf odrl:Rule .
odrl:prohibit a odrl:ConflictTerm .
"""
"""The facts of ODRL's ontology that the shapes rely on: without them no policy of a subclass is looked at."""


def expanded(document: object) -> list[Any]:
    """A document expanded by W3C's own context; whatever that does not define is an error."""
    dropped: list[str] = []
    found: list[Any] = jsonld.expand(
        document,
        {"documentLoader": _load, "base": "relative:/"},
        on_property_dropped=lambda key: dropped.append(str(key)),
    )
    assert not dropped, dropped
    return found


def triples(document: object) -> Graph:
    """A document as RDF."""
    lines = jsonld.to_rdf(expanded(document), {"format": "application/n-quads", "documentLoader": _load})
    return Graph().parse(data=lines, format="nt")


def complaints(document: object) -> list[str]:
    """What the shapes have against a document."""
    shapes = Graph().parse(FOLDER / "shapesv2.ttl", format="turtle")
    facts = Graph().parse(data=SCHEMA, format="turtle")
    conforms, _, text = validate(triples(document) + facts, shacl_graph=shapes)
    return [] if conforms else [text]


@cache
def _context() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FOLDER / "ODRL22.jsonld").read_bytes())
    return read


def _load(address: str, _options: object) -> dict[str, Any]:
    assert address == ADDRESS, address
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": address, "document": _context()}
