"""The parts of every built notebook that are not its lecture: badge, installation, hand-in cell.

They are made here from `course.toml`, so that the sources hold the lecture alone and the address of
the course is written down once.
"""

from __future__ import annotations

import re

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.authoring.readme_table import colab_badge
from autograder.errors import CourseError
from course_lib.course.syllabus import Course, Lecture, load

__all__ = ["frame", "install_code", "require_address", "set_address", "without_frame"]

# The site has a badge of its own, and drops cells with the tag `remove-cell`.
_BADGE_TAG = "colab-badge"
_SUBMIT_TAG = "hand-in"
# Of a lecture's own cells that only draw; the site folds them by itself.
_FIGURE_TAG = "hide-input"
_INSTALL_TAG = "installation"
_KEEP_TAG = "keeping"
# A cell of its own in front of the lecture's first one; `<fallback>` is what is done without a
# wheel. The first line is the title of the folded cell in Colab.
_INSTALL = """\
# @title Installs the course where a notebook stands alone; does nothing in the course's folder.
try:
    from course_lib.notebook import installation
except ModuleNotFoundError:
    import subprocess
    import sys
    import zipfile
    from pathlib import Path

    class NotInstalled(RuntimeError):
        def _render_traceback_(self):
            return [f"The course is not installed: {self}"]

    for bundle in filter(zipfile.is_zipfile, Path().glob("*.zip")):
        with zipfile.ZipFile(bundle) as archive:
            for name in archive.namelist():
                if Path(name).match("course_lib-*.whl"):
                    Path(Path(name).name).write_bytes(archive.read(name))
    wheels = sorted(Path().glob("course_lib-*.whl"), key=lambda file: file.stat().st_mtime)
<fallback>
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", str(wheels[-1])]
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
        reason = errors[0] if errors else "pip gave no reason"
        raise NotInstalled(f"{wheels[-1]} could not be installed: {reason}") from None
    from course_lib.notebook import installation
installation.complete()"""
_UPLOAD = """\
    if not wheels:
        raise NotInstalled(
            "upload student_bundle.zip into this notebook's folder, wait until the upload is "
            "complete, and run this cell again"
        ) from None"""
_FETCH = '    wheels = wheels or ["git+{repository}@{tag}"]'
# Whoever opens the committed notebook in Colab sees outputs that are not theirs.
_MADE_WITH = (
    "*The outputs below were made with the reference solutions: yours are the same once your "
    "functions are right. Run → Run all makes your own.*"
)
# The title of a folded cell is all that Colab shows of it.
_KEEP = """\
# @title In Colab: run this to get your work back, and again before you leave, to keep it.
notebook.keep()"""
# The addresses that a badge and a first cell have: the repository, and the branch or tag.
_ADDRESSES = (
    re.compile(r"colab\.research\.google\.com/github/([^/\s)]+/[^/\s)]+)/blob/([^/\s)]+)/"),
    re.compile(r"git\+https://github\.com/([^@\s\"']+)@([^\s\"']+)"),
)


def frame(notebook: NotebookNode, lecture: Lecture) -> None:
    """Put badge and installation in front of the lecture's cells, and the hand-in cell behind.

    Behind the lecture's first cell stands the one that keeps work in Colab; figures are folded.

    Args:
        notebook: the lecture's cells; changed in place.
        lecture: the notebook's entry in the syllabus.

    Raises:
        CourseError: the notebook has no code cell.
    """
    set_address(notebook, lecture, load())
    for cell in notebook.cells:
        if _FIGURE_TAG in _tags(cell):
            _fold(cell)
    if lecture in load().lectures:
        first = notebook.cells.index(without_frame(notebook)[0])
        notebook.cells.insert(first + 1, _folded(_KEEP, _KEEP_TAG))
        notebook.cells += _handing_in(lecture)


def set_address(notebook: NotebookNode, lecture: Lecture, course: Course) -> None:
    """Give a notebook the badge and the installation of the course's address, or of none.

    Args:
        notebook: with or without the frame of another address; changed in place.
        lecture: the notebook's entry in the syllabus.
        course: the syllabus that has the address.

    Raises:
        CourseError: the notebook has no code cell.
    """
    cells = [c for c in notebook.cells if not {_BADGE_TAG, _INSTALL_TAG} & set(_tags(c))]
    first = next((i for i, cell in enumerate(cells) if cell.cell_type == "code"), None)
    if first is None:
        raise CourseError(f"{lecture.id}.md has no code cell: the first one sets the notebook up")
    installing = _folded(install_code(course), _INSTALL_TAG)
    notebook.cells = [*cells[:first], installing, *cells[first:]]
    if course.repository:
        badge = new_markdown_cell(f"{colab_badge(course, lecture)}\n\n{_MADE_WITH}")
        badge.metadata["tags"] = [_BADGE_TAG, "remove-cell"]
        notebook.cells.insert(0, badge)


def _folded(source: str, tag: str) -> NotebookNode:
    """A code cell of the frame, which is folded, and not on the site."""
    cell = new_code_cell(source)
    cell.metadata["tags"] = [tag, "remove-cell"]
    _fold(cell)
    return cell


def _fold(cell: NotebookNode) -> None:
    """Hide the code of a cell, in JupyterLab by the first entry and in Colab by the second."""
    cell.metadata.update({"jupyter": {"source_hidden": True}, "cellView": "form"})


def install_code(course: Course) -> str:
    """The lines that install the course where a notebook stands alone, as in Colab.

    A wheel beside the notebook is installed, or the wheel of a student bundle that was uploaded
    there. Without one, the course's address is used; a course without an address asks for the
    bundle in one line.
    """
    fetch = _FETCH.format(repository=course.repository, tag=course.tag)
    return _INSTALL.replace("<fallback>", fetch if course.repository else _UPLOAD)


def require_address(notebook: NotebookNode, name: str, course: Course) -> None:
    """Refuse a notebook that would install or open another address than the course's.

    Args:
        notebook: a built notebook.
        name: of its file, for the message.
        course: the syllabus that has the address.

    Raises:
        CourseError: the notebook names another repository or tag, or misses the course's.
    """
    text = "\n".join(
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" or _BADGE_TAG in _tags(cell)
    )
    found = {f"github.com/{m[1]}@{m[2]}" for pattern in _ADDRESSES for m in pattern.finditer(text)}
    own = f"{course.repository.removeprefix('https://')}@{course.tag}" if course.repository else ""
    if found != ({own} if own else set()):
        raise CourseError(
            f"{name} has the address {', '.join(sorted(found)) or '(none)'} and course.toml has "
            f"{own or '(none)'}: run `autograder notebooks`"
        )


def _handing_in(lecture: Lecture) -> list[NotebookNode]:
    text = new_markdown_cell(
        "**Hand in.** When you are done, save the notebook (Ctrl-S, ⌘S), take the `# ` away below "
        f"and run the cell. It makes `{lecture.id}.zip` of the notebook and of "
        f"`course_lib/{lecture.module}.py`, as `course submit {lecture.id}` does in a terminal, "
        "and offers it for download."
    )
    code = new_code_cell("# notebook.submit()")
    code.metadata["tags"] = [_SUBMIT_TAG]
    return [text, code]


def without_frame(notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells that are the lecture's own."""
    frame_tags = {_INSTALL_TAG, _KEEP_TAG, _SUBMIT_TAG}
    return [c for c in notebook.cells if c.cell_type == "code" and not frame_tags & set(_tags(c))]


def _tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])
