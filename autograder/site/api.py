"""The API pages: one for each part of `course_lib` and of `autograder`, from the docstrings."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from autograder.paths import ROOT
from autograder.sandbox import SANDBOX_FILES
from autograder.site.docstrings import to_rst
from course_lib.kit.syllabus import Course

__all__ = ["pages"]

# What belongs to single lectures, the corpus of attacks, and a demonstration: nothing to be called.
_LEFT_OUT = ("autograder.lectures", "autograder.attacks", "autograder.demo")
# Importable only where they run, inside the sandbox, beside files of another package.
_INSIDE = {f"autograder.sandbox.{name}" for name in SANDBOX_FILES} & {
    "autograder.sandbox.child",
    "autograder.sandbox.zygote",
}


def pages(course: Course) -> dict[str, str]:
    """The pages by file name, `api/index.rst` with the contents first."""
    order = [f"course_lib.{lecture.module}" for lecture in course.lectures]
    top = [n for n in _children("course_lib") if not _is_package(n)]
    modules = [n for n in top if n not in order] + order
    # Single lectures' checks are read in their source.
    checks = {n for n in _children("course_lib.checks") if n != "course_lib.checks.framework"}
    students = {
        "The lectures' modules": modules,
        "The notebooks' kit": _children("course_lib.kit"),
        "Checks": [f"course_lib.checks{part}" for part in ("", ".framework")],
        "The `course` command": ["course_lib.commands"],
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
        skip = checks | {"course_lib.checks.framework"} if name == "course_lib.checks" else set()
        found[f"api/{name}.rst"] = _page(name, skip)
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


def _page(name: str, skip: set[str]) -> str:
    """A module's page, or a package's with a section for each module that it does not re-export."""
    module = importlib.import_module(name)
    lines = [_title(f"``{name}``"), f".. automodule:: {name}", *_options(module), ""]
    public = set(getattr(module, "__all__", ()))
    for part in _parts(module, skip):
        if part in _INSIDE:
            lines += [_title(f"``{part}``", "-"), *to_rst(_docstring(part).splitlines()), ""]
            continue
        own = getattr(importlib.import_module(part), "__all__", ())
        shown = [member for member in own if member not in public]
        if shown or not own:
            lines += [_title(f"``{part}``", "-"), f".. automodule:: {part}"]
            lines += [*_options(importlib.import_module(part), sorted(public & set(own))), ""]
    return "\n".join(lines)


def _options(module: ModuleType, exclude: list[str] | None = None) -> list[str]:
    lines = ["   :members:"] if not hasattr(module, "__path__") or _exports(module) else []
    if exclude:
        lines.append(f"   :exclude-members: {', '.join(exclude)}")
    return [*lines, ""]


def _exports(module: ModuleType) -> bool:
    return bool(getattr(module, "__all__", ()))


def _parts(module: ModuleType, skip: set[str]) -> Iterator[str]:
    """All modules below a package, deepest after their package."""
    for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
        name = f"{module.__name__}.{found.name}"
        if name in skip:
            continue
        yield name
        if found.ispkg:
            yield from _parts(importlib.import_module(name), skip)


def _docstring(name: str) -> str:
    """A module's docstring, read without importing the module."""
    base = ROOT / name.replace(".", "/")
    file = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
    return ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""


def _title(text: str, line: str = "=") -> str:
    return f"{text}\n{line * len(text)}\n"
