"""Penalties for handing in late, from `[grading.late]` of `course.toml`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["LatePolicy", "policies"]

_DAY = 86_400


@dataclass(frozen=True)
class LatePolicy:
    """A rule: after a grace period, a share of the points for every day that has begun.

    Attributes:
        grace_minutes: so much later than the due date is on time. The days are counted from the
            end of this period.
        percent_per_day: of the points that the submission is worth.
        max_percent: more is not taken, however late it is.
    """

    grace_minutes: float = 0
    percent_per_day: float = 0
    max_percent: float = 100

    def __post_init__(self) -> None:
        for name, most in (
            ("grace_minutes", math.inf), ("percent_per_day", 100), ("max_percent", 100)
        ):  # fmt: skip
            value = getattr(self, name)
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if not number or not 0 <= value <= most:
                upto = "" if most == math.inf else f" to {most:g}"
                raise ValueError(
                    f"[grading.late] {name} is {value!r}; expected a number from 0{upto}"
                )

    def percent(self, seconds_late: float) -> float:
        """The share that is taken, in per cent.

        Args:
            seconds_late: after the due date, an extension included.
        """
        over = seconds_late - 60 * self.grace_minutes
        days = math.ceil(over / _DAY) if over > 0 else 0
        return min(days * self.percent_per_day, self.max_percent)

    def penalty(self, score: float, seconds_late: float) -> float:
        """The points that are taken: never more than there are, rounded to hundredths.

        Args:
            score: what the submission would be worth on time.
            seconds_late: after the due date, an extension included.
        """
        return min(round(score * self.percent(seconds_late) / 100, 2), max(score, 0.0))


def policies(table: Mapping[str, Any], lectures: Sequence[str]) -> dict[str, LatePolicy]:
    """The rules of `[grading.late]`.

    Args:
        table: that table; a sub-table under a lecture's id changes what it names for this lecture.
        lectures: the ids.

    Returns:
        Lecture's id → its rule, and "" → the course's.

    Raises:
        ValueError: a lecture or a key that is not known, or no number in its range.
    """
    common = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    found = {"": _policy(common, "[grading.late]")}
    for key, own in table.items():
        if isinstance(own, Mapping):
            if key not in lectures:
                raise ValueError(
                    f"[grading.late.{key}]: there is no such lecture; the ids are "
                    f"{', '.join(lectures)}"
                )
            found[key] = _policy({**common, **own}, f"[grading.late.{key}]")
    return found


def _policy(values: Mapping[str, Any], where: str) -> LatePolicy:
    known = set(LatePolicy.__dataclass_fields__)
    if unknown := set(values) - known:
        raise ValueError(
            f"{where} {', '.join(sorted(unknown))} is not known; the keys are "
            f"{', '.join(sorted(known))}"
        )
    return LatePolicy(**values)
