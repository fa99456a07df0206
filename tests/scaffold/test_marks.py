"""The marks of a solution: what they must look like, and what stands between them."""

import pytest

from autograder.authoring.reference import solution_text
from autograder.errors import CourseError
from course_lib.course.scaffold import fill, regions, scaffold_text


def texts():
    solution = solution_text("coins")
    return solution, scaffold_text(solution, "coins")


MARKED = '''\
def one(x):
    """One."""
    ### BEGIN SOLUTION
    return x + 1
    ### END SOLUTION
'''


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (MARKED.replace("    ### END SOLUTION\n", ""), "line 3: BEGIN SOLUTION without its END"),
        (
            MARKED.replace("    ### BEGIN SOLUTION\n", ""),
            "line 4: END SOLUTION without its BEGIN",
        ),
        (
            MARKED.replace("return", "### BEGIN SOLUTION\n    return"),
            "line 4: BEGIN SOLUTION inside a solution",
        ),
        ("### BEGIN SOLUTION\nX = 1\n### END SOLUTION\n", "line 1: a solution outside a function"),
        (
            MARKED + "\n    ### BEGIN SOLUTION\n    return 2\n    ### END SOLUTION\n",
            "two solutions in one function: coins.one",
        ),
        (MARKED.replace("def one(x):", "def one(x:"), "coins.py line 1: "),
    ],
    ids=["no end", "no begin", "nested", "outside", "twice", "syntax"],
)
def test_wrong_marks_are_told_in_one_line_with_their_place(text, complaint):
    with pytest.raises(CourseError) as raised:
        regions(text, "coins")
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_solution_without_an_exercise_is_told_in_one_line():
    solution, _ = texts()
    extra = solution + "\n\n" + MARKED
    with pytest.raises(
        CourseError, match=r"^coins\.py line \d+: there is no exercise 'coins\.one'"
    ):
        scaffold_text(extra, "coins")


def test_an_exercise_without_a_solution_is_told_in_one_line():
    with pytest.raises(CourseError) as raised:
        scaffold_text(MARKED, "coins")
    assert "no marked solution for" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_filling_a_scaffold_whose_stub_was_changed_is_told():
    solution, scaffold = texts()
    changed = scaffold.replace("`coins.Coins.log_prob`", "`coins.masks`")
    with pytest.raises(
        CourseError, match=r"the stub of coins\.Coins\.log_prob stands 0 times, not once"
    ):
        fill(changed, solution, "coins")


@pytest.mark.parametrize(
    "body",
    [
        r'return re.sub(r"(\w+)\1", "\\g<0>\n", x)',
        'return """### not a mark\n\n  odd   indent\n"""',
        "return {'Σ': '\\N{GREEK SMALL LETTER SIGMA}'}",
    ],
)
def test_any_body_survives_the_round_trip(body, monkeypatch):
    solution, _ = texts()
    region = regions(solution, "coins")[0]
    lines = solution.splitlines(keepends=True)
    lines[region.first : region.last - 1] = [region.indent + body + "\n"]
    text = "".join(lines)
    assert fill(scaffold_text(text, "coins"), text, "coins") == text


def test_a_solution_may_end_in_a_comment():
    text = MARKED.replace("    ### END", "    # Nothing else.\n\n    ### END")
    assert [(r.name, r.first, r.last) for r in regions(text, "coins")] == [("coins.one", 3, 7)]


def test_a_solution_that_runs_into_the_next_function_is_told():
    text = MARKED.replace("    ### END SOLUTION\n", "") + "\n\n" + MARKED.split("    ### B")[0]
    with pytest.raises(CourseError, match="line 3: a solution outside a function"):
        regions(text + "    ### END SOLUTION\n", "coins")


def test_an_async_or_nested_function_keeps_its_name():
    nested = "class A:\n    class B:\n" + "".join(
        f"        {line}\n" for line in MARKED.splitlines()
    )
    assert [r.name for r in regions(nested, "coins")] == ["coins.A.B.one"]
    assert [r.name for r in regions("async " + MARKED, "coins")] == ["coins.one"]
