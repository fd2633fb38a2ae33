"""Where the things of a JSON-LD document stand in it, so that a refusal can say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import orjson

from models.base import JsonObject
from models.errors import BadPolicy
from models.odrl.graph import Graph, Node, read_graph
from models.odrl.vocabulary import LOGICAL_OPERANDS, local_name
from models.policy.refusal import Path

AT: Final = "tag:storypool.invalid,2026:at"
"""The property under which things carry their place while their document is expanded."""

STRUCTURE: Final = frozenset(
    {
        "@id", "@type", "id", "type", "uid", "permission", "prohibition", "obligation", "action", "target", "assigner", "assignee",
        "constraint", "refinement", "duty", "consequence", "remedy", "leftOperand", "operator", "rightOperand", "source", "conflict",
        "profile", *LOGICAL_OPERANDS,
    }
)  # fmt: skip
"""The keys, without prefixes, of which an object has one where it stands for a thing: a map of texts by language has none."""


class PlacedGraph:
    """The graph of a document, with the place of each thing in it."""

    def __init__(self, document: object, name: str) -> None:
        """Reads the document.

        :raises BadPolicy: as `read_graph` does.
        """
        self._objects: dict[Path, Mapping[str, object]] = {}
        try:
            placed = self._placed(document, ())
        except RecursionError as error:
            raise BadPolicy(f"{name}: nested too deeply to be a policy.", field=(name,)) from error
        read = read_graph(placed, name)
        self._places = {node.uid: self._path(node) for node in read}
        bare = {
            uid: Node(uid, node.types, {iri: values for iri, values in node.properties.items() if iri != AT})
            for uid, node in read.nodes.items()
        }
        self.graph = Graph(name, {uid: node for uid, node in bare.items() if node.types or node.properties})

    def place(self, uid: str, *terms: str) -> Path:
        """The path to a thing, or to what it says by a term, with the keys that the document has.

        :param terms: the local name of a property; nothing for the thing itself.
        """
        path = self._places.get(uid, ())
        keys: Iterable[str] = self._objects.get(path, ())
        return (*path, *(next((key for key in keys if local_name(key) == term), term) for term in terms))

    def _path(self, node: Node) -> Path:
        for value in node.get(AT):
            path = tuple(orjson.loads(value.text))
            if path in self._objects:
                return path
        return ()

    def _placed(self, part: object, path: Path) -> object:
        if isinstance(part, list):
            return [self._placed(item, (*path, str(place))) for place, item in enumerate(part)]
        if not isinstance(part, dict):
            return part
        placed: JsonObject = {
            key: value if key == "@context" else self._placed(value, (*path, str(key))) for key, value in part.items()
        }
        if "@value" not in part and any(local_name(str(key)) in STRUCTURE for key in part):
            self._objects[path] = part
            placed[AT] = orjson.dumps(path).decode()
        return placed
