"""Which media type answers, and which may ask (GraphQL over HTTP, sections 4 to 6)."""

from __future__ import annotations

from email.message import Message

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"

_RANGES = {GRAPHQL_RESPONSE: GRAPHQL_RESPONSE, JSON: JSON, "application/*": JSON, "*/*": JSON}


def response_type(accept: str) -> str | None:
    """The media type to answer with; None when the client accepts neither.

    The highest quality wins, and among equals `application/graphql-response+json` where it is named. A wildcard, or no
    header at all, stands for `application/json`, which clients older than the specification expect. A quality of 0
    refuses (RFC 9110, section 12.4.2).
    """
    if not accept.strip():
        return JSON
    best: str | None = None
    best_rank = (0.0, 0)
    refused: set[str] = set()
    for part in accept.split(","):
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        media_type = _RANGES.get(media_range)
        if media_type is None:
            continue
        quality = _quality(parameters)
        if quality == 0:
            refused.add(media_range)
        rank = (quality, 1 if media_range == GRAPHQL_RESPONSE else 0)
        if quality > 0 and rank > best_rank:
            best, best_rank = media_type, rank
    if best == JSON and JSON in refused:
        return None if GRAPHQL_RESPONSE in refused else GRAPHQL_RESPONSE
    return best


def is_json(content_type: str) -> bool:
    """Whether a request's body is JSON in UTF-8, as `Content-Type` says."""
    message = Message()
    message["content-type"] = content_type
    charset = str(message.get_param("charset", "utf-8")).lower()
    return bool(content_type) and message.get_content_type() == JSON and charset in ("utf-8", "utf8")


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
