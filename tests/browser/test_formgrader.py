"""An instructor marks an answer in formgrader; the student's page has it, and no secret."""

from __future__ import annotations

import csv
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from autograder.authoring.cases import hidden_results
from autograder.authoring.reference import module_from_source
from autograder.demo.course_folder import nbgrader
from autograder.demo.students import ANSWER
from autograder.sandbox.course_secret import course_secret, hidden_seed
from autograder.sandbox.engine import NO_SECRET
from course_lib.checks.report import Result
from course_lib.course import syllabus
from tests.serving import TOKEN, options, private, running

# The graded class is the instructors' tests'.
pytestmark = [pytest.mark.xdist_group("class"), pytest.mark.usefixtures("badge")]
LECTURE = syllabus.load().lecture("coins")
MODULE = f"course_lib/{LECTURE.module}.py"
# nbgrader's pages load MathJax from the net, and say so where there is none.
WITHOUT_A_NETWORK = (
    r"^Failed to load resource: net::ERR_\w+ \(https://cdnjs\.cloudflare\.com/ajax/libs/mathjax/",
    r"^MathJax is not defined$",
)
COMMENT = "Yes. And what does it cost?"


@pytest.fixture(scope="module")
def course(played, tmp_path_factory) -> Path:
    """A copy of the graded course, to be graded on by hand."""
    return Path(shutil.copytree(played.course, tmp_path_factory.mktemp("by_hand") / "course"))


@pytest.fixture(scope="module")
def address(course, tmp_path_factory) -> Iterator[str]:
    """`jupyter lab`, run in the graded course's folder."""
    address, own = options()
    env = private(tmp_path_factory.mktemp("instructor"))
    (Path(env["JUPYTER_CONFIG_DIR"])).mkdir()
    with running([sys.executable, "-m", "jupyterlab", *own], address, course, env):
        yield address


def formgrader(page: Page, address: str) -> FrameLocator:
    """Nbgrader → Formgrader in JupyterLab's menu."""
    page.goto(f"{address}/lab?reset&token={TOKEN}")
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Formgrader").first.click()
    return page.frame_locator("iframe")


def hidden_results_of(course: Path, student: str) -> list[Result]:
    """What the grader saw when it ran a submission on its hidden inputs, values included."""
    source = (course / "submitted" / student / LECTURE.id / MODULE).read_bytes()
    module = module_from_source(source.decode(), LECTURE.module)
    file = course / ".course_secret"
    # Without a sandbox on this machine no secret is made.
    secret = course_secret(file) if file.exists() else NO_SECRET
    results = []
    for exercise in LECTURE.exercises:
        seed = hidden_seed(secret, source, exercise.name)
        results += hidden_results(exercise.name, module, seed)
    return results


def test_an_answer_is_marked_in_the_browser_and_the_student_reads_it(
    page, address, course, played, complaints, shot
):
    line = next(graded for graded in played.graded if graded.student.name == "Alan Turing")
    frame = formgrader(page, address)

    # The class.
    frame.locator("tr", has_text=LECTURE.id).locator("td.num-submissions a").click()
    students = frame.locator("tbody tr")
    expect(students).to_have_count(len(played.graded))
    for graded in played.graded:
        row = frame.locator("tr", has_text=graded.id)
        expect(row.locator(".score")).to_have_text(
            f"{round(sum(graded.points.values()), 2):g} / {LECTURE.points:g}"
        )
        expect(row).to_contain_text("needs manual grading")

    # One submission, anonymous: the link is found by what the server calls it.
    frame.get_by_role("link", name="Manual Grading").click()
    notebooks = page.request.get(
        f"{address}/formgrader/api/submitted_notebooks/{LECTURE.id}/{LECTURE.id}"
    ).json()
    identity = next(notebook["id"] for notebook in notebooks if notebook["student"] == line.id)
    frame.get_by_role("link", name=LECTURE.id, exact=True).click()
    frame.locator(f"a[href$='gradebook/{LECTURE.id}/{LECTURE.id}']").click()
    frame.locator(f"a[href*='{identity}']").first.click()
    card = frame.locator(".cell", has_text="check-coins-mixture_log_prob")
    expect(card).to_contain_text("2 of 3 properties hold, 1.12 of 1.4 points; ")
    expect(card).to_contain_text("Read hint 2.1c")
    earned = f"{line.points['coins.mixture_log_prob']:.2f}"
    expect(card.locator("input.score")).to_have_attribute("placeholder", earned)
    card.scroll_into_view_if_needed()
    shot("formgrader_submission")

    # The answer.
    answer = frame.locator(".cell", has_text=ANSWER.splitlines()[0])
    score, comment = answer.locator("input#reflection"), answer.locator("textarea")
    expect(score).to_have_class(re.compile("needs_manual_grade"))
    for field, text, place in ((score, "2", "grade"), (comment, COMMENT, "comment")):
        with page.expect_response(re.compile(rf"/formgrader/api/{place}/")) as saved:
            field.fill(text)
            field.press("Tab")
        assert saved.value.ok
    expect(score).not_to_have_class(re.compile("needs_manual_grade"))
    assert [
        c for c in complaints if not any(re.search(known, c) for known in WITHOUT_A_NETWORK)
    ] == []

    # What the table of grades and the student get.
    total = sum(line.points.values()) + 2
    nbgrader(course, "export", "--to=after.csv")
    with (course / "after.csv").open(encoding="utf-8") as table:
        scores = {row["student_id"]: float(row["score"]) for row in csv.DictReader(table)}
    assert scores[line.id] == pytest.approx(total)
    nbgrader(course, "generate_feedback", LECTURE.id, f"--student={line.id}", "--force")
    file = course / "feedback" / line.id / LECTURE.id / f"{LECTURE.id}.html"
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", name=f"{LECTURE.id} (Score:")).to_contain_text(
        f"{total:.4g}"
    )
    expect(page.locator("body")).to_contain_text(COMMENT)
    expect(page.locator("body")).to_contain_text("Score: 2.0 / 3.0")
    failed = [result for result in hidden_results_of(course, line.id) if not result.passed]
    text, source = page.locator("body").inner_text(), page.content()
    assert len(re.findall(r"hidden inputs: \d+ of \d+ cases", text)) == len(LECTURE.exercises)
    assert len(failed) >= 5
    for result in failed:
        assert len(result.message) > 20
        for secret in (result.name, result.message):
            assert secret not in text
            assert secret not in source


def test_the_button_grades_again_with_the_same_engine(page, address, played):
    line = played.graded[2]
    path = f"{address}/formgrader/api/submission/{LECTURE.id}/{line.id}"
    token = {"Authorization": f"token {TOKEN}"}
    done = page.request.post(f"{path}/autograde", headers=token).json()
    assert done["success"], done
    assert "points by checks" in done["log"]
    score = page.request.get(path, headers=token).json()["code_score"]
    assert score == pytest.approx(sum(line.points.values()))
