"""Which addresses may be dialled: the public ones, however they are written, and whatever name leads to them.

A name is resolved once, each of its addresses is checked, and one that was checked is what is dialled: a name that resolves to something
else a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import httpcore2

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host, as text, in the order in which to try them."""
_IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_TRIES: Final = 3
"""Of a host's addresses, how many are tried."""


class AddressRefused(Exception):
    """A host that is not, or not only, at public addresses. The message names the host alone: what it resolves to is nobody's business."""


def is_public(text: str) -> bool:
    """Whether an IP address is one of the public internet (the IANA special-purpose registries), and so is every address hidden in it."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in (address, *_inside(address)))


def _inside(address: _IpAddress) -> Iterable[_IpAddress]:
    """The IPv4 addresses that an IPv6 address carries: mapped, compatible, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if any(address in network for network in _NAT64) or int(address) < 2**32:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


async def resolve(host: str, port: int) -> list[str]:
    """What the system says. It reads `127.1`, `0x7f.1` and `2130706433` as addresses, too: what it makes of them is checked.

    :raises OSError: there is no such host.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Dials checked addresses only.

    :param allow_private: dials any address; for tests and demonstrations on one machine.
    """

    def __init__(self, *, allow_private: bool, resolver: Resolve = resolve) -> None:
        self._allow_private = allow_private
        self._resolve = resolver
        self._backend = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the name is the interface's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Resolves, checks, dials.

        :raises AddressRefused: any of the host's addresses is not public.
        """
        try:
            addresses = await self._resolve(host, port)
        except OSError as error:
            raise httpcore2.ConnectError("the host cannot be resolved") from error
        if not addresses:
            raise httpcore2.ConnectError("the host has no address")
        if not self._allow_private and not all(is_public(address) for address in addresses):
            raise AddressRefused(f"{host[:100]} is not at a public address")
        failure: Exception | None = None
        for address in addresses[:_TRIES]:
            try:
                return await self._backend.connect_tcp(
                    address, port, timeout=timeout, local_address=local_address, socket_options=socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        assert failure is not None
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - the name is the interface's
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Never.

        :raises AddressRefused: always.
        """
        raise AddressRefused("sockets of this machine are not dialled")

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await self._backend.sleep(seconds)
