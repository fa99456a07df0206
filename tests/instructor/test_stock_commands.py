"""nbgrader's own commands in a copy of the course: the exchange, and a broken set-up."""

from __future__ import annotations

import shutil

import pytest
from nbgrader.api import Gradebook

from autograder.authoring.reference import solution_text
from autograder.demo import make_course
from autograder.demo.course_folder import nbgrader
from autograder.errors import CourseError
from autograder.paths import COURSE, ROOT


@pytest.fixture
def exchange(tmp_path):
    root = tmp_path / "exchange"
    root.mkdir(mode=0o777)
    root.chmod(0o777)
    return f"--Exchange.root={root}", f"--Exchange.cache={tmp_path / 'cache'}"


def test_work_that_comes_through_the_exchange_is_graded_and_links_are_not_collected(
    course, exchange, tmp_path
):
    nbgrader(course, "release_assignment", "02_coins", *exchange)
    student = tmp_path / "student"
    student.mkdir()
    nbgrader(student, "fetch_assignment", "02_coins", "--course=small", *exchange)
    module = student / "02_coins" / "course_lib" / "coins.py"
    assert "NotImplementedError" in module.read_text(encoding="utf-8")
    module.write_text(solution_text("coins"), encoding="utf-8")
    nbgrader(student, "submit", "02_coins", "--course=small", *exchange)
    inbound = next((tmp_path / "exchange" / "small" / "inbound").iterdir())
    planted = inbound.with_name("eve+" + inbound.name.partition("+")[2])
    shutil.copytree(inbound, planted)
    (planted / "course_lib" / "coins.py").unlink()
    (planted / "course_lib" / "coins.py").symlink_to(COURSE / "solutions" / "coins.py")
    collected = nbgrader(course, "collect", "02_coins", *exchange)
    assert "course_lib/coins.py is a link or a special file: not collected" in collected.stderr
    nbgrader(course, "autograde", "02_coins")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        scores = {s.student.id: s.score for s in gradebook.assignment_submissions("02_coins")}
    assert scores.pop("eve") == 0
    assert list(scores.values()) == [5]


def test_a_course_whose_grader_is_missing_is_not_graded_by_stock_settings(tmp_path):
    course = tmp_path / "course"
    course.mkdir()
    shutil.copyfile(ROOT / "nbgrader_config.py", course / "nbgrader_config.py")
    # Stands in front of the installed package, as nbgrader puts the working directory first.
    (course / "autograder").mkdir()
    (course / "autograder" / "__init__.py").touch()
    done = nbgrader(course, "autograde", "02_coins", check=False)
    assert done.returncode != 0
    assert done.stderr.strip().splitlines()[-1].startswith("nbgrader_config.py: No module named")


def test_a_course_folder_is_not_made_over_other_files(tmp_path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(CourseError, match="is not empty"):
        make_course(tmp_path, ["02_coins"])
