"""A report is a number for nbgrader, a card for a notebook and a table for a terminal."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from course_lib.checks import Report, Result
from tests.html_pages import Parsed

TEXT = st.text(max_size=60)
RESULTS = st.lists(
    st.builds(
        Result,
        name=TEXT,
        passed=st.booleans(),
        message=TEXT,
        hint=st.sampled_from(["", "2.4a"]),
        weight=st.sampled_from([0.5, 1, 2, 3]),
    ),
    min_size=1,
    max_size=6,
)


def report(*results, points=3.0, state="failed", **more):
    return Report("coins.Coins.log_prob", points, tuple(results), state, **more)


HALF = report(
    Result("Σ p(x) = 1", False, "p is 2 < 3 & <b>bold</b>\nLikely cause: x", "2.4a", weight=2),
    Result("a < b", True, weight=1),
)
MISSING = report(Result("first", False, "not implemented yet: `f`, section 2.4"), state="missing")


@given(results=RESULTS, points=st.sampled_from([1.0, 2.0, 3.0, 4.5]))
def test_the_repr_is_the_points_as_a_plain_float(results, points):
    made = report(*results, points=points)
    value = float(repr(made))
    assert repr(made) == repr(made.points) == str(value)
    assert 0 <= value <= points
    total = sum(r.weight for r in results)
    held = sum(r.weight for r in results if r.passed)
    assert value == pytest.approx(points * held / total, abs=0.0051)
    assert (value == points) == made.passed == all(r.passed for r in results)


def test_weights_share_the_points():
    assert HALF.points == 1.0
    assert report(Result("a", True, weight=2), Result("b", False, weight=1)).points == 2.0
    assert report(Result("a", False), points=2).points == 0.0
    assert repr(report(Result("a", True), points=2)) == "2.0"


def test_awarded_points_come_before_the_properties():
    assert repr(report(Result("a", True), awarded=0.25)) == "0.25"


@settings(max_examples=60)
@given(results=RESULTS, notes=st.lists(TEXT, max_size=2))
def test_a_card_is_well_formed_whatever_the_texts_are(results, notes):
    card = report(*results, notes=tuple(notes))._repr_html_()
    assert {tag for tag, _ in Parsed(card).seen} <= {"div", "span", "b", "code", "br"}


def test_a_card_reads_as_text_where_styles_are_stripped():
    card = report(
        Result("first", False, "`np` is\nnot defined"),
        Result("second", True),
        Result("third", False, "`np` is\nnot defined"),
        notes=("see `x`",),
        hidden_share=0.3,
    )
    marks = [a["aria-label"] for tag, a in Parsed(card._repr_html_()).seen if a.get("role")]
    assert marks == ["does not hold", "does not hold", "does not hold", "holds"]
    lines = [
        "✗ coins.Coins.log_prob",
        "1 of 3 properties hold: 0.7 of 3 points are sure, grading on hidden inputs can add 0.9",
        "✗ first",
        "np is",
        "not defined",
        "✗ third (as above)",
        "✓ second",
        "note: see x",
    ]
    blocks = re.sub(r"</div>|<br>", "\n", card._repr_html_())
    text = html.unescape(re.sub(r"<[^>]+>", "", blocks))
    assert [line for line in text.splitlines() if line] == lines
    in_the_feedback = [line.strip() for line in card.text.splitlines()]
    assert in_the_feedback == [lines[0].removeprefix("✗ "), *lines[1:]]


def test_a_card_escapes_what_it_shows():
    card = HALF._repr_html_()
    assert "<b>bold</b>" not in card
    assert "p is 2 &lt; 3 &amp; &lt;b&gt;bold" in card
    assert "<script" not in report(Result("<script>", False, "<script>"))._repr_html_()


def test_a_card_shows_marks_points_message_and_hint():
    text = Parsed(HALF._repr_html_()).text
    for shown in ("✗", "✓", "1 of 3 points", "Likely cause: x", "Read hint 2.4a.", "a < b"):
        assert shown in text
    assert "1 of 2 properties hold" in text


def test_a_passed_property_shows_no_hint_and_no_message():
    made = report(Result("a", True, "quiet", "2.4a"), state="passed")
    assert "2.4a" not in made._repr_html_()
    assert "quiet" not in made._repr_html_()


def test_a_missing_function_is_one_line_with_its_mark():
    text = Parsed(MISSING._repr_html_()).text
    assert text.count("not implemented yet") == 1
    assert "…" in text
    assert "first" not in text


def printed(made):
    console = Console(width=110, color_system=None)
    with console.capture() as caught:
        console.print(made)
    return caught.get()


def test_a_terminal_shows_the_same_as_a_table():
    text = printed(HALF)
    for shown in ("✗", "✓", "1 of 3 points", "[/b", "Read hint 2.4a.", "coins.Coins.log_prob"):
        assert (shown in text) == (shown != "[/b")
    assert "not implemented yet: f, section 2.4" in printed(MISSING)


def test_markup_in_a_message_is_text_in_a_terminal():
    made = report(Result("[red]name", False, "[bold]x[/bold] [/]"), notes=("[link]",))
    text = printed(made)
    for shown in ("[red]name", "[bold]x[/bold] [/]", "[link]"):
        assert shown in text
