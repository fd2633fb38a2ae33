"""The files of assets over HTTP, and the addresses that are given out for them."""

from server.media.address import SignedAddresses
from server.media.endpoint import MediaEndpoint

__all__ = ["MediaEndpoint", "SignedAddresses"]
