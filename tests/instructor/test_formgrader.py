"""formgrader shows the scores of a graded class and the answers that wait for a grade by hand."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.demo.course_folder import nbgrader
from autograder.demo.students import ANSWER

TOKEN = "formgrader-test"


@pytest.fixture(scope="module")
def course(played, tmp_path_factory):
    """A copy of the graded course, to be graded on by hand."""
    return Path(shutil.copytree(played.course, tmp_path_factory.mktemp("formgrader") / "course"))


@pytest.fixture(scope="module")
def get(course) -> Iterator[Callable[..., str]]:
    """Ask a Jupyter server that runs in the graded course's folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    extensions = "{'nbgrader.server_extensions.formgrader': True}"
    with (course / "server.log").open("w") as log:
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
                *(f"--port={port}", f"--IdentityProvider.token={TOKEN}"),
                f"--ServerApp.jpserver_extensions={extensions}",
            ],
            cwd=course,
            env={**os.environ, "JUPYTER_CONFIG_DIR": str(course / ".jupyter")},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def page(path: str, method: str = "GET", data: dict | None = None) -> str:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}",
            method=method,
            data=json.dumps(data).encode() if data is not None else None,
            headers={"Authorization": f"token {TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read().decode()

    try:
        for _ in range(150):
            try:
                page("/formgrader/api/status")
                break
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None, (course / "server.log").read_text()
                time.sleep(0.2)
        yield page
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def test_the_assignment_is_listed_with_its_submissions(get, played):
    assert "Add new assignment" in get("/formgrader/manage_assignments")
    assignment = next(
        a for a in json.loads(get("/formgrader/api/assignments")) if a["name"] == "02_coins"
    )
    assert assignment["num_submissions"] == len(played.graded)
    assert assignment["max_code_score"] == sum(e.points for e in played.lecture.exercises)


def test_every_score_is_shown(get, played):
    submissions = json.loads(get("/formgrader/api/submissions/02_coins"))
    shown = {s["student"]: s["code_score"] for s in submissions}
    assert shown == {line.id: pytest.approx(sum(line.points.values())) for line in played.graded}
    assert all(s["autograded"] and s["needs_manual_grade"] for s in submissions)


def test_a_submissions_page_shows_cards_and_the_answer_to_grade(get, played):
    notebooks = json.loads(get("/formgrader/api/submitted_notebooks/02_coins/02_coins"))
    line = played.graded[3]
    submission = next(n for n in notebooks if n["student"] == line.id)
    page = get(f"/formgrader/submissions/{submission['id']}/")
    assert ANSWER in page
    assert "Read hint" in page
    grades = json.loads(get(f"/formgrader/api/grades?submission_id={submission['id']}"))
    waiting = [g["name"] for g in grades if g["needs_manual_grade"]]
    assert waiting == ["reflection"]


def test_the_button_grades_again_with_the_same_engine(get, played):
    line = played.graded[2]
    path = f"/formgrader/api/submission/02_coins/{line.id}"
    done = json.loads(get(f"{path}/autograde", method="POST"))
    assert done["success"], done
    assert "points by checks" in done["log"]
    assert json.loads(get(path))["code_score"] == pytest.approx(sum(line.points.values()))


def test_a_grade_by_hand_reaches_the_export(get, course, played):
    notebooks = json.loads(get("/formgrader/api/submitted_notebooks/02_coins/02_coins"))
    line = played.graded[0]
    submission = next(n for n in notebooks if n["student"] == line.id)
    grades = json.loads(get(f"/formgrader/api/grades?submission_id={submission['id']}"))
    answer = next(g for g in grades if g["name"] == "reflection")
    get(f"/formgrader/api/grade/{answer['id']}", method="PUT", data={"manual_score": 2})
    nbgrader(course, "export", "--to=after.csv")
    with (course / "after.csv").open(encoding="utf-8") as file:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert scores[line.id] == pytest.approx(sum(line.points.values()) + 2)
