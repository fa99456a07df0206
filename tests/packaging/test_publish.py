"""`autograder publish` writes the address of the course everywhere or nowhere."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from autograder.app import app
from autograder.authoring import publishing
from autograder.authoring.notebook_frame import require_address
from autograder.authoring.readme_table import colab_url
from autograder.errors import CourseError
from autograder.paths import ROOT
from course_lib.course import atomic
from course_lib.course.syllabus import load, read

COURSE = load()
URL, TAG = "https://github.com/someone/a-course.v2", "v1.2.3"


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder with the files that have the address."""
    for name in ("course.toml", "README.md", "pyproject.toml"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    for lecture in COURSE.notebooks:
        file = tmp_path / "notebooks" / lecture.id / f"{lecture.id}.ipynb"
        file.parent.mkdir(parents=True)
        shutil.copyfile(ROOT / file.relative_to(tmp_path), file)

    def place(lecture):
        return tmp_path / "notebooks" / lecture.id / f"{lecture.id}.ipynb"

    monkeypatch.setattr(publishing, "ROOT", tmp_path)
    monkeypatch.setattr(publishing, "COURSE", tmp_path)
    monkeypatch.setattr(publishing, "notebook_ipynb", place)
    monkeypatch.setattr("autograder.paths.notebook_ipynb", place)
    return tmp_path


def contents(folder):
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_address_is_in_the_syllabus_the_table_the_badges_and_the_first_cells(checkout):
    before = contents(checkout)
    done = CliRunner().invoke(app, ["publish", "--repository", f"{URL}.git", "--tag", TAG])
    assert done.exit_code == 0, done.output
    course = read(checkout / "course.toml")
    assert (course.repository, course.tag) == (URL, TAG)
    assert dataclasses.replace(course, repository="", tag="") == COURSE
    table = (checkout / "README.md").read_text(encoding="utf-8")
    for lecture in COURSE.lectures:
        assert colab_url(course, lecture) in table
    for lecture in COURSE.notebooks:
        file = checkout / "notebooks" / lecture.id / f"{lecture.id}.ipynb"
        notebook = nbformat.read(file, as_version=4)
        require_address(notebook, file.name, course)
        badge, *cells = notebook.cells
        assert colab_url(course, lecture) in badge.source
        old = nbformat.reads(before[file].decode(), as_version=4)
        outputs = [cell.get("outputs") for cell in old.cells]
        assert [cell.get("outputs") for cell in cells] == outputs
    # A second time nothing changes; with another tag the same files do, and no badge is doubled.
    assert publishing.publish(URL, TAG) == []
    assert len(publishing.publish(URL)) == len(COURSE.notebooks) + 2
    assert read(checkout / "course.toml").tag.startswith("v")
    published = nbformat.read(file, as_version=4)
    assert str(published).count("colab.research.google.com/github") == 1


def test_taking_the_address_away_restores_every_byte(checkout):
    before = contents(checkout)
    publishing.publish(URL, TAG)
    course = dataclasses.replace(COURSE, repository="", tag="")
    for file, text in publishing.changed_files(course.repository, course.tag).items():
        file.write_text(text, encoding="utf-8")
    assert contents(checkout) == before


NO_URLS = [
    *("", "github.com/someone/course", "http://github.com/someone/course"),
    *("https://github.com/someone", "https://github.com/someone/", "https://gitlab.com/a/b"),
    *("https://github.com/a/b/tree/main", "https://github.com/a/b c", "https://github.com/a/.git"),
    *("https://github.com/a/b@main", "https://github.com/a/b\nx = 1", 'https://github.com/a/b"'),
]
NO_TAGS = ["a b", "-x", "v1..2", "v1/x", "v1.lock", 'v"1', "v1\n", "v1."]


@pytest.mark.parametrize(
    ("url", "tag", "said"),
    [
        *((url, TAG, "--repository is .*expected https://github.com/OWNER") for url in NO_URLS),
        *((URL, tag, "--tag is .*expected the name of a tag") for tag in NO_TAGS),
    ],
)
def test_no_address_is_refused_in_one_line_and_nothing_is_written(checkout, url, tag, said):
    before = contents(checkout)
    with pytest.raises(CourseError, match=f"^{said}"):
        publishing.publish(url, tag)
    assert contents(checkout) == before


def test_the_usual_spellings_of_an_address_are_one():
    for url in (f"{URL}/", f"{URL}.git", f" {URL} "):
        assert publishing.repository_of(url) == URL


def test_a_notebook_that_was_not_built_stops_everything(checkout):
    lecture = COURSE.lectures[-1]
    (checkout / "notebooks" / lecture.id / f"{lecture.id}.ipynb").unlink()
    before = contents(checkout)
    with pytest.raises(CourseError, match="is missing: run `autograder notebooks"):
        publishing.publish(URL, TAG)
    assert contents(checkout) == before


def test_a_file_that_cannot_be_written_leaves_all_others_as_they_were(checkout, monkeypatch):
    before = contents(checkout)
    write = atomic.write
    full: list[Path] = []

    def until_the_disk_is_full(path, data):
        if len(full) == 4:
            full.append(path)
            raise OSError("no space left on device")
        full.append(path)
        write(path, data)

    monkeypatch.setattr(publishing.atomic, "write", until_the_disk_is_full)
    with pytest.raises(CourseError, match="nothing was published: no space left on device"):
        publishing.publish(URL, TAG)
    assert contents(checkout) == before
