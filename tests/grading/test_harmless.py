"""What comes from students acts neither on a page, nor on a terminal, nor on a spreadsheet."""

from __future__ import annotations

import csv

import pytest

from autograder.intake.plain_text import without_tags
from autograder.nbgrader_plugins.csv_export import harmless

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", '=cmd|"/C calc"!A0']


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula(text):
    shown = harmless(text)
    assert shown.startswith("'")
    assert "\t" not in shown
    assert "\r" not in shown


def test_numbers_and_ordinary_names_stay_as_they_are():
    assert [harmless(v) for v in (1.5, -2, None, "Ada-Lovelace")] == [1.5, -2, "", "Ada-Lovelace"]


def test_the_export_has_no_formula_and_keeps_its_columns(make_class):
    course = make_class()
    for name in ("=1+1".replace("+", "-"), "@ada", "-ada", "comma,name"):
        course.hand_in(name)
    course.grade()
    course.sql("update student set first_name = '=HYPERLINK(1)', last_name = 'O''Hara, \"Jr\"'")
    course.nbgrader("export", "--to=grades.csv")
    with (course.folder / "grades.csv").open() as file:
        rows = list(csv.DictReader(file))
    ids = {row["student_id"] for row in rows}
    assert ids == {"'=1-1", "'@ada", "'-ada", "comma,name"}
    assert {row["first_name"] for row in rows} == {"'=HYPERLINK(1)"}
    assert {row["last_name"] for row in rows} == {'O\'Hara, "Jr"'}
    assert all(float(row["score"]) <= float(row["max_score"]) for row in rows)


def test_formulas_keep_their_ampersands():
    text = r"$\begin{aligned} a &= b \\ c &< d \end{aligned}$ & more"
    assert "a &= b" in without_tags(text)
    assert "& more" in without_tags(text)


def test_a_picture_that_is_written_into_the_text_is_no_page_of_letters():
    folded = f'<img alt="A curve." src="data:image/png;base64,{"iVBORw0KGgo" * 1000}"> falls'
    assert without_tags(folded) == '< img alt="A curve." src="data :image/png;base64,…"> falls'
