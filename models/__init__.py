"""Tables and rules of the story pool. Knows nothing of GraphQL or HTTP."""
