"""Every table class, imported, so that the metadata is whole."""

from models import (
    account,
    agreement,
    alliance,
    asset,
    client,
    concept,
    contributor,
    duty,
    event,
    outlet,
    partner,
    persisted_document,
    pickup,
    series,
    story,
    terms,
    token,
    topic,
    variant,
)
from models.base import metadata
from models.pool import tables as pool

__all__ = [
    "account",
    "agreement",
    "alliance",
    "asset",
    "client",
    "concept",
    "contributor",
    "duty",
    "event",
    "metadata",
    "outlet",
    "partner",
    "persisted_document",
    "pickup",
    "pool",
    "series",
    "story",
    "terms",
    "token",
    "topic",
    "variant",
]
