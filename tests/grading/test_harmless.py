"""What comes from students acts neither on a page, nor on a terminal, nor on a spreadsheet."""

from __future__ import annotations

import csv

import nbformat
import pytest
from nbconvert import HTMLExporter

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


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](javascript&colon;alert(1))",
        "[a](java&NewLine;script:alert(1))",
        "![a](data:text/html;base64,PHNjcmlwdD4=)",
        "<a href='vbscript:x'>a</a>",
    ],
)
def test_a_students_text_is_only_text_in_the_feedback(text):
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(without_tags(text))])
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(nb)
    body = page.rpartition("<body")[2]
    for bad in ("<script>alert", "onerror=alert(1)>", 'href="javascript', 'href="vbscript'):
        assert bad not in body
    assert 'src="data:text/html' not in body


def test_formulas_keep_their_ampersands():
    text = r"$\begin{aligned} a &= b \\ c &< d \end{aligned}$ & more"
    assert "a &= b" in without_tags(text)
    assert "& more" in without_tags(text)


def test_what_an_engine_says_is_escaped_in_the_card(make_class):
    course = make_class(students=3)
    course.grade()
    files = list((course.folder / "autograded").rglob("*.ipynb"))
    text = "".join(file.read_text() for file in files)
    assert "red" in text
    assert "\\u001b" not in text
    assert "<b>red" not in text.replace('<b>red</b>"', "") or "&lt;b&gt;red" in text
