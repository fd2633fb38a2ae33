"""Requests that this server makes to addresses which others gave it, guarded against being turned on its own network (SSRF)."""

from server.outgoing.address import AddressRefused, is_public
from server.outgoing.client import Answer, GuardedClient, OutgoingError, check_given_url, check_url

__all__ = ["AddressRefused", "Answer", "GuardedClient", "OutgoingError", "check_given_url", "check_url", "is_public"]
