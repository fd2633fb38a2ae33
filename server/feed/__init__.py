"""Feeds for systems that speak no GraphQL: ninjs, Atom, RSS and JSON Feed, under the same rights as everything else."""

from server.feed.endpoint import FeedEndpoint

__all__ = ["FeedEndpoint"]
