"""The parameters of a GraphQL request, read from a query string or a JSON body and checked one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.datastructures import QueryParams

from server.graphql.text import holds_nul
from server.problem import Problem

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAMES = ("query", "documentId", "operationName", "variables", "extensions")

JsonMap = dict[str, Any]
"""A JSON object as a client sent it: the values are whatever it sent."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """A well-formed GraphQL request.

    :ivar query: the document's text; None when only its hash was sent.
    :ivar sha256: the hash that names the document; None when there is none.
    """

    query: str | None
    sha256: str | None
    operation_name: str | None
    variables: JsonMap
    extensions: JsonMap


def read_json_body(body: bytes) -> Parameters:
    """The parameters in the body of a POST.

    :raises Problem: 400, in words, for anything that is not one well-formed request.
    """
    if not body.strip():
        raise Problem(400, "The request body is empty. Send a JSON object with a query.")
    value = _json(body, "The request body")
    if isinstance(value, list):
        raise Problem(400, "The request body is a list. Batches are not served: send one operation at a time.")
    if not isinstance(value, dict):
        raise Problem(400, f"The request body is {_kind(value)}. Send a JSON object with a query.")
    return read_parameters(value)


def read_query_string(given: QueryParams) -> Parameters:
    """The parameters in the query string of a GET; empty ones count as absent.

    :raises Problem: 400, as `read_json_body`, and for a parameter that is given twice.
    """
    values: JsonMap = {}
    for name in _NAMES:
        found = given.getlist(name)
        if len(found) > 1:
            raise Problem(400, f"The parameter {name} is given {len(found)} times. Give it once.")
        if found and found[0]:
            encoded = name in ("variables", "extensions")
            values[name] = _json(found[0].encode(), f"The parameter {name}") if encoded else found[0]
    return read_parameters(values)


def read_parameters(values: Mapping[str, Any]) -> Parameters:
    """The parameters in a JSON object.

    :raises Problem: 400, in words, for one that is not well-formed.
    """
    query = values.get("query")
    if query is not None and not isinstance(query, str):
        raise Problem(400, f"query is {_kind(query)}. It must be a string.")
    operation_name = values.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise Problem(400, f"operationName is {_kind(operation_name)}. It must be a string or null.")
    maps: dict[str, JsonMap] = {}
    for name in ("variables", "extensions"):
        value = values.get(name)
        if value is not None and not isinstance(value, dict):
            raise Problem(400, f"{name} is {_kind(value)}. It must be an object or null.")
        maps[name] = value or {}
    sha256 = _document_id(values.get("documentId")) or _persisted_query(maps["extensions"].get("persistedQuery"))
    if not query and sha256 is None:
        raise Problem(400, "The request has no query. Send the GraphQL document as the string query.")
    return Parameters(query or None, sha256, operation_name or None, maps["variables"], maps["extensions"])


def _document_id(value: object) -> str | None:
    """`documentId` as GraphQL over HTTP has it; of its forms only `sha256:` is served."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise Problem(400, f"documentId is {_kind(value)}. It must be a string.")
    prefix, _, payload = value.partition(":")
    if prefix != "sha256" or not _SHA256.fullmatch(payload):
        raise Problem(400, "documentId must be sha256: and the document's SHA-256 in 64 lower-case hexadecimal digits.")
    return payload


def _persisted_query(value: object) -> str | None:
    """`extensions.persistedQuery` as Apollo's clients send it: version 1 and the hash."""
    if value is None:
        return None
    if not isinstance(value, dict) or value.get("version") != 1:
        raise Problem(400, "extensions.persistedQuery must be an object with version 1 and sha256Hash.")
    sha256 = value.get("sha256Hash")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise Problem(400, "extensions.persistedQuery.sha256Hash must be 64 lower-case hexadecimal digits.")
    return sha256


def _json(encoded: bytes, what: str) -> Any:
    """Any JSON value without U+0000. orjson refuses bad UTF-8, lone surrogates, infinite numbers and nesting beyond 1,024 by itself."""
    try:
        value = orjson.loads(encoded)
    except orjson.JSONDecodeError as error:
        raise Problem(400, f"{what} is not JSON: {error}.", reason="BAD_JSON") from error
    if b"\\u0000" in encoded and holds_nul(value):
        raise Problem(400, f"{what} holds the character U+0000. No text here can: leave it out.")
    return value


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    names = {str: "a string", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names[type(value)]
