"""Who asks: a person, as far as that can be told, or a program."""

from __future__ import annotations

from counter_robots import is_robot_or_machine
from starlette.requests import Request

_LONGEST = 512
"""Characters of a user agent that are looked at: the patterns take time in proportion to them."""


def is_person(request: Request) -> bool:
    """Whether a request counts without robots.

    Not: one whose user agent is in the lists of robots and machines of the COUNTER Code of Practice (in the package counter-robots),
    one that names none, one for the headers alone, and what a browser loads before anybody asked for it (`Sec-Purpose`, and the older
    names of that).
    """
    if request.method != "GET" or is_robot_or_machine(request.headers.get("user-agent", "")[:_LONGEST]):
        return False
    purposes = (request.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-purpose", "x-moz"))
    return not any(purpose.lower().startswith(("prefetch", "preview", "prerender")) for purpose in purposes)
