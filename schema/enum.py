"""Enums of the models as GraphQL enums: the sentence under each member in the source is its description."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from enum import Enum
from itertools import pairwise
from typing import TypeVar

import strawberry

from models.agreement.quota import QuotaPeriod
from models.asset import AssetKind
from models.concept import ConceptKind, OrganisationKind
from models.contributor import ContributorRelation, ContributorRole
from models.duty import DutyState
from models.matching import MatchReasonCode
from models.notice.standing import NoticeState
from models.notice.table import CopyAction, NoticeChannel, NoticeKind
from models.partner import PartnerKind
from models.policy import DeliveryChannel, DutyAction, RightsAction
from models.pool.find import StoryOrder
from models.simulation import TermsTarget
from models.story import PubStatus
from models.usage import Decision, Outcome
from models.variant import Form, TranslationMethod

E = TypeVar("E", bound=type[Enum])


def member_docstrings(members: type[Enum]) -> dict[str, str]:
    """The string that follows each member in the source of an enum, by member name."""

    def pairs() -> Iterator[tuple[str, str]]:
        tree = ast.parse(textwrap.dedent(inspect.getsource(members))).body[0]
        assert isinstance(tree, ast.ClassDef)
        for statement, following in pairwise(tree.body):
            if (
                isinstance(statement, ast.Assign)
                and isinstance(statement.targets[0], ast.Name)
                and isinstance(following, ast.Expr)
                and isinstance(following.value, ast.Constant)
            ):
                yield statement.targets[0].id, inspect.cleandoc(str(following.value.value))

    return dict(pairs())


def describe(members: E, *, name: str | None = None) -> E:
    """Makes an enum a GraphQL enum, with the descriptions that its source gives.

    :raises ValueError: when a member has no sentence under it.
    """
    documented = member_docstrings(members)
    strawberry.enum(members, name=name, description=inspect.cleandoc(members.__doc__ or ""))
    for value in members.__strawberry_definition__.values:  # type: ignore[attr-defined]  # set by the line before
        if value.name not in documented:
            raise ValueError(f"{members.__name__}.{value.name} has no description")
        value.description = documented[value.name]
    return members


for _members in (
    AssetKind,
    ConceptKind,
    CopyAction,
    ContributorRelation,
    ContributorRole,
    Decision,
    DeliveryChannel,
    DutyAction,
    DutyState,
    Form,
    NoticeChannel,
    NoticeKind,
    NoticeState,
    OrganisationKind,
    Outcome,
    PartnerKind,
    PubStatus,
    QuotaPeriod,
    MatchReasonCode,
    RightsAction,
    StoryOrder,
    TermsTarget,
    TranslationMethod,
):
    describe(_members)
