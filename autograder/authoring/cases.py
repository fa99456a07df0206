"""Hidden checks: the student's function beside the reference on random inputs.

`course_lib/lectures/NAME/inputs.py` yields the inputs, `autograder/lectures/NAME/cases.py` says how
samples and other results that may differ are compared, and this module compares. No expected value
is stored anywhere.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import torch

from autograder.authoring.reference import reference
from course_lib.checks.asserts import assert_close, assert_dtype
from course_lib.checks.contract import describe
from course_lib.checks.direct import proxy_of
from course_lib.checks.errors import PropertyBroken
from course_lib.checks.proxy import Here
from course_lib.checks.random_inputs import Case, inputs
from course_lib.checks.registry import Property
from course_lib.checks.report import Result
from course_lib.checks.run import run_properties

__all__ = ["accept", "cases", "compared_by", "hidden_results", "hidden_results_of"]

_comparisons: dict[str, Callable] = {}


def compared_by(*exercises: str) -> Callable[[Callable], Callable]:
    """Register how results that need not equal the reference's are compared: see `Case.compare`."""

    def register(compare: Callable) -> Callable:
        _comparisons.update(dict.fromkeys(exercises, compare))
        return compare

    return register


def cases(exercise: str, seed: int, dtype: torch.dtype) -> list[Case]:
    """The hidden cases of an exercise for one seed: its lecture's inputs, and how they compare.

    Raises:
        LookupError: the lecture's `inputs.py` yields none.
    """
    name = f"autograder.lectures.{exercise.partition('.')[0]}.cases"
    if importlib.util.find_spec(name):
        importlib.import_module(name)
    compare = _comparisons.get(exercise)
    made = [replace(case, compare=compare) for case in inputs(exercise, seed, dtype)]
    if not made:
        raise LookupError(f"no hidden case for {exercise!r}")
    return made


def hidden_results(
    exercise: str,
    module: ModuleType,
    seed: int,
    dtypes: tuple[torch.dtype, ...] = (torch.float32, torch.float64),
    seconds: float = 10,
) -> list[Result]:
    """Compare a module with the reference, one result a case."""
    proxy = proxy_of(module)
    return hidden_results_of(exercise, proxy, Here(proxy), seed, dtypes, seconds)


def hidden_results_of(
    exercise: str,
    proxy: Any,
    here: Any,
    seed: int,
    dtypes: tuple[torch.dtype, ...] = (torch.float32, torch.float64),
    seconds: float = 10,
) -> list[Result]:
    """The same through a proxy, wherever the student's code lives."""
    wanted = [
        Property(
            exercise, f"hidden case {n} ({name})", _check(exercise, case, dtype), 1.0, "", True
        )
        for dtype, name in ((d, str(d).removeprefix("torch.")) for d in dtypes)
        for n, case in _to_run(exercise, seed, dtype)
    ]
    return run_properties(wanted, proxy, here, seconds)


def _to_run(exercise: str, seed: int, dtype: torch.dtype) -> list[tuple[int, Case]]:
    """The cases with their numbers.

    In float32, where only precision is new, the first and the last. In float64 all, and the first
    once more with other values of the same shapes: nothing may be kept from one call to the next.
    """
    made = cases(exercise, seed, dtype)
    if dtype != torch.float64:
        return list(enumerate(made, 1))[:: max(len(made) - 1, 1)]
    return list(enumerate([*made, cases(exercise, seed + 1, dtype)[0]], 1))


def _check(exercise: str, case: Case, dtype: torch.dtype) -> Callable:
    name, _, attribute = exercise.partition(".")

    def compare(student: Any, here: Any) -> None:
        own = proxy_of(reference(name))
        expected = None if case.compare else case.call(own, Here(own), attribute)
        accept(case, case.call(student, here, attribute), expected, dtype, own, f"`{exercise}`")

    return compare


def accept(case: Case, actual: Any, expected: Any, dtype: torch.dtype, own: Any, what: str) -> None:
    """Hold a result to the case's own comparison, or else to the expected value.

    Args:
        case: which was run.
        actual: the result in question.
        expected: the reference's; not looked at where the case compares for itself.
        dtype: of the inputs: it gives the tolerance.
        own: proxy of the reference module, for the case's own comparison.
        what: what the result is, for the message.

    Raises:
        PropertyBroken: it is not what it should be.
    """
    if case.compare:
        case.compare(actual, own, case)
    else:
        _same(actual, expected, case.tolerance(dtype), what)


def _same(actual: Any, expected: Any, tolerance: float, what: str) -> None:
    """Value, shape and dtype agree, through tuples, lists and dicts."""
    if isinstance(expected, torch.Tensor):
        if not isinstance(actual, torch.Tensor):
            raise PropertyBroken(f"{what} returned {describe(actual)}, expected a tensor")
        if actual.shape != expected.shape:
            raise PropertyBroken(
                f"{what} returned {describe(actual)}, expected {describe(expected)}"
            )
        assert_dtype(actual, expected.dtype, what=what)
        _close(actual, expected, tolerance, what)
    elif isinstance(expected, (tuple, list)):
        if not isinstance(actual, (tuple, list)) or len(actual) != len(expected):
            raise PropertyBroken(
                f"{what} returned {describe(actual)}, expected {describe(expected)}"
            )
        for i, (a, e) in enumerate(zip(actual, expected, strict=True)):
            _same(a, e, tolerance, f"{what}[{i}]")
    elif isinstance(expected, dict):
        if not isinstance(actual, dict) or set(actual) != set(expected):
            raise PropertyBroken(f"{what} returned {describe(actual)}, expected other keys")
        for key in expected:
            _same(actual[key], expected[key], tolerance, f"{what}[{key!r}]")
    elif isinstance(expected, (int, float)) and not isinstance(expected, bool):
        if not isinstance(actual, (int, float)) or isinstance(actual, bool):
            raise PropertyBroken(f"{what} returned {describe(actual)}, expected a number")
        _same_number(actual, expected, tolerance, what)
    elif actual != expected:
        raise PropertyBroken(f"{what} returned {describe(actual)}, expected {describe(expected)}")


def _same_number(actual: float, expected: float, tolerance: float, what: str) -> None:
    """Integers agree exactly, whatever their size; other numbers within the tolerance."""
    if isinstance(actual, int) and isinstance(expected, int):
        if actual != expected:
            raise PropertyBroken(f"{what} is {_digits(actual)}, expected {_digits(expected)}")
        return
    try:
        pair = torch.tensor([float(actual), float(expected)], dtype=torch.float64)
    except OverflowError:
        raise PropertyBroken(f"{what} is {_digits(actual)}, expected {_digits(expected)}") from None
    _close(pair[0], pair[1], tolerance, what)


def _digits(number: float) -> str:
    if isinstance(number, int) and abs(number) >= 10**40:
        return f"an integer of {number.bit_length()} bits"
    return str(number)


def _close(actual: torch.Tensor, expected: torch.Tensor, tolerance: float, what: str) -> None:
    """Close where finite, and infinite in the same places; integers exactly."""
    if actual.is_complex():
        actual, expected = torch.view_as_real(actual), torch.view_as_real(expected)
    if not actual.is_floating_point() and torch.equal(actual, expected):
        return
    same = actual == expected
    zero = torch.zeros((), dtype=torch.float64)
    assert_close(
        torch.where(same, zero, actual.double()),
        torch.where(same, zero, expected.double()),
        atol=tolerance,
        rtol=tolerance,
        what=what,
    )
