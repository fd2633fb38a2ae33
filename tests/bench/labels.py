"""Other terms for a pool, for as long as they are measured: every live variant is labelled with one of so many policies.

Only the index is touched: `pool_entry.rights_id`, and the policies and rights that it comes to name. What it said before lies in
a table beside it from the first label to the last, so that a pool is put back also after a crash.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from math import gcd
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from models.database import Database
from models.policy import DeliveryChannel, DutyAction, LeftOperand, Operator, Policy, RightsAction, parse_policy
from models.pool.tables import POSITIONS_PER_RELEASE

SHARES: Final = {
    DeliveryChannel.WEB: 0.9,
    DeliveryChannel.APP: 0.5,
    DeliveryChannel.SOCIAL: 0.05,
    DeliveryChannel.PRINT: 0.005,
}
"""The share of a pool's variants for which the terms permit each channel."""

_NOBODY: Final = DeliveryChannel.BROADCAST
"""The channel of the policies that permit none of those, for no use asks for it."""
_RELEASES_AT_ONCE: Final = 50_000
_POLICIES_AT_ONCE: Final = 2_000

_REMEMBERED: Final = "bench_former_rights"
_MADE: Final = "bench_policy"

_HASH_OF_RELEASE: Final = f"""
SELECT name.policy_hash FROM {_MADE} AS name
WHERE name.upper > ((pool_entry.position / {POSITIONS_PER_RELEASE}) * :stride) % :stories ORDER BY name.upper LIMIT 1
"""
_NEW_RIGHTS: Final = f"""
INSERT INTO pool_rights (id, policy_hash, language, form)
SELECT (SELECT max(id) FROM pool_rights) + row_number() OVER (ORDER BY policy_hash, language, form), policy_hash, language, form
FROM (SELECT DISTINCT ({_HASH_OF_RELEASE}) AS policy_hash, language, form FROM pool_entry) AS named
"""
_LABEL: Final = f"""
UPDATE pool_entry SET rights_id = (
    SELECT rights.id FROM pool_rights AS rights
    WHERE rights.policy_hash = ({_HASH_OF_RELEASE}) AND rights.language = pool_entry.language AND rights.form = pool_entry.form
) WHERE position >= :low AND position < :high
"""
_PUT_BACK: Final = f"""
UPDATE pool_entry SET rights_id = (
    SELECT former.rights_id FROM {_REMEMBERED} AS former WHERE former.position = pool_entry.position
) WHERE position >= :low AND position < :high
"""


@dataclass(frozen=True)
class Labels:
    """So many policies for so many stories, frequent ones and rare ones: the n-th has a share of 1 / n (Zipf), at least one story.

    :raises ValueError: there are fewer stories than policies.
    """

    policies: int
    stories: int

    def __post_init__(self) -> None:
        if self.stories < self.policies:
            raise ValueError(f"{self.stories} stories cannot have {self.policies} policies")

    @cached_property
    def counts(self) -> list[int]:
        """How many stories each policy has, the most frequent first."""
        weights = [1 / rank for rank in range(1, self.policies + 1)]
        left, total = self.stories - self.policies, sum(weights)
        counts = [1 + int(left * weight / total) for weight in weights]
        counts[0] += self.stories - sum(counts)
        return counts

    @cached_property
    def uppers(self) -> list[int]:
        """The first slot after each policy's."""
        return list(accumulate(self.counts))

    @cached_property
    def stride(self) -> int:
        """How far apart the slots of neighbouring releases are: by the golden section, so that every policy is spread evenly."""
        stride = int(self.stories * 0.618034) or 1
        while gcd(stride, self.stories) != 1:
            stride += 1
        return stride

    def rank(self, release: int) -> int:
        """Which policy a release has."""
        return bisect_right(self.uppers, release * self.stride % self.stories)

    @cached_property
    def channels(self) -> list[list[DeliveryChannel]]:
        """What each policy permits, so that the stories of all that permit a channel together make its share."""
        owed = dict.fromkeys(SHARES, 0.0)
        chosen = []
        for count in self.counts:
            own = []
            for channel, share in SHARES.items():
                owed[channel] += share * count
                if owed[channel] >= (1 - share) * count:
                    owed[channel] -= count
                    own.append(channel)
            chosen.append(own or [_NOBODY])
        return chosen

    def policy(self, rank: int) -> Policy:
        """The policy at a rank of frequency: each has a last moment of its own, every third forbids changes, and every tenth looks at the
        language of a use, so that it is decided for each of the pool's languages."""
        last = datetime(2070, 1, 1, tzinfo=UTC) + timedelta(minutes=rank)
        constraints = [
            (LeftOperand.SPATIAL, Operator.IS_ANY_OF, ["150", "142", "002"]),
            (LeftOperand.DELIVERY_CHANNEL, Operator.IS_ANY_OF, [channel.value for channel in self.channels[rank]]),
            (LeftOperand.DATE_TIME, Operator.LT, last.isoformat()),
        ]
        permission = {
            "actions": [RightsAction.DISTRIBUTE, RightsAction.DISPLAY, RightsAction.PRINT],
            "constraints": [_constraint(*constraint) for constraint in constraints],
            "duties": [{"action": DutyAction.ATTRIBUTE}],
        }
        prohibitions: list[dict[str, object]] = []
        if rank % 3 == 2:
            prohibitions.append({"actions": [RightsAction.MODIFY, RightsAction.DERIVE], "constraints": []})
        if rank % 10 == 9:
            language = _constraint(LeftOperand.LANGUAGE, Operator.IS_ANY_OF, ["de"])
            prohibitions.append({"actions": [RightsAction.TRANSLATE], "constraints": [language]})
        return parse_policy({"permissions": [permission], "prohibitions": prohibitions})


def _constraint(operand: LeftOperand, operator: Operator, values: object) -> dict[str, object]:
    return {"leftOperand": operand, "operator": operator, "rightOperand": values}


async def label(database: Database, labels: Labels) -> int:
    """Labels every live variant of a pool anew; `put_back` undoes it.

    :returns: how many distinct (policy, language, form) there are now.
    """
    await put_back(database)
    async with database.writer.begin() as connection:
        await _run(connection, f"CREATE TABLE {_REMEMBERED} (position BIGINT PRIMARY KEY, rights_id INTEGER NOT NULL)")
        await _run(connection, f"CREATE TABLE {_MADE} (upper BIGINT PRIMARY KEY, policy_hash VARCHAR(64) NOT NULL)")
        remember = f"INSERT INTO {_REMEMBERED} SELECT position, rights_id FROM pool_entry ORDER BY position"
        await _run(connection, remember)
    slots = {"stride": labels.stride, "stories": labels.stories}
    async with database.writer.begin() as connection:
        for rows in _policy_rows(labels):
            await _run(connection, "INSERT INTO policy (hash, canonical) VALUES (:policy_hash, :canonical)", rows)
            await _run(connection, f"INSERT INTO {_MADE} (upper, policy_hash) VALUES (:upper, :policy_hash)", rows)
        made = await _run(connection, _NEW_RIGHTS, slots)
    await _in_batches(database, _LABEL, slots)
    return made


async def put_back(database: Database) -> None:
    """Gives a labelled pool its own terms back; any other is left as it is."""
    async with database.read() as session:
        connection = await session.connection()
        if not await connection.run_sync(lambda sync: sa.inspect(sync).has_table(_REMEMBERED)):
            return
    await _in_batches(database, _PUT_BACK, {})
    async with database.writer.begin() as connection:
        for table, column in (("pool_rights", "policy_hash"), ("policy", "hash")):
            await _run(connection, f"DELETE FROM {table} WHERE {column} IN (SELECT policy_hash FROM {_MADE})")
        await _run(connection, f"DROP TABLE {_MADE}")
        await _run(connection, f"DROP TABLE {_REMEMBERED}")


def _policy_rows(labels: Labels) -> Iterator[list[dict[str, Any]]]:
    for first in range(0, labels.policies, _POLICIES_AT_ONCE):
        ranks = range(first, min(first + _POLICIES_AT_ONCE, labels.policies))
        policies = [(labels.uppers[rank], labels.policy(rank)) for rank in ranks]
        yield [
            {"upper": upper, "policy_hash": policy.hash(), "canonical": policy.canonical()}
            for upper, policy in policies
        ]


async def _in_batches(database: Database, statement: str, parameters: dict[str, Any]) -> None:
    """Runs an update over all positions, so many releases a transaction: what a crash interrupts is gone on with."""
    async with database.read() as session:
        newest = (await session.execute(sa.text("SELECT max(position) FROM pool_entry"))).scalar_one()
    step = _RELEASES_AT_ONCE * POSITIONS_PER_RELEASE
    for low in range(0, newest + 1, step):
        async with database.writer.begin() as connection:
            await _run(connection, statement, {**parameters, "low": low, "high": low + step})


async def _run(
    connection: AsyncConnection, statement: str, parameters: dict[str, Any] | list[dict[str, Any]] | None = None
) -> int:
    return (await connection.execute(sa.text(statement), parameters)).rowcount
