"""Entries of the catalogue by their global ids."""

from __future__ import annotations

from schema.concept import CONCEPT_KINDS, one_concept
from schema.context import Context
from schema.contributor import one_contributor
from schema.identifier import split_global_id, uuid_of
from schema.node import Node
from schema.organisation import one_organisation
from schema.series import one_series
from schema.topic import one_topic


async def catalogue_node(context: Context, id: str) -> Node | None:
    """An entry of the catalogue by its global id; None where the id is of something else.

    :raises NotFound: there is none with that id, or not for this actor.
    """
    kind, key = split_global_id(id)
    if kind in CONCEPT_KINDS:
        return await one_concept(context, kind, key)
    match kind:
        case "Series":
            return await one_series(context, uuid_of(id, kind))
        case "Topic":
            return await one_topic(context, uuid_of(id, kind))
        case "Organisation":
            return await one_organisation(context, uuid_of(id, kind))
        case "ContributorRecord":
            return await one_contributor(context, uuid_of(id, kind))
    return None
