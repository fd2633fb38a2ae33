"""Which rows of the pool index a use is permitted for, without deciding row by row.

What a decision depends on is the same for all rows with the same policy, language and form, but for: the clock, which status and embargo
answer; series and topic, which the agreement's coverage answers; and what the partner holds and owes of the story, which the
openings answer. So each distinct (policy, language, form) is decided once for each agreement, into one byte, and the rest is SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from models.language import LanguageTag
from models.policy import Policy
from models.usage.byte_map import look_up
from models.usage.decision import Asking, permitting
from models.usage.facts import NOTHING_HELD, AgreementFacts, Standing, Subject, Use
from models.usage.rules import (
    Condition,
    EmbargoRule,
    PoolColumns,
    StatusRule,
    covers_sql,
    grouping_sql,
    quota_gate,
    touches_use,
)

OPEN: Final = 64
"""The byte of rights that permit the use whatever the partner holds and owes. Smaller ones are bits of conditional permissions."""


@dataclass(frozen=True, slots=True)
class Rights:
    """A distinct combination of policy, language and form in the pool index.

    :param id: what `rights_id` of its rows says.
    """

    id: int
    policy: Policy
    language: LanguageTag
    form: str


@dataclass(frozen=True)
class StandingTables:
    """Where SQL finds what a partner holds and owes.

    :param openings: partner_id, variant_id, starts_at, open_new, open_held.
    :param held: partner_id, variant_id, action, territory, channel, language of each use that is held.
    """

    openings: sa.FromClause
    held: sa.FromClause


@dataclass(frozen=True)
class PermissionMap:
    """What rights say to one use under one agreement (or to staff), at one time: a byte each, by the number of the rights.

    :param permits: 0, `OPEN`, or the conditional permissions that permit the use, each alone, while they are open.
    :param at_first: those of them that are open before the partner has taken or done anything.
    """

    permits: bytes
    at_first: bytes

    @property
    def is_conditional(self) -> bool:
        """Whether anything depends on what a partner holds and owes."""
        return any(self.permits.translate(None, bytes((0, OPEN))))

    @classmethod
    def of(
        cls, rights: Iterable[Rights], use: Use, standing: Standing, agreement: AgreementFacts | None, now: datetime
    ) -> PermissionMap:
        """Decides for each of the rights.

        Policy, language and form are looked at one by one as far as the answer depends on them.

        :param agreement: None for staff.
        """
        table = PermissionTable(use, standing, agreement, now)
        entries = {item.id: table.byte(item) for item in rights}
        length = max(entries, default=-1) + 1
        permits, at_first = bytearray(length), bytearray(length)
        for number, (permitted, opened) in entries.items():
            permits[number], at_first[number] = permitted, opened
        return cls(bytes(permits), bytes(at_first))


class PermissionTable:
    """The bytes of a map, each distinct question asked once."""

    def __init__(self, use: Use, standing: Standing, agreement: AgreementFacts | None, now: datetime) -> None:
        contracts = () if agreement is None else (replace(agreement, series=None, topics=None, quotas=()),)
        self._standing = replace(standing, agreements=contracts, exclusivities=(), account=NOTHING_HELD)
        self._use, self._now = use, now
        self._languages = agreement is not None and (
            agreement.languages is not None or agreement.policy.looks_at_language
        )
        self._forms = agreement is not None and agreement.forms is not None
        self._known: dict[tuple[Policy, str, str], tuple[int, int]] = {}
        self._askings: dict[tuple[str, str], Asking] = {}

    def byte(self, rights: Rights) -> tuple[int, int]:
        """What rights say, and what of it is open at first."""
        language = rights.language if self._languages or rights.policy.looks_at_language else ""
        key = (rights.policy, language, rights.form if self._forms else "")
        found = self._known.get(key)
        if found is None:
            found = permitting(rights.policy, self._asking(rights), self._now)
            self._known[key] = found
        return found

    def _asking(self, rights: Rights) -> Asking:
        key = (rights.language, rights.form)
        asking = self._askings.get(key)
        if asking is None:
            asking = Asking.of(Subject(rights.language, rights.form), self._use, self._standing)
            self._askings[key] = asking
        return asking


@dataclass(frozen=True)
class PolicyRule:
    """A use is permitted now, by status, embargo, terms, exclusivities and one agreement together: `decide` as a rule on rows."""

    use: Use
    standing: Standing
    partner: UUID | None = None

    def sql_filter(
        self, columns: PoolColumns, now: datetime, maps: Sequence[PermissionMap], tables: StandingTables
    ) -> Condition:
        """The rows that may be used so.

        :param maps: one for each agreement of the standing, in its order; one for staff.
        """
        if self.standing.is_staff:
            permitted: Condition = self._open(columns, maps[0], now, tables, held=False)
        elif not self.standing.partner_active:
            permitted = sa.false()
        else:
            under = (
                self._under(agreement, mapped, columns, now, tables)
                for agreement, mapped in zip(self.standing.agreements, maps, strict=True)
            )
            permitted = sa.or_(sa.false(), *under)
        others = (
            covers_sql(theirs, columns).is_not(sa.true())  # a story without a series or topic makes it NULL
            for theirs in self.standing.exclusivities
            if theirs.starts_at <= now < theirs.ends_at and touches_use(theirs, self.use)
        )
        own = () if self.standing.is_staff else others
        return sa.and_(StatusRule().sql_filter(columns, now), EmbargoRule().sql_filter(columns, now), *own, permitted)

    def _under(
        self,
        agreement: AgreementFacts,
        mapped: PermissionMap,
        columns: PoolColumns,
        now: datetime,
        tables: StandingTables,
    ) -> Condition:
        if not any(mapped.permits):
            return sa.false()
        exhausted = [quota for quota in agreement.quotas if not quota_gate(agreement, quota, held=False).passes(now)]
        left: Condition = sa.and_(
            sa.true(), *(sa.false() if quota.form is None else columns.form != quota.form for quota in exhausted)
        )
        new = sa.and_(self._open(columns, mapped, now, tables, held=False), left)
        if not exhausted and not mapped.is_conditional:
            return sa.and_(new, grouping_sql(agreement, columns))
        held = sa.and_(self._open(columns, mapped, now, tables, held=True), self._is_held(columns, tables))
        return sa.and_(sa.or_(new, held), grouping_sql(agreement, columns))

    def _open(
        self, columns: PoolColumns, mapped: PermissionMap, now: datetime, tables: StandingTables, *, held: bool
    ) -> Condition:
        """What the rights of a row say is more than nothing, and open."""
        permits = look_up(mapped.permits, columns.rights_id)
        always = permits == OPEN
        if not mapped.is_conditional:
            return always
        at_first = look_up(mapped.at_first, columns.rights_id)
        if self.partner is None:
            return sa.or_(always, at_first != 0)
        rows = tables.openings.c
        opened: sa.Select[Any] = (
            sa.select(rows.open_held if held else rows.open_new)
            .where(rows.partner_id == self.partner, rows.variant_id == columns.variant_id, rows.starts_at <= now)
            .order_by(rows.starts_at.desc())
            .limit(1)
        )
        bits = sa.func.coalesce(opened.scalar_subquery(), at_first).bitwise_and(permits)
        return sa.or_(always, sa.and_(permits != 0, bits != 0))

    def _is_held(self, columns: PoolColumns, tables: StandingTables) -> Condition:
        rows = tables.held.c
        language = columns.language if self.use.language is None else sa.literal(self.use.language)
        probe: sa.Select[Any] = (
            sa.select(sa.literal_column("1"))
            .where(
                rows.partner_id == self.partner,
                rows.variant_id == columns.variant_id,
                rows.action == self.use.action.value,
                rows.territory == self.use.territory,
                rows.channel == self.use.channel.value,
                rows.language == language,
            )
            .limit(1)
        )
        return probe.scalar_subquery().is_not(None)
