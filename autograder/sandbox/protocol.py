"""What the grading process writes to its parent: JSON, one object a line, bounded in size.

Everything that is read here was written by a process that ran a student's code, so nothing is taken
at its word: unknown shapes, oversized lines and numbers that are none are a `ProtocolError`.
"""

from __future__ import annotations

import json
import math
from typing import Any

from course_lib.checks.report import Report, Result
from course_lib.course import syllabus

__all__ = ["MOST_BYTES", "ProtocolError", "decode", "encode", "report_from", "results_from"]

MOST_BYTES = 1_000_000
_MOST_TEXT = 4_000
_MOST_RESULTS = 500


class ProtocolError(ValueError):
    """The line is not what the runner writes."""


def encode(event: str, **fields: Any) -> bytes:
    """One line."""
    return json.dumps({"event": event, **fields}).encode() + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    """The object of one line.

    Raises:
        ProtocolError: it is not a JSON object with an event.
    """
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("not JSON") from error
    if not isinstance(message, dict) or not isinstance(message.get("event"), str):
        raise ProtocolError("no event")
    return message


def encode_report(report: Report, hidden: list[Result]) -> bytes:
    """A finished exercise."""
    return encode(
        "report",
        exercise=report.exercise,
        state=report.state,
        notes=[n[:_MOST_TEXT] for n in report.notes],
        public=[_fields(r) for r in report.results],
        hidden=[_fields(r) for r in hidden],
    )


def _fields(result: Result) -> dict[str, Any]:
    return {
        "name": result.name[:_MOST_TEXT],
        "passed": bool(result.passed),
        "message": result.message[:_MOST_TEXT],
        "hint": result.hint[:_MOST_TEXT],
        "seconds": float(result.seconds),
        "weight": float(result.weight),
    }


def results_from(value: Any) -> tuple[Result, ...]:
    """Results out of what `json.loads` gave."""
    if not isinstance(value, list) or len(value) > _MOST_RESULTS:
        raise ProtocolError("results are not a short list")
    return tuple(_result(entry) for entry in value)


def _result(entry: Any) -> Result:
    if not isinstance(entry, dict) or set(entry) != set(_KINDS):
        raise ProtocolError("a result has other fields")
    for key, kind in _KINDS.items():
        if not isinstance(entry[key], kind):
            raise ProtocolError(f"a result's {key} is a {type(entry[key]).__name__}")
    for key in ("seconds", "weight"):
        if not math.isfinite(entry[key]) or entry[key] < 0:
            raise ProtocolError(f"a result's {key} is {entry[key]}")
    return Result(**entry)


_KINDS: dict[str, type] = {
    "name": str,
    "passed": bool,
    "message": str,
    "hint": str,
    "seconds": float,
    "weight": float,
}


def report_from(message: dict[str, Any], exercise: str) -> tuple[Report, tuple[Result, ...]]:
    """The public report and the hidden results of the exercise that was due.

    Raises:
        ProtocolError: the message is of another exercise, or is malformed.
    """
    if message.get("exercise") != exercise:
        raise ProtocolError(f"a report of {message.get('exercise')!r}, {exercise!r} was due")
    state, notes = message.get("state"), message.get("notes")
    if state not in ("passed", "failed", "missing"):
        raise ProtocolError(f"state {state!r}")
    if not isinstance(notes, list) or not all(isinstance(n, str) for n in notes):
        raise ProtocolError("notes are not a list of texts")
    entry = syllabus.load().exercise(exercise)
    report = Report(
        exercise=exercise,
        max_points=entry.points,
        results=results_from(message.get("public")),
        state=state,
        section=entry.section,
        notes=tuple(notes[:10]),
    )
    return report, results_from(message.get("hidden"))
