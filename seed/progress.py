"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with how many stories are done and how many there are in all; from the thread that asked for the work."""


def silent(_done: int, _total: int) -> None:
    """Says nothing."""
