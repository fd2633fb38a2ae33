"""What an installation lays down for its desk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from models.base import DEFAULT_ZONE
from models.errors import BadInput
from models.story import story_uri

MOST_APPROVALS = 5
"""How many approvals an installation can ask for."""
LONGEST_STORY_URI = 144
"""Characters. The URI of a variant adds language, form and label to it, and has room for 255."""
_PREFIX = re.compile(r"urn:newsml:[a-z0-9.-]+", re.ASCII)


@dataclass(frozen=True)
class DeskRules:
    """What holds for every story of the desk.

    :param uri_prefix: what the URIs of new stories begin with: `urn:newsml:PROVIDER`, where the provider is a domain name.
    :param approvals: how many people other than its authors have to approve a variant.
    :param zone: the time zone (IANA) of the day in a URI.
    """

    uri_prefix: str
    approvals: int = 1
    zone: str = DEFAULT_ZONE

    def uri(self, slug: str, at: datetime) -> str:
        """The URI of a new story.

        :param at: a moment of the day that it names.
        :raises BadInput: the slug cannot be part of a URI.
        """
        try:
            return parse_story_uri(story_uri(self.uri_prefix, at.astimezone(ZoneInfo(self.zone)), slug), "slug")
        except ValueError:
            raise BadInput(
                f"{slug[:80]!r} cannot stand in a URI; write letters, digits, dots, hyphens and underscores of ASCII",
                field=["slug"],
            ) from None


def parse_story_uri(uri: str, field: str = "uri") -> str:
    """A NewsML URN (RFC 3085) for a story, as it was given.

    :raises BadInput: it is none, or too long.
    """
    if not re.fullmatch(_PREFIX.pattern + r":\d{8}:[A-Za-z0-9._-]{1,128}", uri, re.ASCII):
        raise BadInput(f"{uri[:80]!r} is not a NewsML URN such as urn:newsml:example.org:20261120:slug", field=[field])
    if len(uri) > LONGEST_STORY_URI:
        raise BadInput(f"the URI has {len(uri)} characters; at most {LONGEST_STORY_URI} are possible", field=[field])
    return uri


def is_uri_prefix(value: str) -> bool:
    """Whether URIs of stories can begin so."""
    return len(value) <= 64 and _PREFIX.fullmatch(value) is not None


def prefix_of(public_url: str) -> str:
    """The prefix of URIs for a centre that has laid down none: its host provides."""
    host = re.sub(r"[^a-z0-9.-]", "-", (urlsplit(public_url).hostname or "storypool").lower())
    return f"urn:newsml:{host[:48]}"
