"""Where things are served."""

GRAPHQL_PATH = "/graphql"
