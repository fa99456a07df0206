"""What the builder puts around a lecture: badge, installation, zip; and a cheap way to renew it."""

from __future__ import annotations

import contextlib
import copy
import dataclasses

import nbformat
import pytest

from autograder.authoring import notebooks
from autograder.authoring import release as releasing
from autograder.authoring.notebook_frame import install_code, require_address, without_frame
from autograder.authoring.notebooks import assemble, build, in_step
from autograder.errors import CourseError
from autograder.paths import notebook_ipynb, notebook_md
from course_lib.course import syllabus

COURSE = syllabus.load()
INTRODUCTION = COURSE.notebooks[0]
PUBLIC = dataclasses.replace(COURSE, repository="https://github.com/someone/fork", tag="v9.8.7")
each_notebook = pytest.mark.parametrize("lecture", COURSE.notebooks, ids=lambda lecture: lecture.id)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@each_notebook
def test_without_an_address_a_notebook_has_no_badge_and_fetches_nothing(lecture):
    assert COURSE.repository == COURSE.tag == ""
    notebook = assemble(lecture)
    installing, first, *_ = code_cells(notebook)
    assert "colab.research" not in str(notebook)
    assert "git+" not in str(notebook)
    assert "github.com" not in installing.source
    assert installing.source == install_code(COURSE)
    assert first.source.endswith(f'notebook.start("{lecture.id}")')
    assert without_frame(notebook)[0] == first
    assert install_code(COURSE) not in notebook_md(lecture).read_text(encoding="utf-8")


@each_notebook
def test_the_frame_and_figures_are_folded_in_jupyterlab_and_colab_and_nothing_else(lecture):
    installing, _, *others = code_cells(assemble(lecture))
    keeping = [cell for cell in others if cell.source.endswith("\nnotebook.keep()")]
    assert len(keeping) == (lecture != INTRODUCTION)
    for cell in (installing, *keeping):
        assert cell.source.startswith("# @title ")
        assert "remove-cell" in cell.metadata.tags
    folded = [cell for cell in others if "hide-input" in cell.metadata.get("tags", [])]
    for cell in (installing, *keeping, *folded):
        assert cell.metadata.jupyter.source_hidden
        assert cell.metadata.cellView == "form"
    own = [cell for cell in others if cell not in (*keeping, *folded)]
    assert not any("jupyter" in cell.metadata for cell in own)


@each_notebook
def test_the_committed_notebook_has_the_frame_of_the_syllabus(lecture):
    built = nbformat.read(notebook_ipynb(lecture), as_version=4)
    require_address(built, f"{lecture.id}.ipynb", COURSE)
    assert code_cells(built)[0].source == install_code(COURSE)
    assert nbformat.writes(built) == notebooks.with_address(lecture, COURSE)


@each_notebook
def test_a_lecture_ends_with_the_cell_that_makes_its_zip_and_does_nothing_until_asked(lecture):
    text, code = assemble(lecture).cells[-2:]
    if lecture == INTRODUCTION:
        assert "notebook.submit" not in str(assemble(lecture))
        return
    assert f"`{lecture.id}.zip`" in text.source
    assert code.source == "# notebook.submit()"
    assert code.outputs == []


@each_notebook
def test_the_release_has_the_frame_too(lecture, tmp_path, monkeypatch):
    file = tmp_path / f"{lecture.id}.ipynb"
    nbformat.write(assemble(lecture), file)
    monkeypatch.setattr(releasing, "built_notebook", lambda _: file)
    cells = nbformat.reads(releasing.released_notebook(lecture), as_version=4).cells
    before = assemble(lecture).cells
    assert [(c.id, c.cell_type) for c in cells] == [(c.id, c.cell_type) for c in before]
    first = next(i for i, c in enumerate(before) if c.cell_type == "code")
    assert cells[: first + 2] == before[: first + 2]
    assert cells[first].source == install_code(COURSE)


@each_notebook
def test_an_address_adds_the_badge_and_a_line_of_the_installation_and_nothing_else(
    lecture, monkeypatch
):
    before = assemble(lecture).cells
    monkeypatch.setattr("autograder.authoring.notebook_frame.load", lambda: PUBLIC)
    badge, *after = assemble(lecture).cells
    place = f"/github/someone/fork/blob/v9.8.7/notebooks/{lecture.id}/{lecture.id}.ipynb)"
    picture, about = badge.source.split("\n\n")
    assert picture.startswith("[![Open in Colab](https://")
    assert picture.endswith(place)
    assert "made with the reference solutions" in about
    # The site has a badge of its own.
    assert "remove-cell" in badge.metadata.tags
    first = next(i for i, c in enumerate(after) if c.cell_type == "code")
    assert '["git+https://github.com/someone/fork@v9.8.7"]\n' in after[first].source
    others = [i for i in range(len(after)) if i != first]
    assert [after[i] for i in others] == [before[i] for i in others]


@pytest.mark.parametrize("other", ["https://github.com/else/fork v9.8.7", "tag v1", "none"])
def test_a_notebook_with_another_address_than_the_syllabus_is_refused(other, monkeypatch):
    repository, _, tag = other.partition(" ")
    built = {"none": COURSE, "tag": dataclasses.replace(PUBLIC, tag=tag)}.get(
        repository, dataclasses.replace(PUBLIC, repository=repository)
    )
    lecture = INTRODUCTION
    monkeypatch.setattr("autograder.authoring.notebook_frame.load", lambda: built)
    notebook = assemble(lecture)
    require_address(notebook, "a.ipynb", built)
    with pytest.raises(CourseError, match=r"^a.ipynb has the address .* and course.toml has .*:"):
        require_address(notebook, "a.ipynb", PUBLIC)


def test_a_release_refuses_a_notebook_with_another_address(tmp_path, monkeypatch):
    lecture = COURSE.lectures[0]
    monkeypatch.setattr("autograder.authoring.notebook_frame.load", lambda: PUBLIC)
    file = tmp_path / f"{lecture.id}.ipynb"
    nbformat.write(assemble(lecture), file)
    monkeypatch.setattr(releasing, "built_notebook", lambda _: file)
    refused = r"has the address github.com/someone/fork@v9.8.7 and course.toml has \(none\)"
    with pytest.raises(CourseError, match=refused):
        releasing.released_notebook(lecture)


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A copy of one notebook and its source, and a builder that must not execute anything."""
    lecture = INTRODUCTION
    for file in (notebook_md(lecture), notebook_ipynb(lecture)):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(notebooks, "notebook_md", lambda lec: tmp_path / f"{lec.id}.md")
    monkeypatch.setattr(notebooks, "notebook_ipynb", lambda lec: tmp_path / f"{lec.id}.ipynb")
    executed = []

    def execute(notebook, *args, **kwargs):
        executed.append(args)
        return copy.deepcopy(notebook)

    monkeypatch.setattr(notebooks, "execute", execute)
    monkeypatch.setattr(notebooks, "_standings_until", lambda lecture: contextlib.nullcontext())
    return tmp_path, executed


@pytest.mark.parametrize("earlier", ["another", "none"])
def test_a_changed_frame_is_renewed_without_executing_anything(workplace, monkeypatch, earlier):
    folder, executed = workplace
    lecture = INTRODUCTION
    target = folder / f"{lecture.id}.ipynb"
    old = nbformat.read(target, as_version=4)
    outputs = [c.outputs for c in code_cells(old)]
    installing = code_cells(old)[0]
    if earlier == "another":
        installing.source = installing.source.replace("is not installed", "is missing")
    else:
        old.cells.remove(installing)
    nbformat.write(old, target)
    assert not in_step(lecture)
    build(lecture)
    assert in_step(lecture)
    assert executed == []
    new = nbformat.read(target, as_version=4)
    assert [c.outputs for c in code_cells(new)] == outputs


@pytest.mark.parametrize("where", ["first cell", "another cell"])
def test_a_changed_line_of_the_lectures_own_code_is_executed(workplace, where):
    folder, executed = workplace
    source = folder / f"{INTRODUCTION.id}.md"
    begins = "from course_lib import check" if where == "first cell" else "progress_map.draw()"
    text = source.read_text(encoding="utf-8")
    line = next(part for part in text.splitlines(keepends=True) if part.startswith(begins))
    source.write_text(text.replace(line, line.replace("\n", "  # changed\n")), encoding="utf-8")
    build(INTRODUCTION)
    assert len(executed) == 1
