"""Run an exercise's properties and make the report. Nothing the student's code does gets out."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import FrameType, ModuleType
from typing import Any

from course_lib.checks import lending
from course_lib.checks.contract import describe
from course_lib.checks.direct import proxy_of
from course_lib.checks.errors import (
    BrokenContract,
    NotImplementedYet,
    PropertyBroken,
    StudentError,
    TimeLimitExceeded,
    text_of,
)
from course_lib.checks.importing import import_failure, still_importing, student_module
from course_lib.checks.naming import in_a_cell, meant
from course_lib.checks.proxy import Here
from course_lib.checks.registry import Property, properties
from course_lib.checks.report import Report, Result
from course_lib.checks.time_limit import time_limit
from course_lib.course import lent, progress, reference_text, syllabus
from course_lib.course.completion import module_file
from course_lib.course.earned import Solution, is_earned, own_text, solution

__all__ = ["may_be_of_others", "quiet_stderr", "report_of", "run_check",
           "run_properties", "state_of"]  # fmt: skip

_FIRST_THE_VALUES = "looked at as soon as half of the properties above hold"
# Of a message; room for three frames below it.
_LONGEST = 1500
_PROXIES = re.compile(r"'(Class|Function|Handle|Module|Namespace|Object)'")


def run_check(what: str | Callable, module: ModuleType | None, seconds: float | None) -> Report:
    """What `course_lib.check` does; see there."""
    course = syllabus.load()
    entry = meant(course, what)
    exercise = entry.name
    limit = course.seconds_per_property if seconds is None else seconds
    if not limit > 0:
        raise ValueError(f"seconds must be positive, not {limit}")
    wanted = properties(exercise)
    with quiet_stderr() as said:
        try:
            with time_limit(limit), _only_real_interrupts():
                loaded = student_module(entry.module) if module is None else module
                proxy = proxy_of(loaded)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            message = import_failure(entry.module, error, limit)
            results = [Result(p.name, False, message, weight=p.weight) for p in wanted]
            said_of_others: list[str] = []
        else:
            with lending.own(loaded, exercise):
                results = run_properties(wanted, proxy, Here(proxy), limit)
                results, said_of_others = _with_stand_ins(entry, wanted, loaded, results, limit)
    report = report_of(entry, results, (*said_of_others, *said()))
    if module is None:
        version = own_text(entry, module_file(course.lecture(entry.module)))
        progress.record(exercise, report.state, report.points, report.max_points, version)
        if exercise in lent.names():
            report = replace(report, notes=(*report.notes, _of_what_is_lent(report)))
        report = replace(report, solution=_solution(entry))
        elsewhere = "" if report.passed else in_a_cell(entry)
        if elsewhere:
            report = replace(report, notes=(elsewhere, *report.notes))
    return report


def _solution(entry: syllabus.Exercise) -> Solution | None:
    """The reference beside the student's function where that is earned, and another one."""
    if reference_text.find(entry.module) is None or not is_earned(entry):
        return None
    found = solution(entry)
    return None if found.own == found.reference else found


def report_of(
    entry: syllabus.Exercise, results: list[Result], notes: tuple[str, ...] = ()
) -> Report:
    """The report of an exercise's public properties."""
    return Report(
        exercise=entry.name,
        max_points=entry.points,
        results=tuple(results),
        state=state_of(results),
        section=entry.section,
        notes=notes,
        hidden_share=entry.hidden_share,
    )


def _of_what_is_lent(report: Report) -> str:
    """What is said below the check of an exercise that is lent; a right one is returned."""
    if report.passed:
        lent.take_back(report.exercise)
        return "this exercise was lent: yours is right, and stands in its place again"
    return "this exercise is lent: the reference stands in its place until yours passes"


def _with_stand_ins(
    entry: syllabus.Exercise,
    wanted: list[Property],
    module: ModuleType,
    results: list[Result],
    limit: float,
) -> tuple[list[Result], list[str]]:
    """The results, and what is to be said of it, where the exercise builds on others.

    What fails is tried once more with the reference in the place of the others, so that no error
    of theirs counts here, and the messages are about this exercise alone.
    """
    if not may_be_of_others(entry, results):
        return results, []
    known = progress.read(notice=lambda _: None)
    doubtful = [n for n in entry.builds_on if known.get(n, {}).get("state") != "passed"]
    names = ", ".join(f"`{name}`" for name in doubtful or entry.builds_on)
    if reference_text.find(entry.module) is None:
        return results, [
            f"this exercise builds on {names}: mend that first, or ask "
            f"{syllabus.load().students.ask}. In official grading the reference stands in for it"
        ]
    with lending.standing_in(module, entry.builds_on):
        proxy = proxy_of(module)
        again = run_properties(wanted, proxy, Here(proxy), limit)
    if _held(again) < _held(results):
        return results, []
    better = _held(again) > _held(results)
    return again, [f"checked with the reference in the place of {names}"] if better else []


def may_be_of_others(entry: syllabus.Exercise, results: list[Result]) -> bool:
    """Whether what fails may be the fault of functions that the exercise builds on."""
    own = all(_is_missing(r.message) and f"`{entry.name}`" in r.message for r in results)
    return bool(entry.builds_on) and not own and not all(r.passed for r in results)


def _held(results: list[Result]) -> float:
    return sum(r.weight for r in results if r.passed)


def run_properties(wanted: list[Property], module: Any, here: Any, seconds: float) -> list[Result]:
    """Check each property on a proxy; after one that ran out of time the rest is not tried."""
    results: list[Result] = []
    stuck: _Broken | None = None
    misshapen = False
    for prop in wanted:
        start = time.perf_counter()
        if stuck:
            broken = _Broken(f"not tried: {stuck.message}", stuck.message)
        elif not prop.of_values and not _half_hold(results):
            missing = all(_is_missing(r.message) for r in results)
            broken = _Broken(results[0].message if missing else _FIRST_THE_VALUES)
        else:
            broken = _try(prop, module, here, seconds)
            stuck = broken if broken.timed_out else None
        misshapen = misshapen or broken.misshapen
        hint = prop.hint if broken.of_values else ""
        spent = time.perf_counter() - start
        held = not broken.message
        results.append(
            Result(prop.name, held, broken.message, hint, spent, prop.weight, broken.cause)
        )
    # A wrong shape comes first: no hint about values fits the values of a result that has it.
    return [replace(r, hint="") for r in results] if misshapen else results


@dataclass(frozen=True)
class _Broken:
    """What keeps a property from holding.

    Attributes:
        message: empty if nothing does.
        cause: see `Result.cause`.
        of_values: whether a value is wrong, which is what hints are about.
        misshapen: whether a result is not of the promised kind.
        timed_out: whether the student's code was interrupted.
    """

    message: str = ""
    cause: str = ""
    of_values: bool = False
    misshapen: bool = False
    timed_out: bool = False


def _half_hold(results: list[Result]) -> bool:
    """Whether at least half of the weight so far is of properties that hold."""
    return 2 * _held(results) >= sum(r.weight for r in results)


def _try(prop: Property, module: Any, here: Any, seconds: float) -> _Broken:
    """What keeps a property from holding."""
    try:
        with time_limit(seconds), _only_real_interrupts():
            prop.function(module, here) if prop.wants_here else prop.function(module)
            module.settle()
    except TimeLimitExceeded as over:
        running = getattr(module, "running", None) or [prop.exercise]
        message = (
            f"`{running[-1]}` was still running after {seconds:g} s and was interrupted: look for "
            "a loop that never ends, or for a step that is far too slow"
        )
        if over.importing:
            message = still_importing(over.importing)
        return _Broken(message, timed_out=True)
    except StudentError as error:
        return _Broken(text_of(error, _LONGEST), error.place)
    except BrokenContract as broken:
        return _Broken(text_of(broken, _LONGEST), broken.cause, misshapen=bool(broken.cause))
    except (PropertyBroken, NotImplementedYet) as broken:
        of_values = isinstance(broken, PropertyBroken)
        return _Broken(text_of(broken, _LONGEST), of_values=of_values)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return _Broken(_unexpected(module, error))
    finally:
        if getattr(module, "running", None):
            module.running.clear()
    return _Broken()


def _unexpected(module: Any, error: BaseException) -> str:
    """Where the check itself stopped: most often at a result of a kind that it cannot use."""
    said = f"{type(error).__name__}: {text_of(error)}"
    if _PROXIES.search(said):
        # What stands for a student's object is nothing that a student has heard of.
        said = type(error).__name__
    label, result = getattr(module, "returned", ("", None))
    if not label or not isinstance(error, (TypeError, AttributeError, IndexError, RuntimeError)):
        return f"the check could not go on: {said}"
    return f"the check cannot go on with what `{label}` returned: {describe(result)} ({said})"


class _Interrupted(BaseException):
    """What a `KeyboardInterrupt` becomes that no key was pressed for."""


@contextlib.contextmanager
def _only_real_interrupts() -> Iterator[None]:
    """Let Ctrl-C and the notebook's stop button through, but not `raise KeyboardInterrupt`."""
    arrived: list[int] = []
    usual = signal.getsignal(signal.SIGINT)
    on_main = threading.current_thread() is threading.main_thread() and callable(usual)

    def note(number: int, frame: FrameType | None) -> None:
        arrived.append(number)
        assert callable(usual)
        usual(number, frame)

    if on_main:
        signal.signal(signal.SIGINT, note)
    try:
        yield
    except KeyboardInterrupt as error:
        if arrived:
            raise
        raise _Interrupted("the code raised KeyboardInterrupt") from error
    finally:
        if on_main:
            signal.signal(signal.SIGINT, usual)


class _Unclosable(io.StringIO):
    """Still readable when the student's code closed what it took for stderr."""

    def close(self) -> None:
        pass


@contextlib.contextmanager
def _quiet_descriptor() -> Iterator[None]:
    """Send to nowhere what is written to file descriptor 2 past `sys.stderr`."""
    try:
        kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    except OSError:
        yield
        return
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextlib.contextmanager
def quiet_stderr() -> Iterator[Callable[[], list[str]]]:
    """Keep warnings and stderr of the student's code out of the cell: nbgrader scores them 0.

    Yields a function that returns what was said, as short notes.
    """
    caught: list[warnings.WarningMessage] = []
    stream = _Unclosable()

    def said() -> list[str]:
        notes = [f"your code warned: {text_of(w.message)}" for w in caught]
        text = stream.getvalue().strip()
        if text:
            notes.append(f"your code wrote to stderr: {text.splitlines()[-1]}")
        return [n[:200] for n in dict.fromkeys(notes)][:3]

    with (
        warnings.catch_warnings(record=True) as record,
        contextlib.redirect_stderr(stream),
        _quiet_descriptor(),
    ):
        warnings.simplefilter("default")
        try:
            yield said
        finally:
            caught.extend(w for w in record or [] if issubclass(w.category, UserWarning))


def _is_missing(message: str) -> bool:
    return message.startswith("not implemented yet")


def state_of(results: list[Result]) -> str:
    """ "passed", "failed", or "missing" where nothing but "not implemented yet" was found."""
    if all(r.passed for r in results):
        return "passed"
    return "missing" if all(_is_missing(r.message) for r in results) else "failed"
