"""U+0000, which is a character like others to JSON and GraphQL and which PostgreSQL holds in no text: refused at the door."""

from __future__ import annotations

from typing import Any

from graphql import DocumentNode, GraphQLError, StringValueNode, Visitor, visit

NUL = "\0"


def holds_nul(value: object) -> bool:
    """Whether a string in a JSON value holds the character, as a name or as a value."""
    left = [value]
    while left:
        item = left.pop()
        if isinstance(item, str):
            if NUL in item:
                return True
        elif isinstance(item, dict):
            left += item
            left += item.values()
        elif isinstance(item, list):
            left += item
    return False


def refuse_nul(text: str, document: DocumentNode) -> None:
    """Passes a document none of whose strings holds the character.

    :param text: of the document; without the character and without an escape none of the strings is looked at.
    :raises GraphQLError: one does.
    """
    if NUL in text or "\\u" in text:
        visit(document, _NulFinder())


class _NulFinder(Visitor):
    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if NUL in node.value:
            raise GraphQLError("A string holds U+0000. No text here can: leave it out.", node)
