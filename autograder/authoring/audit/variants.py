"""Mutants and alternatives: edits of a solution's source, one exercise at a time."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from autograder.authoring.reference import solution_text
from autograder.errors import CourseError
from course_lib.course.scaffold import regions

__all__ = ["Variant", "alternative", "edits", "mutant", "variants"]


@dataclass(frozen=True)
class Variant:
    """Another implementation of one exercise.

    Attributes:
        exercise: name as in `course.toml`.
        reason: what is wrong with a mutant, or what is different in an alternative.
        wrong: whether it is a mutant.
        expect: text that a failed property's name, message or hint must have.
        old, new: a text edit inside the solution, or
        body: the lines that take the solution's place.
    """

    exercise: str
    reason: str
    wrong: bool
    expect: str = ""
    old: str = ""
    new: str = ""
    body: str = ""

    def source(self) -> str:
        """The whole module's text with this implementation in the solution's place.

        Raises:
            CourseError: no marked solution of that name, or the edit does not match just once.
        """
        module = self.exercise.partition(".")[0]
        text = solution_text(module)
        for region in regions(text, module):
            if region.name == self.exercise:
                break
        else:
            raise CourseError(f"{self.exercise}: no marked solution in solutions/{module}.py")
        lines = text.splitlines(keepends=True)
        solution = "".join(lines[region.first - 1 : region.last])
        if self.body:
            changed = textwrap.indent(self.body, region.indent)
        else:
            if solution.count(self.old) != 1:
                raise CourseError(
                    f"{self.exercise} ({self.reason}): the edit's old text stands "
                    f"{solution.count(self.old)} times in the solution, not once: {self.old!r}"
                )
            changed = solution.replace(self.old, self.new)
        return "".join([*lines[: region.first - 1], changed, *lines[region.last :]])


_registered: list[Variant] = []


def edits(exercise: str, *rows: tuple[str, ...] | str) -> None:
    """Register variants that each put something else in the place of a fragment of the solution.

    Args:
        exercise: name as in `course.toml`.
        rows: for each mutant what is wrong with it, the fragment, which stands just once in the
            exercise's solution, its new text, and text that a failed property's name, message or
            hint must have. A row without the last is an alternative. A string between the rows is
            the fragment of all that follow, which then are without it, up to the next string.
    """
    of = ""
    for row in rows:
        if isinstance(row, str):
            of = row
            continue
        reason, old, new, *expect = (row[0], of, *row[1:]) if of else row
        _registered.append(Variant(exercise, reason, bool(expect), "".join(expect), old, new))


def mutant(exercise: str, reason: str, *, expect: str) -> Callable[[Callable], Callable]:
    """Register the decorated function's body as a wrong solution of `exercise`."""

    def register(function: Callable) -> Callable:
        _registered.append(Variant(exercise, reason, True, expect, body=_body(function)))
        return function

    return register


def alternative(exercise: str, reason: str) -> Callable[[Callable], Callable]:
    """Register the decorated function's body as another right solution of `exercise`."""

    def register(function: Callable) -> Callable:
        _registered.append(Variant(exercise, reason, False, body=_body(function)))
        return function

    return register


def _body(function: Callable) -> str:
    """The function's body as text, without its signature and docstring."""
    source = textwrap.dedent(inspect.getsource(function))
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef)
    statements = node.body
    if ast.get_docstring(node) is not None:
        statements = statements[1:]
    if not statements:
        raise CourseError(f"{function.__name__}: an empty body is no implementation")
    lines = source.splitlines(keepends=True)
    return textwrap.dedent("".join(lines[statements[0].lineno - 1 :]))


def variants(module: str) -> list[Variant]:
    """All mutants and alternatives of a lecture, mutants first."""
    for kind in ("mutants", "alternatives"):
        found = importlib.import_module(f"autograder.lectures.{module}.{kind}")
        for part in pkgutil.iter_modules(getattr(found, "__path__", ()), f"{found.__name__}."):
            importlib.import_module(part.name)
    mine = [v for v in _registered if v.exercise.partition(".")[0] == module]
    return sorted(mine, key=lambda v: not v.wrong)
