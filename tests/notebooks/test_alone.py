"""A notebook that lies alone, as in Colab: the installed wheel, its modules beside the notebook."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.authoring.notebook_frame import without_frame
from autograder.authoring.notebooks import assemble, checked_exercise
from autograder.paths import ROOT
from course_lib.course import syllabus

COURSE = syllabus.load()
each_lecture = pytest.mark.parametrize("lecture", COURSE.lectures, ids=lambda lecture: lecture.id)

RUN = """
import pathlib, shutil, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for code in pathlib.Path(sys.argv[1]).read_text().split("# next cell"):
    shell.run_cell(code).raise_error()
"""


def run(site: Path, folder: Path, env: dict[str, str], *cells: str) -> str:
    """What cells print that run one after the other in a folder."""
    (folder.parent / "cells.py").write_text("# next cell\n".join(cells))
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(folder.parent / "cells.py")],
        cwd=folder,
        env=env | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    alone = tmp_path / "content"
    alone.mkdir()
    return alone


def run_all(
    notebook: NotebookNode, lecture: syllabus.Lecture, site: Path, folder: Path, env: dict[str, str]
) -> NotebookNode:
    """The notebook after a kernel ran its cells in a folder that holds nothing else."""
    nbformat.write(notebook, folder / f"{lecture.id}.ipynb")
    done = copy.deepcopy(notebook)
    client = NotebookClient(
        done,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        timeout=600,
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env=env | {"PYTHONPATH": str(site), "COURSE_STATIC_WIDGETS": "1"})
    return done


def text_of(cell: NotebookNode) -> str:
    return "".join(o.text for o in cell.outputs if o.output_type == "stream")


@each_lecture
def test_alone_every_cell_runs_on_the_scaffold_or_says_what_is_missing(
    lecture, site, folder, student_env
):
    done = run_all(assemble(lecture), lecture, site, folder, student_env)
    needed = {lecture.module, *(COURSE.lecture(n).module for n in lecture.needs)}
    assert {p.stem for p in (folder / "course_lib").glob("*.py")} == needed
    assert {p.name for p in folder.iterdir()} == {f"{lecture.id}.ipynb", "course_lib"}

    line = re.compile(
        r"not implemented yet: `[\w.]+`, section \d+\.\d+"
        r'(; stuck\? lend\("[\w.]+"\) goes on with the reference)?( \(this cell needs `\w+`\))?'
    )
    stopped = 0
    code = [(number, c) for number, c in enumerate(done.cells) if c.cell_type == "code"]
    assert text_of(code[0][1]) == ""  # the installation, with nothing to do
    first = text_of(code[1][1]).splitlines()
    assert first[0] == f"{lecture.id} · edit course_lib/{lecture.module}.py"
    assert first[1].endswith(f"write in the notebook: %load_exercise {lecture.exercises[0].name}")
    for number, cell in code:
        name = checked_exercise(cell.source)
        if name:
            (output,) = cell.outputs
            assert output.data["text/plain"] == "0.0"
            # A check that needs an earlier function first names that one.
            said = f"not implemented yet: <code>{lecture.module}."
            assert said in output.data["text/html"]
        for output in cell.outputs:
            assert output.get("name") != "stderr", (number, output.text)
            assert "widget-view" not in str(output.get("data", "")), f"cell {number}: an empty bar"
            if output.output_type == "error":
                stopped += 1
                (shown,) = output.traceback
                assert line.fullmatch(shown), (number, shown)
    assert stopped >= len(lecture.exercises)


def test_alone_the_practice_exercise_goes_from_its_stub_to_green(site, folder, student_env):
    introduction = COURSE.notebooks[0]
    notebook = assemble(introduction)
    (exercise,) = introduction.exercises
    slip = next(c for c in notebook.cells if c.source.startswith(f"%%exercise {exercise.name}"))
    answer = re.findall(
        r"return scores / scores\.sum\(.+\)", "".join(c.source for c in notebook.cells)
    )
    mended = copy.deepcopy(slip)
    mended.source = slip.source.replace("return scores / scores.sum()", answer[-1])
    mended.id += "-mended"
    notebook.cells.insert(notebook.cells.index(slip) + 1, mended)

    done = run_all(notebook, introduction, site, folder, student_env)
    assert [o for c in done.cells for o in c.get("outputs", []) if o.output_type == "error"] == []
    results = [
        (c.id, o.data)
        for c in done.cells
        for o in c.get("outputs", [])
        if o.output_type == "execute_result"
    ]
    cards = [data for _, data in results]
    assert [card["text/plain"].splitlines()[-1] for card in cards[1:4]] == ["0.0", "0.33", "1.0"]
    assert "not implemented yet" in cards[1]["text/html"]
    assert "the sum runs over the whole batch, not over each row" in cards[2]["text/html"]
    assert "Read hint 0.1a" in cards[2]["text/html"]
    before, after = cards[0]["text/plain"], cards[4]["text/plain"]
    assert f"{introduction.id}   0 / 1" in before
    assert f"{introduction.id}   1 / 1" in after
    # Practice counts nowhere.
    exercises = [e for lecture in COURSE.lectures for e in lecture.exercises]
    total = sum(e.points for e in exercises)
    assert f"0 of {len(exercises)} exercises pass: 0 of {total:g} points" in after
    assert (folder / "course_lib" / f"{introduction.module}.py").read_text().count(answer[-1]) == 1


LECTURE = COURSE.lectures[0]
EXERCISE = LECTURE.exercises[0]
MODULE = LECTURE.module


def test_the_files_beside_the_notebook_are_used_kept_and_taken_anew_when_edited(
    site, folder, student_env
):
    first = without_frame(assemble(LECTURE))[0].source
    solution = ROOT / "solutions" / f"{MODULE}.py"
    show = f"print(check({EXERCISE.name!r}).points, {MODULE}.__file__)"
    copied = f"shutil.copyfile({str(solution)!r}, 'course_lib/{MODULE}.py')"
    said = run(site, folder, student_env, first, show, f"import shutil; {copied}", show)
    place = folder / "course_lib" / f"{MODULE}.py"
    full = f"{EXERCISE.points:.1f} {place}"
    assert [line for line in said.splitlines() if line.endswith(str(place))] == [
        f"0.0 {place}",
        full,
    ]
    # The next day: nothing is written over.
    assert full in run(site, folder, student_env, first, show)
    assert place.read_text() == solution.read_text()


def test_an_exercise_is_written_from_a_cell_into_the_file_beside_the_notebook(
    site, folder, student_env
):
    first = without_frame(assemble(LECTURE))[0].source
    function = f"def {EXERCISE.attribute}(x):\n    return x\n"
    cell = f"%%exercise {EXERCISE.name}\n{function}"
    said = run(site, folder, student_env, first, cell, f"print({MODULE}.__file__)")
    place = folder / "course_lib" / f"{MODULE}.py"
    assert re.search(
        rf"course_lib/{MODULE}\.py, lines \d+ to \d+: `{EXERCISE.attribute}` written", said
    )
    assert str(place) in said
    assert function in place.read_text()
    packaged = (site / "course_lib" / f"{MODULE}.py").read_text()
    assert packaged == (ROOT / "course_lib" / f"{MODULE}.py").read_text()
