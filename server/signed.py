"""Values that are signed for a time by the keys of addresses: links in mails, passes to shared reports."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from models.base import Clock
from models.url_key import UrlKey


def timed_serializer(keys: Sequence[UrlKey], purpose: str, clock: Clock) -> URLSafeTimedSerializer:
    """Signs and reads values, by HMAC with SHA-256.

    :param keys: the newest first, which signs; all of them are believed.
    :param purpose: what is signed for another is not believed.
    """

    class Signer(TimestampSigner):
        """Signs at the moment of our clock."""

        def get_timestamp(self) -> int:
            return int(clock().timestamp())

    options: dict[str, Any] = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    oldest_first = [key.secret for key in reversed(keys)]
    return URLSafeTimedSerializer(oldest_first, salt=purpose, signer=Signer, signer_kwargs=options)
