"""Stretches of time, and rules that close or open with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from models.usage.outcome import Outcome, RuleOutcome


class Window(NamedTuple):
    """A half-open stretch of time, `[start, until)`; None leaves a side open."""

    start: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the moment lies in it."""
        return (self.start is None or self.start <= at) and (self.until is None or at < self.until)

    def after(self, start: datetime) -> Window:
        """The part of it from a moment on."""
        return self if self.start is not None and self.start >= start else Window(start, self.until)

    def before(self, until: datetime) -> Window:
        """The part of it before a moment."""
        return self if self.until is not None and self.until <= until else Window(self.start, until)

    def edges(self) -> Iterator[datetime]:
        """The moments at which it opens and closes."""
        if self.start is not None:
            yield self.start
        if self.until is not None:
            yield self.until


ALWAYS = Window()


class Gate(NamedTuple):
    """A rule about story, actor or agreement, applied to one case: when it lets the use pass, and its words.

    :param window: when it lets pass; None means never.
    :param closed: a stretch within that in which it does not.
    :param refuses: whether the code names a refusal (UNDER_EMBARGO) or a requirement (AGREEMENT_TERRITORY).
    :param passing: the English sentence where it lets pass; `stopping` where it does not. `{}` stands for each value.
    """

    code: str
    refuses: bool
    window: Window | None
    passing: str
    stopping: str
    values: tuple[object, ...] = ()
    closed: Window | None = None

    def passes(self, at: datetime) -> bool:
        """Whether it lets the use pass at a moment."""
        return (
            self.window is not None
            and self.window.holds(at)
            and not (self.closed is not None and self.closed.holds(at))
        )

    def outcome(self, at: datetime) -> RuleOutcome:
        """What became of the rule at a moment."""
        if self.passes(at):
            outcome = Outcome.DOES_NOT_APPLY if self.refuses else Outcome.SATISFIED
            return RuleOutcome(self.code, outcome, self.passing, self.values)
        outcome = Outcome.APPLIES if self.refuses else Outcome.UNSATISFIED
        return RuleOutcome(self.code, outcome, self.stopping, self.values)


def edges(gates: Iterable[Gate]) -> Iterator[datetime]:
    """The moments at which any of the gates opens or closes."""
    for gate in gates:
        if gate.window is not None:
            yield from gate.window.edges()
        if gate.closed is not None:
            yield from gate.closed.edges()
