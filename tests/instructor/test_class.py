"""A class graded by stock nbgrader commands gets what each student is made to get."""

from __future__ import annotations

import csv
import io
import re

import nbformat
import pytest
from rich.console import Console

from autograder.authoring.notebooks import grade_id
from autograder.demo import Played
from autograder.demo.output import table
from autograder.demo.students import ANSWER, students_of
from autograder.sandbox.scoring import HIDDEN
from course_lib.course.syllabus import load


def line_of(played: Played, name: str):
    return next(line for line in played.graded if line.student.name == name)


def notebook_of(played: Played, name: str) -> nbformat.NotebookNode:
    line = line_of(played, name)
    folder = played.course / "autograded" / line.id / played.lecture.id
    return nbformat.read(folder / f"{played.lecture.id}.ipynb", as_version=4)


def cells_of(nb: nbformat.NotebookNode) -> dict[str, nbformat.NotebookNode]:
    return {c.metadata.nbgrader.grade_id: c for c in nb.cells if "nbgrader" in c.metadata}


@pytest.mark.parametrize("student", students_of(load().lecture("coins")), ids=lambda s: s.what)
def test_a_student_gets_what_the_work_is_worth(played, student):
    assert line_of(played, student.name).surprises(played.lecture) == []


def test_the_untouched_scaffold_gets_nothing_with_the_reference_in_the_environment(played):
    assert sum(line_of(played, "Blaise Pascal").points.values()) == 0


def test_an_endless_loop_is_worth_nothing_and_told_of(played):
    line = line_of(played, "Sisyphus Aiolou")
    assert line.points["coins.Coins.log_prob"] == 0
    assert "was still running after 4 s" in line.feedback.read_text(encoding="utf-8")


def test_a_wrong_function_keeps_the_points_of_the_properties_that_hold(played):
    points = line_of(played, "Alan Turing").points
    assert 0 < points["coins.mixture_log_prob"] < 2
    assert points["coins.Coins.log_prob"] == 0


def test_every_graded_cell_stands_exactly_once_and_has_one_number(played):
    for line in played.graded:
        cells = cells_of(notebook_of(played, line.student.name))
        for exercise in played.lecture.exercises:
            cell = cells[grade_id(exercise.name)]
            results = [o for o in cell.outputs if o.output_type == "execute_result"]
            assert [float(o.data["text/plain"]) for o in results] == [line.points[exercise.name]]


def test_a_deleted_cell_comes_back_where_it_stood(played):
    sources = [c.source for c in notebook_of(played, "Marie Curie").cells]
    at = sources.index('check("coins.mixture_log_prob")')
    assert "put back" in sources[at - 1]
    released = played.course / "release" / "02_coins" / "02_coins.ipynb"
    before = [c.source for c in nbformat.read(released, as_version=4).cells]
    assert sources[at - 2] == before[before.index(sources[at]) - 1]


def test_a_deleted_answer_is_left_to_the_grader_and_not_scored_zero(played):
    assert line_of(played, "Marie Curie").by_hand
    cell = cells_of(notebook_of(played, "Marie Curie"))["reflection"]
    assert "put back" in cell.source


def test_the_written_answer_survives_an_empty_copy_of_its_cell(played):
    assert cells_of(notebook_of(played, "Janus Bifrons"))["reflection"].source == ANSWER


def test_what_the_release_shows_of_trained_models_stays_as_it_was_released(played):
    name = f"{played.lecture.id}.ipynb"
    folder = played.course / "release" / played.lecture.id
    released = nbformat.read(folder / name, as_version=4).cells
    shown = [c.source for c in released if "What you will get" in c.source]
    assert shown
    kept = [c.source for c in notebook_of(played, "Ada Lovelace").cells]
    assert [text for text in kept if "What you will get" in text] == shown


def test_feedback_shows_every_property_and_the_hidden_cases_as_a_count(played):
    page = line_of(played, "Alan Turing").feedback.read_text(encoding="utf-8")
    assert "Read hint" in page
    assert re.search(HIDDEN + r": \d+ of \d+ cases", page)
    assert "hidden case" not in page


def test_a_syntax_error_is_shown_with_its_line(played):
    page = line_of(played, "Emmy Noether").feedback.read_text(encoding="utf-8")
    assert re.search(r"coins\.py, line \d+: SyntaxError", page)
    assert "last_thought = (1 +" in page


def test_the_export_has_one_line_a_student_with_the_sum(played):
    with (played.course / "grades.csv").open(encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    for line in played.graded:
        assert float(rows[line.id]["score"]) == pytest.approx(sum(line.points.values()))


def test_the_demo_prints_a_line_a_student_within_eighty_columns(played):
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(table(played))
    text = console.export_text()
    for line in played.graded:
        assert line.student.name in text
    assert "✗" not in text
    assert "…" not in text


def test_one_line_a_student_in_the_log_says_the_points(played):
    for line in played.graded:
        assert re.search(rf"{line.id}, 02_coins: [\d.]+ of [\d.]+ points", played.log)
