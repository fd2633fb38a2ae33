"""Territories: what a code may be, what lies inside what, and what they are called.

"Country or region" is the word for them in pages and reports. A centre's own groups go into a `TerritoryTree` of its
own; the functions here speak of the standard one.
"""

from __future__ import annotations

from functools import lru_cache

from models.language import LanguageTag, locale_for
from models.territory.tree import WORLD, Territory, TerritoryTree, standard_tree

__all__ = [
    "WORLD",
    "Territory",
    "TerritoryTree",
    "contains",
    "is_country",
    "leaves",
    "parse_territory",
    "standard_tree",
    "territory_name",
    "touches",
]


def parse_territory(value: str) -> Territory:
    """The canonical code of a territory; see `TerritoryTree.parse`.

    :raises BadTerritory: not an ISO 3166-1, ISO 3166-2 or UN M49 code, `EU` or `001`.
    """
    return standard_tree().parse(value)


def contains(outer: Territory, inner: Territory) -> bool:
    """Whether all of `inner` lies inside `outer`; every territory contains itself."""
    return standard_tree().contains(outer, inner)


def is_country(code: Territory) -> bool:
    """Whether it is the code of one country or region in ISO 3166-1, not of a group or of a part."""
    return len(code) == 2 and leaves(code) == {code}


def touches(one: Territory, other: Territory) -> bool:
    """Whether the two share any place."""
    return standard_tree().touches(one, other)


def leaves(territory: Territory) -> frozenset[Territory]:
    """The ISO 3166-1 codes that the territory is made of; an ISO 3166-2 subdivision is its own leaf."""
    return standard_tree().leaves(territory)


@lru_cache(maxsize=4096)
def territory_name(code: Territory, language: LanguageTag) -> str:
    """What Unicode CLDR calls the country, region or group in a language.

    CLDR's names of subdivisions are not to be had; a subdivision has its name from ISO 3166-2, in Latin letters,
    whatever the language. A code without any name is its own name.
    """
    if "-" in code:
        return standard_tree().subdivision_name(code)
    return str(locale_for(language).territories.get(code, code))
