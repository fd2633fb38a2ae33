"""What a request without a usable access token is answered (RFC 6750, section 3).

    AuthenticationError
    ├── TokenMissing              401, without an error code: the request did not try
    ├── AuthorizationMalformed    400 invalid_request
    ├── TokenNotValid             401 invalid_token
    ├── TokenExpired              401 invalid_token
    ├── ClientRefused             401 invalid_token
    └── ScopeInsufficient         403 insufficient_scope

Descriptions are fixed sentences in the characters that RFC 6750 permits; nothing that was sent is repeated.
"""

from __future__ import annotations

from typing import ClassVar

from starlette.responses import JSONResponse, Response

from models.scope import Scope

REALM = "storypool"


class AuthenticationError(Exception):
    """The request cannot be served for want of a usable access token.

    :param description: what is wrong and what to do; shown to the client.
    """

    status: ClassVar[int] = 401
    code: ClassVar[str] = "UNAUTHENTICATED"
    oauth_error: ClassVar[str | None] = "invalid_token"
    default_description: ClassVar[str]

    def __init__(self, description: str | None = None) -> None:
        self.description = description or self.default_description
        super().__init__(self.description)


class TokenMissing(AuthenticationError):
    """No `Authorization` header. The challenge carries no error code (RFC 6750, section 3.1)."""

    oauth_error = None
    default_description = "an access token is needed: send it as Authorization: Bearer TOKEN"


class AuthorizationMalformed(AuthenticationError):
    """An `Authorization` header that is not one bearer token."""

    status = 400
    oauth_error = "invalid_request"
    default_description = "the Authorization header must be: Bearer, a space, and one access token"


class TokenNotValid(AuthenticationError):
    """Not an access token that this server gave for this API."""

    default_description = "the access token is not valid: it was not issued by this server for this API"


class TokenExpired(AuthenticationError):
    """The token was good until it expired."""

    default_description = "the access token has expired: get a new one at the token endpoint"


class ClientRefused(AuthenticationError):
    """The token is good, but its client, or the partner of the client, is suspended."""

    default_description = "the client is suspended"


class ScopeInsufficient(AuthenticationError):
    """The token is good, but permits nothing here.

    :param scope: what it would need.
    """

    status = 403
    code = "FORBIDDEN"
    oauth_error = "insufficient_scope"
    default_description = "the access token carries no scope of this API"

    def __init__(self, *, scope: Scope = Scope.POOL_READ) -> None:
        super().__init__()
        self.scope = scope


def challenge(error: AuthenticationError, resource_metadata: str) -> str:
    """The value of `WWW-Authenticate`.

    :param resource_metadata: where the metadata of the API stands (RFC 9728, section 5.1).
    """
    parameters = [f'realm="{REALM}"']
    if error.oauth_error is not None:
        parameters += [f'error="{error.oauth_error}"', f'error_description="{error.description}"']
    if isinstance(error, ScopeInsufficient):
        parameters.append(f'scope="{error.scope}"')
    parameters.append(f'resource_metadata="{resource_metadata}"')
    return "Bearer " + ", ".join(parameters)


def challenge_response(
    error: AuthenticationError, request_id: str, *, resource_metadata: str, media_type: str = "application/json"
) -> Response:
    """The answer, its body in the form of a GraphQL request error.

    :param request_id: repeated in `extensions.requestId`.
    :param resource_metadata: see `challenge`.
    :param media_type: what was negotiated with the client.
    """
    body = {
        "errors": [{"message": error.description, "extensions": {"code": error.code, "requestId": request_id}}],
    }
    headers = {"WWW-Authenticate": challenge(error, resource_metadata), "Cache-Control": "no-store"}
    return JSONResponse(body, error.status, headers=headers, media_type=media_type)
