"""The tree of territories: ISO 3166-2 → ISO 3166-1 → UN M49 → the world, with the EU, and a centre's own groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NewType

import pycountry

from models.errors import BadTerritory
from models.territory.containment import COUNTED_APART, GROUP_MEMBERS, PARTS_COUNTED_APART

Territory = NewType("Territory", str)
"""A code that the tree knows: `CN`, `CN-GD`, `142`, `001`, `EU`."""

WORLD = Territory("001")


class TerritoryTree:
    """Which territory lies inside which.

    Every code stands for the set of ISO 3166-1 and ISO 3166-2 codes at or beneath it, held as the bits of one integer,
    so that "inside" and "touches" are one operation each.

    :param own_groups: a centre's own groups: code to the codes that it is made of, which must be known.
    """

    def __init__(self, own_groups: Mapping[str, Iterable[str]] | None = None) -> None:
        self._bit: dict[str, int] = {}
        self._mask: dict[str, int] = {}
        self._countries: dict[str, frozenset[Territory]] = {}
        self._subdivision_names: dict[str, str] = {}
        self._plant_places()
        for code, members in GROUP_MEMBERS.items():
            self._plant_group(code, GROUP_MEMBERS, members.split())
        for code, own_members in (own_groups or {}).items():
            self._plant_group(code, {}, [self.parse(member) for member in own_members])
        self._covering: dict[str, frozenset[Territory]] = {}
        self._by_size: tuple[Territory, ...] = ()

    def parse(self, value: str) -> Territory:
        """The canonical code: upper case, and the ISO 3166-1 code where a place has one beside its ISO 3166-2 code.

        :raises BadTerritory: the tree does not know the code.
        """
        code = value.upper() if value.isascii() else value
        code = COUNTED_APART.get(code, code)
        if code not in self._mask:
            raise BadTerritory(
                f"{value[:40]!r} is not a territory. Use an ISO 3166-1 code ('CN'), an ISO 3166-2 code ('CN-GD'), "
                f"a UN M49 group ('142'), 'EU' or '001' for the world."
            )
        return Territory(code)

    def contains(self, outer: Territory, inner: Territory) -> bool:
        """Whether all of `inner` lies inside `outer`; every territory contains itself."""
        inner_mask = self._mask[inner]
        return inner_mask & self._mask[outer] == inner_mask

    def touches(self, one: Territory, other: Territory) -> bool:
        """Whether the two share any place: `EU` touches `142`, for Cyprus is in both."""
        return self._mask[one] & self._mask[other] != 0

    def covering(self, territory: Territory) -> frozenset[Territory]:
        """Every code that contains the territory, itself among them."""
        found = self._covering.get(territory)
        if found is None:
            mask = self._mask[territory]
            found = frozenset(Territory(code) for code, other in self._mask.items() if mask & other == mask)
            self._covering[territory] = found
        return found

    def leaves(self, territory: Territory) -> frozenset[Territory]:
        """The ISO 3166-1 codes that the territory is made of; an ISO 3166-2 subdivision is its own leaf."""
        return self._countries[territory]

    def mask(self, territory: Territory) -> int:
        """The ISO 3166-1 and ISO 3166-2 codes at or beneath the territory, as bits; equal within one process only."""
        return self._mask[territory]

    def finest(self) -> int:
        """The bits of the codes that have no other code beneath them: no smaller area can be asked for."""
        return self._finest

    def subdivision_name(self, code: Territory) -> str:
        """The name that ISO 3166-2 gives a subdivision, in Latin letters; the code itself where it gives none."""
        return self._subdivision_names.get(code, code)

    def codes(self) -> frozenset[Territory]:
        """Every code that the tree knows."""
        return frozenset(Territory(code) for code in self._mask)

    def by_size(self) -> tuple[Territory, ...]:
        """Every code, what holds most places first; a group before a country that holds as many."""
        if not self._by_size:
            order = sorted(self._mask, key=lambda code: (-self._mask[code].bit_count(), not code.isdigit(), code))
            self._by_size = tuple(Territory(code) for code in order)
        return self._by_size

    def _plant_places(self) -> None:
        parents: dict[str, str | None] = {country.alpha_2: None for country in pycountry.countries}
        for subdivision in pycountry.subdivisions:
            if subdivision.code not in COUNTED_APART:
                whole = PARTS_COUNTED_APART.get(subdivision.code, subdivision.country_code)
                parents[subdivision.code] = subdivision.parent_code or whole
                self._subdivision_names[subdivision.code] = subdivision.name
        self._bit = {code: 1 << place for place, code in enumerate(sorted(parents))}
        self._mask = dict(self._bit)
        has_parts = 0
        for code, bit in self._bit.items():
            self._countries[code] = frozenset({Territory(code)})
            parent = parents[code]
            while parent is not None:
                self._mask[parent] |= bit
                has_parts |= self._bit[parent]
                parent = parents[parent]
        self._finest = ((1 << len(parents)) - 1) & ~has_parts

    def _plant_group(self, code: str, nested: Mapping[str, str], members: Iterable[str]) -> None:
        mask = 0
        countries: set[Territory] = set()
        for member in members:
            if member not in self._mask:
                self._plant_group(member, nested, nested[member].split())
            mask |= self._mask[member]
            countries |= self._countries[member]
        self._mask[code] = mask
        self._countries[code] = frozenset(countries)


@cache
def standard_tree() -> TerritoryTree:
    """The tree without any centre's own groups; planted at first use (some tens of milliseconds)."""
    return TerritoryTree()
