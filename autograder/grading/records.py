"""Reports as plain JSON data, and back. What comes back is checked: files can be damaged."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from course_lib.checks.report import Report, Result

__all__ = ["BadRecord", "Graded", "from_data", "to_data"]

_STATES = ("passed", "failed", "missing")


class BadRecord(ValueError):
    """The data is no report."""


@dataclass(frozen=True)
class Graded:
    """A report and the seconds that it took."""

    report: Report
    seconds: float


def to_data(report: Report) -> dict[str, Any]:
    """A report as numbers, strings, lists and dicts."""
    return {
        "exercise": report.exercise,
        "max_points": float(report.max_points),
        "awarded": float(report.points),
        "state": report.state,
        "section": report.section,
        "hidden_share": float(report.hidden_share),
        "hidden": list(report.hidden),
        "notes": list(report.notes),
        "results": [
            [r.name, bool(r.passed), r.message, r.hint, float(r.seconds), float(r.weight), r.cause]
            for r in report.results
        ],
    }


def from_data(data: Any) -> Report:
    """The report of `to_data`.

    Raises:
        BadRecord: something is missing, of another kind, or no number of points.
    """
    try:
        results = tuple(
            Result(_is(str, r[0]), _is(bool, r[1]), _is(str, r[2]), _is(str, r[3]),
                   _number(r[4]), _number(r[5]), _is(str, r[6]))
            for r in data["results"]
        )  # fmt: skip
        most, awarded = _number(data["max_points"]), _number(data["awarded"])
        agree, of = (int(_number(n)) for n in data["hidden"])
        if awarded > most or data["state"] not in _STATES:
            raise BadRecord(f"{awarded} of {most} points, state {data['state']!r}")
        return Report(
            exercise=_is(str, data["exercise"]),
            max_points=most,
            results=results,
            state=data["state"],
            section=_is(str, data["section"]),
            notes=tuple(_is(str, note) for note in data["notes"]),
            hidden_share=_number(data["hidden_share"]),
            awarded=awarded,
            hidden=(agree, of),
        )
    except (KeyError, TypeError, IndexError) as error:
        raise BadRecord(f"no report: {type(error).__name__} {error}") from error


def _is(kind: type, value: Any) -> Any:
    if not isinstance(value, kind):
        raise BadRecord(f"{type(value).__name__} where {kind.__name__} is expected")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadRecord(f"{type(value).__name__} where a number is expected")
    if not math.isfinite(value) or value < 0:
        raise BadRecord(f"{value} where a number from 0 on is expected")
    return float(value)
