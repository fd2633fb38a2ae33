"""Passwords of report links: people choose them, so they are kept by a function that takes memory and time on purpose."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable
from typing import Final

from models.errors import BadInput

SHORTEST: Final = 8
LONGEST: Final = 128
"""In characters. What is longer is wrong without being looked at."""
_FEWEST_DIFFERENT: Final = 4
_COST, _BLOCK, _PARALLEL = 15, 8, 3
"""scrypt (RFC 7914) with N = 2**15, r = 8, p = 3: 32 MiB, as OWASP's Password Storage Cheat Sheet has it."""
_MOST_MEMORY: Final = 64 * 1024 * 1024
_SALT_BYTES: Final = 16


def check_choice(password: str) -> None:
    """Passes for a password that may be chosen.

    :raises BadInput: it is too short or too long, holds control characters, or is made of fewer than four different characters.
    """
    length = len(_folded(password))
    if length < SHORTEST or len(password) > LONGEST:
        raise BadInput(
            f"the password has {length} characters; choose {SHORTEST} to {LONGEST}, or leave it out", field=["password"]
        )
    if len(set(password)) < _FEWEST_DIFFERENT or any(
        unicodedata.category(letter) in ("Cc", "Cs") for letter in password
    ):
        raise BadInput(
            f"the password needs {_FEWEST_DIFFERENT} different characters, and no control characters",
            field=["password"],
        )


def hash_password(password: str, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """The form in which a password is kept: the parameters, a salt and the hash. It takes tenths of a second: call it in a thread."""
    salt = random_bytes(_SALT_BYTES)
    parts = (base64.b64encode(part).decode() for part in (salt, _scrypt(password, salt, _COST, _BLOCK, _PARALLEL)))
    return ":".join(["scrypt", str(_COST), str(_BLOCK), str(_PARALLEL), *parts])


def is_password(given: str, kept: str) -> bool:
    """Whether it is the password of this hash, compared in constant time. As slow as `hash_password`."""
    if len(given) > LONGEST:
        return False
    _, cost, block, parallel, salt, hashed = kept.split(":")
    found = _scrypt(given, base64.b64decode(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(found, base64.b64decode(hashed))


def _folded(password: str) -> str:
    """NFKC, for the same key press gives different code points on different systems (RFC 8265, section 4)."""
    return unicodedata.normalize("NFKC", password)


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    secret = _folded(password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=2**cost, r=block, p=parallel, maxmem=_MOST_MEMORY, dklen=32)
