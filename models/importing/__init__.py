"""Import: documents of other systems, as drafts on the desk."""

from models.importing.atom import read_atom
from models.importing.item import Note, ReadItem, Unreadable
from models.importing.keep import Outcome, Report, keep
from models.importing.ninjs import read_ninjs

__all__ = ["Note", "Outcome", "ReadItem", "Report", "Unreadable", "keep", "read_atom", "read_ninjs"]
