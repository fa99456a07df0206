"""From a solution to the file that students get, and back.

A solution's body stands between `### BEGIN SOLUTION` and `### END SOLUTION`. The scaffold has
`raise NotImplementedError(...)` in its place, and on top a line for the linter; everything else is
the same to the letter, so that putting the bodies back gives the solution again.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from course_lib.course.contents import functions
from course_lib.course.errors import CommandError
from course_lib.course.syllabus import UnknownName, load

__all__ = ["Region", "fill", "regions", "scaffold_text", "stub"]

_BEGIN, _END = "### BEGIN SOLUTION", "### END SOLUTION"
# A scaffold keeps the imports that its solution needs, where it needs any.
_HEADER = "# ruff: noqa: F401, RUF100\n"
_WIDTH = 100  # of a line, as the formatter has it


@dataclass(frozen=True)
class Region:
    """One marked solution: lines `first` to `last` (1-based, both markers included)."""

    name: str
    first: int
    last: int
    indent: str


def regions(text: str, module: str) -> list[Region]:
    """The marked regions of a solution, each with its exercise's name.

    Raises:
        CommandError: text that is no Python, a marker without its partner, outside a function, or
            two in one function.
    """
    try:
        owners = [
            (name, f.lineno, f.end_lineno or f.lineno)
            for name, f in functions(ast.parse(text), module)
        ]
    except SyntaxError as error:
        raise CommandError(f"{module}.py line {error.lineno}: {error.msg}") from error
    found: list[Region] = []
    begin: tuple[int, str] | None = None
    code = 0  # the last line that is not blank or a comment
    for number, line in enumerate(text.splitlines(), 1):
        mark = line.strip()
        if mark and not mark.startswith("#"):
            code = number
        if mark == _BEGIN:
            if begin:
                raise CommandError(f"{module}.py line {number}: BEGIN SOLUTION inside a solution")
            begin = (number, line[: len(line) - len(line.lstrip())])
        elif mark == _END:
            if not begin:
                raise CommandError(f"{module}.py line {number}: END SOLUTION without its BEGIN")
            around = [n for n, first, last in owners if first <= begin[0] and code <= last]
            if not around:
                raise CommandError(f"{module}.py line {begin[0]}: a solution outside a function")
            found.append(Region(around[-1], begin[0], number, begin[1]))
            begin = None
    if begin:
        raise CommandError(f"{module}.py line {begin[0]}: BEGIN SOLUTION without its END")
    names = [r.name for r in found]
    if len(set(names)) != len(names):
        raise CommandError(f"{module}.py: two solutions in one function: {', '.join(names)}")
    return found


def stub(region: Region) -> str:
    """The line that stands for a solution, in three where the formatter would break it."""
    section = load().exercise(region.name).section
    said = f'"not implemented yet: `{region.name}`, section {section}"'
    line = f"{region.indent}raise NotImplementedError({said})\n"
    if len(line) <= _WIDTH + 1:
        return line
    begin, end = f"{region.indent}raise NotImplementedError(\n", f"{region.indent})\n"
    return f"{begin}{region.indent}    {said}\n{end}"


def scaffold_text(solution: str, module: str) -> str:
    """The scaffold of a solution's text.

    Raises:
        CommandError: a marked function is no exercise of `course.toml`, or an exercise has
            no marks.
    """
    lecture = load().lecture(module)
    found = regions(solution, module)
    missing = {e.name for e in lecture.exercises} - {r.name for r in found}
    if missing:
        raise CommandError(f"{module}.py has no marked solution for {', '.join(sorted(missing))}")
    lines = solution.splitlines(keepends=True)
    for region in reversed(found):
        try:
            lines[region.first - 1 : region.last] = [stub(region)]
        except UnknownName as error:
            raise CommandError(f"{module}.py line {region.first}: {error}") from error
    return _HEADER + "".join(lines)


def fill(scaffold: str, solution: str, module: str) -> str:
    """Put the solution's bodies into the scaffold: the inverse of `scaffold_text`."""
    lines = solution.splitlines(keepends=True)
    scaffold = scaffold.removeprefix(_HEADER)
    for region in regions(solution, module):
        line = stub(region)
        count = scaffold.count(line)
        if count != 1:
            raise CommandError(
                f"{module}.py: the stub of {region.name} stands {count} times, not once"
            )
        scaffold = scaffold.replace(line, "".join(lines[region.first - 1 : region.last]))
    return scaffold
