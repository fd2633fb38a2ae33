"""What the authorization server and the API say about themselves to clients that set themselves up."""

from __future__ import annotations

from models.base import JsonObject
from models.client import CLIENT_CREDENTIALS, SECRET_AUTH_METHODS
from models.scope import Scope
from server.oauth.access_token import api_identifier

AUTHORIZATION_SERVER_PATH = "/.well-known/oauth-authorization-server"
PROTECTED_RESOURCE_PATH = "/.well-known/oauth-protected-resource/graphql"
JWKS_PATH = "/.well-known/jwks.json"
TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address


def protected_resource_metadata_url(issuer: str) -> str:
    """Where the metadata of the API stands: the path is put before the resource's own (RFC 9728, section 3.1)."""
    return issuer + PROTECTED_RESOURCE_PATH


def authorization_server_metadata(issuer: str) -> JsonObject:
    """RFC 8414, section 2; only what this server does."""
    return {
        "issuer": issuer,
        "token_endpoint": issuer + TOKEN_PATH,
        "jwks_uri": issuer + JWKS_PATH,
        "scopes_supported": [str(scope) for scope in Scope],
        "response_types_supported": [],  # required, and empty without an authorization endpoint
        "grant_types_supported": [CLIENT_CREDENTIALS],
        "token_endpoint_auth_methods_supported": list(SECRET_AUTH_METHODS),
        "protected_resources": [api_identifier(issuer)],
    }


def protected_resource_metadata(issuer: str) -> JsonObject:
    """RFC 9728, section 2."""
    return {
        "resource": api_identifier(issuer),
        "authorization_servers": [issuer],
        "scopes_supported": [str(scope) for scope in Scope],
        "bearer_methods_supported": ["header"],
        "resource_name": "Storypool",
    }
