"""The journal loses no grade that was written, and believes no line that was cut or changed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from autograder.errors import CourseError
from autograder.grading.journal import Journal, only_run
from autograder.grading.records import BadRecord, Graded, from_data, to_data
from autograder.paths import ROOT
from course_lib.checks.report import Report, Result

NAME = "coins.mixture_log_prob"
GRADER = {NAME: "g"}


def graded(points: float = 1.0, name: str = NAME) -> Graded:
    result = Result("holds", False, "message", "2.1a", 0.5, 2.0)
    report = Report(name, 2, (result,), "failed", "2.1", ("note",), awarded=points)
    return Graded(report, 0.25)


def points_of(journal: Journal) -> float:
    found = journal.find("code", NAME, "g")
    assert found is not None
    return found.report.points


@pytest.fixture
def file(tmp_path):
    return tmp_path / ".grading" / "02_coins.journal"


def test_what_is_added_is_found_by_another_reader(file):
    Journal(file).add("code", GRADER, [graded()])
    found = Journal(file).find("code", NAME, "g")
    assert found is not None
    assert (found.report.points, found.seconds) == (1.0, 0.25)
    assert found.report.results == graded().report.results


def test_a_grade_is_filed_under_code_exercise_and_grader(file):
    journal = Journal(file)
    journal.add("code", GRADER, [graded()])
    assert journal.find("other", NAME, "g") is None
    assert journal.find("code", "coins.Coins.log_prob", "g") is None
    assert journal.find("code", NAME, "other") is None
    assert journal.latest("code", NAME) is not None


def test_a_grade_that_is_there_is_not_written_twice(file):
    first, second = Journal(file), Journal(file)
    first.add("code", GRADER, [graded(1.0)])
    second.add("code", GRADER, [graded(2.0)])
    assert len(file.read_bytes().splitlines()) == 1
    assert points_of(second) == 1.0


@pytest.mark.parametrize("cut", [1, 10, 100, 250])
def test_a_torn_last_line_counts_for_nothing_and_spoils_nothing(file, cut):
    Journal(file).add("one", GRADER, [graded()])
    Journal(file).add("two", GRADER, [graded()])
    file.write_bytes(file.read_bytes()[:-cut])
    journal = Journal(file)
    assert journal.find("one", NAME, "g") is not None
    assert journal.find("two", NAME, "g") is None
    journal.add("three", GRADER, [graded()])
    after = Journal(file)
    assert after.find("one", NAME, "g") is not None
    assert after.find("three", NAME, "g") is not None


def test_a_changed_line_counts_for_nothing(file):
    Journal(file).add("code", GRADER, [graded(1.0)])
    file.write_bytes(file.read_bytes().replace(b'"awarded":1.0', b'"awarded":2.0'))
    journal = Journal(file)
    assert journal.find("code", NAME, "g") is None
    assert journal.damaged == 1


def test_what_is_forgotten_is_ungraded_for_every_reader(file):
    journal = Journal(file)
    journal.add("code", GRADER, [graded()])
    journal.forget([("code", NAME), ("never", NAME)])
    assert Journal(file).find("code", NAME, "g") is None
    journal.add("code", GRADER, [graded(2.0)])
    assert points_of(Journal(file)) == 2.0


def test_lines_are_only_ever_appended(file):
    journal = Journal(file)
    journal.add("code", GRADER, [graded()])
    before = file.read_bytes()
    journal.forget([("code", NAME)])
    journal.file_away({"ada": "stamp"})
    assert file.read_bytes().startswith(before)
    assert Journal(file).filed("ada") == "stamp"


def test_others_cannot_read_the_journal(file):
    Journal(file).add("code", GRADER, [graded()])
    assert file.stat().st_mode & 0o077 == 0


WRITER = """
import sys
from pathlib import Path
from autograder.grading.journal import Journal
from autograder.grading.records import Graded
from course_lib.checks.report import Report
journal = Journal(Path(sys.argv[1]))
for n in range(10**6):
    name = f"exercise-{n}"
    journal.add("code", {name: "g"}, [Graded(Report(name, 2, (), "failed", awarded=1.0), 0.1)])
    print(n, flush=True)
"""


def test_a_grade_that_was_reported_survives_kill_9(file):
    for seconds in (0.05, 0.2):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(file)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(seconds)
        os.kill(writer.pid, signal.SIGKILL)
        told = writer.stdout.read().split()
        writer.stdout.close()
        writer.wait()
        journal = Journal(file)
        last = int(told[-1]) if told else 0
        assert all(journal.find("code", f"exercise-{n}", "g") for n in range(last + 1))


def test_only_one_run_grades_a_lecture(tmp_path):
    busy = pytest.raises(CourseError, match="being graded by another process")
    with only_run(tmp_path, "01_dice"), only_run(tmp_path, "02_coins"), busy:
        only_run(tmp_path, "02_coins").__enter__()
    with only_run(tmp_path, "02_coins"):
        pass


@pytest.mark.parametrize(
    "change",
    [
        {"awarded": float("nan")},
        {"awarded": 3.0},
        {"awarded": -1.0},
        {"awarded": "2"},
        {"awarded": True},
        {"state": "great"},
        {"results": [["a", 1, "", "", 0.0, 1.0]]},
        {"results": None},
        {"notes": [1]},
    ],
)
def test_a_report_that_is_none_is_refused(change):
    with pytest.raises(BadRecord):
        from_data({**to_data(graded().report), **change})
