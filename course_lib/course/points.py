"""What points are worth before and after grading: one sentence, the same wherever it is shown.

A student's own checks decide on the public share of an exercise's points. The rest depends on
inputs that only grading has, so that no card may call an exercise's full points earned.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Points", "graded", "number"]


@dataclass(frozen=True)
class Points:
    """Points of an exercise, or of several together.

    Attributes:
        sure: what the public properties give, whatever grading finds.
        most: all points.
        open: what grading may give besides, on inputs that the student does not see.
    """

    sure: float
    most: float
    open: float = 0.0

    @classmethod
    def of(cls, public: float, most: float, hidden_share: float) -> Points:
        """Those of an exercise.

        Args:
            public: the points that its public properties would give if they were all there is.
            most: the exercise's points.
            hidden_share: the share of them that hidden inputs decide on.
        """
        # Where no public property holds, agreeing on an easy hidden input is worth nothing.
        return cls((1 - hidden_share) * public, most, hidden_share * most if public else 0.0)

    @classmethod
    def together(cls, several: Iterable[Points]) -> Points:
        """The sum."""
        listed = list(several)
        return cls(*(sum(getattr(p, name) for p in listed) for name in ("sure", "most", "open")))

    def __str__(self) -> str:
        unit, verb = ("point", "is") if self.most == 1 else ("points", "are")
        line = f"{number(self.sure)} of {number(self.most)} {unit}"
        if not self.open:
            return line
        return f"{line} {verb} sure, grading on hidden inputs can add {number(self.open)}"


def graded(held: str, agree: str, awarded: float, public: float, share: float, most: float) -> str:
    """The sentence after grading, when everything is sure: both parts, and what they make.

    Args:
        held: "2 of 3 properties hold".
        agree: "5 of 7".
        awarded: the points that were given.
        public: the points of the public properties if they were all there is.
        share: of the points, for hidden inputs.
        most: the exercise's points.
    """
    # The parts are rounded so that they add up.
    mine = round((1 - share) * public, 2)
    parts = [(mine, (1 - share) * most), (awarded - mine, share * most)]
    first, second = (f"{number(part)} of {number(full)} points" for part, full in parts)
    return (
        f"{held}, {first}; {agree} hidden inputs agree, {second}: "
        f"{number(awarded)} of {number(most)}"
    )


def number(value: float) -> str:
    """A number of points, "2.67" or "3"."""
    return f"{round(value, 2):g}"
