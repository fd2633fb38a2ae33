"""The headers of the tus protocol, read strictly: what cannot be right is refused by name."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from starlette.datastructures import Headers

from server.problem import Problem

VERSION: Final = "1.0.0"
EXTENSIONS: Final = ("creation", "creation-with-upload", "expiration", "checksum", "termination")
PIECE_TYPE: Final = "application/offset+octet-stream"
LONGEST_METADATA: Final = 4096
"""Characters of `Upload-Metadata`."""
LONGEST_FILE_NAME: Final = 255
CHECKSUM_MISMATCH: Final = 460
"""The status that the protocol gives to a piece that arrived otherwise than it was sent."""

CHECKSUM_ALGORITHMS: Final = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
_METADATA_KEY = re.compile(r"[!-+\--~]{1,100}", re.ASCII)  # visible ASCII but the comma


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a piece must hash to."""

    algorithm: str
    digest: bytes


def require_version(headers: Headers) -> None:
    """
    :raises Problem: 412, where the client speaks another version of the protocol, or does not say which.
    """
    if headers.get("tus-resumable") != VERSION:
        raise Problem(
            412,
            f"This server speaks version {VERSION} of the tus protocol: send Tus-Resumable: {VERSION}.",
            reason="TUS_VERSION",
            headers={"Tus-Version": VERSION},
        )


def read_number(headers: Headers, name: str) -> int:
    """A whole number that must be there.

    :raises Problem: 400, where it is not.
    """
    value = headers.get(name, "")
    if not _NUMBER.fullmatch(value):
        raise Problem(400, f"The header {name} must be a whole number of bytes.", reason="BAD_HEADER")
    return int(value)


def read_length(headers: Headers, most: int) -> int:
    """How long a new upload will be.

    :raises Problem: 400 where it is not said; 413 where it is more than `most`.
    """
    if "upload-defer-length" in headers:
        raise Problem(400, "Say the length of the file at once, as Upload-Length.", reason="BAD_HEADER")
    length = read_number(headers, "Upload-Length")
    if length > most:
        raise Problem(413, f"Upload-Length is {length:,} bytes; at most {most:,} are taken.", reason="UPLOAD_TOO_LARGE")
    return length


def require_piece(headers: Headers) -> None:
    """
    :raises Problem: 415, where the body is not said to be a piece of an upload.
    """
    if headers.get("content-type", "").partition(";")[0].strip().lower() != PIECE_TYPE:
        raise Problem(415, f"Send a piece of an upload as Content-Type: {PIECE_TYPE}.", reason="BAD_HEADER")


def read_checksum(headers: Headers) -> Checksum | None:
    """What the piece must hash to, where that is said.

    :raises Problem: 400, where it is said wrongly, or with an algorithm that is not offered.
    """
    value = headers.get("upload-checksum")
    if value is None:
        return None
    algorithm, _, encoded = value.strip().partition(" ")
    if algorithm not in CHECKSUM_ALGORITHMS:
        offered = ", ".join(CHECKSUM_ALGORITHMS)
        raise Problem(400, f"Upload-Checksum must begin with one of: {offered}.", reason="BAD_HEADER")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        digest = b""
    if len(digest) != CHECKSUM_ALGORITHMS[algorithm]().digest_size:
        raise Problem(400, f"Upload-Checksum must hold a {algorithm} digest in Base64.", reason="BAD_HEADER")
    return Checksum(algorithm, digest)


def read_metadata(value: str | None) -> dict[str, bytes]:
    """`Upload-Metadata` as keys and values.

    :raises Problem: 400, where it is not as the protocol writes it.
    """
    found: dict[str, bytes] = {}
    if value is None or not value.strip():
        return found
    if len(value) > LONGEST_METADATA:
        raise Problem(400, f"Upload-Metadata is longer than {LONGEST_METADATA:,} characters.", reason="BAD_HEADER")
    for pair in value.split(","):
        key, _, encoded = pair.strip().partition(" ")
        try:
            decoded = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            decoded = None
        if decoded is None or not _METADATA_KEY.fullmatch(key) or key in found:
            raise Problem(
                400,
                "Upload-Metadata must be keys, each once, with values in Base64: filename ZmlsZS5qcGc=,filetype aW1hZ2U=.",
                reason="BAD_HEADER",
            )
        found[key] = decoded
    return found


def file_name(metadata: Mapping[str, bytes]) -> str | None:
    """What the client calls the file: for people to read, never to find, or to trust, anything by."""
    given = metadata.get("filename", metadata.get("name", b"")).decode("utf-8", "replace")
    last = re.split(r"[/\\]", given)[-1]
    printable = "".join(character for character in last if character.isprintable()).strip()
    return printable[-LONGEST_FILE_NAME:] or None


def http_date(moment: datetime) -> str:
    """A moment as HTTP writes it (RFC 9110, section 5.6.7)."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
