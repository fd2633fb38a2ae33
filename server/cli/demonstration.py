"""The demonstration's installation: stories, a client for each partner, and the secrets that it keeps for itself."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import utc_now
from models.client import Client, create_client, rotate_secret, secret_hash
from models.database import Database
from models.errors import OperationalError
from models.media import MediaStore
from models.partner import Partner
from models.scope import PARTNER_SCOPES, Scope, scope_text
from models.token import ensure_signing_key
from seed.loader import load
from seed.progress import Progress
from seed.reading import read_seed
from server.cli.writing import written

CLIENT_NAME = "Demonstration"
SECRETS_FILE = "demo-clients.json"


@dataclass(frozen=True)
class Credentials:
    """A client of the demonstration.

    :param partner: the partner's key; None for staff.
    """

    partner: str | None
    client_id: str
    client_secret: str
    scope: str

    def as_json(self) -> dict[str, str | None]:
        """The form that `storypool demo --json` prints."""
        return {
            "partner": self.partner,
            "clientId": self.client_id,
            "clientSecret": self.client_secret,
            "scope": self.scope,
        }


async def set_up(database: Database, media: MediaStore, secrets: Path, progress: Progress) -> list[Credentials]:
    """Fills a migrated database with the demonstration, or completes what is there.

    :param secrets: the file that keeps the clients' secrets, readable by its owner only.
    :returns: a client for each partner, in the order of the seed, and the staff's.
    """
    seed = read_seed()
    await load(database, media, now=utc_now(), progress=progress, seed=seed)
    kept = _read(secrets)
    async with written(database, "setUpDemonstration", partners=len(seed.partners)) as session:
        await ensure_signing_key(session, utc_now())
        keys: list[str | None] = [*(partner.key for partner in seed.partners), None]
        credentials = [await _client(session, key, _scopes(key, first=key == keys[0]), kept.get(key)) for key in keys]
    if credentials != list(kept.values()):
        _write(secrets, credentials)
    return credentials


def _scopes(partner: str | None, *, first: bool) -> frozenset[Scope]:
    """The first partner sees embargoed stories, the others do not; staff may do everything."""
    if partner is None:
        return frozenset(Scope)
    return PARTNER_SCOPES if first else PARTNER_SCOPES - {Scope.EMBARGO_READ}


async def _client(
    session: AsyncSession, partner_key: str | None, scopes: frozenset[Scope], kept: Credentials | None
) -> Credentials:
    """The client whose secret is kept; where none is, the one that was made before gets a new secret, or one is made."""
    if kept is not None:
        same = select(Client).where(col(Client.client_id) == kept.client_id)
        client = (await session.exec(same)).one_or_none()
        if client is not None and client.secret_hash == secret_hash(kept.client_secret):
            return kept
    partner_id = None
    if partner_key is not None:
        partner_id = (await session.exec(select(Partner.id).where(col(Partner.key) == partner_key))).one()
    former = select(Client.client_id).where(
        col(Client.name) == CLIENT_NAME,
        col(Client.partner_id).is_(None) if partner_id is None else col(Client.partner_id) == partner_id,
    )
    client_id = (await session.exec(former)).first()
    if client_id is not None:
        client, secret = await rotate_secret(session, client_id, utc_now())
    else:
        client, secret = await create_client(session, partner_id, CLIENT_NAME, scopes, utc_now())
    return Credentials(partner_key, client.client_id, secret, " ".join(client.scopes) or scope_text(scopes))


def _read(secrets: Path) -> dict[str | None, Credentials]:
    try:
        listed = orjson.loads(secrets.read_bytes())
        return {entry["partner"]: Credentials(**entry) for entry in listed}
    except FileNotFoundError:
        return {}
    except (orjson.JSONDecodeError, TypeError, KeyError) as error:
        raise OperationalError(f"{secrets} cannot be read; delete it, and the clients get new secrets") from error


def _write(secrets: Path, credentials: Sequence[Credentials]) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    temporary = secrets.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with open(descriptor, "wb") as file:
        file.write(orjson.dumps([asdict(entry) for entry in credentials], option=orjson.OPT_INDENT_2))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(secrets)
