"""Time zones are those of the IANA database, by their names."""

from __future__ import annotations

import pytest

from models.errors import BadZone
from models.zone import parse_zone


@pytest.mark.parametrize("name", ["Asia/Shanghai", "UTC", "America/Argentina/Buenos_Aires"])
def test_a_zone_is_known_by_its_name(name: str) -> None:
    assert parse_zone(name).key == name


@pytest.mark.parametrize("name", ["", "Asia", "asia/longgang", "+08:00", "/etc/localtime", "../UTC", "a\0b", "x" * 65])
def test_anything_else_is_refused_with_its_field(name: str) -> None:
    with pytest.raises(BadZone) as refused:
        parse_zone(name, ["terms", "zone"])
    assert refused.value.field == ["terms", "zone"]
