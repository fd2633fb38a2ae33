"""Territories form a tree, and the same place is the same code however it is written."""

from __future__ import annotations

import json
from pathlib import Path

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import BadTerritory
from models.language import LanguageTag
from models.territory import (
    Territory,
    TerritoryTree,
    contains,
    leaves,
    parse_territory,
    standard_tree,
    territory_name,
    touches,
)
from models.territory.containment import COUNTED_APART, GROUP_MEMBERS, PARTS_COUNTED_APART

CLDR = Path(__file__).parents[2].parent / "shared" / "data" / "territory" / "territoryContainment.json"
COUNTRIES = frozenset(country.alpha_2 for country in pycountry.countries)
CODES = st.sampled_from(sorted(standard_tree().codes()))


@pytest.mark.parametrize(
    ("written", "code"),
    [("cn", "CN"), ("CN-GD", "CN-GD"), ("cn-hk", "HK"), ("FR-974", "RE"), ("142", "142"), ("eu", "EU"), ("001", "001")],
)
def test_a_code_is_canonical_once_parsed(written: str, code: str) -> None:
    assert parse_territory(written) == code


@pytest.mark.parametrize("value", ["", "UK", "XK", "ZZ", "CN-ZZ", "156", "999", "China", "ＣＮ", "cn ", "x" * 100_000])
def test_what_is_not_a_territory_is_refused(value: str) -> None:
    with pytest.raises(BadTerritory) as refusal:
        parse_territory(value)
    assert repr(value[:40]) in refusal.value.message
    assert len(refusal.value.message) < 300


@pytest.mark.parametrize(
    ("outer", "inner", "inside", "touching"),
    [
        ("001", "CN-GD", True, True),
        ("142", "CN", True, True),
        ("030", "HK", True, True),
        ("CN", "CN-GD", True, True),
        ("CN-GD", "CN", False, True),
        ("CN", "HK", False, False),
        ("CN", "MO", False, False),
        ("CN", "TW", False, False),
        ("150", "EU", False, True),
        ("142", "EU", False, True),
        ("EU", "FR-IDF", True, True),
        ("419", "013", True, True),
        ("003", "021", True, True),
        ("019", "003", True, True),
        ("GB-SCT", "GB-ABD", True, True),
        ("GB-SCT", "GB-WLS", False, False),
        ("NL", "NL-BQ1", False, False),
        ("BQ", "NL-BQ1", True, True),
        ("DE", "FR", False, False),
    ],
)
def test_what_lies_inside_what(outer: str, inner: str, inside: bool, touching: bool) -> None:
    one, other = parse_territory(outer), parse_territory(inner)
    assert contains(one, other) is inside
    assert touches(one, other) is touching


def test_mainland_china_leaves_hong_kong_macao_and_taiwan_out_however_they_are_written() -> None:
    mainland = parse_territory("CN")
    for written in ("HK", "MO", "TW", "CN-HK", "CN-MO", "CN-TW"):
        assert not touches(mainland, parse_territory(written))
    for code in ("CN-GD", "CN-BJ", "CN-XZ"):
        assert contains(mainland, parse_territory(code))


def test_leaves_are_countries_and_a_subdivision_is_its_own() -> None:
    assert leaves(Territory("030")) == {"CN", "HK", "JP", "KP", "KR", "MN", "MO", "TW"}
    assert leaves(Territory("CN")) == {"CN"}
    assert leaves(Territory("CN-GD")) == {"CN-GD"}
    assert len(leaves(Territory("EU"))) == 27
    assert leaves(Territory("001")) == COUNTRIES


@given(CODES, CODES)
def test_inside_implies_touching_and_mutual_inclusion_means_equal_leaves(one: Territory, other: Territory) -> None:
    assert contains(one, one)
    assert touches(one, other) == touches(other, one)
    if contains(one, other):
        assert touches(one, other)
        assert one in standard_tree().covering(other)
        if contains(other, one):
            assert leaves(one) == leaves(other)


@given(CODES, CODES, CODES)
def test_inside_is_transitive(one: Territory, other: Territory, third: Territory) -> None:
    for middle in (other, *standard_tree().covering(third)):
        if contains(one, middle) and contains(middle, third):
            assert contains(one, third)


@given(CODES)
def test_every_territory_holds_a_finest_code(code: Territory) -> None:
    tree = standard_tree()
    assert tree.mask(code) & tree.finest()


def test_a_centre_can_name_groups_of_its_own() -> None:
    bay_area = TerritoryTree({"GREATER-BAY-AREA": ["HK", "MO", "CN-GD"]})
    group = bay_area.parse("Greater-Bay-Area")
    assert bay_area.contains(group, Territory("HK"))
    assert bay_area.touches(group, Territory("CN"))
    assert not bay_area.contains(group, Territory("CN"))
    with pytest.raises(BadTerritory):
        parse_territory("GREATER-BAY-AREA")
    with pytest.raises(BadTerritory):
        TerritoryTree({"NOWHERE": ["ZZ"]})


def test_the_transcribed_containment_is_that_of_cldr() -> None:
    if not CLDR.exists():
        pytest.skip(f"the CLDR containment is not at {CLDR}")
    groups = json.loads(CLDR.read_text())["supplemental"]["territoryContainment"]

    def expand(code: str) -> frozenset[str]:
        members = groups.get(code, {}).get("_contains")
        if members is None:
            return frozenset({code})
        return frozenset().union(*(expand(member) for member in members))

    assert set(GROUP_MEMBERS) == {code for code in groups if "status" not in code} - {"EZ", "UN", "QO"}
    for group in GROUP_MEMBERS:
        assert leaves(Territory(group)) == expand(group) & COUNTRIES, group


def test_places_counted_apart_are_real_codes() -> None:
    subdivisions = {subdivision.code for subdivision in pycountry.subdivisions}
    assert COUNTED_APART.keys() | PARTS_COUNTED_APART.keys() <= subdivisions
    assert set(COUNTED_APART.values()) | set(PARTS_COUNTED_APART.values()) <= COUNTRIES
    assert not COUNTED_APART.keys() & standard_tree().codes()


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("CN", "zh", "中国"),
        ("CN", "el", "Κίνα"),
        ("142", "ru", "Азия"),
        ("EU", "en", "European Union"),
        ("001", "ja", "世界"),
        ("CN-GD", "zh", "Guangdong Sheng"),
        ("CN", "tlh", "China"),
    ],
)
def test_a_territory_has_a_name(code: str, language: str, name: str) -> None:
    assert territory_name(Territory(code), LanguageTag(language)) == name
