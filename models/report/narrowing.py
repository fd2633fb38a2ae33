"""The copies and figures behind one row of a report: of a story, of what stories belong to, of an outlet, of a chain, of a place."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col, select

from models.concept import StoryOrganisation
from models.errors import BadInput
from models.metric.table import MetricGroup, MetricGroupMember, MetricSnapshot
from models.outlet import Outlet
from models.reprint.table import Reprint
from models.story import Story

KINDS: Final = ("Story", "Series", "Topic", "Organisation", "Partner", "Outlet", "Reprint", "MetricGroup")
"""What rows of reports are about."""


@dataclass(frozen=True)
class Narrowing:
    """What a list is narrowed to.

    :param node: one of `KINDS` with its key; of a copy its whole chain, of an enterprise the stories that tell of its brand.
    :param language: of the copies, a BCP 47 tag as it is kept.
    :param territory: of the copies, a code of ISO 3166-1 or UN M49.
    """

    node: tuple[str, uuid.UUID] | None = None
    language: str | None = None
    territory: str | None = None

    def __post_init__(self) -> None:
        """:raises BadInput: copies are not listed by what the node is."""
        if self.node is not None and self.node[0] not in KINDS:
            raise BadInput(f"a report is about no {self.node[0]}", field=["filter", "about"])

    def of_copies(self) -> list[sa.ColumnElement[bool]]:
        """The copies, in SQL."""
        found: list[sa.ColumnElement[bool]] = []
        if self.language is not None:
            found.append(col(Reprint.language) == self.language)
        if self.territory is not None:
            found.append(col(Reprint.territory) == self.territory)
        if self.node is None:
            return found
        kind, key = self.node
        if kind == "Partner":
            return [*found, of_partner(key)]
        if kind == "Outlet":
            return [*found, col(Reprint.outlet_id) == key]
        if kind == "Reprint":
            return [*found, sa.or_(col(Reprint.root_id) == key, col(Reprint.id) == key)]
        if kind == "MetricGroup":
            members = select(MetricGroupMember.reprint_id).where(MetricGroupMember.group_id == key)
            return [*found, col(Reprint.id).in_(members.where(col(MetricGroupMember.reprint_id).is_not(None)))]
        return [*found, col(Reprint.story_id).in_(_stories(kind, key))]

    def of_groups(self) -> sa.ColumnElement[bool]:
        """The groups whose figures are listed, in SQL. One is of no language, and of no single place."""
        if self.language is not None or self.territory is not None:
            return sa.false()
        if self.node is None:
            return sa.true()
        kind, key = self.node
        if kind == "MetricGroup":
            return col(MetricGroup.id) == key
        if kind == "Outlet":
            return col(MetricGroup.id).in_(select(MetricGroupMember.group_id).where(MetricGroupMember.outlet_id == key))
        return sa.false() if kind in ("Partner", "Reprint") else col(MetricGroup.story_id).in_(_stories(kind, key))

    def of_outlets(self) -> sa.ColumnElement[bool]:
        """The figures of outlets as such that are listed, in SQL."""
        if self == WHOLE:
            return col(MetricSnapshot.outlet_id).is_not(None)
        if self.language is None and self.territory is None and self.node is not None and self.node[0] == "Outlet":
            return col(MetricSnapshot.outlet_id) == self.node[1]
        return sa.false()


WHOLE: Final = Narrowing()
"""Not narrowed."""


def of_partner(partner_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """The copies of a partner's pickups, and those at its outlets."""
    own = select(Outlet.id).where(Outlet.partner_id == partner_id)
    return sa.or_(col(Reprint.partner_id) == partner_id, col(Reprint.outlet_id).in_(own))


def _stories(kind: str, key: uuid.UUID) -> Any:
    if kind == "Organisation":
        told = select(StoryOrganisation.story_id).where(col(StoryOrganisation.is_brand).is_(True))
        return told.where(StoryOrganisation.organisation_id == key)
    column = {"Story": col(Story.id), "Series": col(Story.series_id), "Topic": col(Story.topic_id)}[kind]
    return select(Story.id).where(column == key)
