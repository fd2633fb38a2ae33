"""What bulk reprints hang on, the same whatever their number: stories, partners, outlets, the centre's own accounts and brands.

Beside them lie the tables `bench_…`: slots to draw from, in which the n-th of a kind has a share of 1 / n (Zipf), and patterns of chains.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.agreement import Agreement
from models.client import create_client
from models.concept import Organisation, OrganisationKind, StoryOrganisation
from models.database import Database
from models.outlet import Outlet, OutletAddress, OutletKind
from models.partner import Partner, PartnerKind
from models.policy import DeliveryChannel, RightsAction, parse_policy
from models.pool.tables import POSITIONS_PER_RELEASE, PoolEntry, PoolRights, PoolStory, release_of
from models.scope import Scope
from models.story import Story
from models.terms import store_policy
from models.variant import Variant
from seed.synthetic import grow

STORIES: Final = 5000
PARTNERS: Final = 200
OUTLETS: Final = 3000
OWN_ACCOUNTS: Final = 5
BRANDS: Final = 50
RELEASED_UNTIL: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When the last story was released; the others go back over ten years."""

STORY_SLOTS: Final = 20_000
OUTLET_SLOTS: Final = 15_000
PARTNER_SLOTS: Final = 2_000

BLOCK: Final = 1000
"""Copies that follow each other, of which chains are made: 700 that come first, and 300 that came from one of these."""
PATTERNS: Final = 64
LEVELS: Final = (700, 180, 70, 30, 14, 6)
"""Copies of a block by the number of steps from the first."""

_OPENED: Final = datetime(2015, 1, 1, tzinfo=UTC)
_TERRITORIES: Final = (
    "CN-GD", "HK", "US", "GB", "FR", "DE", "RU", "JP", "KR", "IN", "ID", "MY", "SG", "TH", "VN", "BR", "ZA", "EG", "AE", "GR", "ES", "IT",
    "CA", "AU", "MX", "AR", "NG", "KE", "TR", "PL",
)  # fmt: skip
_LANGUAGES: Final = ("zh", "en", "ru", "ja", "el", "ar", "fr", "de", "es", "ko")
_PLATFORMS: Final = ("weibo", "facebook", "x", "wechat", "tiktok", "youtube")


def slots_by_rank(ranks: int, slots: int) -> list[int]:
    """Ranks from 0 on, one a slot, in which rank n takes a share of 1 / (n + 1) of all that is left when each has one.

    :raises ValueError: there are fewer slots than ranks.
    """
    if slots < ranks:
        raise ValueError(f"{slots} slots cannot hold {ranks} ranks")
    total = sum(1 / (rank + 1) for rank in range(ranks))
    counts = [1 + int((slots - ranks) / (rank + 1) / total) for rank in range(ranks)]
    counts[0] += slots - sum(counts)
    return [rank for rank, count in enumerate(counts) for _ in range(count)]


def chain_patterns() -> Iterator[tuple[int, int, int, int | None, int]]:
    """Patterns of blocks: pattern, place, place of the first of the chain, place of the parent, and steps from the first."""
    rng = random.Random(1)
    for pattern in range(PATTERNS):
        roots = list(range(LEVELS[0]))
        yield from ((pattern, place, place, None, 0) for place in roots)
        begin, place = 0, LEVELS[0]
        for depth, count in enumerate(LEVELS[1:], start=1):
            for _ in range(count):
                parent = begin + int(LEVELS[depth - 1] * rng.random() ** 3)  # few have many, most have none
                roots.append(roots[parent])
                yield pattern, place, roots[parent], parent, depth
                place += 1
            begin += LEVELS[depth - 1]


async def lay_catalogue(database: Database, stories: int = STORIES) -> None:
    """Fills an empty database at migration head."""
    await grow(database, stories, now=RELEASED_UNTIL)
    async with database.write() as session:
        partners = await _partners(session)
        await _outlets(session, [partner["partner_id"] for partner in partners])
        await _brands(session)
    async with database.write() as session:
        await _lay_slots(session, partners)


async def _partners(session: AsyncSession) -> list[dict[str, Any]]:
    everything = parse_policy({"permissions": [{"actions": [action.value for action in RightsAction]}]})
    policy_hash = await store_policy(session, everything)
    kinds = list(PartnerKind)
    made = []
    for number in range(PARTNERS):
        key = f"bench-partner-{number:03}"
        partner = Partner(key=key, kind=kinds[number % len(kinds)], names={"en": f"Partner {number}"})
        session.add(partner)
        await session.flush()
        agreement = Agreement(
            key=key,
            partner_id=partner.id,
            starts_at=_OPENED,
            territories=["001"],
            channels=[channel.value for channel in DeliveryChannel],
            policy_hash=policy_hash,
        )
        session.add(agreement)
        scopes = [Scope.POOL_READ, Scope.PICKUP_WRITE]
        client, _ = await create_client(session, partner.id, key, scopes, _OPENED)
        await session.flush()
        ids = {"partner_id": partner.id, "client_id": client.id, "agreement_id": agreement.id}
        made.append({**ids, "policy_hash": policy_hash})
    return made


async def _outlets(session: AsyncSession, partner_ids: Sequence[Any]) -> None:
    """Of five outlets four are a partner's, the large ones of the large partners; some of the rest are nobody's that is known."""
    for number in range(OUTLETS):
        own = number < OWN_ACCOUNTS
        unclaimed = not own and number % 5 == 4
        platform = _PLATFORMS[number % len(_PLATFORMS)] if own or number % 3 == 0 else None
        followers = 4_000_000 // (number + 1) + 500
        figure = {"measure": "FOLLOWERS", "value": followers, "qualifier": "ABOUT", "grade": "CLAIMED", "asOf": "2025-06-01"}  # fmt: skip
        outlet = Outlet(
            key=f"bench-outlet-{number:04}",
            partner_id=None if own or unclaimed else partner_ids[number % len(partner_ids)],
            name=f"Outlet {number}",
            kind=OutletKind.ACCOUNT if platform else OutletKind.SITE,
            platform=platform,
            url=f"https://{host_of(number)}",
            territory=_TERRITORIES[number % len(_TERRITORIES)],
            language=_LANGUAGES[number * 7 % len(_LANGUAGES)],
            audience=[figure] if number % 2 == 0 else [],
            unclaimed=unclaimed,
        )
        session.add(outlet)
        session.add(OutletAddress(prefix=host_of(number), outlet_id=outlet.id))
    await session.flush()


def host_of(outlet: int) -> str:
    """Where the copies of an outlet are."""
    return f"outlet-{outlet:04}.example"


async def _brands(session: AsyncSession) -> None:
    brands = [
        Organisation(key=f"bench-brand-{number:02}", kind=OrganisationKind.ENTERPRISE, names={"en": f"Brand {number}"})
        for number in range(BRANDS)
    ]
    session.add_all(brands)
    await session.flush()
    stories = (await session.exec(select(Story.id).order_by(col(Story.uri)))).all()
    for number, story_id in enumerate(stories):
        if number % 4 == 0:
            session.add(
                StoryOrganisation(story_id=story_id, organisation_id=brands[number // 4 % BRANDS].id, is_brand=True)
            )
    await session.flush()


async def _lay_slots(session: AsyncSession, partners: Sequence[dict[str, Any]]) -> None:
    live = (
        select(PoolEntry, Variant, PoolStory.version, PoolRights.policy_hash)
        .join(Variant, col(Variant.id) == col(PoolEntry.variant_id))
        .join(PoolRights, col(PoolRights.id) == col(PoolEntry.rights_id))
        .join(PoolStory, col(PoolStory.release_id) == col(PoolEntry.position) // POSITIONS_PER_RELEASE)
        .order_by(col(PoolEntry.position))
    )
    variants: dict[Any, list[dict[str, Any]]] = {}
    for entry, variant, version, policy_hash in (await session.exec(live)).all():
        variants.setdefault(variant.story_id, []).append(
            {
                "story_id": variant.story_id,
                "story_version": version,
                "release_id": release_of(entry.position),
                "variant_id": variant.id,
                "variant_version": variant.version,
                "language": entry.language,
                "policy_hash": policy_hash,
            }
        )
    stories = list(variants.values())
    random.Random(2).shuffle(stories)
    outlets = (await session.exec(select(Outlet).order_by(col(Outlet.key)))).all()
    story_rows = [
        stories[rank][slot % len(stories[rank])] for slot, rank in enumerate(slots_by_rank(len(stories), STORY_SLOTS))
    ]
    outlet_rows = [
        {
            "outlet_id": outlets[rank].id,
            "territory": outlets[rank].territory,
            "language": outlets[rank].language,
            "host": host_of(rank),
        }
        for rank in slots_by_rank(len(outlets), OUTLET_SLOTS)
    ]
    partner_rows = [partners[rank] for rank in slots_by_rank(len(partners), PARTNER_SLOTS)]
    nodes = [
        {"pattern": pattern, "place": place, "root": root, "parent": parent, "depth": depth}
        for pattern, place, root, parent, depth in chain_patterns()
    ]
    connection = await session.connection()
    for table, rows in ((_STORY, story_rows), (_OUTLET, outlet_rows), (_PARTNER, partner_rows)):
        await connection.run_sync(table.create)
        await connection.execute(table.insert(), [{"n": number, **row} for number, row in enumerate(rows)])
    await connection.run_sync(_NODE.create)
    await connection.execute(_NODE.insert(), nodes)


_METADATA: Final = sa.MetaData()


def _slot_table(name: str, *columns: sa.Column[Any]) -> sa.Table:
    return sa.Table(name, _METADATA, sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False), *columns)


_STORY: Final = _slot_table(
    "bench_story",
    sa.Column("story_id", sa.Uuid),
    sa.Column("story_version", sa.Integer),
    sa.Column("release_id", sa.BigInteger),
    sa.Column("variant_id", sa.Uuid),
    sa.Column("variant_version", sa.Integer),
    sa.Column("language", sa.String(35)),
    sa.Column("policy_hash", sa.String(64)),
)
_OUTLET: Final = _slot_table(
    "bench_outlet",
    sa.Column("outlet_id", sa.Uuid),
    sa.Column("territory", sa.String(8)),
    sa.Column("language", sa.String(35)),
    sa.Column("host", sa.Text),
)
_PARTNER: Final = _slot_table(
    "bench_partner",
    sa.Column("partner_id", sa.Uuid),
    sa.Column("client_id", sa.Uuid),
    sa.Column("agreement_id", sa.Uuid),
    sa.Column("policy_hash", sa.String(64)),
)
_NODE: Final = sa.Table(
    "bench_node",
    _METADATA,
    sa.Column("pattern", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("root", sa.BigInteger),
    sa.Column("parent", sa.BigInteger),
    sa.Column("depth", sa.Integer),
)
