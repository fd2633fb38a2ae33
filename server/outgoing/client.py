"""The client for outgoing requests: guarded addresses, a deadline for the whole, and no more of the answer than is wanted."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx2

from models.errors import BadUrl
from server.outgoing.address import AddressRefused, GuardedBackend, Resolve, is_public, resolve

_LONGEST_URL: Final = 2048
_KEPT_CONNECTIONS: Final = 128
_POOLS: Final = 16
"""For each request a pool looks at all of its idle connections (httpcore2 2.16), so there are several small ones, asked in turn."""
USER_AGENT: Final = "Storypool"
MOST_REDIRECTS: Final = 5
_READS: Final = {
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1",
    "Accept-Encoding": "gzip, deflate",
}


class OutgoingError(Exception):
    """A request that came to no answer; the message says why, in words that may be shown to whoever gave the address."""


@dataclass(frozen=True)
class Answer:
    """What was answered.

    :param body: at most so many bytes as were wanted.
    :param url: that answered, after redirects.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str = ""


def check_url(url: str, *, allow_private: bool) -> str:
    """An address that may be called, as far as it can be told without calling it.

    :raises BadUrl: not an absolute https address without credentials; http only where private addresses are allowed.
    """
    parts, port = _split(url)
    schemes = ("https", "http") if allow_private else ("https",)
    if parts.scheme not in schemes or not parts.hostname or port == 0:
        raise BadUrl(f"{url[:100]!r} must be an absolute https address", field=["url"])
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadUrl("the address must not hold a user, a password or a fragment", field=["url"])
    if len(url) > _LONGEST_URL or not url.isascii() or any(character <= " " for character in url):
        raise BadUrl(f"the address must be at most {_LONGEST_URL} ASCII characters without spaces", field=["url"])
    return url


def check_given_url(url: str, *, allow_private: bool) -> str:
    """As `check_url`, and no address of a private network that is written as a number: what somebody gives to be called later.

    :raises BadUrl: it is one, or none.
    """
    check_url(url, allow_private=allow_private)
    host = urlsplit(url).hostname or ""
    written = host == "localhost" or ":" in host or host.replace(".", "").isdecimal()
    if written and not allow_private and not is_public(host):
        raise BadUrl(f"{host[:100]!r} is not at a public address", field=["url"])
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
        async with (
            self._answering(),
            next(self._turn).stream("POST", url, content=body, headers=dict(headers)) as response,
        ):
            found = bytearray()
            async for chunk in response.aiter_raw():
                found += chunk[: self._most_bytes - len(found)]
                if len(found) >= self._most_bytes:
                    break
            return Answer(response.status_code, dict(response.headers), bytes(found), url)
        raise AssertionError("unreachable")

    async def get(self, url: str) -> Answer:
        """Reads a page, over at most `MOST_REDIRECTS` redirects, each of which is guarded as the first address is.

        What is compressed is unpacked, and no more of it than is wanted, however small it came.

        :raises BadUrl: the address, or one that it leads to, is no absolute http or https address without credentials.
        :raises OutgoingError: no answer came, or the redirects do not end.
        """
        async with self._answering():
            for _ in range(MOST_REDIRECTS + 1):
                _check_page(url)
                async with next(self._turn).stream("GET", url, headers=_READS) as response:
                    if not response.is_redirect or not response.headers.get("location"):
                        body = await self._unpacked(response)
                        return Answer(response.status_code, dict(response.headers), body, url)
                    url = urljoin(url, response.headers["location"]).partition("#")[0]
            raise OutgoingError(f"more than {MOST_REDIRECTS} redirects, one after another")
        raise AssertionError("unreachable")

    async def _unpacked(self, response: httpx2.Response) -> bytes:
        encoding = response.headers.get("content-encoding", "").strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise OutgoingError(f"the answer is packed as {encoding[:20]!r}, which was not asked for")
        unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32) if encoding not in ("", "identity") else None
        found = bytearray()
        async for chunk in response.aiter_raw():
            left = self._most_bytes - len(found)
            if unpacking is None:
                found += chunk[:left]
            else:
                try:
                    found += unpacking.decompress(chunk, left)
                except zlib.error:
                    raise OutgoingError("the answer is packed, and cannot be unpacked") from None
            if len(found) >= self._most_bytes:
                break
        return bytes(found)

    @contextlib.asynccontextmanager
    async def _answering(self) -> AsyncIterator[None]:
        """Within the time that there is; what fails is told in words of our own."""
        try:
            async with asyncio.timeout(self._seconds):
                yield
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


def _split(url: str) -> tuple[SplitResult, int | None]:
    """An address in parts, with its port.

    :raises BadUrl: it is none.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        httpx2.URL(url)
    except (ValueError, httpx2.InvalidURL) as error:
        raise BadUrl(f"{url[:100]!r} is not a URL: {error}", field=["url"]) from None
    return parts, port


def _check_page(url: str) -> None:
    """:raises BadUrl: see `GuardedClient.get`."""
    parts, port = _split(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise BadUrl(f"{url[:100]!r} is not an absolute http or https address", field=["url"])
    if parts.username is not None or parts.password is not None:
        raise BadUrl("the address must hold no user and no password", field=["url"])
    if len(url) > _LONGEST_URL:
        raise BadUrl(f"the address must be at most {_LONGEST_URL} characters", field=["url"])


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
