"""Outgoing requests: to public addresses only, however they are written; bounded in time and in size; without redirects."""

from __future__ import annotations

import asyncio
import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from models.errors import BadUrl
from server.outgoing import GuardedClient, OutgoingError, check_given_url, check_url, is_public
from tests.server.hook.receiver import listening, receiving

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "192.0.2.1", "198.18.0.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:0:0:0:0:80ff:fffe",
    "no",
]  # fmt: skip


async def post(client: GuardedClient, url: str) -> int:
    try:
        return (await client.post(url, b"{}", {})).status
    finally:
        await client.close()


async def failure(client: GuardedClient, url: str) -> str:
    with pytest.raises(OutgoingError) as failed:
        await post(client, url)
    return str(failed.value)


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public_are_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0",
    ],
)
async def test_no_spelling_of_this_machine_is_dialled(host: str) -> None:
    assert "not at a public address" in await failure(GuardedClient(allow_private=False), f"https://{host}:1/")


async def test_a_name_of_which_one_address_is_private_is_not_dialled() -> None:
    async def both(host: str, port: int) -> list[str]:
        return ["8.8.8.8", "10.0.0.1"]

    client = GuardedClient(allow_private=False, resolver=both)
    assert "pool.example is not at a public address" in await failure(client, "https://pool.example/")


async def test_what_was_checked_is_what_is_dialled_whatever_the_name_says_a_moment_later() -> None:
    asked = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    async with receiving() as receiver:
        client = GuardedClient(allow_private=True, resolver=rebinding)
        assert await post(client, receiver.url.replace("127.0.0.1", "pool.example")) == 204
    assert asked == ["pool.example"]
    assert receiver.calls[0].headers["host"].startswith("pool.example")


@pytest.mark.parametrize(
    "url",
    ["http://pool.example/", "ftp://pool.example/", "//pool.example/", "https:///x", "https://u:p@pool.example/", "https://u@pool.example/",
     "https://pool.example/#x", "https://pool.example:0/", "https://pool.example:99999/", "https://pool.example/ x", "https://[::1",
     "https://pööl.example/", "https://pool.example/" + "x" * 2048, "javascript:alert(1)", ""],
)  # fmt: skip
def test_what_is_no_address_to_call_is_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        check_url(url, allow_private=False)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "localhost", "[::1]", "[::ffff:10.0.0.1]", "10.0.0.1", "169.254.169.254"],
)
def test_a_private_address_that_is_written_as_a_number_is_refused_where_it_is_given(host: str) -> None:
    with pytest.raises(BadUrl, match="not at a public address"):
        check_given_url(f"https://{host}/hook", allow_private=False)
    assert check_given_url(f"http://{host}/hook", allow_private=True)


@pytest.mark.parametrize("host", ["8.8.8.8", "hooks.example.org", "[2606:4700:4700::1111]"])
def test_an_address_that_may_be_public_is_taken(host: str) -> None:
    assert check_given_url(f"https://{host}/hook", allow_private=False)


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    async with receiving() as inner, receiving() as outer:
        outer.answer = lambda call: (302, {"Location": inner.url})
        assert await post(GuardedClient(allow_private=True), outer.url) == 302
    assert inner.calls == []


async def test_one_that_hangs_is_left_at_the_deadline() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with listening(hang) as port:
        told = await failure(GuardedClient(allow_private=True, seconds=0.3), f"http://127.0.0.1:{port}/")
    assert told == "no whole answer within 0.3 seconds"


async def test_one_that_drips_is_left_at_the_deadline() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            writer.write(b".")
            await asyncio.sleep(0.05)

    async with listening(drip) as port:
        told = await failure(GuardedClient(allow_private=True, seconds=0.4), f"http://127.0.0.1:{port}/")
    assert told == "no whole answer within 0.4 seconds"


async def test_no_more_of_an_answer_is_read_than_is_wanted() -> None:
    sent = 0

    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")
        for _ in range(1600):
            writer.write(b"x" * 65_536)
            await writer.drain()
            sent += 65_536

    async with listening(flood) as port:
        client = GuardedClient(allow_private=True, most_bytes=1000)
        answer = await client.post(f"http://127.0.0.1:{port}/", b"", {})
        await client.close()
        assert (answer.status, len(answer.body)) == (200, 1000)
        await asyncio.sleep(0.1)
    assert sent < 50_000_000


async def test_a_certificate_that_is_not_trusted_is_refused(tmp_path: Path) -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with listening(never, self_signed(tmp_path)) as port:
        told = await failure(GuardedClient(allow_private=True), f"https://127.0.0.1:{port}/")
    assert "certificate is not trusted" in told


async def test_a_host_that_refuses_or_is_not_there_is_told_without_its_addresses() -> None:
    async def nobody(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    assert "cannot be resolved" in await failure(
        GuardedClient(allow_private=False, resolver=nobody), "https://x.example/"
    )
    async with listening(_closed) as port:
        pass
    told = await failure(GuardedClient(allow_private=True), f"http://127.0.0.1:{port}/")
    assert "127.0.0.1" not in told


async def _closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256())
    )  # fmt: skip
    form, encoding = serialization.PrivateFormat.PKCS8, serialization.Encoding.PEM
    path = folder / "certificate.pem"
    path.write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()) + made.public_bytes(encoding))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
