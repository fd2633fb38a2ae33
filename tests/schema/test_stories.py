"""`stories`: what a partner finds, in every order and by every filter."""

from __future__ import annotations

import pytest

from models.errors import BadCursor, BadInput, Forbidden, PageSizeOutOfRange
from models.scope import Scope
from tests.seeded import Pool

PAGE = """
query Page($filter: StoryFilter, $orderBy: StoryOrder, $first: Int, $after: String, $last: Int, $before: String) {
  stories(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id uri version pubStatus variants { language form headline body } } highlight { text html language } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    budgetExhausted
  }
}
"""


async def uris(pool: Pool, partner: str | None, **variables: object) -> list[str]:
    data = await pool.ask(await pool.actor(partner), PAGE, **{"first": 100, **variables})
    return [edge["node"]["uri"].rsplit(":", 1)[1] for edge in data["stories"]["edges"]]


async def test_the_first_partner_sees_six_languages_and_at_least_twenty_stories(pool: Pool) -> None:
    data = await pool.ask(await pool.actor("china-daily"), PAGE, first=100)
    stories = [edge["node"] for edge in data["stories"]["edges"]]
    languages = {variant["language"] for story in stories for variant in story["variants"]}
    assert languages == {"zh", "en", "ru", "ja", "el", "ar"}
    assert len(stories) >= 20


@pytest.mark.parametrize(
    ("order", "filter"),
    [
        ("NEWEST_FIRST", {}),
        ("OLDEST_FIRST", {}),
        ("CONTENT_NEWEST_FIRST", {}),
        ("NEWEST_FIRST", {"text": "Longgang"}),
        ("OLDEST_FIRST", {"text": "Longgang"}),
        ("OLDEST_FIRST", {"text": "in Longgang", "languages": ["en"]}),
    ],
)
async def test_pages_join_to_the_whole_list_in_both_directions(
    pool: Pool, order: str, filter: dict[str, object]
) -> None:
    actor = await pool.actor("china-daily")
    whole = await uris(pool, "china-daily", orderBy=order, filter=filter)
    assert len(whole) > 10
    forward: list[str] = []
    after = None
    for _ in range(20):
        page = (await pool.ask(actor, PAGE, first=5, after=after, orderBy=order, filter=filter))["stories"]
        forward += [edge["node"]["uri"].rsplit(":", 1)[1] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    backward: list[str] = []
    before = None
    for _ in range(20):
        page = (await pool.ask(actor, PAGE, last=5, before=before, orderBy=order, filter=filter))["stories"]
        backward = [edge["node"]["uri"].rsplit(":", 1)[1] for edge in page["edges"]] + backward
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert forward == whole
    assert backward == whole


@pytest.mark.parametrize("text", ["Longgang", "drone", '"drone show"'])
async def test_a_text_finds_the_same_from_the_oldest_and_from_the_newest(pool: Pool, text: str) -> None:
    newest_first = await uris(pool, "china-daily", filter={"text": text}, orderBy="NEWEST_FIRST")
    oldest_first = await uris(pool, "china-daily", filter={"text": text}, orderBy="OLDEST_FIRST")
    assert oldest_first
    assert oldest_first == newest_first[::-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lantern", "qixi-lantern-night"),
        ("灯会", "qixi-lantern-night"),
        ("七夕", "qixi-lantern-night"),
        ("робот", "patrol-robot"),
        ("بالإبر", "acupuncture-maria"),
        ("留学生", "acupuncture-maria"),
        ("иглоукалывание", "acupuncture-maria"),
        ("drone", "drone-guinness-records"),
        ("φαναριών", "qixi-lantern-night"),
    ],
)
async def test_text_finds_stories_in_their_script(pool: Pool, text: str, expected: str) -> None:
    found = await uris(pool, "china-daily", filter={"text": text})
    assert expected in found
    ranked = await uris(pool, "china-daily", filter={"text": text}, orderBy="RELEVANCE")
    assert sorted(ranked) == sorted(found)


@pytest.mark.parametrize("order", ["NEWEST_FIRST", "OLDEST_FIRST"])
async def test_pages_of_a_text_that_a_budget_cut_short_still_join_to_the_whole(
    pool: Pool, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"text": "Longgang", "forms": ["SHORT_VIDEO"]}
    whole = await uris(pool, "china-daily", orderBy=order, filter=wanted)
    actor = await pool.actor("china-daily")
    for budget in range(12, 24):  # so that it ends among the variants of one story, too
        monkeypatch.setattr("models.pool.find.BUDGET", budget)
        joined: list[str] = []
        after, short = None, 0
        for _ in range(40):
            page = (await pool.ask(actor, PAGE, first=100, after=after, orderBy=order, filter=wanted))["stories"]
            joined += [edge["node"]["uri"].rsplit(":", 1)[1] for edge in page["edges"]]
            after, short = page["pageInfo"]["endCursor"], short + page["budgetExhausted"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert whole
        assert joined == whole
        assert short > 0


async def test_a_match_shows_the_passage_with_what_was_asked_for_marked(pool: Pool) -> None:
    data = await pool.ask(await pool.actor("china-daily"), PAGE, filter={"text": "lantern"}, first=5)
    highlights = [edge["highlight"] for edge in data["stories"]["edges"]]
    assert highlights
    assert all("<mark>" in highlight["html"].lower() for highlight in highlights)


async def test_an_agreement_limited_to_one_series_shows_only_that(pool: Pool) -> None:
    found = set(await uris(pool, "i-love-futian"))
    everything = set(await uris(pool, None, filter={"series": ["fun-longgang"]}))
    assert found
    assert found <= everything


async def test_a_filter_by_language_and_form_must_hold_for_one_variant(pool: Pool) -> None:
    data = await pool.ask(
        await pool.actor("china-daily"), PAGE, filter={"languages": ["el"], "forms": ["SHORT_VIDEO"]}, first=100
    )
    for edge in data["stories"]["edges"]:
        pairs = {(variant["language"], variant["form"]) for variant in edge["node"]["variants"]}
        assert ("el", "SHORT_VIDEO") in pairs
    assert data["stories"]["edges"]


async def test_usable_for_agrees_with_the_decision_on_each_variant(pool: Pool) -> None:
    actor = await pool.actor("china-daily")
    document = """query($use: UseInput!) {
      stories(first: 100) { edges { node { uri variants { id usageDecision(use: $use) { decision } } } } } }"""
    for use in (
        {"territory": "CN", "channel": "WEB"},
        {"territory": "FR", "channel": "PRINT"},
        {"territory": "RU", "channel": "WEB", "action": "TRANSLATE", "language": "ru"},
        {"territory": "JP", "channel": "SOCIAL"},
        {"territory": "001", "channel": "BROADCAST"},
    ):
        data = await pool.ask(actor, document, use=use)
        permitted = {
            edge["node"]["uri"].rsplit(":", 1)[1]
            for edge in data["stories"]["edges"]
            if any(variant["usageDecision"]["decision"] != "DENY" for variant in edge["node"]["variants"])
        }
        assert set(await uris(pool, "china-daily", filter={"usableFor": use})) == permitted, use


async def test_counts_and_facets_are_exact_in_a_small_pool(pool: Pool) -> None:
    document = """{ stories { totalCount { value exact } facets { exact examined languages { value label count } forms { value count }
                  series { value count } subjects { value count } } } }"""
    data = (await pool.ask(await pool.actor("china-daily"), document))["stories"]
    whole = await uris(pool, "china-daily")
    assert data["totalCount"] == {"value": len(whole), "exact": True}
    counts = {facet["value"]: facet["count"] for facet in data["facets"]["languages"]}
    assert counts["en"] == len(await uris(pool, "china-daily", filter={"languages": ["en"]}))
    assert counts["el"] == len(await uris(pool, "china-daily", filter={"languages": ["el"]}))
    narrowed = """{ stories(filter: {languages: ["el"]}) { totalCount { value exact } facets { exact languages { value count } } } }"""
    el = (await pool.ask(await pool.actor("china-daily"), narrowed))["stories"]
    assert el["totalCount"] == {"value": counts["el"], "exact": True}


@pytest.mark.parametrize(
    ("variables", "error"),
    [
        ({"first": 0}, PageSizeOutOfRange),
        ({"first": 101}, PageSizeOutOfRange),
        ({"first": 5, "last": 5}, PageSizeOutOfRange),
        ({"after": "nonsense"}, BadCursor),
        ({"after": "WyJwaWNrdXBzIiwxXQ"}, BadCursor),
        ({"orderBy": "RELEVANCE"}, BadInput),
        ({"orderBy": "CONTENT_NEWEST_FIRST", "filter": {"text": "drone"}}, BadInput),
        ({"filter": {"urgencies": [10]}}, BadInput),
        ({"filter": {"text": "!!!"}}, BadInput),
        ({"filter": {"usableFor": {"territory": "CN", "channel": "WEB", "at": "2026-01-01T00:00:00Z"}}}, BadInput),
        (
            {"filter": {"versionCreated": {"start": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}}},
            BadInput,
        ),
    ],
)
async def test_bad_input_is_refused_with_its_own_error(
    pool: Pool, variables: dict[str, object], error: type[Exception]
) -> None:
    assert isinstance(await pool.refusal(await pool.actor("china-daily"), PAGE, **variables), error)


@pytest.mark.parametrize(
    ("filter", "words"),
    [
        ({"languages": ["not a tag"]}, "not a tag"),
        ({"updatedAfter": "2026-01-01T00:00:00"}, "zone"),
        ({"usableFor": {"territory": "ZZ", "channel": "WEB"}}, "ZZ"),
    ],
)
async def test_values_that_no_scalar_accepts_are_named(pool: Pool, filter: dict[str, object], words: str) -> None:
    assert words in str(await pool.refusal(await pool.actor("china-daily"), PAGE, filter=filter))


async def test_a_token_without_the_scope_is_refused(pool: Pool) -> None:
    actor = await pool.actor("china-daily", Scope.NOTICE_WRITE)
    assert isinstance(await pool.refusal(actor, PAGE), Forbidden)
