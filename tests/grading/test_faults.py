"""`kill -9` at any moment loses no grade and makes none twice."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from autograder.grading import coordinator

STUDENTS = 12
PAUSE = "c.InstantEngine.pause = 0.05\n"
# Each start of the command takes seconds; a line of the journal that was cut: test_journal.py.
COORDINATOR_DIES_AFTER = (0, 1, 4, 8)  # grades of its run
WORKERS_DIE_AFTER = (1, 4)


def children(pid: int) -> list[int]:
    """The engines' processes of a run, the coordinator's own threads not among them."""
    try:
        folders = os.listdir(f"/proc/{pid}/task")
        lists = [Path(f"/proc/{pid}/task/{t}/children").read_text().split() for t in folders]
    except OSError:
        return []
    return [int(child) for found in lists for child in found]


def grades_of(course) -> list[tuple[str, str, str]]:
    """The keys of all grades that the journal has ever had, torn lines left out."""
    found: list[tuple[str, str, str]] = []
    if not course.journal.exists():
        return found
    for line in course.journal.read_text(errors="replace").splitlines():
        try:
            entry = json.loads(line.split(" ", 1)[1])
        except (ValueError, IndexError):
            continue
        if entry["kind"] == "grade":
            found.append((entry["code"], entry["report"]["exercise"], entry["grader"]))
    return found


def wait_for_grades(course, running, number: int) -> None:
    """Until a run has an engine at work, and the journal so many grades."""
    deadline = time.monotonic() + 120
    while not children(running.pid) or len(grades_of(course)) < number:
        assert running.poll() is None, running.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="finds processes in /proc")
def test_killed_again_and_again_the_class_ends_with_the_undisturbed_gradebook(make_class):
    undisturbed = make_class("undisturbed", students=STUDENTS)
    undisturbed.grade()
    course = make_class("disturbed", students=STUDENTS, settings=PAUSE)
    for number, dies_after in enumerate(COORDINATOR_DIES_AFTER):
        before = grades_of(course)
        running = course.start("--workers", str(number % 2 + 1))
        wait_for_grades(course, running, len(before) + dies_after)
        running.kill()
        running.communicate(timeout=60)
        assert set(before) <= set(grades_of(course)), "a grade was lost"
    before = grades_of(course)
    assert 0 < len(before) < 2 * STUDENTS - max(WORKERS_DIE_AFTER)
    running = course.start("--workers", "2")
    for dies_after in WORKERS_DIE_AFTER:
        wait_for_grades(course, running, len(before) + dies_after)
        os.kill(children(running.pid)[0], signal.SIGKILL)
    running.communicate(timeout=120)
    assert set(before) <= set(grades_of(course)), "a grade was lost"
    if running.returncode:
        # Both were at the same submission, which is therefore tried again by the next run.
        assert course.grade().code == 0
    assert course.bytes() == undisturbed.bytes()
    keys = grades_of(course)
    assert len(keys) == STUDENTS * 2
    assert len(set(keys)) == len(keys), "a grade was made twice"
    assert "nothing to do" in course.grade().words


@pytest.mark.parametrize("moment", ["before", "after", "put", "filed"])
def test_a_run_that_dies_while_it_files_is_finished_by_the_next(make_class, monkeypatch, moment):
    undisturbed = make_class("undisturbed", students=2)
    undisturbed.grade()
    course = make_class("disturbed", students=2)

    class Died(BaseException):
        pass

    def die(*args, **kwargs):
        raise Died

    with monkeypatch.context() as patch:
        book, renderer = coordinator.GradeBook, coordinator.Renderer
        if moment == "before":
            patch.setattr(book, "write", die)
        elif moment == "after":
            write = book.write
            patch.setattr(book, "write", lambda *a: (write(*a), die()))
        elif moment == "put":
            patch.setattr(renderer, "put", die)
        else:
            patch.setattr(coordinator.Journal, "file_away", die)
        with pytest.raises(Died):
            course.grade()
    assert "0 exercises graded · 4 kept · 2 submissions written" in course.grade().words
    assert course.bytes() == undisturbed.bytes()
    assert sorted(p.name for p in (course.folder / "autograded").iterdir()) == [
        "student-00",
        "student-01",
    ]
