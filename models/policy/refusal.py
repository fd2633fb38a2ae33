"""How a policy that is not understood is refused: by the path to what was wrong, with the value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NoReturn

from models.errors import BadPolicy

Path = tuple[str, ...]
"""The way to a value in decoded JSON, outermost first; places in lists are numbers as text."""


def mapping(data: object, path: Path, known: set[str]) -> Mapping[str, object]:
    """An object with no other keys than these.

    :raises BadPolicy: it is something else, or has an unknown key.
    """
    if not isinstance(data, dict):
        refuse(path, f"is {shown(data)}; it must be an object with {listed(known)}")
    for key in data:
        if key not in known:
            refuse((*path, str(key)), f"is not known here; known are {listed(known)}")
    return data


def items_of(data: Mapping[str, object], key: str, path: Path) -> list[tuple[object, Path]]:
    """The items of a list under a key, each with its path; none where the key is absent."""
    items = data.get(key, [])
    if not isinstance(items, list):
        refuse((*path, key), f"is {shown(items)}; it must be a list")
    return [(item, (*path, key, str(place))) for place, item in enumerate(items)]


def one_of(value: object, path: Path, known: Collection[str]) -> str:
    """One of the known words."""
    if not isinstance(value, str) or value not in known:
        refuse(path, f"is {shown(value)}; it must be one of {listed(known)}")
    return value


def listed(known: Collection[str]) -> str:
    """Words for a message, in order."""
    return ", ".join(repr(str(item)) for item in sorted(known))


def shown(value: object) -> str:
    """A wrong value for a message: short, and never a structure."""
    if value is None:
        return "missing"
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:60] + "…")
    return f"a {type(value).__name__}"


def refuse(path: Path, what: str) -> NoReturn:
    """Raises BadPolicy with the path and what is wrong there."""
    raise BadPolicy(f"{'.'.join(part[:60] for part in path) or 'The policy'} {what}.", field=path)
