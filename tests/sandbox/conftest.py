"""One sandbox for all tests of a worker, and short ways to grade a module's text in it."""

from __future__ import annotations

import functools
import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.authoring.reference import solution_text
from autograder.intake.submission import Submission
from autograder.sandbox.engine import SandboxedEngine
from autograder.sandbox.jail import ChildLimits
from autograder.sandbox.session import Session
from autograder.sandbox.worker import shared
from course_lib.checks.report import Report
from course_lib.course.syllabus import Limits, load

FIRST, SECOND = "coins.mixture_log_prob", "coins.Coins.log_prob"
Grade = Callable[..., list[Report]]


def _needs_bubblewrap() -> None:
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed: apt-get install bubblewrap")


@pytest.fixture(scope="session")
def secret_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("course") / "secret"


@pytest.fixture
def grade(tmp_path: Path, secret_file: Path) -> Grade:
    """`grade(source, exercises=…, **settings)`: the reports of a module's text."""
    count = itertools.count()

    def graded(source: str | None, exercises=(FIRST, SECOND), **settings) -> list[Report]:
        if not settings.get("unsandboxed"):
            _needs_bubblewrap()
        module = exercises[0].partition(".")[0]
        folder = tmp_path / f"submission-{next(count)}"
        (folder / "course_lib").mkdir(parents=True)
        if source is not None:
            (folder / "course_lib" / f"{module}.py").write_text(source, encoding="utf-8")
        settings = {"seconds_per_property": 5.0, "secret_file": str(secret_file), **settings}
        engine = SandboxedEngine(**settings)
        reports = list(engine.grade(Submission(folder, load().lecture(module).id), exercises))
        assert [r.exercise for r in reports] == list(exercises)
        return reports

    return graded


@pytest.fixture(params=["in the sandbox", "without one"])
def either(grade: Grade, request: pytest.FixtureRequest) -> Grade:
    """As `grade`, by the engine in each of its ways."""
    return functools.partial(grade, unsandboxed=request.param == "without one")


@pytest.fixture
def opened(secret_file: Path) -> Iterator[Callable[[str, str], Session]]:
    """`opened(module, source)`: a session in which that has been loaded."""
    _needs_bubblewrap()
    sessions = []

    def open_one(module: str, source: str) -> Session:
        worker = shared((secret_file.resolve(),))
        child = worker.child(ChildLimits(60, 2000, 32, 64))
        session = Session(worker, child, Limits(), module, source)
        sessions.append(session)
        session.allow(60.0, "this was tried")
        session.ask("load", module, source.encode(), {}, "cpu")
        session.tell("begin")
        return session

    yield open_one
    for session in sessions:
        session.close()


def with_first_line(line: str, name: str = "mixture_log_prob") -> str:
    """Lecture 2's solution, one function starting with other lines."""
    before, head, after = solution_text("coins").partition(f"def {name}")
    body = after.index("### BEGIN SOLUTION")
    end = after.index("\n", body)
    indent = after[after.rindex("\n", 0, body) + 1 : body]
    lines = "".join(f"\n{indent}{part}" for part in line.splitlines())
    return before + head + after[:end] + lines + after[end:]
