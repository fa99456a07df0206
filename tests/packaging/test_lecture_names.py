"""A lecture is named in its own places and nowhere else in the repository.

Its places are the two folders, the module, the notebook and the reference; `course.toml` and the
bibliography name every lecture, and so do generated files. A lecture that builds on another one may
name it. Prose is not looked at: a module's name counts where it stands as code does.
"""

from __future__ import annotations

import re
import subprocess

import pytest

from autograder.paths import ROOT
from course_lib.course.syllabus import Lecture, read

COURSE = read(ROOT / "course.toml")
# Words of English, too: they count only in quotes, in a path or behind a package.
ENGLISH = {"flows", "diffusion"}
NAMES_THEM_ALL = re.compile(
    r"course\.toml|docs/site/references\.bib|README\.md|CHANGELOG\.md"
    r"|.*\.(ipynb|json|png)|tests/course/.*"
)
# Pages, and the measurement of grading, that take a lecture for their example.
EXAMPLES = re.compile(r"benchmarks/(README\.md|grading\.py)|docs/.*|CONTRIBUTING\.md")
# Still to be made independent of the lectures.
LEFT = {
    "notebooks/09_diffusion/09_diffusion.md",  # compares with a model of a lecture not needed
    "tests/browser/test_jupyterlab.py",  # docs/students.md shows its pictures
    "tests/browser/test_stuck.py",  # its exercises are named in docs/students.md
    "tests/devices/test_fake_cuda.py",  # which exercises FakeTensorMode cannot run, and why
}


def tracked() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip("this is no git checkout: what belongs to the repository is not known")
    return done.stdout.splitlines()


def own_places(lecture: Lecture) -> tuple[str, ...]:
    module = lecture.module
    return (
        f"course_lib/{module}.py",
        f"solutions/{module}.py",
        f"course_lib/lectures/{module}/",
        f"autograder/lectures/{module}/",
        f"notebooks/{lecture.id}/",
    )


def builds_on(lecture: Lecture, other: Lecture) -> bool:
    """Whether a lecture needs another one, itself or through those that it needs."""
    needed = [COURSE.lecture(key) for key in lecture.needs]
    return other in needed or any(builds_on(each, other) for each in needed)


def pattern(lecture: Lecture) -> re.Pattern[str]:
    module = re.escape(lecture.module)
    as_code = rf"[\"'`]{module}[\"'`.]|(course_lib|solutions|lectures)[./]{module}\b"
    return re.compile(
        rf"\b{lecture.id}\b|{as_code}" + ("" if lecture.module in ENGLISH else rf"|\b{module}\b")
    )


def named_elsewhere(lecture: Lecture) -> set[str]:
    """Files that name the lecture and may not."""
    places = [p for each in COURSE.notebooks if each == lecture or builds_on(each, lecture)
              for p in own_places(each)]  # fmt: skip
    found = set()
    for name in tracked():
        if name == "tests/packaging/test_lecture_names.py":
            continue
        skipped = NAMES_THEM_ALL.fullmatch(name) or EXAMPLES.fullmatch(name)
        if skipped or name.startswith(tuple(places)) or not (ROOT / name).is_file():
            continue
        if pattern(lecture).search((ROOT / name).read_text(encoding="utf-8", errors="replace")):
            found.add(name)
    return found


@pytest.mark.parametrize("lecture", COURSE.notebooks, ids=lambda lecture: lecture.id)
def test_a_lecture_is_named_in_its_own_places_only(lecture):
    assert named_elsewhere(lecture) - LEFT == set()


def test_the_list_of_what_is_left_has_nothing_that_is_done():
    named = set().union(*map(named_elsewhere, COURSE.notebooks))
    assert LEFT - named == set()
