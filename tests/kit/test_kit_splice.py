"""A function taken out of a module's text and put into it: everything else stays byte for byte."""

from __future__ import annotations

import ast

import pytest

from autograder.paths import scaffold_file, solution_file
from course_lib.course import syllabus
from course_lib.course.splice import CannotSplice, function_text, with_function

EXERCISES = [e for lecture in syllabus.load().notebooks for e in lecture.exercises]

MODULE = '''"""A module."""
import math  # odd   spacing


@outer(  # kept
    1,
)
def first(a, b=2):
    """Say what.

    And more.
    """
    return a  # the end
    # a last word on it

# about the class
class Box:
    size = 3

    # about the method
    @property
    def volume(self):
        text = """
  two
        eight
        """
        return text, f"""{
            self.size
        }
 one"""

    def other(self): return 1
TAIL = 1'''


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
def test_every_exercise_taken_out_and_put_back_is_the_same_file(exercise, end):
    lecture = syllabus.load().lecture(exercise.module)
    for file in (scaffold_file(lecture), solution_file(lecture)):
        text = file.read_bytes().decode().replace("\n", end)
        body = function_text(text, exercise.attribute, file.name)
        assert body.startswith(("def ", "@"))
        ast.parse(body)
        put = with_function(text, exercise.attribute, body, file.name)
        assert put.text == text
        assert put.warnings == ()


@pytest.mark.parametrize("name", ["first", "Box.volume", "Box.other"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_decorators_comments_strings_and_line_ends_survive_the_way_there_and_back(name, end):
    text = MODULE.replace("\n", end)
    body = function_text(text, name, "m.py")
    assert with_function(text, name, body, "m.py").text == text


def test_a_new_body_changes_the_functions_lines_and_no_others():
    cell = "# my own note\n\n@property\ndef volume(self):\n    s = '''\nkept\n'''\n\n    return s\n"
    put = with_function(MODULE, "Box.volume", cell, "m.py")
    before, _, rest = MODULE.partition("    @property\n")
    after = rest[rest.index("\n    def other") :]
    middle = (
        "    @property\n    def volume(self):\n        s = '''\nkept\n'''\n\n        return s\n"
    )
    assert put.text == before + middle + after
    lines = put.text.splitlines()
    assert lines[put.first - 1] == "    @property"
    assert lines[put.last - 1] == "        return s"
    again = with_function(put.text, "Box.volume", cell, "m.py")
    assert again.text == put.text


def test_a_comment_at_the_functions_end_is_not_doubled_by_writing_it_again():
    cell = function_text(MODULE, "first", "m.py")
    assert cell.endswith("    # a last word on it")
    text = MODULE
    for _ in range(3):
        text = with_function(text, "first", cell, "m.py").text
    assert text == MODULE


def test_a_form_feed_inside_a_string_is_no_line_end():
    text = "x = '\x0c'\n\ndef f():\n    return 1\n\ny = 2\n"
    put = with_function(text, "f", "def f():\n    return 2", "m.py")
    assert put.text == text.replace("return 1", "return 2")


def test_a_module_that_ends_in_the_function_without_a_line_end_stays_so():
    assert with_function("def f(): return 1", "f", "def f():\n    return 2\n\n", "m.py").text == (
        "def f():\n    return 2"
    )


def test_a_class_that_is_indented_by_tabs_gets_tabs_in_front():
    text = "class A:\n\tdef f(self):\n\t\treturn 1\n\n\tz = 0\n"
    assert function_text(text, "A.f", "m.py") == "def f(self):\n\treturn 1"
    put = with_function(text, "A.f", "def f(self):\n    return 2", "m.py").text
    assert put == "class A:\n\tdef f(self):\n\t    return 2\n\n\tz = 0\n"
    scope: dict = {}
    exec(put, scope)
    assert scope["A"]().f() == 2


def test_of_two_functions_of_one_name_the_one_that_counts_is_replaced():
    text = "def f():\n    return 1\n\n\ndef f():\n    return 2\n"
    put = with_function(text, "f", "def f():\n    return 3", "m.py").text
    assert put == text.replace("return 2", "return 3")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("def first(a, b=2):\n  return (a", "this cell, line 2: SyntaxError"),
        ("def frist(a, b=2):\n    return a", "this cell has `def frist`: expected `def first"),
        ("", "this cell has nothing: expected `def first(...)`"),
        ("first = lambda a, b=2: a", "this cell has `first = lambda a, b=2: a`: expected"),
        ("class Box:\n    def first(self): ...", "this cell has `class Box`: expected `def first"),
        (
            "def helper(a):\n    return a\n\ndef first(a, b=2):\n    return helper(a)",
            "beside `first` this cell has `def helper`, line 1: put it into `first`, or into m.py",
        ),
        ("import torch\ndef first(a, b=2):\n    return a", "this cell has `import torch`, line 1"),
        ("def first(a): ...\ndef first(b): ...", "defines `first` 2 times: expected it once"),
        ("\x00", "this cell"),
    ],
)
def test_what_is_not_that_one_function_is_refused_in_one_line(cell, said):
    with pytest.raises(CannotSplice) as error:
        with_function(MODULE, "first", cell, "m.py")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("def f(:\n", "f", "m.py, line 1: SyntaxError"),
        ("x = 1\n", "f", "m.py has no function `f` any more"),
        ("class A:\n    pass\n", "A.f", "m.py has no function `A.f` any more"),
        ("def f(): ...\n", "A.f", "m.py has no function `A.f` any more"),
    ],
)
def test_a_module_without_the_function_is_refused_in_one_line(text, name, said):
    for attempt in (
        lambda: with_function(text, name, "def f(): ...", "m.py"),
        lambda: function_text(text, name, "m.py"),
    ):
        with pytest.raises(CannotSplice) as error:
            attempt()
        assert said in str(error.value)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("@outer(1)\ndef first(a, b=2, c=3): ...", "now takes (a, b=2, c=3), before it took (a, b"),
        ("@outer(1)\ndef first(a, *, b=2): ...", "now takes (a, *, b=2)"),
        ("@outer(1)\ndef first(a, b=3): ...", "now takes (a, b=3)"),
        ("def first(a, b=2): ...", "now has no decorator, before it had @outer(1)"),
        ("@outer(1)\nasync def first(a, b=2): ...", "now made with `async def`"),
    ],
)
def test_a_changed_signature_is_written_with_a_warning(cell, said):
    put = with_function(MODULE, "first", cell, "m.py")
    assert len(put.warnings) == 1
    assert said in put.warnings[0]
    assert cell in put.text


def test_annotations_may_be_left_out_without_a_warning():
    text = "def f(a: int, *b: str, c: float = 1.0) -> int:\n    return a\n"
    assert with_function(text, "f", "def f(a, *b, c=1.0):\n    return a", "m.py").warnings == ()
