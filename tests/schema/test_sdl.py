"""The schema as it is printed: checked in, described to the last argument, guarded, and never broken in silence."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from graphql import (
    BreakingChange,
    DirectiveNode,
    FieldDefinitionNode,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    StringValueNode,
    find_breaking_changes,
    is_introspection_type,
    is_specified_directive,
    is_specified_scalar_type,
)
from graphql import (
    build_schema as read_sdl,
)

from models.errors import Forbidden
from models.scope import Scope
from schema.schema import build_schema, print_sdl
from tests.seeded import Pool

ROOT = Path(__file__).parents[2]
CHECKED_IN = ROOT / "schema" / "schema.graphql"
OPEN_TO_EVERY_TOKEN = {"Query.viewer"}
"""Root fields that need no more than being signed in."""

SDL = read_sdl(CHECKED_IN.read_text(encoding="utf-8"))


def descriptions(schema: GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    """Everything that can be described, by its coordinate, with its description."""
    for directive in schema.directives:
        if not is_specified_directive(directive):
            yield f"@{directive.name}", directive.description
            for name, argument in directive.args.items():
                yield f"@{directive.name}({name}:)", argument.description
    for type_ in schema.type_map.values():
        if is_introspection_type(type_) or is_specified_scalar_type(type_):
            continue
        yield type_.name, type_.description
        if isinstance(type_, GraphQLEnumType):
            for name, value in type_.values.items():
                yield f"{type_.name}.{name}", value.description
        elif isinstance(type_, GraphQLInputObjectType):
            for name, input_field in type_.fields.items():
                yield f"{type_.name}.{name}", input_field.description
        elif isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in type_.fields.items():
                yield f"{type_.name}.{name}", field.description
                for argument_name, argument in field.args.items():
                    yield f"{type_.name}.{name}({argument_name}:)", argument.description


def root_fields(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    """Every field of a root type, by its coordinate."""
    for root in (schema.query_type, schema.mutation_type, schema.subscription_type):
        if root is not None:
            for name, field in root.fields.items():
                yield f"{root.name}.{name}", field


def scope_named(field: GraphQLField) -> str | None:
    """The scope in a field's `@access`; None without one."""
    node = field.ast_node
    directives: Sequence[DirectiveNode] = (node.directives or ()) if isinstance(node, FieldDefinitionNode) else ()
    for directive in directives:
        if directive.name.value == "access":
            value = directive.arguments[0].value  # type: ignore[index]
            assert isinstance(value, StringValueNode)
            return value.value
    return None


GUARDED = {coordinate: scope for coordinate, field in root_fields(SDL) if (scope := scope_named(field)) is not None}

SCOPES = {scope.value: scope for scope in Scope}


def committed_sdl() -> str | None:
    """The SDL that was promised last: that of the newest tag, else of the last commit; None where git does not know."""
    tag = git("describe", "--tags", "--abbrev=0")
    return git("show", f"{tag.strip() if tag else 'HEAD'}:schema/schema.graphql")


def git(*arguments: str) -> str | None:
    """What a git command prints; None where it fails, or there is no git."""
    try:
        ran = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return ran.stdout.decode("utf-8")


def unreleased(changelog: str) -> str:
    """The changelog's section of what is not released yet."""
    found = re.search(r"^## \[?Unreleased\]?.*?$(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def unannounced(changes: Sequence[BreakingChange], section: str) -> list[str]:
    """The breaking changes that a changelog does not announce. It names in `backticks` each thing that breaks."""
    named = {word for span in re.findall(r"`([^`]+)`", section) for word in (span, *re.findall(r"[\w.]+", span))}
    return [change.description for change in changes if not subjects(change.description) & named]


def subjects(description: str) -> set[str]:
    """What a breaking change is about: the coordinate that graphql-core's sentence names, as `Type.field` or `Type`."""
    coordinates = re.findall(r"\b_*[A-Za-z]\w*\.\w+", description)
    return {coordinates[0]} if coordinates else set(re.findall(r"(?<=')\w+(?=')|\b[A-Z]\w+", description)[:1])


def test_the_checked_in_sdl_is_what_the_program_serves() -> None:
    assert print_sdl(build_schema()) == CHECKED_IN.read_text(encoding="utf-8"), "run: make sdl"


def test_everything_in_the_schema_is_described() -> None:
    assert [coordinate for coordinate, text in descriptions(SDL) if not (text or "").strip()] == []


def test_a_missing_description_is_seen() -> None:
    bare = read_sdl('"""Root."""\ntype Query {\n  """Field."""\n  a(b: Int): Int\n}')
    assert [coordinate for coordinate, text in descriptions(bare) if not text] == ["Query.a(b:)"]


def test_every_root_field_names_a_scope_that_exists() -> None:
    assert {coordinate for coordinate, _ in root_fields(SDL)} == GUARDED.keys() | OPEN_TO_EVERY_TOKEN
    assert set(GUARDED.values()) <= set(Scope)


def test_mutations_answer_with_one_nullable_payload_for_one_input() -> None:
    assert SDL.mutation_type is not None
    for name, field in SDL.mutation_type.fields.items():
        assert list(field.args) == ["input"], name
        assert isinstance(field.args["input"].type, GraphQLNonNull), name
        assert isinstance(field.type, GraphQLObjectType), name
        assert {"userErrors", "query"} <= field.type.fields.keys(), name


SAMPLES = {
    "ID": '"x"', "String": '"x"', "Int": "1", "Boolean": "true", "Territory": '"CN"', "LanguageTag": '"en"', "URL": '"https://example.org"',
    "DateTime": '"2026-06-30T00:00:00Z"', "Date": '"2026-06-30"', "JSON": "{}",
}  # fmt: skip
"""A value of each scalar that something requires."""


def literal(type_: GraphQLInputType) -> str:
    """A value of an input type, with no more in it than is required."""
    if isinstance(type_, GraphQLNonNull):
        return literal(type_.of_type)
    if isinstance(type_, GraphQLList):
        return "[]"
    if isinstance(type_, GraphQLEnumType):
        return str(next(iter(type_.values)))
    if isinstance(type_, GraphQLInputObjectType):
        return f"{{ {required(type_.fields)} }}"
    return SAMPLES[type_.name]


def required(arguments: Mapping[str, GraphQLArgument | GraphQLInputField]) -> str:
    """The arguments, or fields of an input, that must be given."""
    return ", ".join(
        f"{name}: {literal(item.type)}" for name, item in arguments.items() if isinstance(item.type, GraphQLNonNull)
    )


def call(coordinate: str) -> str:
    """An operation that asks for one root field, with values of the right types for what it requires."""
    root, name = coordinate.split(".")
    given = required(SDL.type_map[root].fields[name].args)  # type: ignore[attr-defined]
    return (
        f"{'mutation' if root == 'Mutation' else 'query'} {{ {name}{f'({given})' if given else ''} {{ __typename }} }}"
    )


@pytest.mark.parametrize("coordinate", sorted(GUARDED))
async def test_a_token_without_the_scope_is_refused(pool: Pool, coordinate: str) -> None:
    needed = SCOPES[GUARDED[coordinate]]
    refusal = await pool.refusal(await pool.actor("china-daily", *(set(Scope) - {needed})), call(coordinate))
    assert isinstance(refusal, Forbidden)
    assert needed.value in refusal.message


@pytest.mark.parametrize("coordinate", sorted(GUARDED))
async def test_a_token_with_the_scope_alone_is_let_through(pool: Pool, coordinate: str) -> None:
    result = await pool.run(await pool.actor("china-daily", SCOPES[GUARDED[coordinate]]), call(coordinate))
    assert not any(isinstance(error.original_error, Forbidden) for error in result.errors or ())


def test_no_promise_is_broken_without_a_word_in_the_changelog() -> None:
    promised = committed_sdl()
    if promised is None:
        pytest.skip("git does not know an earlier schema")
    changes = find_breaking_changes(read_sdl(promised), SDL)
    section = unreleased((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert unannounced(changes, section) == []


OLD = "type Query { story(id: ID!): Story }\ntype Story { id: ID!, title: String }\nenum Form { ARTICLE, VIDEO }"
BREAKING = {
    "a field taken away": (OLD.replace(", title: String", ""), "Story.title"),
    "a type changed": (OLD.replace("title: String", "title: Int"), "Story.title"),
    "an argument required": (OLD.replace("id: ID!)", "id: ID!, form: Form!)"), "Query.story"),
    "an enum value taken away": (OLD.replace(", VIDEO", ""), "Form.VIDEO"),
}


@pytest.mark.parametrize(("new", "subject"), BREAKING.values(), ids=BREAKING.keys())
def test_a_broken_promise_is_seen_until_the_changelog_announces_it(new: str, subject: str) -> None:
    changes = find_breaking_changes(read_sdl(OLD), read_sdl(new))
    assert changes
    assert unannounced(changes, "- Something else.")
    assert unannounced(changes, f"- `{subject}` is no more.") == [], [change.description for change in changes]


def test_only_the_unreleased_section_announces() -> None:
    changelog = "# Changelog\n\n## [Unreleased]\n\n- new\n\n## [0.1.0]\n\n- old\n"
    assert "new" in unreleased(changelog)
    assert "old" not in unreleased(changelog)


ANSWERS_WITHOUT_ID = {
    "Query",
    "Mutation",
    "Subscription",
    "PageInfo",
    "Viewer",
    "UsageDecision",
    "Duty",
    "RuleOutcome",
    "UserError",
}
"""Types that are part of an answer and nothing of their own; the others of the kind end in one of `ANSWER_SUFFIXES`."""
ANSWER_SUFFIXES = ("Payload", "Connection", "Edge", "Result")


def test_whatever_has_no_id_is_named_as_a_part_of_an_answer() -> None:
    """Generated clients keep things by their ids: what has one says so by that field alone, and what has none by its name."""
    nameless = [
        name
        for name, kind in SDL.type_map.items()
        if isinstance(kind, GraphQLObjectType)
        and not is_introspection_type(kind)
        and str(getattr(kind.fields.get("id"), "type", None)) != "ID!"
        and name not in ANSWERS_WITHOUT_ID
        and not name.endswith(ANSWER_SUFFIXES)
    ]
    assert nameless == []
