"""`kill -9` at any moment loses no grade and makes none twice.

`COURSE_FAULT_CLASS` and `COURSE_FAULT_KILLS` make the class and the number of kills smaller, for a
first look.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

STUDENTS = int(os.environ.get("COURSE_FAULT_CLASS", "60"))
KILLS = int(os.environ.get("COURSE_FAULT_KILLS", "30"))
PAUSE = "c.InstantEngine.pause = 0.02\n"


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
    found = []
    for line in course.journal.read_text(errors="replace").splitlines():
        try:
            entry = json.loads(line.split(" ", 1)[1])
        except (ValueError, IndexError):
            continue
        if entry["kind"] == "grade":
            found.append((entry["code"], entry["report"]["exercise"], entry["grader"]))
    return found


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="finds processes in /proc")
def test_killed_again_and_again_the_class_ends_with_the_undisturbed_gradebook(make_class):
    rng = random.Random(7)
    undisturbed = make_class("undisturbed", students=STUDENTS)
    undisturbed.grade()
    course = make_class("disturbed", students=STUDENTS, settings=PAUSE)
    killed: Counter[str] = Counter()
    before: set[tuple[str, str, str]] = set()
    longest, through = 1.5, 0
    while sum(killed.values()) < KILLS and through < KILLS:
        start = time.monotonic()
        running = course.start("--workers", str(rng.choice([1, 2])))
        due = start + rng.uniform(0.0, longest)
        # From the moment of the first engine on, so that most kills meet a run at work.
        while not children(running.pid) and running.poll() is None:
            time.sleep(0.01)
        due += time.monotonic() - start
        while time.monotonic() < due and running.poll() is None:
            time.sleep(0.01)
        victims = children(running.pid)
        if victims and rng.random() < 0.5:
            os.kill(rng.choice(victims), signal.SIGKILL)
            killed["worker"] += 1
            running.communicate(timeout=120)
        elif running.poll() is None:
            running.kill()
            killed["coordinator"] += 1
            running.communicate(timeout=60)
        else:
            # It was through before its time had come: from the start again, killed sooner.
            running.communicate()
            longest /= 2
            through += 1
            course.journal.unlink()
            before = set()
        now = set(grades_of(course)) if course.journal.exists() else set()
        assert before <= now, "a grade was lost"
        before = now
    for _ in range(5):
        running = course.start()
        running.communicate(timeout=120)
        if running.returncode == 0:
            break
    assert killed["coordinator"], killed
    assert killed["worker"], killed
    assert course.bytes() == undisturbed.bytes()
    keys = grades_of(course)
    assert len(keys) == STUDENTS * 2
    assert len(set(keys)) == len(keys), "a grade was made twice"
    assert "nothing to do" in course.grade().words


@pytest.mark.parametrize("moment", ["before", "after", "put", "filed"])
def test_a_run_that_dies_while_it_files_is_finished_by_the_next(make_class, monkeypatch, moment):
    from autograder.grading import coordinator

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
