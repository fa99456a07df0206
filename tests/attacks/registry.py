"""Finds the corpus's files and reads what stands at their beginning."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.authoring.reference import solution_text
from autograder.authoring.scaffold import scaffold_text

__all__ = ["Attack", "Built", "attacks", "built", "honest"]

_HERE = Path(__file__).parent
_SETTING = re.compile(r"^# (module|base|exercises|limits|gains): (.+)$", re.MULTILINE)
_COURSE = "/COURSE"


@dataclass(frozen=True)
class Attack:
    """What a student adds to a lecture's module.

    Attributes:
        name: the file's name.
        about: its docstring.
        text: the whole file.
        module: the lecture's module.
        base: "scaffold" or "solution".
        exercises: those that are graded.
        limits: what this attack has less of, so that it runs out soon.
        gains: empty, or "public" where the public share of the points is known to be gained.
    """

    name: str
    about: str
    text: str
    module: str = "coins"
    base: str = "scaffold"
    exercises: tuple[str, ...] = ("coins.mixture_log_prob",)
    limits: dict[str, int] = field(default_factory=dict)
    gains: str = ""

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
        name: the file's name; also the student's id, with "-" for "_".
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


def _read(file: Path) -> Attack:
    text = file.read_text(encoding="utf-8")
    settings = dict(_SETTING.findall(text))
    limits = (entry.split("=") for entry in settings.pop("limits", "").split())
    exercises = tuple(settings.pop("exercises", "coins.mixture_log_prob").split())
    return Attack(
        name=file.stem,
        about=ast.get_docstring(ast.parse(text)) or "",
        text=text,
        exercises=exercises,
        limits={name: int(value) for name, value in limits},
        **settings,
    )


def _files(folder: str) -> list[Path]:
    return sorted(f for f in (_HERE / folder).glob("*.py") if not f.stem.startswith("_"))


def attacks() -> list[Attack]:
    """All attacks by a module's code."""
    return [_read(file) for file in _files("modules")]


def honest() -> list[Attack]:
    """All honest modules, which are added to the solution."""
    return [_read(file) for file in _files("honest")]


def built() -> list[Built]:
    """All attacks by what is handed in."""
    found = []
    for file in _files("submissions"):
        module = importlib.import_module(f"tests.attacks.submissions.{file.stem}")
        found.append(Built(file.stem, module.__doc__ or "", module.build))
    return found
