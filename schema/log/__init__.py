"""The change log in the schema."""

from schema.log.change import Change
from schema.log.filter import ChangeFilterInput
from schema.log.kind import ChangeKind
from schema.log.listing import ChangeConnection, list_changes, one_change

__all__ = ["Change", "ChangeConnection", "ChangeFilterInput", "ChangeKind", "list_changes", "one_change"]
