"""Where things are served."""

GRAPHQL_PATH = "/graphql"

UPLOADS_PATH = "/uploads"
"""Uploads; their bodies are bounded by what is missing from them, not as other requests' are."""
