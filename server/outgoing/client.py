"""The client for outgoing requests: guarded addresses, no redirects, a deadline for the whole, and no more of the answer than is wanted."""

from __future__ import annotations

import asyncio
import itertools
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx2

from models.errors import BadUrl
from server.outgoing.address import AddressRefused, GuardedBackend, Resolve, resolve

_LONGEST_URL: Final = 2048
_KEPT_CONNECTIONS: Final = 128
_POOLS: Final = 16
"""For each request a pool looks at all of its idle connections (httpcore2 2.16), so there are several small ones, asked in turn."""
USER_AGENT: Final = "Storypool"


class OutgoingError(Exception):
    """A request that came to no answer; the message says why, in words that may be shown to whoever gave the address."""


@dataclass(frozen=True)
class Answer:
    """What was answered.

    :param body: at most so many bytes as were wanted.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


def check_url(url: str, *, allow_private: bool) -> str:
    """An address that may be called, as far as it can be told without calling it.

    :raises BadUrl: not an absolute https address without credentials; http only where private addresses are allowed.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        httpx2.URL(url)
    except (ValueError, httpx2.InvalidURL) as error:
        raise BadUrl(f"{url[:100]!r} is not a URL: {error}", field=["url"]) from None
    schemes = ("https", "http") if allow_private else ("https",)
    if parts.scheme not in schemes or not parts.hostname or port == 0:
        raise BadUrl(f"{url[:100]!r} must be an absolute https address", field=["url"])
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadUrl("the address must not hold a user, a password or a fragment", field=["url"])
    if len(url) > _LONGEST_URL or not url.isascii() or any(character <= " " for character in url):
        raise BadUrl(f"the address must be at most {_LONGEST_URL} ASCII characters without spaces", field=["url"])
    return url


class GuardedClient:
    """Makes requests. Connections are kept for the next request to the same host.

    :param allow_private: also to addresses that are not public, and without TLS; for tests and demonstrations on one machine.
    :param seconds: in which the whole request must be over.
    :param most_bytes: of an answer's body that are read.
    :param verify: the certificates to trust; None for those of the system.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        seconds: float = 15,
        most_bytes: int = 65_536,
        verify: ssl.SSLContext | None = None,
        resolver: Resolve = resolve,
    ) -> None:
        self.allow_private = allow_private
        self._seconds = seconds
        self._most_bytes = most_bytes
        trusted = verify if verify is not None else httpx2.create_ssl_context(trust_env=False)
        self._clients = [self._pool_of_connections(trusted, resolver) for _ in range(_POOLS)]
        self._turn = itertools.cycle(self._clients)

    def _pool_of_connections(self, trusted: ssl.SSLContext, resolver: Resolve) -> httpx2.AsyncClient:
        transport = httpx2.AsyncHTTPTransport(
            verify=trusted,
            trust_env=False,
            limits=httpx2.Limits(
                max_connections=None, max_keepalive_connections=_KEPT_CONNECTIONS // _POOLS, keepalive_expiry=30
            ),
        )
        # There is no public way to give the transport a network backend (httpx2 2.16); it dials by this one of its pool.
        transport._pool._network_backend = GuardedBackend(allow_private=self.allow_private, resolver=resolver)
        return httpx2.AsyncClient(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            timeout=self._seconds,
            headers={"User-Agent": USER_AGENT},
        )

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Sends a body. Redirects are answers like any other.

        :raises OutgoingError: no answer came.
        """
        check_url(url, allow_private=self.allow_private)
        try:
            async with (
                asyncio.timeout(self._seconds),
                next(self._turn).stream("POST", url, content=body, headers=dict(headers)) as response,
            ):
                found = bytearray()
                async for chunk in response.aiter_raw():
                    found += chunk[: self._most_bytes - len(found)]
                    if len(found) >= self._most_bytes:
                        break
                return Answer(response.status_code, dict(response.headers), bytes(found))
        except AddressRefused as error:
            raise OutgoingError(str(error)) from None
        except TimeoutError:
            raise OutgoingError(f"no whole answer within {self._seconds:g} seconds") from None
        except httpx2.ConnectTimeout:
            raise OutgoingError("no connection in time") from None
        except httpx2.TimeoutException:
            raise OutgoingError(f"no whole answer within {self._seconds:g} seconds") from None
        except httpx2.ConnectError as error:
            raise OutgoingError(_connect_failure(error)) from None
        except httpx2.HTTPError as error:
            raise OutgoingError(f"the connection failed: {type(error).__name__}") from None

    async def close(self) -> None:
        """Closes every connection."""
        for client in self._clients:
            await client.aclose()


def _connect_failure(error: BaseException) -> str:
    """In words, without addresses."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, ssl.SSLCertVerificationError):
            return f"the certificate is not trusted: {found.verify_message}"
        if isinstance(found, ssl.SSLError):
            return f"TLS failed: {found.reason}"
        found = found.__cause__ or found.__context__
    return "no connection: the host cannot be resolved or refuses"
