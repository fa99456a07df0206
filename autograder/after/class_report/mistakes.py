"""Known mistakes: a student's failed properties against those of the lecture's mutants.

A mutant is a mistake of a known kind, and the public checks always say the same of it. A student's
function whose failed properties and messages are a mutant's behaves, on everything that the checks
look at, as this mutant does. That is what a match means, and no more: other code can behave so.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.authoring.audit.variants import Variant, variants
from autograder.authoring.reference import module_from_source
from autograder.grading.fingerprint import fingerprints
from autograder.sandbox.scoring import HIDDEN
from course_lib.checks import check
from course_lib.checks.report import Report, Result
from course_lib.course.syllabus import Lecture

__all__ = ["Mistakes", "known_mistakes"]

_SECONDS = 5.0  # as in the audit
_NUMBER = re.compile(r"-?\d+\.\d+(?:e[+-]?\d+)?|-?\d+e[+-]?\d+")
_LINES = re.compile(r"\bline \d+\b|/[^\s:]*/|\b\w+_\d+\.(?=\w)")

Signature = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Mistakes:
    """Exercise → (what is wrong, its failed properties with their messages), mutant by mutant."""

    of: dict[str, list[tuple[str, Signature]]]

    def match(self, exercise: str, report: Report) -> list[str]:
        """Name the known mistake of code that has this report; empty if there is none.

        All properties and messages must be a mutant's; numbers may differ in the fourth digit.
        Where only the properties are, and one message is a mutant's, that is a match as well,
        unless mutants of several kinds have it.
        """
        mine = signature(report.results)
        if not mine:
            return []
        known = self.of.get(exercise, [])
        exact = [reason for reason, theirs in known if theirs == mine]
        if exact:
            return exact
        names = {name for name, _ in mine}
        near = [
            reason
            for reason, theirs in known
            if {name for name, _ in theirs} == names and set(theirs) & set(mine)
        ]
        return near if len(near) == 1 else []


def signature(results: Iterable[Result]) -> Signature:
    """The failed public properties and what is said of them, without what differs by chance."""
    return tuple(
        sorted(
            (r.name, _without_chance(r.message))
            for r in results
            if not r.passed and not r.name.startswith(HIDDEN)
        )
    )


def _without_chance(message: str) -> str:
    def rounded(match: re.Match[str]) -> str:
        value = float(match[0])
        return f"{value:.3g}" if math.isfinite(value) else match[0]

    return " ".join(_NUMBER.sub(rounded, _LINES.sub("", message)).split())


def known_mistakes(
    lecture: Lecture,
    exercises: Sequence[str],
    cache: Path | None = None,
    progress: Callable[[str], None] = lambda name: None,
) -> Mistakes:
    """Run the public checks on the mutants of some exercises.

    The mutants are the course's own code and run here; students' code never does.

    Args:
        lecture: the lecture.
        exercises: names; the others' mutants are not run.
        cache: a file that keeps the results until mutants, checks or solution change.
        progress: is called with each exercise's name before its mutants are run.
    """
    own = [v for v in variants(lecture.module) if v.wrong]
    stamps = fingerprints(lecture, "", {})
    kept = _read(cache)
    found: dict[str, list[tuple[str, Signature]]] = {}
    changed = False
    for exercise in exercises:
        mutants = [v for v in own if v.exercise == exercise]
        stamp = _stamp(stamps[exercise], mutants)
        entry = kept.get(exercise)
        if not isinstance(entry, dict) or entry.get("stamp") != stamp:
            progress(exercise)
            entry = {"stamp": stamp, "mutants": [_ran(v) for v in mutants]}
            kept[exercise], changed = entry, True
        found[exercise] = [
            (reason, tuple((name, message) for name, message in failed))
            for reason, failed in entry["mutants"]
        ]
    if cache is not None and changed:
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_text(json.dumps(kept, indent=1, ensure_ascii=False), encoding="utf-8")
    return Mistakes(found)


def _ran(variant: Variant) -> tuple[str, Signature]:
    module = module_from_source(variant.source(), variant.exercise.partition(".")[0])
    return variant.reason, signature(check(variant.exercise, module, _SECONDS).results)


def _stamp(grader: str, mutants: Sequence[Variant]) -> str:
    text = json.dumps([grader, *[[v.reason, v.source()] for v in mutants]])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _read(cache: Path | None) -> dict[str, dict]:
    """Read the cache; a missing or damaged file gives an empty one, which only costs time."""
    try:
        kept = json.loads(cache.read_text(encoding="utf-8")) if cache else {}
        for entry in kept.values():
            for _, failed in entry["mutants"]:
                _ = [(str(name), str(message)) for name, message in failed]
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return {}
    return kept
