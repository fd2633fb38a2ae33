"""Which rows of the pool index a use is permitted for, without deciding row by row.

What a decision depends on is the same for all rows with the same policies, language and form, but for the clock, which
status and embargo answer, and for series and topic, which the agreement's coverage answers. So each distinct
combination is decided once for each agreement, and the rest is SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from models.language import LanguageTag
from models.policy import Policy
from models.usage.decision import is_permitted
from models.usage.facts import AgreementFacts, Standing, Subject, Use
from models.usage.rules import Condition, EmbargoRule, PoolColumns, StatusRule, grouping_sql


@dataclass(frozen=True)
class Rights:
    """A distinct combination of policies, language and form in the pool index.

    :param id: what `rights_id` of its rows says.
    """

    id: int
    policies: tuple[Policy, ...]
    language: LanguageTag
    form: str


@dataclass(frozen=True)
class PolicyRule:
    """A use is permitted now, by status, embargo, terms and one agreement together: `decide` as a rule on rows.

    :param rights: every combination that rows may have; a row with another is left out.
    """

    use: Use
    standing: Standing
    rights: Sequence[Rights]

    def holds(self, rights: Rights, subject: Subject, now: datetime) -> bool:
        """Whether a row with these rights may be used."""
        return is_permitted(rights.policies, subject, self.use, self.standing, now)

    def sql_filter(self, columns: PoolColumns, now: datetime) -> Condition:
        """The same of a row."""
        if self.standing.is_staff:
            permitted = columns_in(columns, self.permitted_ids(None, now))
        else:
            permitted = sa.or_(
                sa.false(),
                *(
                    sa.and_(columns_in(columns, ids), grouping_sql(agreement, columns))
                    for agreement in self.standing.agreements
                    if (ids := self.permitted_ids(agreement, now))
                ),
            )
        return sa.and_(StatusRule().sql_filter(columns, now), EmbargoRule().sql_filter(columns, now), permitted)

    def permitted_ids(self, agreement: AgreementFacts | None, now: datetime) -> frozenset[int]:
        """The rights that permit the use under one agreement, whatever the series and topic; None for staff.

        Callers that decide for one agreement again and again may keep the result until `now` passes a bound of a rule.
        """
        alone = () if agreement is None else (replace(agreement, series=None, topics=None),)
        standing = replace(self.standing, agreements=alone)
        return frozenset(
            rights.id
            for rights in self.rights
            if is_permitted(rights.policies, Subject(rights.language, rights.form), self.use, standing, now)
        )


def columns_in(columns: PoolColumns, ids: frozenset[int]) -> Condition:
    """Rows whose rights are among these. The ids are written into the statement: there may be more than parameters."""
    if not ids:
        return sa.false()
    listed = sa.bindparam(None, sorted(ids), expanding=True, literal_execute=True, type_=sa.Integer())
    return sa.and_(columns.rights_id.in_(listed))
