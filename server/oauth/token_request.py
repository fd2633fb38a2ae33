"""A request to the token endpoint, read and checked for its form before anybody looks at what it asks
(RFC 6749, sections 2.3 and 3.2)."""

from __future__ import annotations

import base64
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from urllib.parse import parse_qsl

from authlib.oauth2 import OAuth2Request
from authlib.oauth2.rfc6749 import OAuth2Payload
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from starlette.requests import Request

FORM = "application/x-www-form-urlencoded"
CLIENT_ID = re.compile(r"[\x21-\x7e]{1,64}", re.ASCII)
"""What a client id can look like; whatever else is sent as one names nobody."""
_LONGEST_BODY = 16_384
_MOST_PARAMETERS = 32


class TokenParameters(OAuth2Payload):  # type: ignore[misc] # Authlib is untyped
    """The parameters of the body, each given once."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._values = dict(pairs)

    @property
    def data(self) -> dict[str, str]:
        return self._values

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return defaultdict(list, {name: [value] for name, value in self._values.items()})


class TokenRequest(OAuth2Request):  # type: ignore[misc] # Authlib is untyped
    """What Authlib's server reads. Parameters of the address are none of it.

    :ivar claimed_client_id: whom the request says that it comes from, before anything is checked; None where it can be nobody.
    """

    def __init__(
        self, uri: str, authorization: str | None, pairs: Sequence[tuple[str, str]], claimed_client_id: str | None
    ) -> None:
        super().__init__("POST", uri, headers={} if authorization is None else {"Authorization": authorization})
        self.payload = TokenParameters(pairs)
        self.claimed_client_id = claimed_client_id

    @property
    def form(self) -> dict[str, str]:
        return self.payload.data


async def read_token_request(request: Request, uri: str) -> TokenRequest:
    """Reads the request.

    :param uri: the public address of the token endpoint.
    :raises InvalidRequestError: not a form, too large, not UTF-8, a parameter in the address or given twice, more than
        one way of authenticating, or no `grant_type`.
    """
    if request.url.query:
        raise InvalidRequestError("send the parameters in the body, not in the address")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise InvalidRequestError(f"the content type must be {FORM}")
    pairs = _parameters(await _body(request))
    parameters = dict(pairs)
    authorization, client_id = _authorization(request, parameters)
    if "grant_type" not in parameters:
        raise InvalidRequestError("grant_type is missing")
    return TokenRequest(uri, authorization, pairs, client_id if CLIENT_ID.fullmatch(client_id) else None)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_BODY:
            raise InvalidRequestError(f"the body must not be longer than {_LONGEST_BODY} bytes", status_code=413)
    return body


def _parameters(body: bytes) -> list[tuple[str, str]]:
    """A parameter without a value counts as left out (RFC 6749, section 3.2)."""
    try:
        pairs = parse_qsl(body.decode(), errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError:  # UnicodeDecodeError is one
        raise InvalidRequestError(f"the body must be a form of at most {_MOST_PARAMETERS} fields in UTF-8") from None
    if any(count > 1 for count in Counter(name for name, _ in pairs).values()):
        raise InvalidRequestError("a parameter is given more than once")
    return pairs


def _authorization(request: Request, parameters: dict[str, str]) -> tuple[str | None, str]:
    """The header that authenticates the client, if one does, and the client id that was sent; empty for none."""
    in_body = parameters.get("client_id", "")
    headers = request.headers.getlist("authorization")
    if not headers:
        return None, in_body
    if len(headers) > 1 or "client_secret" in parameters:
        raise InvalidRequestError("authenticate the client in one way only")
    scheme, _, credentials = headers[0].partition(" ")
    if scheme.lower() != "basic":
        return None, in_body
    if not credentials.strip():  # Authlib 1.9 cannot split it
        raise InvalidRequestError("the Authorization header is Basic without credentials")
    try:
        client_id = base64.b64decode(credentials, validate=True).decode().partition(":")[0]
    except ValueError:  # binascii.Error and UnicodeDecodeError are ones
        raise InvalidRequestError("the Authorization header is not Basic with base64 of UTF-8") from None
    if in_body and in_body != client_id:
        raise InvalidRequestError("client_id in the body is another than in the Authorization header")
    return headers[0], client_id
