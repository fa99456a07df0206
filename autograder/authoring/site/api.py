"""The API pages: one for each part of `course_lib` and of `autograder`, from the docstrings."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from autograder.authoring.site.docstrings import to_rst
from autograder.paths import ROOT
from course_lib.course.syllabus import Course

__all__ = ["pages"]

# What belongs to single lectures, and a demonstration: nothing to be called.
_LEFT_OUT = ("autograder.lectures", "autograder.demo")


def pages(course: Course) -> dict[str, str]:
    """The pages by file name, `api/index.rst` with the contents first."""
    order = [f"course_lib.{lecture.module}" for lecture in course.lectures]
    top = [n for n in _children("course_lib") if not _is_package(n)]
    modules = [n for n in top if n not in order] + order
    students = {
        "The lectures' modules": modules,
        "The notebooks' kit": _children("course_lib.kit"),
        "Checks": ["course_lib.checks"],
        "Notebooks, the course, the `course` command": [
            "course_lib.notebook",
            "course_lib.course",
            "course_lib.commands",
        ],
    }
    children = [n for n in _children("autograder") if n not in _LEFT_OUT]
    files = [n for n in children if not _is_package(n)]
    instructors = {
        "Packages": [n for n in children if n not in files],
        "Modules": files,
    }
    found = {
        "api/index.rst": _index(),
        "api/course_lib.rst": _contents("course_lib", students),
        "api/autograder.rst": _contents("autograder", instructors),
    }
    for name in [n for group in [*students.values(), *instructors.values()] for n in group]:
        found[f"api/{name}.rst"] = _page(name)
    return found


def _children(package: str) -> list[str]:
    path = importlib.import_module(package).__path__
    return sorted(f"{package}.{m.name}" for m in pkgutil.iter_modules(path))


def _is_package(name: str) -> bool:
    return hasattr(importlib.import_module(name), "__path__")


def _index() -> str:
    return "\n".join(
        [
            _title("API"),
            "From the docstrings: ``course_lib`` is what students have, ``autograder`` is the",
            "instructors' side.",
            "",
            ".. toctree::",
            "   :maxdepth: 2",
            "",
            "   course_lib",
            "   autograder",
            "",
        ]
    )


def _contents(package: str, groups: dict[str, list[str]]) -> str:
    """A package's page: its own docstring, and its parts in groups with their first lines."""
    lines = [_title(f"``{package}``"), f".. automodule:: {package}", "   :no-members:", ""]
    for heading, names in groups.items():
        heading = heading.replace("`", "``")
        lines += [heading, "-" * len(heading), "", ".. list-table::", "   :class: course-api", ""]
        for name in names:
            summary = to_rst(_docstring(name).splitlines()[:1])
            lines += [f"   * - :doc:`{name}`", *(f"     - {line}" for line in summary)]
        lines += ["", ".. toctree::", "   :hidden:", ""]
        lines += [*(f"   {name.removeprefix(f'{package}.')} <{name}>" for name in names), ""]
    return "\n".join(lines)


def _page(name: str) -> str:
    """A module's page, or a package's with a section for each module that none above re-exports."""
    module = importlib.import_module(name)
    lines = [_title(f"``{name}``"), f".. automodule:: {name}", *_options(module), ""]
    for part in _parts(module):
        public = _public_between(name, part)
        own = getattr(importlib.import_module(part), "__all__", ())
        shown = [member for member in own if member not in public]
        if shown or not own:
            lines += [_title(f"``{part}``", "-"), f".. automodule:: {part}"]
            lines += [*_options(importlib.import_module(part), sorted(public & set(own))), ""]
    return "\n".join(lines)


def _public_between(package: str, part: str) -> set[str]:
    """What this package, and those in it that a module lies in, re-export."""
    names: set[str] = set()
    while len(part) > len(package):
        part = part.rpartition(".")[0]
        names.update(getattr(importlib.import_module(part), "__all__", ()))
    return names


def _options(module: ModuleType, exclude: list[str] | None = None) -> list[str]:
    exported = getattr(module, "__all__", ())
    lines = ["   :members:"] if exported or not hasattr(module, "__path__") else []
    if exclude:
        lines.append(f"   :exclude-members: {', '.join(exclude)}")
    return [*lines, ""]


def _parts(module: ModuleType) -> Iterator[str]:
    """All modules below a package, deepest after their package."""
    for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
        name = f"{module.__name__}.{found.name}"
        yield name
        if found.ispkg:
            yield from _parts(importlib.import_module(name))


def _docstring(name: str) -> str:
    """A module's docstring, read without importing the module."""
    base = ROOT / name.replace(".", "/")
    file = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
    return ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""


def _title(text: str, line: str = "=") -> str:
    return f"{text}\n{line * len(text)}\n"
