"""GraphQL over HTTP: the one place where the schema meets the server."""

from server.graphql.endpoint import ContextFactory, Gate, GraphQLEndpoint

__all__ = ["ContextFactory", "Gate", "GraphQLEndpoint"]
