"""The GraphQL documents that the benchmark sends."""

from __future__ import annotations

from typing import Final

STORY_PAGE: Final = """
query StoryPage($first: Int!) {
  stories(first: $first) {
    edges {
      node {
        id uri version pubStatus slugline urgency contentCreated embargoedUntil expires demonstration
        series { id key name }
        topic { id key name }
        terms { ...TermsParts }
        assets {
          id kind credit digitalSourceType contentCreated ownTerms caption
          terms { id }
          renditions { id name href mimeType width height size sha256 }
        }
        variants {
          id uri version versionCreated pubStatus language form label headline description body bodyText by located
          wordCount charCount ownTerms
          terms { ...TermsParts }
          assets { id }
        }
      }
    }
    pageInfo { hasNextPage hasPreviousPage }
  }
}
fragment TermsParts on Terms { id key policyHash name usageTerms copyrightHolder copyrightNotice creditLine }
"""
"""A page with all variants, assets, renditions and terms; every field is one that the desk's tables can answer as well."""

FILTERED_PAGE: Final = """
query FilteredPage($filter: StoryFilter, $orderBy: StoryOrder, $first: Int!, $after: String) {
  stories(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    edges { node { id uri version } }
    pageInfo { hasNextPage endCursor }
    budgetExhausted
  }
}
"""
"""A page of which little is asked, so that what is measured is finding it."""

COUNTS: Final = """
query Counts($filter: StoryFilter) { stories(filter: $filter, first: 1) { totalCount { value exact } } }
"""

FACETS: Final = """
query Facets($filter: StoryFilter) {
  stories(filter: $filter, first: 1) {
    facets { exact examined languages { value count } forms { value count } series { value count } subjects { value count } }
  }
}
"""
