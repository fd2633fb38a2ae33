"""Controlled vocabularies: genres, subjects (IPTC Media Topics), places, people; and organisations."""

from models.concept.table import (
    Concept,
    ConceptKind,
    Organisation,
    OrganisationKind,
    StoryConcept,
    StoryOrganisation,
)

__all__ = ["Concept", "ConceptKind", "Organisation", "OrganisationKind", "StoryConcept", "StoryOrganisation"]
