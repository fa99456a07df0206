"""Official points: what the public properties and the hidden cases are worth together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from course_lib.checks.report import Report, Result
from course_lib.course import syllabus

__all__ = ["HIDDEN", "official", "refused"]

HIDDEN = "agrees with the reference on hidden inputs"


def official(public: Report, hidden: Sequence[Result]) -> Report:
    """The report that a student is graded by.

    The hidden cases become one line with their number, so that feedback cannot give away an input.

    Args:
        public: the public check's report.
        hidden: one result a hidden case; none where the exercise has no hidden cases.
    """
    if public.state == "missing":
        return replace(public, awarded=0.0)
    # An exercise without hidden cases is worth its public properties.
    share = public.hidden_share if hidden else 0.0
    public = replace(public, hidden_share=share)
    weight = sum(r.weight for r in public.results)
    held = sum(r.weight for r in public.results if r.passed)
    agree = sum(r.passed for r in hidden)
    results = public.results
    if hidden:
        name = f"{HIDDEN}: {agree} of {len(hidden)} cases"
        results += (Result(name, agree == len(hidden), _advice(public, hidden)),)
        public = replace(public, hidden=(agree, len(hidden)))
    if results and all(r.passed for r in results):
        return replace(public, results=results, state="passed", awarded=float(public.max_points))
    fraction = held / weight if weight else 0.0
    if hidden:
        # Where no public property holds, agreeing on an easy hidden case is worth nothing.
        fraction = (1 - share) * fraction + share * agree / len(hidden) if held else 0.0
    # A result that is not perfect never rounds up to full marks.
    points = min(round(public.max_points * fraction, 2), public.max_points - 0.01)
    return replace(public, results=results, state="failed", awarded=max(points, 0.0))


def _advice(public: Report, hidden: Sequence[Result]) -> str:
    """What a student may know of failed hidden cases: never their values."""
    if all(r.passed for r in hidden):
        return ""
    if public.passed:
        return (
            "every public property holds, but on other sizes, seeds or dtypes the values differ: "
            "look for numbers that are written into the code and for the dtype of new tensors"
        )
    return "repair the properties above first"


def refused(exercise: str, reason: str) -> Report:
    """The report of an exercise that could not be run, with 0 points."""
    entry = syllabus.load().exercise(exercise)
    return Report(
        exercise=exercise,
        max_points=entry.points,
        results=(Result("your code can be run", False, reason),),
        state="failed",
        section=entry.section,
        awarded=0.0,
    )
