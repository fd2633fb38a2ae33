"""ODRL's terms and our context, held against what W3C publishes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.odrl import vocabulary as terms
from models.odrl.context import odrl_context
from models.policy import INCLUDED_IN

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "odrl" / "ODRL22.jsonld"


@pytest.fixture(scope="module")
def published() -> dict[str, object]:
    if not PUBLISHED.exists():
        pytest.skip(f"{PUBLISHED} is not there")
    context: dict[str, object] = json.loads(PUBLISHED.read_text(encoding="utf-8"))["@context"]
    return context


def expanded(definition: object) -> object:
    """The IRI that a term of a context stands for."""
    iri = definition["@id"] if isinstance(definition, dict) else definition
    return iri.replace("odrl:", terms.ODRL, 1) if isinstance(iri, str) and iri.startswith("odrl:") else iri


def test_our_context_means_what_the_published_one_means(published: dict[str, object]) -> None:
    ours = odrl_context()
    different = {
        term: expanded(ours.get(term)) for term in published if expanded(published[term]) != expanded(ours.get(term))
    }
    assert different == {"neq": terms.odrl("neq"), "industry": terms.odrl("industry")}, "the two that lead astray"


def test_strings_name_things_and_terms_where_the_published_context_says_so(published: dict[str, object]) -> None:
    ours = odrl_context()
    for term, definition in published.items():
        if isinstance(definition, dict) and definition["@type"] in ("@id", "@vocab"):
            mine = ours[term]
            assert isinstance(mine, dict), term
            assert mine["@type"] == definition["@type"], term


@pytest.mark.parametrize("action", INCLUDED_IN)
def test_the_actions_of_our_terms_lie_where_odrl_puts_them(action: str) -> None:
    assert terms.INCLUDED_IN[action] == INCLUDED_IN[action]


def test_every_action_leads_up_to_use_or_transfer() -> None:
    for action in terms.BROADER_ACTION:
        top = action
        for _ in range(5):
            top = terms.BROADER_ACTION.get(top, top)
        assert top in {terms.odrl("use"), terms.odrl("transfer")}


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("http://www.w3.org/ns/odrl/2/play", "play"),
        ("https://w3id.org/force/sotw#count", "count"),
        ("urn:x:mood", "mood"),
        ("https://a.example/b/", "b"),
    ],
)
def test_a_local_name_is_the_last_part_of_an_iri(iri: str, name: str) -> None:
    assert terms.local_name(iri) == name
