"""What a page says of itself in JSON-LD, as far as it is about an article (schema.org)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

MOST_NODES: Final = 20_000
"""Objects and lists of a page's JSON-LD that are looked at."""

_ABOUT_ARTICLES: Final = frozenset(
    {"article", "newsarticle", "blogposting", "reportagenewsarticle", "analysisnewsarticle", "opinionnewsarticle", "report"}
    | {"backgroundnewsarticle", "socialmediaposting", "liveblogposting", "advertisercontentarticle", "techarticle"}
)  # fmt: skip
_ABOUT_PLAYERS: Final = {"videoobject": "video", "audioobject": "audio"}


@dataclass(frozen=True)
class Structured:
    """What JSON-LD says: of the article where there is one, else of the page. Empty or None where it says nothing.

    :param is_free: `isAccessibleForFree`: False where the text is behind a wall.
    :param players: `video` or `audio`, and the address of each.
    """

    published: str = ""
    authors: tuple[str, ...] = ()
    headline: str = ""
    language: str = ""
    is_free: bool | None = None
    players: tuple[tuple[str, str], ...] = ()


def structured(scripts: Iterable[str]) -> Structured:
    """What JSON-LD scripts say. Those that are no JSON, or nest too deep for Python, say nothing."""
    nodes = list(_nodes(scripts))
    articles = [node for node in nodes if not _ABOUT_ARTICLES.isdisjoint(_types(node))]
    about = articles or [node for node in nodes if "datePublished" in node]
    return Structured(
        published=next((text for node in about if (text := _text(node.get("datePublished")))), ""),
        authors=next((names for node in about if (names := tuple(_names(node.get("author"))))), ()),
        headline=next((text for node in articles if (text := _text(node.get("headline")))), ""),
        language=next((text for node in about if (text := _text(node.get("inLanguage")))), ""),
        is_free=next((free for node in nodes if (free := _truth(node.get("isAccessibleForFree"))) is not None), None),
        players=tuple(_players(nodes)),
    )


def _nodes(scripts: Iterable[str]) -> Iterator[Mapping[str, object]]:
    looked_at = 0
    for script in scripts:
        try:
            rest: list[object] = [json.loads(script, strict=False)]
        except (ValueError, RecursionError):
            continue
        while rest and looked_at < MOST_NODES:
            looked_at += 1
            value = rest.pop()
            if isinstance(value, dict):
                yield value
            if isinstance(value, (dict, list)):
                inside = list(value.values()) if isinstance(value, dict) else value
                rest += [one for one in reversed(inside) if isinstance(one, (dict, list))]


def _types(node: Mapping[str, object]) -> set[str]:
    said = node.get("@type")
    return {
        one.rpartition("/")[2].lower() for one in (said if isinstance(said, list) else [said]) if isinstance(one, str)
    }


def _text(value: object) -> str:
    if isinstance(value, list) and value:
        value = value[0]
    return " ".join(value.split())[:500] if isinstance(value, str) else ""


def _names(value: object) -> Iterator[str]:
    for one in (value if isinstance(value, list) else [value])[:20]:
        name = one.get("name") if isinstance(one, dict) else one
        if text := _text(name):
            yield text


def _truth(value: object) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.rpartition("/")[2].lower())
    return value if isinstance(value, bool) else None


def _players(nodes: Iterable[Mapping[str, object]]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        for kind in _types(node):
            if kind in _ABOUT_PLAYERS:
                yield _ABOUT_PLAYERS[kind], _text(node.get("contentUrl")) or _text(node.get("embedUrl"))
