"""Finds the corpus's files and reads what stands at their beginning."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.authoring.reference import solution_text
from course_lib.course.scaffold import scaffold_text
from tests.attacks.families import FAMILIES
from tests.attacks.submissions import files, notebooks, zips

__all__ = ["Attack", "Built", "attacks", "built", "honest"]

_HERE = Path(__file__).parent
_SETTING = re.compile(r"^# (module|base|exercises|limits|gains|spares|says): (.+)$", re.MULTILINE)
_COURSE = "/COURSE"
FIRST = "coins.mixture_log_prob"
# What attacks are made with stands in front of each.
_IMPORTS = """
import ast, atexit, builtins, ctypes, gc, importlib, mmap, os, pickle, resource, signal, site
import socket, struct, sys, threading, time, types, urllib.request, warnings, weakref

"""
# For attacks that do all they do at the import.
_WRONG_ANSWER = """


def mixture_log_prob(log_probs):
    return torch.zeros(log_probs.shape[1], dtype=log_probs.dtype)
"""


@dataclass(frozen=True)
class Attack:
    """What a student adds to a lecture's module.

    Attributes:
        name: the file's name, or a member's in its family.
        about: its docstring.
        text: the whole file.
        module: the lecture's module.
        base: "scaffold" or "solution".
        exercises: those that are graded.
        limits: what this attack has less of, so that it runs out soon.
        gains: empty, or "public" where the public share of the points is known to be gained.
        spares: the exercise beside it that still gets full points.
        says: a pattern that a message of the report has.
    """

    name: str
    about: str
    text: str
    module: str = "coins"
    base: str = "scaffold"
    exercises: tuple[str, ...] = (FIRST,)
    limits: dict[str, int] = field(default_factory=dict)
    gains: str = ""
    spares: str = ""
    says: str = ""

    @property
    def base_text(self) -> str:
        """The module without the attack."""
        solution = solution_text(self.module)
        return solution if self.base == "solution" else scaffold_text(solution, self.module)

    def source(self, course: Path) -> str:
        """The module that is handed in."""
        return f"{self.base_text}\n\n{self.text.replace(_COURSE, str(course))}"


@dataclass(frozen=True)
class Built:
    """A hostile submission as files.

    Attributes:
        name: its function's name; also the student's id, with "-" for "_".
        about: its docstring.
        build: makes it in a course folder in which the lecture has been released.
    """

    name: str
    about: str
    build: Callable[[Path], None]

    @property
    def student(self) -> str:
        """The id that this submission has in the gradebook."""
        return self.name.replace("_", "-")


def _attack(name: str, text: str) -> Attack:
    settings = dict(_SETTING.findall(text))
    limits = (entry.split("=") for entry in settings.pop("limits", "").split())
    exercises = settings.pop("exercises", FIRST).split()
    if "spares" in settings:
        exercises.append(settings["spares"])
        settings["base"] = "solution"
    return Attack(
        name=name,
        about=ast.get_docstring(ast.parse(text)) or "",
        text=text if "mixture_log_prob" in text else text.rstrip() + _WRONG_ANSWER,
        exercises=tuple(exercises),
        limits={name: int(value) for name, value in limits},
        **settings,
    )


def _read(file: Path) -> Attack:
    return _attack(file.stem, file.read_text(encoding="utf-8"))


def _files(folder: str) -> list[Path]:
    return sorted((_HERE / folder).glob("*.py"))


def attacks() -> list[Attack]:
    """All attacks by a module's code."""
    found = [_read(file) for file in _files("modules")]
    for family in FAMILIES:
        for name, member in family.members.items():
            about = f"Tries to {member.tries}.\n\nStopped by: {member.stopped or family.stopped}"
            text = family.text.replace("HERE", member.line)
            found.append(_attack(name, f'"""{about}\n"""\n\n{member.settings}\n{text}'))
    found = [replace(attack, text=f"{_IMPORTS}{attack.text}") for attack in found]
    return sorted(found, key=lambda attack: attack.name)


def honest() -> list[Attack]:
    """All honest modules, which are added to the solution."""
    return [replace(_read(file), base="solution") for file in _files("honest")]


def built() -> list[Built]:
    """All attacks by what is handed in."""
    found = [
        Built(name, inspect.getdoc(build) or "", build)
        for module in (files, notebooks, zips)
        for name, build in inspect.getmembers(module, inspect.isfunction)
        if build.__module__ == module.__name__
    ]
    return sorted(found, key=lambda attack: attack.name)
