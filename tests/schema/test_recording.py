"""What the audit trail keeps of the input of every mutation: what it was about, and never what it said."""

from __future__ import annotations

import ast
import hashlib
import json
import uuid
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import strawberry
from strawberry.types import get_object_definition
from strawberry.types.base import StrawberryList, StrawberryOptional
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.utils.str_converters import to_camel_case

from models.language import LanguageTag
from models.territory import Territory
from schema.identifier import global_id
from schema.mutation import Mutation
from schema.recording import details_of, named_in
from schema.schema import build_schema

SCHEMA = build_schema()
ROOT = Path(__file__).parents[2]
SAID = "Полиция нашла 罪犯 and named 12 of them, θ شرطة"
"""Text that nobody may find in the trail, in any field of any input."""
WORD = "burglary"
"""A word that could be a key, where it stands in a headline."""
TAGS = {LanguageTag: "zh-Hant", Territory: "CN-GD"}


def inputs() -> Iterator[tuple[str, Any]]:
    for field in get_object_definition(Mutation, strict=True).fields:
        yield field.python_name, field.arguments[0].type


def filled(kind: Any, text: str) -> Any:
    """A value of an input's type with a text wherever one can stand."""
    if isinstance(kind, StrawberryOptional):
        return filled(kind.of_type, text)
    if isinstance(kind, StrawberryList):
        return [filled(kind.of_type, text)]
    if isinstance(kind, StrawberryEnumDefinition):
        return next(iter(kind.wrapped_cls))
    definition = get_object_definition(kind)
    if definition is not None:
        return kind(**{field.python_name: filled(field.type, text) for field in definition.fields})
    if kind is strawberry.ID:
        return global_id("Story", uuid.UUID(int=7))
    if kind is strawberry.scalars.JSON:
        return {"prov": [text], text: {"n": 1.5}}
    return {int: 7, bool: True, float: 0.5}.get(kind) or TAGS.get(kind) or text


@pytest.mark.parametrize(("name", "kind"), [pytest.param(*pair, id=pair[0]) for pair in inputs()])
def test_no_text_of_an_input_is_kept(name: str, kind: Any) -> None:
    details = details_of(filled(kind, SAID))
    printed = json.dumps(details, ensure_ascii=False)
    assert printed.isascii(), printed
    assert "named" not in printed
    assert details, "an input that says nothing needs no entry"


def test_ids_numbers_enums_tags_and_keys_are_kept_and_words_only_where_keys_are_given() -> None:
    kinds = dict(inputs())
    pickup = details_of(filled(kinds["acknowledge_pickup"], WORD))
    assert pickup["variantId"] == global_id("Story", uuid.UUID(int=7))
    assert (pickup["version"], pickup["uses"][0]["channel"], pickup["uses"][0]["territory"]) == (7, "WEB", "CN-GD")
    assert pickup["note"] == {"sha256": hashlib.sha256(WORD.encode()).hexdigest(), "characters": len(WORD)}
    alliance = details_of(filled(kinds["save_alliance"], WORD))
    assert (alliance["key"], alliance["partners"]) == (WORD, [WORD])
    assert alliance["names"][0]["language"] == "zh-Hant"
    assert set(alliance["names"][0]["text"]) == {"sha256", "characters"}


def test_secrets_are_left_out_long_lists_are_counted_and_dates_are_kept() -> None:
    details = details_of(
        {"client_secret": "s3cr3t", "endsAt": "2026-06-01", "key": "a b", "keys": ["k"] * 500, "on": True, "off": None}
    )
    assert set(details) == {"endsAt", "key", "keys", "on", "off"}
    assert (details["endsAt"], details["on"], details["off"]) == ("2026-06-01", True, None)
    assert set(details["key"]) == {"sha256", "characters"}
    assert details["keys"]["items"] == 500


def test_an_input_names_first_what_is_to_be_changed() -> None:
    kinds = dict(inputs())
    given = filled(kinds["save_outlet"], "x")
    given.id, given.partner_id = global_id("Outlet", uuid.UUID(int=1)), global_id("Partner", uuid.UUID(int=2))
    assert [(thing.kind, thing.key.int) for thing in named_in(given)] == [("Outlet", 1), ("Partner", 2)]
    given.id, given.partner_id = "nonsense", global_id("Partner", "no-uuid")
    assert list(named_in(given)) == []


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "schema").rglob("*.py")):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def test_the_schema_writes_through_the_door_that_records() -> None:
    """`database.write()` would leave no entry: every mutation opens its transaction by `Context.write`."""
    writes = [
        f"{name}:{node.lineno}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "write"
        and isinstance(node.value, ast.Attribute | ast.Name)
        and (node.value.attr if isinstance(node.value, ast.Attribute) else node.value.id) == "database"
        and name != "schema/context.py"
    ]
    assert writes == []


def test_every_mutation_is_recorded_under_its_own_name() -> None:
    said = {
        node.value
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert [name for name, _ in inputs() if to_camel_case(name) not in said] == []


def test_enums_are_kept_by_their_names() -> None:
    class Move(Enum):
        KILL = "kill"

    assert details_of({"move": Move.KILL, "number": 2**60, "half": 0.5}) == {
        "move": "KILL",
        "number": str(2**60),
        "half": "0.5",
    }
