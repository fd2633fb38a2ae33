"""Documents in JSON-LD as graphs: whatever way they are written, each thing is one node with the values of its properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NoReturn

from models.errors import BadPolicy
from models.odrl.context import ODRL_CONTEXT, is_odrl_context, known_context
from models.odrl.vocabulary import XSD

BASE: Final = "relative:/"
"""What relative IRIs are resolved against, to be told from the others."""

NATIVE: Final = {bool: "boolean", int: "integer", float: "double"}


@dataclass(frozen=True)
class Value:
    """A value of a property: a thing by its IRI, or a literal.

    :param text: the IRI, the name of a node without one (`_:…`), or the literal's characters.
    :param datatype: the IRI of a literal's datatype; None for things.
    :param language: the tag of a text in a language.
    """

    text: str
    datatype: str | None = None
    language: str | None = None

    @property
    def is_thing(self) -> bool:
        """Whether this names a thing, by an IRI or within its document."""
        return self.datatype is None


@dataclass(frozen=True)
class Node:
    """A thing that a document describes.

    :param uid: its IRI, or its name within the document (`_:…`).
    :param properties: the values of each property, by the property's IRI, in the document's order.
    """

    uid: str
    types: tuple[str, ...]
    properties: Mapping[str, tuple[Value, ...]]

    def get(self, *iris: str) -> tuple[Value, ...]:
        """The values of these properties together."""
        return tuple(value for iri in iris for value in self.properties.get(iri, ()))


class Graph:
    """The things of one document.

    :param name: what the document is, for messages: `policy`, `request`, `state`.
    """

    def __init__(self, name: str, nodes: Mapping[str, Node]) -> None:
        self.name = name
        self.nodes = nodes

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes.values())

    def node(self, value: Value) -> Node:
        """The thing that a value names; without properties where the document does not describe it."""
        return self.nodes.get(value.text) or Node(value.text, (), {})

    @cached_property
    def facts(self) -> frozenset[tuple[str, str, str]]:
        """Subject, property and object of each value that names a thing, types included."""
        links = {
            (node.uid, iri, value.text)
            for node in self
            for iri, values in node.properties.items()
            for value in values
            if value.is_thing
        }
        return frozenset(links | {(node.uid, "@type", kind) for node in self for kind in node.types})

    def refuse(self, uid: str, what: str) -> NoReturn:
        """Refuses the document for what it says of a thing.

        :raises BadPolicy: always; `field` names the document and the thing.
        """
        raise BadPolicy(f"{self.name}: {shown(uid)} {what}.", field=(self.name, uid))


def shown(text: str) -> str:
    """A word of a document, cut where it would drown the message."""
    return repr(text.removeprefix(BASE) if len(text) <= 120 else text[:120] + "…")


def read_graph(document: object, name: str) -> Graph:
    """The graph of a decoded JSON-LD document.

    Contexts may stand in it, or be named by the addresses that `models.odrl.context` knows. Named graphs count as part of the document.

    :raises BadPolicy: not JSON-LD, another context, or a key that its contexts do not define: nothing is left out silently.
    """
    from pyld import jsonld  # only here: it takes longer to load than most commands take to run

    if not isinstance(document, dict | list):
        raise BadPolicy(f"{name}: a JSON-LD document is an object or a list of objects.", field=(name,))
    dropped: list[str] = []
    refused: list[str] = []
    options = {"base": BASE, "documentLoader": _loader(refused), "processingMode": "json-ld-1.1"}
    try:
        expanded = jsonld.expand(
            _with_odrl(document), options, on_property_dropped=lambda key: dropped.append(str(key))
        )
        flat = jsonld.flatten(expanded, None, options)
    except (jsonld.JsonLdError, LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        # PyLD 3.3 meets some malformed documents with errors of Python's own.
        if refused:
            message = f"{name}: the context {shown(refused[0])} is not known here; name {ODRL_CONTEXT!r}, or write the context out."
        else:
            message = f"{name}: not JSON-LD: {error.args[0] if error.args else type(error).__name__}"
        raise BadPolicy(message[:400], field=(name,)) from error
    if dropped:
        keys = ", ".join(shown(key) for key in sorted(set(dropped))[:10])
        raise BadPolicy(
            f"{name}: no context defines {keys}; write the keys as IRIs, or name {ODRL_CONTEXT!r}.", field=(name,)
        )
    nodes: dict[str, Node] = {}
    for item in _described(flat):
        node = _node(item, name)
        known = nodes.get(node.uid)
        nodes[node.uid] = node if known is None else _joined(known, node)
    return Graph(name, nodes)


def _loader(refused: list[str]) -> Any:
    def load(address: str, _options: object) -> dict[str, object]:
        context = known_context(address)
        if context is None:
            refused.append(address)
            raise LookupError(address)
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": address,
            "document": {"@context": context},
        }

    return load


def _with_odrl(part: object) -> object:
    """The document, with `{"odrl": "http://www.w3.org/ns/odrl.jsonld"}` in a context read as what it is meant for.

    The formal semantics' own requests bind the prefix to the address of the context and then use the context's terms.
    """
    if isinstance(part, list):
        return [_with_odrl(item) for item in part]
    if not isinstance(part, dict):
        return part
    read = {key: _with_odrl(value) for key, value in part.items() if key != "@context"}
    if "@context" not in part:
        return read
    given = part["@context"]
    contexts = []
    for context in given if isinstance(given, list) else [given]:
        if isinstance(context, dict) and is_odrl_context(context.get("odrl")):
            contexts += [ODRL_CONTEXT, {key: value for key, value in context.items() if key != "odrl"}]
        else:
            contexts.append(context)
    return {"@context": contexts, **read}


def _described(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every node object, also those of named graphs."""
    for item in items:
        yield {key: value for key, value in item.items() if key != "@graph"}
        yield from _described(item.get("@graph", []))


def _node(item: Mapping[str, Any], document: str) -> Node:
    properties = {
        key: tuple(value for entry in entries for value in _values(entry, document))
        for key, entries in item.items()
        if not key.startswith("@")
    }
    return Node(_name(item["@id"], document), tuple(item.get("@type", ())), properties)


def _name(uid: str, document: str) -> str:
    """A thing's IRI, or a name that no other document gives."""
    return f"_:{document}-{uid[2:]}" if uid.startswith("_:") else uid


def _values(entry: Mapping[str, Any], document: str) -> Iterator[Value]:
    if "@list" in entry:
        for member in entry["@list"]:
            yield from _values(member, document)
    elif "@id" in entry:
        yield Value(_name(entry["@id"], document))
    else:
        raw = entry["@value"]
        text = raw if isinstance(raw, str) else str(raw).lower() if isinstance(raw, bool) else repr(raw)
        yield Value(text, entry.get("@type", XSD + NATIVE.get(type(raw), "string")), entry.get("@language"))


def _joined(one: Node, other: Node) -> Node:
    keys = {**one.properties, **other.properties}
    merged = {key: tuple(dict.fromkeys(one.get(key) + other.get(key))) for key in keys}
    return Node(one.uid, tuple(dict.fromkeys(one.types + other.types)), merged)
