"""Queries of the catalogue."""

from __future__ import annotations

import strawberry

from models.scope import Scope
from schema.access import RequiresScope
from schema.concept import Concept, list_concepts
from schema.contributor import ContributorRecord, list_contributors
from schema.node import Connection
from schema.organisation import Organisation, list_organisations
from schema.series import Series, list_series
from schema.topic import Topic, list_topics


@strawberry.type(description="What can be read of the catalogue.")
class CatalogueQueries:
    topics: Connection[Topic] | None = strawberry.field(
        resolver=list_topics,
        description="Topics, by their keys: for partners the open ones that their agreements cover, to filter stories by; for staff all.",
        extensions=[RequiresScope(Scope.POOL_READ)],
    )
    series_list: Connection[Series] | None = strawberry.field(
        resolver=list_series, description="Series, by their keys.", extensions=[RequiresScope(Scope.STORY_WRITE)]
    )
    contributors: Connection[ContributorRecord] | None = strawberry.field(
        resolver=list_contributors,
        description="Who contributes, by their keys.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
    organisations: Connection[Organisation] | None = strawberry.field(
        resolver=list_organisations,
        description="Organisations, by their keys.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
    concepts: Connection[Concept] | None = strawberry.field(
        resolver=list_concepts,
        description="The terms of the vocabularies, by code. Looking for a text, a page may come short: go on from pageInfo.endCursor.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
