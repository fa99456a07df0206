"""The map of the course: the same numbers as `course status`, on light and on dark pages."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from course_lib.course import progress, state, syllabus
from course_lib.course.completion import done
from course_lib.course.terminal import totals
from course_lib.notebook import progress_map
from tests.html_pages import Parsed

COURSE = syllabus.load()


def keep(name: str, share: float, how: str) -> None:
    points = COURSE.exercise(name).points
    entry = {"points": share * points, "max_points": points, "state": how, "checked": 1}
    state.update(progress.FILE, lambda entries: {**entries, name: entry})


def test_every_lecture_and_the_practice_have_a_row_and_the_totals_are_the_lectures():
    keep("dice.bits_per_dim", 1.0, "passed")
    keep("coins.mixture_log_prob", 0.5, "failed")
    drawn = progress_map.draw()
    entries = progress.read()
    lectures = done(COURSE, entries)
    # 1 and 1 of 6 points, of which 70 % are public; hidden inputs decide on the rest of 3.
    assert totals(drawn.lectures).startswith(
        "1 of 3 exercises pass: 1.4 of 6 points are sure, grading on hidden inputs can add 0.9 · "
    )
    assert sum(each.passed for each in lectures) == 1
    html = drawn._repr_html_()
    rows = [a for tag, a in Parsed(html).seen if a.get("role") == "listitem"]
    assert len(rows) == len(COURSE.notebooks)
    for lecture in COURSE.notebooks:
        assert lecture.title.partition(":")[0] in html
        assert f">{lecture.number}<" in html


def test_the_practice_exercise_shows_in_its_row_and_counts_nowhere():
    before = progress_map.draw()
    keep("warm_up.normalised", 1.0, "passed")
    after = progress_map.draw()
    assert totals(after.lectures) == totals(before.lectures)
    assert "0 / 1 · practice" in before._repr_html_()
    assert "1 / 1 · practice" in after._repr_html_()
    assert before.next.startswith("next: write warm_up.normalised")
    assert after.next.startswith(f"next: write {COURSE.lectures[0].exercises[0].name}")
    keep(COURSE.lectures[0].exercises[0].name, 0.2, "failed")
    assert progress_map.draw().next.startswith("next: mend ")


def test_when_everything_passes_every_row_is_ticked_and_nothing_is_left():
    for lecture in COURSE.notebooks:
        for exercise in lecture.exercises:
            keep(exercise.name, 1.0, "passed")
    drawn = progress_map.draw()
    assert totals(drawn.lectures) == (
        "3 of 3 exercises pass: 4.2 of 6 points are sure, grading on hidden inputs can add 1.8"
    )
    assert drawn.next.startswith("next: hand in")
    html = drawn._repr_html_()
    assert html.count("✓") == len(COURSE.notebooks)
    assert html.count("width:100%") == len(COURSE.notebooks)


def test_the_colours_of_text_are_the_pages_own_and_bars_say_what_they_show():
    parser = Parsed(progress_map.draw()._repr_html_())
    for _, attributes in parser.seen:
        style = attributes.get("style", "")
        for colour in re.findall(r"(?:^|;)(?:color|background):([^;]+)", style):
            assert colour in ("inherit", "#009E73", "rgba(128,128,128,.3)"), colour
    bars = [a["aria-label"] for _, a in parser.seen if a.get("role") == "img"]
    assert bars[1] == "0 of 1 exercises pass"
    assert len(bars) == len(COURSE.notebooks)


def test_titles_lead_to_the_notebooks_that_are_there(tmp_path, monkeypatch):
    monkeypatch.setattr(syllabus, "in_checkout", lambda: True)
    for name in ("00_warm_up", "01_dice"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.ipynb").touch()
    monkeypatch.chdir(tmp_path / "00_warm_up")

    def links() -> list[str]:
        return [
            a["href"] for tag, a in Parsed(progress_map.draw()._repr_html_()).seen if tag == "a"
        ]

    assert links() == ["../01_dice/01_dice.ipynb"]
    # On a page that is only read, the page's own navigation leads.
    monkeypatch.setenv("COURSE_STATIC_WIDGETS", "1")
    assert links() == []


def test_a_notebook_that_lies_alone_links_to_colab(tmp_path, monkeypatch):
    monkeypatch.setattr(syllabus, "in_checkout", lambda: False)
    monkeypatch.chdir(tmp_path)
    assert "<a " not in progress_map.draw()._repr_html_()
    public = dataclasses.replace(COURSE, repository="https://github.com/a/b", tag="v1")
    monkeypatch.setattr(syllabus, "load", lambda: public)
    html = progress_map.draw()._repr_html_()
    for lecture in COURSE.lectures:
        assert syllabus.colab_url(public, lecture) in html


def test_as_text_it_is_one_line_a_notebook():
    lines = repr(progress_map.draw()).splitlines()
    assert [line.split()[0] for line in lines[:-2]] == [n.id for n in COURSE.notebooks]


@pytest.mark.parametrize("text", ["{", '{"dice.bits_per_dim": 3}'])
def test_damaged_results_are_told_of_and_the_map_is_drawn(text, capsys):
    Path(state.folder()).mkdir(parents=True)
    (state.folder() / f"{progress.FILE}.json").write_text(text)
    assert totals(progress_map.draw().lectures).startswith("0 of 3")
    assert "damaged" in capsys.readouterr().out
