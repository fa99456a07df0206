"""A course folder full of secrets, and one sandbox that grades the whole corpus in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.authoring.reference import solution_text
from autograder.intake.submission import Submission
from autograder.sandbox.engine import SandboxedEngine
from course_lib.checks.report import Report
from course_lib.course.syllabus import Limits, load
from tests.attacks import Attack

CANARY = "CANARY-7f3a"
SECRETS = (
    "solutions/coins.py",
    "autograder/lectures/coins/mutants.py",
    "gradebook.db",
    "submitted/ada/02_coins/course_lib/coins.py",
    "autograded/ada/02_coins/02_coins.ipynb",
    "secret",
)
Graded = Callable[..., list[Report]]


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder; a canary lies in everything that nobody may read, the environment included."""
    folder = tmp_path_factory.mktemp("course")
    for name in SECRETS:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {CANARY} {name}\n", encoding="utf-8")
    os.environ["COURSE_CANARY"] = CANARY
    yield folder
    del os.environ["COURSE_CANARY"]


@pytest.fixture(scope="session")
def graded(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """`graded(attack, source=None, **settings)`: its reports, by the class's one sandbox."""
    if shutil.which("bwrap") is None:
        pytest.skip("needs bubblewrap")

    def grade(attack: Attack, source: str | None = None, **settings: object) -> list[Report]:
        class Engine(SandboxedEngine):
            @property
            def limits(self) -> Limits:
                return replace(super().limits, **attack.limits)

        folder = tmp_path_factory.mktemp("submission")
        (folder / "course_lib").mkdir()
        file = folder / "course_lib" / f"{attack.module}.py"
        file.write_text(attack.source(course) if source is None else source, encoding="utf-8")
        usual = {"seconds_per_property": 1.0, "seconds_per_import": 2.0, "seconds_per_exercise": 6}
        engine = Engine(secret_file=str(course / ".course_secret"), **{**usual, **settings})
        submission = Submission(folder, load().lecture(attack.module).id)
        return list(engine.grade(submission, attack.exercises))

    return grade


@pytest.fixture(scope="session")
def honest_points(graded: Graded) -> Callable[[], float]:
    """What the reference gets in one exercise, graded now."""
    honest = Attack("honest", "", "", base="solution")

    def points() -> float:
        (report,) = graded(honest, solution_text("coins"), seconds_per_property=10.0)
        return report.points

    return points
