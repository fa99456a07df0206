"""What the builder puts around a lecture: badge, installation, zip; and a cheap way to renew it."""

from __future__ import annotations

import contextlib
import copy
import dataclasses

import nbformat
import pytest

from autograder.authoring import notebooks
from autograder.authoring import release as releasing
from autograder.authoring.notebook_frame import install_code, without_frame
from autograder.authoring.notebooks import assemble, build, in_step
from autograder.authoring.readme_table import colab_url
from autograder.paths import notebook_ipynb, notebook_md
from course_lib.course import syllabus

COURSE = syllabus.load()
each_notebook = pytest.mark.parametrize("lecture", COURSE.notebooks, ids=lambda lecture: lecture.id)


@each_notebook
def test_every_notebook_opens_with_the_badge_of_the_syllabus_repository(lecture):
    badge = assemble(lecture).cells[0]
    assert badge.source.endswith(f"]({colab_url(COURSE, lecture)})")
    assert badge.source.startswith("[![Open in Colab](https://")
    # The site has its own.
    assert "remove-cell" in badge.metadata.tags
    repository = COURSE.repository.removeprefix("https://github.com/")
    assert f"/github/{repository}/blob/{COURSE.branch}/notebooks/{lecture.id}/" in badge.source


@each_notebook
def test_the_first_code_cell_installs_from_the_same_repository_and_ends_with_the_lectures_own(
    lecture,
):
    first = next(c for c in assemble(lecture).cells if c.cell_type == "code")
    assert f"pip install -q --no-deps git+{COURSE.repository}@{COURSE.branch}\n" in first.source
    assert first.source.startswith(install_code() + "\n\nfrom course_lib import ")
    assert first.source.endswith(f'notebook.start("{lecture.id}")')
    assert install_code() not in notebook_md(lecture).read_text(encoding="utf-8")


@each_notebook
def test_a_lecture_ends_with_the_cell_that_makes_its_zip_and_does_nothing_until_asked(lecture):
    text, code = assemble(lecture).cells[-2:]
    if lecture == COURSE.introduction:
        assert "notebook.submit" not in str(assemble(lecture))
        return
    assert f"`{lecture.id}.zip`" in text.source
    assert code.source == "# notebook.submit()"
    assert code.outputs == []


@each_notebook
def test_the_release_has_the_frame_too(lecture, tmp_path, monkeypatch):
    file = tmp_path / f"{lecture.id}.ipynb"
    nbformat.write(assemble(lecture), file)
    monkeypatch.setattr(releasing, "notebook_ipynb", lambda _: file)
    cells = nbformat.reads(releasing.released_notebook(lecture), as_version=4).cells
    before = assemble(lecture).cells
    assert [(c.id, c.cell_type) for c in cells] == [(c.id, c.cell_type) for c in before]
    assert cells[0].source == before[0].source
    assert cells[2].source == before[2].source
    assert install_code() in cells[2].source


def test_another_repository_changes_the_frame_and_nothing_else(monkeypatch):
    lecture = COURSE.lectures[1]
    before = assemble(lecture)
    fork = {"repository": "https://github.com/someone/fork", "branch": "spring"}
    monkeypatch.setattr(
        "autograder.authoring.notebook_frame.load", lambda: dataclasses.replace(COURSE, **fork)
    )
    after = assemble(lecture)
    assert f"github/someone/fork/blob/spring/notebooks/{lecture.id}" in after.cells[0].source
    first = next(i for i, c in enumerate(after.cells) if c.cell_type == "code")
    assert "git+https://github.com/someone/fork@spring\n" in after.cells[first].source
    others = [i for i in range(len(after.cells)) if i not in (0, first)]
    assert [after.cells[i] for i in others] == [before.cells[i] for i in others]
    assert without_frame(after.cells[first])[1] == without_frame(before.cells[first])[1]


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A copy of one notebook and its source, and a builder that must not execute anything."""
    lecture = COURSE.introduction
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


@pytest.mark.parametrize("earlier", ["frame", "none", "first release"])
def test_a_changed_frame_is_renewed_without_executing_anything(workplace, monkeypatch, earlier):
    folder, executed = workplace
    lecture = COURSE.introduction
    target = folder / f"{lecture.id}.ipynb"
    old = nbformat.read(target, as_version=4)
    outputs = [c.get("outputs") for c in old.cells if c.cell_type == "code"]
    first = next(c for c in old.cells if c.cell_type == "code")
    if earlier == "frame":
        first.source = first.source.replace("github.com", "gitlab.com")
    else:
        own = without_frame(first)[1]
        old.cells = old.cells[1:]
        before = 'try:\n    import course_lib\nexcept ModuleNotFoundError:\n    %pip install -q "x"'
        first.source = own if earlier == "none" else f"{before}\n\n{own}"
    nbformat.write(old, target)
    assert not in_step(lecture)
    build(lecture)
    assert in_step(lecture)
    assert executed == []
    new = nbformat.read(target, as_version=4)
    assert [c.get("outputs") for c in new.cells if c.cell_type == "code"] == outputs


@pytest.mark.parametrize("where", ["first cell", "another cell"])
def test_a_changed_line_of_the_lectures_own_code_is_executed(workplace, where):
    folder, executed = workplace
    source = folder / f"{COURSE.introduction.id}.md"
    start = f'notebook.start("{COURSE.introduction.id}")\n'
    line = start if where == "first cell" else "progress_map.draw()\n"
    text = source.read_text(encoding="utf-8")
    assert line in text
    source.write_text(text.replace(line, line.replace("\n", "  # changed\n")), encoding="utf-8")
    build(COURSE.introduction)
    assert len(executed) == 1
