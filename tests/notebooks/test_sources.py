"""The notebooks as they lie in the repository: source, pair, headings, hints, figures."""

from __future__ import annotations

import base64
import re
from itertools import pairwise

import nbformat
import pytest

from autograder.authoring.notebooks import LARGEST, assemble, checked_exercise, in_step
from autograder.nbgrader_plugins.what_you_get import TAG
from autograder.paths import notebook_ipynb, notebook_md
from course_lib.checks.registry import properties
from course_lib.course import syllabus

LECTURES = syllabus.load().lectures
each_lecture = pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.id)
INTRODUCTION = syllabus.load().notebooks[0]
each_notebook = pytest.mark.parametrize(
    "lecture", syllabus.load().notebooks, ids=lambda lecture: lecture.id
)


def source_of(lecture):
    return notebook_md(lecture).read_text(encoding="utf-8")


def built(lecture):
    return nbformat.read(notebook_ipynb(lecture), as_version=4)


@each_notebook
def test_the_built_notebook_is_in_step_with_its_source(lecture):
    assert in_step(lecture), f"run `make notebooks`: {notebook_ipynb(lecture).name} is out of step"


@each_notebook
def test_a_changed_source_is_noticed(lecture, monkeypatch, tmp_path):
    changed = tmp_path / "source.md"
    changed.write_text(source_of(lecture).replace(" the ", " teh ", 1))
    monkeypatch.setattr("autograder.authoring.notebooks.notebook_md", lambda _: changed)
    assert not in_step(lecture)


@each_notebook
def test_the_built_notebook_is_small_enough(lecture):
    assert notebook_ipynb(lecture).stat().st_size <= LARGEST


@each_lecture
def test_the_title_and_the_line_below_it_are_the_syllabus(lecture):
    lines = source_of(lecture).splitlines()
    title = lines.index(f"# {lecture.heading}")
    unit = f"*{lecture.minutes} minutes · {lecture.points:g} points · prerequisites: "
    assert lines[title + 2].startswith(unit)


@each_notebook
def test_a_heading_is_at_most_one_level_below_the_one_before(lecture):
    text = re.sub(r"(?m)^```.*?^```$", "", source_of(lecture), flags=re.S)
    levels = [len(marks) for marks in re.findall(r"(?m)^(#+) ", text)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


@each_lecture
def test_each_exercise_has_its_section_its_line_and_its_hints(lecture):
    source = source_of(lecture)
    hints = re.findall(r"<summary>Hint ([\w.]+)", source)
    assert len(hints) == len(set(hints))
    for exercise in lecture.exercises:
        section = source.index(f"\n## {exercise.section} ")
        line = source.index(exercise.heading)
        check = source.index(f'check("{exercise.name}")')
        assert section < line < check, exercise.name
        asked = {p.hint for p in properties(exercise.name)} - {""}
        assert asked <= set(hints), f"{exercise.name}: no such hint: {asked - set(hints)}"
        own = [h for h in hints if h.startswith(exercise.section)]
        assert len(own) >= min(2, exercise.difficulty), exercise.name


@each_lecture
def test_every_graded_cell_carries_the_points_of_the_syllabus(lecture):
    cells = [c for c in built(lecture).cells if c.metadata.get("nbgrader", {}).get("grade")]
    total = sum(c.metadata["nbgrader"]["points"] for c in cells)
    assert total == lecture.points
    assert [c.id for c in cells] == [c.metadata["nbgrader"]["grade_id"] for c in cells]


@each_notebook
def test_the_stored_outputs_are_clean(lecture):
    for number, cell in enumerate(built(lecture).cells):
        for output in cell.get("outputs", []):
            assert output.output_type != "error", number
            assert output.get("name") != "stderr", (number, output.text)
            text = str(output)
            assert "widget-view" not in text, number
            assert "\x1b[" not in text, number
            assert "/root/" not in text, number
            assert "/tmp/" not in text, number


@each_lecture
def test_every_check_of_the_built_notebook_shows_full_points(lecture):
    shown = {}
    for cell in built(lecture).cells:
        name = checked_exercise(cell.source) if cell.cell_type == "code" else None
        if name:
            (output,) = cell.outputs
            shown[name] = float(output.data["text/plain"])
    assert shown == {e.name: e.points for e in lecture.exercises}


@each_lecture
def test_every_widget_of_the_built_notebook_is_a_picture_with_an_alternative_text(lecture):
    shown = [c for c in built(lecture).cells if c.cell_type == "code" and ".explore(" in c.source]
    assert shown
    for cell in shown:
        (output,) = (o for o in cell.outputs if "image/png" in o.get("data", {}))
        assert base64.b64decode(output.data["image/png"]).startswith(b"\x89PNG")
        assert len(output.metadata["image/png"]["alt"]) >= 30
        assert 'alt="' in output.data["text/html"]


@each_lecture
def test_the_results_of_trained_models_are_shown_in_the_release_and_have_something_to_show(lecture):
    cells = [c for c in built(lecture).cells if TAG in c.metadata.get("tags", [])]
    figures = [c for c in cells if any("image/png" in o.get("data", {}) for o in c.outputs)]
    assert len(figures) >= 3
    assert all(c in figures or any(o.output_type == "stream" for o in c.outputs) for c in cells)


@each_lecture
def test_the_notebook_asks_for_predictions_and_has_one_reflection(lecture):
    source = source_of(lecture)
    assert len(re.findall(r"\*Predict\.", source)) >= 4
    assert sum(c.id == "reflection" for c in assemble(lecture).cells) == (lecture.reflection > 0)


@each_notebook
def test_nothing_in_the_notebook_leads_outside_of_the_course(lecture):
    assert "../" not in source_of(lecture)


def test_the_introduction_has_its_hints_and_no_graded_cell():
    source = source_of(INTRODUCTION)
    (exercise,) = INTRODUCTION.exercises
    lines = source.splitlines()
    assert lines[lines.index("# Start here") + 2].startswith(f"*{INTRODUCTION.minutes} minutes · ")
    assert f"## {exercise.section} " in source
    assert f"*Exercise `{exercise.name}` · practice, counts in no lecture · " in source
    hints = re.findall(r"<summary>Hint ([\w.]+)", source)
    assert {p.hint for p in properties(exercise.name)} <= set(hints)
    assert [c for c in built(INTRODUCTION).cells if "nbgrader" in c.metadata] == []


def test_the_introduction_shows_a_passed_card_then_the_usual_slip_and_what_it_is():
    cards = [
        output.data["text/html"]
        for cell in built(INTRODUCTION).cells
        for output in cell.get("outputs", [])
        if "check" in cell.source or cell.source.startswith("%%exercise")
        if output.output_type == "execute_result"
    ]
    assert "2 of 2 properties hold" in cards[0]
    assert "the sum runs over the whole batch, not over each row" in cards[1]
    maps = [str(c.outputs) for c in built(INTRODUCTION).cells if "progress_map.draw" in c.source]
    assert len(maps) == 2
    for lecture in LECTURES:
        assert lecture.title.partition(":")[0] in maps[0]
