"""Terms: a policy with the wording and the names that lie beside it."""

from models.terms.policy import PolicyCache, load_policies, store_policy
from models.terms.save import SavedTerms, TermsDraft, save_terms
from models.terms.table import StoredPolicy, Terms
from models.terms.template import find_template, find_terms, templates

__all__ = [
    "PolicyCache",
    "SavedTerms",
    "StoredPolicy",
    "Terms",
    "TermsDraft",
    "find_template",
    "find_terms",
    "load_policies",
    "save_terms",
    "store_policy",
    "templates",
]
