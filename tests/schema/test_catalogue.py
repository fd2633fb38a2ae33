"""The catalogue: entries are added by key, changed by id, found by page, and seen by those who may see them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import col, select

from models.contributor import Contributor, StoryContributor
from models.document import decode
from models.errors import Forbidden, NotFound
from models.pool.tables import Document, PoolStory
from models.release import release_story
from models.scope import Scope
from tests.schema.partnership import change, codes, mutation
from tests.seeded import JsonAnswer, Pool

TEXTS = "names { language text }"
SAVE_SERIES = mutation("saveSeries", "SaveSeriesInput", "series", f"id key {TEXTS} descriptions {{ language text }}")
SAVE_CONTRIBUTOR = mutation(
    "saveContributor", "SaveContributorInput", "contributor", f"id key {TEXTS} relation nationality language consent"
)
SAVE_ORGANISATION = mutation(
    "saveOrganisation", "SaveOrganisationInput", "organisation", f"id key {TEXTS} kind goGlobal isBrand"
)
SAVE_CONCEPT = mutation("saveConcept", "SaveConceptInput", "concept", f"id kind code {TEXTS} territory")
MANY = {
    "ar": "جسور",
    "el": "Γέφυρες",
    "en": "Bridges",
    "ja": "橋",
    "ru": "Мосты",
    "zh": "桥",
}
NAMES = [{"language": language, "text": text} for language, text in MANY.items()]


def wrong_of(payload: JsonAnswer) -> list[tuple[str, list[str]]]:
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


@pytest.mark.parametrize(
    ("document", "thing", "new", "other", "wrong"),
    [
        (
            SAVE_SERIES,
            "series",
            {"key": "bridges", "names": NAMES, "descriptions": [{"language": "zh-hans", "text": " 关于桥 "}]},
            {"descriptions": []},
            [({"names": []}, "BAD_INPUT", ["names"]), ({"key": "No"}, "BAD_INPUT", ["key"])],
        ),
        (
            SAVE_CONTRIBUTOR,
            "contributor",
            {"key": "eleni", "names": NAMES, "relation": "STUDENT", "nationality": "GR", "language": "el"},
            {"consent": True, "nationality": None},
            [
                ({"nationality": "EU"}, "BAD_TERRITORY", ["nationality"]),
                ({"relation": None}, "BAD_INPUT", ["relation"]),
            ],
        ),
        (
            SAVE_ORGANISATION,
            "organisation",
            {"key": "bridge-works", "names": NAMES, "kind": "ENTERPRISE", "goGlobal": True},
            {"goGlobal": False, "kind": "MEDIA"},
            [({"kind": "MEDIA"}, "BAD_INPUT", ["goGlobal"])],
        ),
        (
            SAVE_CONCEPT,
            "concept",
            {"kind": "SUBJECT", "code": "medtop:20009999", "names": NAMES},
            {"names": NAMES[:2]},
            [
                ({"code": "bridges"}, "BAD_INPUT", ["code"]),
                ({"territory": "CN"}, "BAD_INPUT", ["territory"]),
                ({"code": None}, "BAD_INPUT", ["code"]),
            ],
        ),
    ],
)
async def test_an_entry_is_added_once_changed_by_its_id_and_refused_where_it_cannot_be(
    pool: Pool,
    document: str,
    thing: str,
    new: dict[str, Any],
    other: dict[str, Any],
    wrong: list[tuple[dict[str, Any], str, list[str]]],
) -> None:
    editor = await pool.actor(None, Scope.STORY_WRITE, Scope.POOL_READ)
    for changes, code, field in wrong:
        assert wrong_of(await change(pool, editor, document, **{**new, **changes})) == [(code, field)]
    first, again = [(await change(pool, editor, document, **new))[thing] for _ in range(2)]
    assert first == again
    assert {text["language"]: text["text"] for text in first["names"]} == MANY
    assert codes(await change(pool, editor, document, **{**new, "names": NAMES[:1]})) == ["KEY_TAKEN"]
    changed = (await change(pool, editor, document, id=first["id"], **other))[thing]
    assert {name: changed[name] for name in other} == other
    name = "code" if thing == "concept" else "key"
    assert wrong_of(await change(pool, editor, document, id=first["id"], **{name: "other"})) == [("BAD_INPUT", [name])]
    assert codes(await change(pool, editor, document, id="bm90aGluZw")) == ["NOT_FOUND"]
    node = "query($id: ID!) { node(id: $id) { id __typename } }"
    assert (await pool.ask(editor, node, id=first["id"]))["node"]["id"] == first["id"]
    assert isinstance(await pool.refusal(await pool.actor("china-daily"), node, id=first["id"]), NotFound)
    reader = await pool.actor(None, Scope.POOL_READ)
    assert isinstance(await pool.refusal(reader, document, input={"id": first["id"]}), Forbidden)


async def test_lists_are_paged_by_key_and_searched_in_every_language(pool: Pool) -> None:
    editor = await pool.actor(None, Scope.STORY_WRITE, Scope.POOL_READ)
    fields = "edges { node { key } } pageInfo { endCursor startCursor hasNextPage hasPreviousPage }"
    for name, filtered in (("seriesList", ""), ("contributors", ""), ("organisations", "filter: {goGlobal: true}, ")):
        document = (
            f"query($after: String, $first: Int) {{ {name}({filtered}first: $first, after: $after) {{ {fields} }} }}"
        )
        whole = (await pool.ask(editor, document, first=100))[name]
        keys = [edge["node"]["key"] for edge in whole["edges"]]
        assert keys == sorted(keys)
        one = (await pool.ask(editor, document, first=1))[name]
        rest = (await pool.ask(editor, document, first=100, after=one["pageInfo"]["endCursor"]))[name]
        assert [edge["node"]["key"] for edge in (*one["edges"], *rest["edges"])] == keys
        assert isinstance(await pool.refusal(await pool.actor("china-daily"), document), Forbidden)
    assert "drone-show-enterprise" in keys
    assert "longgang-icc" not in keys
    search = (
        "query($kind: ConceptKind, $text: String, $first: Int, $after: String, $last: Int, $before: String) {"
        " concepts(kind: $kind, text: $text, first: $first, after: $after, last: $last, before: $before) {"
        ' edges { cursor node { kind code name(language: "zh") territory } } pageInfo { endCursor hasNextPage } } }'
    )
    await change(pool, editor, SAVE_CONCEPT, kind="PLACE", code="athens", names=NAMES[1:2], territory="GR")
    found = (await pool.ask(editor, search, text="ΓΈΦΥΡΕΣ"))["concepts"]["edges"]
    assert [edge["node"]["code"] for edge in found] == ["athens"]
    people = (await pool.ask(editor, search, kind="PERSON"))["concepts"]["edges"]
    assert {edge["node"]["kind"] for edge in people} == {"PERSON"}
    everything = (await pool.ask(editor, search, first=100))["concepts"]["edges"]
    halves = [
        await pool.ask(editor, search, first=2, after=everything[4]["cursor"]),
        await pool.ask(editor, search, last=2, before=everything[7]["cursor"]),
        await pool.ask(editor, search, last=2, before=everything[7]["cursor"], text="e"),
    ]
    assert halves[0]["concepts"]["edges"] == halves[1]["concepts"]["edges"] == everything[5:7]
    named = [edge for edge in everything[:7] if "e" in edge["node"]["code"]]
    assert [edge for edge in halves[2]["concepts"]["edges"] if edge in named]


async def test_stories_that_tell_of_the_brand_of_an_enterprise_are_found_by_it(pool: Pool) -> None:
    document = (
        "query($brands: [String!]) { stories(filter: {brands: $brands}) { edges { node {"
        " uri organisations { key goGlobal isBrand } } } } }"
    )
    reader = await pool.actor("china-daily")
    [found] = (await pool.ask(reader, document, brands=["drone-show-enterprise"]))["stories"]["edges"]
    assert found["node"]["uri"].endswith(":paris-drone-night")
    assert found["node"]["organisations"] == [
        {"key": "longgang-media-group", "goGlobal": False, "isBrand": False},
        {"key": "drone-show-enterprise", "goGlobal": True, "isBrand": True},
    ]
    assert (await pool.ask(reader, document, brands=["helmet-enterprise"]))["stories"]["edges"] == []


async def test_a_name_is_gone_from_the_next_release_on_once_consent_is_withdrawn(pool: Pool) -> None:
    editor = await pool.actor(None, Scope.STORY_WRITE, Scope.POOL_READ)
    listed = "{ contributors(first: 100) { edges { node { id key consent } } } }"
    [benny] = [
        edge["node"]
        for edge in (await pool.ask(editor, listed))["contributors"]["edges"]
        if edge["node"]["key"] == "benny"
    ]
    assert benny["consent"]
    async with pool.database.read() as session:
        statement = select(StoryContributor.story_id).join(
            PoolStory, col(PoolStory.story_id) == col(StoryContributor.story_id)
        )
        named = (await session.exec(statement.where(StoryContributor.contributor_id == await _id(pool, "benny")))).all()
    withdrawn = await change(pool, editor, SAVE_CONTRIBUTOR, id=benny["id"], consent=False)
    assert withdrawn["contributor"]["consent"] is False
    assert "Benny" in str(await _told_by(pool, named[0]))
    async with pool.database.write() as session:
        await release_story(session, named[0], by="test", now=pool.now)
    assert "Benny" not in str(await _told_by(pool, named[0]))


async def _id(pool: Pool, key: str) -> Any:
    async with pool.database.read() as session:
        return (await session.exec(select(Contributor.id).where(Contributor.key == key))).one()


async def _told_by(pool: Pool, story_id: Any) -> Any:
    async with pool.database.read() as session:
        statement = select(Document.content).join(PoolStory, col(PoolStory.release_id) == col(Document.release_id))
        content = (await session.exec(statement.where(PoolStory.story_id == story_id))).one()
    return decode(content)["story"]["contributors"]
