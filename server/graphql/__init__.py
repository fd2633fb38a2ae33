"""GraphQL over HTTP: the one place where the schema meets the server."""

from server.graphql.caching import AnswerCache
from server.graphql.endpoint import Gate, GraphQLEndpoint
from server.graphql.operations import ContextFactory

__all__ = ["AnswerCache", "ContextFactory", "Gate", "GraphQLEndpoint"]
