"""The catalogue among the roots: what stories are filed under and told by."""

from schema.catalogue.mutation import CatalogueMutations
from schema.catalogue.node import catalogue_node
from schema.catalogue.query import CatalogueQueries

__all__ = ["CatalogueMutations", "CatalogueQueries", "catalogue_node"]
