"""Signed addresses of files: who holds one may read that file as the client for whom it was made, for a few minutes.

    /media/<sha256>?token=<client id>.<expiry>.<scopes>.<signature>

The signature is over the file's name and all of that. It says who asks and nothing of rights: these are looked at anew at every download.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from itsdangerous import BadSignature, Signer

from models.actor import Actor
from models.scope import Scope
from schema.media import MEDIA_PATH, MediaAddress
from schema.scalar import Url
from server.url_key import UrlKeyRing

_PURPOSE: Final = b"storypool media address"
"""Keys are derived for it, so that no signature that was made for something else opens a file."""
_SCOPES: Final = (Scope.POOL_READ, Scope.EMBARGO_READ, Scope.STORY_WRITE, Scope.AUDIT_READ)
"""Those that make a difference for a file, in the order of their bits. Add to the end only."""
_CLAIMS = re.compile(r"([A-Za-z0-9_-]{1,64})\.([0-9a-f]{1,12})\.([0-9a-f]{1,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class AddressClaims:
    """What an address says: who may use it, and with which scopes."""

    client_id: str
    scopes: frozenset[Scope]


class SignedAddresses:
    """Makes signed addresses, and reads them.

    :param public_url: under which clients reach the server, without a trailing slash.
    :param seconds: for which an address is good.
    """

    def __init__(self, public_url: str, keys: UrlKeyRing, *, seconds: int) -> None:
        self._base = f"{public_url}{MEDIA_PATH}"
        self._keys = keys
        self._seconds = seconds

    async def of(self, actor: Actor, now: datetime) -> MediaAddress:
        """See `schema.media.MediaAddresses.of`."""
        expiry = int(now.timestamp()) + self._seconds
        scopes = sum(1 << bit for bit, scope in enumerate(_SCOPES) if actor.has(scope))
        claims = f"{actor.client_id}.{expiry:x}.{scopes:x}"
        sign, base = _signer(await self._keys.secrets()).get_signature, self._base

        def address(sha256: str) -> Url:
            signature = sign(f"{sha256}.{claims}").decode("ascii")
            return Url(f"{base}/{sha256}?token={claims}.{signature}")

        return address

    async def read(self, sha256: str, token: str, now: datetime) -> AddressClaims | None:
        """What an address says; None where it was not made here for this file, or has expired."""
        try:
            signed = _signer(await self._keys.secrets()).unsign(f"{sha256}.{token}").decode("ascii")
        except (BadSignature, UnicodeError):
            return None
        found = _CLAIMS.fullmatch(signed.removeprefix(f"{sha256}."))
        if found is None or int(found[2], 16) <= now.timestamp():
            return None
        scopes = int(found[3], 16)
        return AddressClaims(found[1], frozenset(scope for bit, scope in enumerate(_SCOPES) if scopes >> bit & 1))


def _signer(secrets: Sequence[bytes]) -> Signer:
    """Signs with the last of the keys, and knows all of them."""
    derived = [hmac.digest(secret, _PURPOSE, "sha256") for secret in secrets]
    return Signer(derived, key_derivation="none", digest_method=hashlib.sha256)
