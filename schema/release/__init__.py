"""The release door: letting stories out, replacing what they say, taking them back, and what there has been."""

from schema.release.edit import ReleaseMutations

__all__ = ["ReleaseMutations"]
