"""The GraphQL schema."""

from __future__ import annotations

from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig

from schema import enum as enum  # describes the models' enums
from schema.access import SCOPE_ARGUMENT
from schema.agreement import Agreement
from schema.alliance import Alliance
from schema.asset import Asset
from schema.audit import AuditEntry
from schema.concept import Concept
from schema.contributor import ContributorRecord
from schema.cost import QueryLimits
from schema.documents import LimitedSchema
from schema.executor import PlainFieldExecutor
from schema.liaison import Liaison
from schema.log import Change
from schema.mutation import Mutation
from schema.organisation import Organisation
from schema.outlet import Outlet
from schema.partner import Partner
from schema.pickup import Pickup
from schema.query import Query
from schema.scalar import SCALARS
from schema.series import Series
from schema.story import Story, Variant
from schema.subscription import Subscription
from schema.topic import Topic


def build_schema(limits: QueryLimits | None = None, *, introspection: bool = True) -> LimitedSchema:
    """The schema, limited.

    :param limits: of every document and operation.
    :param introspection: whether documents may ask for the schema.
    """
    return LimitedSchema(
        Query,
        Mutation,
        Subscription,
        limits=limits,
        introspection=introspection,
        execution_context_class=PlainFieldExecutor,
        types=[
            Agreement,
            Alliance,
            Asset,
            AuditEntry,
            Change,
            Concept,
            ContributorRecord,
            Liaison,
            Organisation,
            Outlet,
            Partner,
            Pickup,
            Series,
            Story,
            Topic,
            Variant,
        ],
        config=StrawberryConfig(scalar_map=SCALARS, disable_field_suggestions=True),
    )


def print_sdl(schema: LimitedSchema) -> str:
    """The schema in the schema definition language, with its directives."""
    printed = print_schema(schema) + "\n"
    bare = "directive @access(scope: String!) on FIELD_DEFINITION"  # Strawberry 0.341 prints no descriptions of directive arguments
    described = f'directive @access(\n  """{SCOPE_ARGUMENT}"""\n  scope: String!\n) on FIELD_DEFINITION'
    return printed.replace(bare, described)
