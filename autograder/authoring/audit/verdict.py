"""Judge a lecture's checks by its mutants, its alternatives, its scaffold and its reference."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType

import torch

from autograder.authoring.audit.systematic import Systematic, exemptions, systematic
from autograder.authoring.audit.variants import Variant, variants
from autograder.authoring.cases import hidden_results
from autograder.authoring.reference import module_from_source, reference, solution_text
from autograder.errors import CourseError
from course_lib.checks import check
from course_lib.checks.report import Report, Result
from course_lib.course.scaffold import scaffold_text
from course_lib.course.syllabus import Exercise, Lecture

__all__ = ["ExerciseVerdict", "LectureVerdict", "judge"]

# A mutant that loops for ever would otherwise hold the audit for the students' whole limit.
_SECONDS = 5.0
_SEED = 20_260_101
LEAST_MUTANTS, LEAST_ALTERNATIVES = 5, 2
# Of a lecture's mutants, the share that public checks alone have to kill.
LEAST_PUBLIC = 0.98


@dataclass
class ExerciseVerdict:
    """The audit's findings for one exercise.

    Attributes:
        exercise: which.
        mutants: how many there are, the systematic ones included.
        killed, killed_by_public: of these, by all checks and by the public ones alone.
        hidden_only: what is wrong with those that only hidden cases kill.
        alternatives, accepted: how many there are, and how many have full points.
        systematic: kinds of the systematic mutants.
        faults: what was misjudged, one line each.
    """

    exercise: Exercise
    mutants: int = 0
    killed: int = 0
    killed_by_public: int = 0
    alternatives: int = 0
    accepted: int = 0
    systematic: Counter[str] = field(default_factory=Counter)
    hidden_only: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass
class LectureVerdict:
    """The audit's findings for one lecture."""

    lecture: Lecture
    exercises: list[ExerciseVerdict]
    seconds: float

    @property
    def faults(self) -> list[str]:
        """Everything that was misjudged, one line each."""
        found = [f for e in self.exercises for f in e.faults]
        mutants = sum(e.mutants for e in self.exercises)
        public = sum(e.killed_by_public for e in self.exercises)
        killed = sum(e.killed for e in self.exercises)
        if killed - public > (1 - LEAST_PUBLIC) * mutants:
            hidden = [reason for e in self.exercises for reason in e.hidden_only]
            found.append(
                f"{self.lecture.id}: public checks alone kill {public} of {mutants} mutants, "
                f"fewer than {LEAST_PUBLIC:.0%}; not {'; '.join(hidden)}"
            )
        return found


def judge(lecture: Lecture, progress: Callable[[str], None] = lambda text: None) -> LectureVerdict:
    """Audit one lecture.

    Args:
        lecture: which.
        progress: called with each exercise's name before it is judged.
    """
    start = time.perf_counter()
    known = variants(lecture.module)
    names = {e.name for e in lecture.exercises}
    exempted, used = exemptions(lecture.module), set[int]()
    verdicts = []
    for exercise in lecture.exercises:
        progress(exercise.name)
        own = [v for v in known if v.exercise == exercise.name]
        verdicts.append(_judge_exercise(exercise, own))
        for change in systematic(exercise):
            covering = {i for i, e in enumerate(exempted) if e.covers(change)}
            used |= covering
            if not covering:
                _judge_systematic(verdicts[-1], change)
    for stray in sorted({v.exercise for v in known} - names):
        verdicts[0].faults.append(f"{stray}: has variants, but course.toml does not list it")
    for i, exemption in enumerate(exempted):
        if i not in used:
            verdicts[0].faults.append(f"{lecture.id}: nothing is exempt as {exemption.why!r}")
    return LectureVerdict(lecture, verdicts, time.perf_counter() - start)


def _judge_systematic(verdict: ExerciseVerdict, change: Systematic) -> None:
    verdict.systematic[change.kind] += 1
    module = module_from_source(change.source(), verdict.exercise.module)
    _judge_wrong(verdict, change.reason, module)


def _judge_wrong(verdict: ExerciseVerdict, reason: str, module: ModuleType) -> Report:
    """Count a mutant, and report it where it survives or makes a check itself fail."""
    name = verdict.exercise.name
    report = check(name, module, _SECONDS)
    verdict.mutants += 1
    if not report.passed:
        verdict.killed += 1
        verdict.killed_by_public += 1
        if any("the check could not go on" in r.message for r in report.results):
            verdict.faults.append(
                f"{name}: a check itself fails where “{reason}”: {_shown(report)}"
            )
    elif not _agrees(name, module):
        verdict.killed += 1
        verdict.hidden_only.append(f"{name} ({reason})")
    else:
        verdict.faults.append(f"{name}: full points although “{reason}”")
    return report


def _agrees(exercise: str, module: ModuleType) -> bool:
    """Whether all hidden cases agree with the reference."""
    return all(r.passed for r in hidden_results(exercise, module, _SEED, seconds=_SECONDS))


def _judge_exercise(exercise: Exercise, own: list[Variant]) -> ExerciseVerdict:
    verdict = ExerciseVerdict(exercise)
    _judge_reference_and_scaffold(verdict)
    for variant in own:
        if variant.wrong:
            _judge_mutant(verdict, variant)
        else:
            _judge_alternative(verdict, variant)
    for kind, count, least in (
        ("mutants", verdict.mutants, LEAST_MUTANTS),
        ("alternatives", verdict.alternatives, LEAST_ALTERNATIVES),
    ):
        if count < least:
            verdict.faults.append(f"{exercise.name}: {count} {kind}, at least {least} are needed")
    return verdict


def _judge_reference_and_scaffold(verdict: ExerciseVerdict) -> None:
    name, module = verdict.exercise.name, verdict.exercise.module
    for result in _all_results(name, reference(module)):
        if not result.passed:
            verdict.faults.append(f"{name}: the reference fails “{result.name}”: {result.message}")
    scaffold = module_from_source(scaffold_text(solution_text(module), module), module)
    report = check(name, scaffold, _SECONDS)
    hidden = hidden_results(name, scaffold, _SEED, seconds=_SECONDS)
    if report.points != 0 or report.state != "missing" or any(r.passed for r in hidden):
        verdict.faults.append(
            f"{name}: the untouched scaffold gets {report.points:g} points ({report.state})"
        )


def _judge_mutant(verdict: ExerciseVerdict, variant: Variant) -> None:
    report = _judge_wrong(verdict, variant.reason, _made(variant))
    if not report.passed and not _told(report, variant.expect):
        verdict.faults.append(
            f"{variant.exercise}: “{variant.reason}” fails, but nothing that is shown says "
            f"{variant.expect!r}: {_shown(report)}"
        )


def _made(variant: Variant) -> ModuleType:
    """The variant's module; one that cannot be imported would prove nothing."""
    try:
        return module_from_source(variant.source(), variant.exercise.partition(".")[0])
    except CourseError:
        raise
    except Exception as error:
        raise CourseError(
            f"{variant.exercise} ({variant.reason}): the variant cannot be imported: "
            f"{type(error).__name__}: {error}"
        ) from error


def _told(report: Report, expect: str) -> bool:
    shown = [f"{r.name}\n{r.message}\n{r.hint}" for r in report.results if not r.passed]
    return bool(expect) and any(expect in text for text in shown)


def _shown(report: Report) -> str:
    return " | ".join(f"{r.name}: {r.message} [{r.hint}]" for r in report.results if not r.passed)


def _judge_alternative(verdict: ExerciseVerdict, variant: Variant) -> None:
    verdict.alternatives += 1
    module = _made(variant)
    broken = [r for r in _all_results(variant.exercise, module) if not r.passed]
    if broken:
        verdict.faults.append(
            f"{variant.exercise}: the right alternative “{variant.reason}” fails "
            f"“{broken[0].name}”: {broken[0].message}"
        )
    else:
        verdict.accepted += 1


def _all_results(exercise: str, module: ModuleType) -> list[Result]:
    """Public results under both default dtypes and hidden results in both dtypes."""
    results: list[Result] = []
    for dtype in (torch.float32, torch.float64):
        with _default_dtype(dtype):
            results += check(exercise, module, _SECONDS).results
    return results + hidden_results(exercise, module, _SEED, seconds=_SECONDS)


@contextmanager
def _default_dtype(dtype: torch.dtype) -> Iterator[None]:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)
