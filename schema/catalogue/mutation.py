"""Mutations of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import strawberry

from models.scope import Scope
from schema.access import RequiresScope
from schema.concept import ConceptPayload, save_concept
from schema.contributor import ContributorPayload, save_contributor
from schema.organisation import OrganisationPayload, save_organisation
from schema.series import SeriesPayload, save_series
from schema.topic import OpenTopicPayload, TopicPayload, close_hot_topic, open_hot_topic, save_topic


def _editing(resolver: Callable[..., Any], description: str) -> Any:
    """A mutation of those who edit."""
    return strawberry.mutation(
        resolver=resolver, description=description, extensions=[RequiresScope(Scope.STORY_WRITE)]
    )


@strawberry.type(description="What can be changed in the catalogue.")
class CatalogueMutations:
    save_series: SeriesPayload | None = _editing(
        save_series, "Adds a series, or says anew what it is. Released stories say it from their next release on."
    )
    save_topic: TopicPayload | None = _editing(
        save_topic, "Prepares a topic, or says anew what it is. `openTopic` opens it."
    )
    open_topic: OpenTopicPayload | None = strawberry.mutation(
        resolver=open_hot_topic,
        description="Opens a topic and hangs stories on it, in one step. Released stories reach partners with it at once, as a new version "
        "of the same variants; others have it at the desk. The same again changes nothing, with further stories hangs those, too. Where "
        "one story cannot be hung, nothing is done.",
        extensions=[RequiresScope(Scope.STORY_RELEASE)],
    )
    close_topic: TopicPayload | None = _editing(
        close_hot_topic, "Closes a topic now. Its stories stay as they are. Again changes nothing."
    )
    save_contributor: ContributorPayload | None = _editing(
        save_contributor, "Adds a contributor, or says anew who it is and whether it consents to be named."
    )
    save_organisation: OrganisationPayload | None = _editing(
        save_organisation, "Adds an organisation, or says anew what it is and whether it is in the go-global programme."
    )
    save_concept: ConceptPayload | None = _editing(
        save_concept, "Adds a genre, a subject, a place or a person to its vocabulary, or says anew what it is called."
    )
